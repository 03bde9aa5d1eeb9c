//! The accounts under `fixtures/accounts`, from the files to the report.

mod amounts;
mod books;
mod effective;
mod exemptions;
mod money;
mod others;
mod services;
mod verdicts;
mod why;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use billhook::assess::{Assessment, Thresholds, assess};
use billhook::config::Config;
use billhook::facts::{self, Facts};
use billhook::report::Report;
use billhook::rule::{Rule, RuleSet, Selection, Settings};
use billhook::snapshot::Snapshot;
use billhook::sql::{Catalog, run};
use billhook_aws::Aws;
use billhook_catalog::FactParams;

/// Folder of the accounts.
fn accounts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/accounts")
}

/// An account with everything that was made of it.
struct World {
    catalog: Catalog,
    rules: RuleSet,
    config: Config,
    snapshot: Snapshot,
    facts: Facts,
    report: Report,
}

static DEMO: LazyLock<World> = LazyLock::new(|| World::of("demo"));
static GAPS: LazyLock<World> = LazyLock::new(|| World::of("gaps"));
static EMPTY: LazyLock<World> = LazyLock::new(|| World::of("empty"));

/// What a rule says of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Flagged,
    Clear,
    NotJudged(String),
    Outside,
}

impl World {
    fn of(name: &str) -> Self {
        let catalog = Catalog::new(billhook_aws::catalog::TABLES);
        let everything = Selection::new(&[], &[]).expect("no globs");
        let none: [&Path; 0] = [];
        let mut rules = RuleSet::load(&none, &everything, &catalog, |_| Settings::default())
            .expect("rules that compile")
            .without_riders();
        // Like a scan of which nobody asked for what is charged by the request.
        rules.rules.retain(|rule| rule.opt_ins(&catalog).is_empty());
        let folder = accounts().join(name);
        let settings = folder.join("billhook.toml");
        let config = if settings.is_file() {
            Config::read(&settings).expect("a good configuration")
        } else {
            Config::default()
        };
        let snapshot = Snapshot::read(&folder, &catalog).expect("a readable snapshot");
        let manifest = &snapshot.manifest;
        let params = FactParams::new(manifest.started_at);
        let facts = facts::build(
            &Aws::offline(),
            &snapshot.tables,
            &manifest.gaps,
            &manifest.coverage,
            &params,
        )
        .expect("facts");
        let Assessment { report, faults } = judged(&snapshot, &rules, &config);
        assert_eq!(faults, Vec::<String>::new(), "{name}: rules that failed");
        World {
            catalog,
            rules,
            config,
            snapshot,
            facts,
            report,
        }
    }

    fn rule(&self, id: &str) -> &Rule {
        self.rules
            .get(id)
            .unwrap_or_else(|| panic!("there is no rule {id}"))
    }

    /// What a rule says of a resource, by the resource's bare id.
    fn verdict(&self, rule: &str, short_id: &str) -> Verdict {
        let resource_id = self.resource_id(self.rule(rule), short_id);
        let members = self.members(rule);
        let Some((account, region)) = members.get(&resource_id) else {
            return Verdict::Outside;
        };
        if self
            .report
            .findings
            .iter()
            .any(|found| found.rule == rule && found.resource_id == resource_id)
        {
            return Verdict::Flagged;
        }
        let open = self.report.not_judged.iter().find(|line| {
            let of =
                |scope: &Option<String>, own: &str| scope.as_deref().is_none_or(|it| it == own);
            line.rule == rule
                && of(&line.account_id, account)
                && of(&line.region, region)
                && of(&line.resource_id, &resource_id)
        });
        match open {
            Some(line) => Verdict::NotJudged(line.reason.clone()),
            None => Verdict::Clear,
        }
    }

    /// The rule's population with the account and region of each member; members of which that is unknown included.
    fn members(&self, rule: &str) -> BTreeMap<String, (String, String)> {
        let rule = self.rule(rule);
        let frame = |table: &'static str| self.facts.tables.get(table).map(Cow::Borrowed);
        let flags = run(&rule.population, frame).expect("a population");
        let (ids, member) = (
            flags.column("resource_id").unwrap().str().unwrap(),
            flags.column("member").unwrap().bool().unwrap(),
        );
        let places = self.places(rule);
        ids.iter()
            .zip(member.iter())
            .filter(|(_, member)| *member != Some(false))
            .filter_map(|(id, _)| Some((id?.to_owned(), places.get(id?)?.clone())))
            .collect()
    }

    /// Account and region of each resource of the rule's table.
    fn places(&self, rule: &Rule) -> BTreeMap<String, (String, String)> {
        let frame = self.facts.tables.get(rule.resource.name).expect("a table");
        let text = |name: &str| frame.column(name).unwrap().str().unwrap().clone();
        let (ids, accounts, regions) = (text("resource_id"), text("account_id"), text("region"));
        (0..frame.height())
            .map(|row| {
                let cell = |column: &polars::prelude::StringChunked| {
                    column.get(row).unwrap_or_default().to_owned()
                };
                (cell(&ids), (cell(&accounts), cell(&regions)))
            })
            .collect()
    }

    fn resource_id(&self, rule: &Rule, short_id: &str) -> String {
        let frame = self.facts.tables.get(rule.resource.name).expect("a table");
        let text = |name: &str| frame.column(name).unwrap().str().unwrap();
        let found: Vec<&str> = text("short_id")
            .iter()
            .zip(text("resource_id").iter())
            .filter(|(short, _)| *short == Some(short_id))
            .filter_map(|(_, id)| id)
            .collect();
        assert_eq!(found.len(), 1, "{}: {short_id}: {found:?}", rule.id);
        found[0].to_owned()
    }

    /// All findings as (rule, bare id), sorted.
    fn found(&self) -> Vec<(&str, &str)> {
        let findings = self.report.findings.iter();
        let mut found: Vec<(&str, &str)> = findings
            .map(|finding| (finding.rule.as_str(), finding.short_id.as_str()))
            .collect();
        found.sort_unstable();
        found
    }
}

fn judged(snapshot: &Snapshot, rules: &RuleSet, config: &Config) -> Assessment {
    assess(
        &Aws::offline(),
        snapshot,
        rules,
        config,
        Thresholds::default(),
    )
    .expect("an assessment")
}

#[test]
fn judging_again_gives_the_same_report_to_the_byte() {
    let text = |report: &Report| serde_json::to_string(report).expect("JSON");
    for world in [&*DEMO, &*GAPS] {
        for _ in 0..3 {
            let again = judged(&world.snapshot, &world.rules, &world.config).report;
            assert!(text(&again) == text(&world.report), "not the same report");
        }
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for world in [&*DEMO, &*GAPS] {
        let mut reversed = world.snapshot.clone();
        for (name, frame) in world.snapshot.tables.iter() {
            reversed.tables.insert(name, frame.reverse());
        }
        let again = judged(&reversed, &world.rules, &world.config).report;
        let (report, again) = (&world.report, &again);
        for (one, other) in report.findings.iter().zip(&again.findings) {
            assert_eq!(one, other);
        }
        for (one, other) in report.not_judged.iter().zip(&again.not_judged) {
            assert_eq!(one, other);
        }
        assert_eq!(again.rules, report.rules);
        assert_eq!(again.summary, report.summary);
        assert!(again == report, "something else differs");
    }
}
