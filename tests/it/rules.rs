//! Every rule: its examples, the tests that it has without writing them, and the messages for wrong ones.

use std::path::Path;

use billhook::rule::{
    CanSave, RuleFile, RuleSet, Selection, Settings, Summary, kinds, load_folder, run_examples,
    run_tests, scaffold, table_for,
};
use billhook::sql::Catalog;

fn catalog() -> Catalog {
    Catalog::new(billhook_aws::catalog::TABLES)
}

fn all_rules() -> RuleSet {
    let everything = Selection::new(&[], &[]).expect("no globs");
    let none: [&Path; 0] = [];
    RuleSet::load(&none, &everything, &catalog(), |_| Settings::default()).unwrap_or_else(
        |errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("rules that do not compile:\n{}", lines.join("\n"))
        },
    )
}

#[test]
fn every_embedded_rule_compiles_and_is_on_disk() {
    let embedded = all_rules();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let on_disk: Vec<String> = load_folder(&folder)
        .expect("the rules folder")
        .into_iter()
        .map(|file| file.id)
        .collect();
    let ids: Vec<String> = embedded.rules.iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(ids, on_disk);
    assert!(!ids.is_empty());
}

#[test]
fn a_rider_is_left_to_the_rule_that_it_rides_on() {
    let all = all_rules();
    for rider in all.rules.iter().filter(|rule| rule.rider_of.is_some()) {
        let other = rider.rider_of.as_deref().expect("a rider");
        assert!(all.get(other).is_some(), "{} rides on {other}", rider.id);
    }
    let rider = "aws/ebs/volume-on-stopped-instance";
    assert!(all.get(rider).is_some());
    assert!(all.without_riders().get(rider).is_none());
    let only = Selection::new(&["aws/ebs/*".to_owned()], &[]).expect("a glob");
    let none: [&Path; 0] = [];
    let storage = RuleSet::load(&none, &only, &catalog(), |_| Settings::default());
    let storage = storage.expect("rules that compile").without_riders();
    assert!(storage.get(rider).is_some(), "nobody speaks for it");
}

#[test]
fn examples_hold() {
    let catalog = catalog();
    let failures: Vec<String> = all_rules()
        .rules
        .iter()
        .flat_map(|rule| run_examples(rule, &catalog))
        .map(|failure| failure.error.to_string())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn unknown_never_accuses_and_the_empty_world_has_no_findings() {
    let failures: Vec<String> = run_tests(&all_rules().rules, &catalog())
        .into_iter()
        .map(|failure| failure.error.to_string())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// One rule of each kind about one table, and one of the same kind about every table.
#[test]
fn a_rule_to_begin_with_is_well_formed_and_its_examples_hold() {
    let catalog = catalog();
    let resources: Vec<_> = catalog
        .tables()
        .filter(|table| table.kind == billhook_catalog::Kind::Resource)
        .collect();
    let volume = catalog.table("aws_ebs_volume").expect("a table");
    let of_each_kind = kinds().iter().map(|kind| (volume, *kind));
    let of_each_table = resources
        .iter()
        .flat_map(|table| [(*table, "guard"), (*table, "idle")]);
    let files: Vec<RuleFile> = of_each_kind
        .chain(of_each_table)
        .enumerate()
        .map(|(number, (table, kind))| {
            let id = format!("team/rule-{number}");
            RuleFile {
                path: format!("{} {kind}", table.name),
                text: scaffold(&id, table, kind),
                id,
            }
        })
        .collect();
    assert!(files.len() > 50);
    let set = RuleSet::compile(files, &catalog, |_| Settings::default()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    let failures: Vec<String> = run_tests(&set.rules, &catalog)
        .into_iter()
        .map(|failure| failure.error.to_string())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn an_id_says_which_table_is_meant() {
    let catalog = catalog();
    let of = |id: &str| table_for(id, &catalog).map(|table| table.name);
    assert_eq!(of("team/volume-without-owner"), Some("aws_ebs_volume"));
    assert_eq!(of("team/ebs/old-volumes"), Some("aws_ebs_volume"));
    assert_eq!(of("team/nat-gateway-of-tests"), Some("aws_vpc_nat_gateway"));
    assert_eq!(of("team/house-style"), None);
    // Databases have instances too.
    assert_eq!(of("team/instance-of-tests"), None);
    assert_eq!(of("team/ec2/instance-of-tests"), Some("aws_ec2_instance"));
}

#[test]
fn a_summary_says_what_a_rule_needs_and_can_save() {
    let all = all_rules().summaries(&catalog(), &billhook_aws::Aws::offline());
    let of = |id: &str| -> &Summary {
        let found = all.iter().find(|summary| summary.id == id);
        found.unwrap_or_else(|| panic!("no rule {id}"))
    };
    let idle = of("aws/ebs/idle-volume");
    assert_eq!(idle.needs(), "14 days, 2 metrics");
    assert_eq!(idle.can_save, CanSave::Savings);
    assert_eq!(
        of("aws/ebs/old-snapshot").can_save,
        CanSave::UpperBound,
        "blocks are shared with other snapshots"
    );
    assert_eq!(of("aws/ec2/egress-hotspot").can_save, CanSave::AtStake);
    let guard = of("aws/ebs/unencrypted-volume");
    assert_eq!(
        (guard.needs().as_str(), guard.can_save),
        ("", CanSave::Nothing)
    );
    assert!(
        of("aws/ce/untagged-spend")
            .needs()
            .contains("Cost Explorer")
    );
    assert_eq!(
        of("aws/elb/idle-load-balancer")
            .extra_iam_actions
            .is_empty(),
        of("aws/elb/idle-load-balancer").needs() == "14 days, 3 metrics"
    );
}

/// Each file under fixtures/rules/broken ends with the message that it must give, in an HTML comment.
#[test]
fn broken_rules_say_what_is_wrong_and_where() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/broken");
    let files = load_folder(&folder).expect("the broken rules");
    assert!(files.len() >= 10, "only {} broken rules", files.len());
    for RuleFile { id, text, .. } in files {
        let expected = text
            .rsplit_once("<!-- error: ")
            .and_then(|(_, tail)| tail.split_once(" -->"))
            .unwrap_or_else(|| panic!("{id} names no message"))
            .0
            .to_owned();
        let file = RuleFile {
            id: id.clone(),
            path: format!("{id}.md"),
            text,
        };
        let errors = RuleSet::compile([file], &catalog(), |_| Settings::default()).expect_err(&id);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, [expected], "{id}");
    }
}

#[test]
fn the_rule_indexes_are_current() {
    let index = all_rules().index(&catalog(), &billhook_aws::Aws::offline());
    for document in ["rules/README.md", "README.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let text = std::fs::read_to_string(&path).expect(document);
        let (before, rest) = text
            .split_once("<!-- index -->\n")
            .expect("the begin of the index");
        let (found, after) = rest
            .split_once("<!-- /index -->")
            .expect("the end of the index");
        if std::env::var_os("BILLHOOK_UPDATE").is_some() {
            let updated = format!("{before}<!-- index -->\n{index}<!-- /index -->{after}");
            std::fs::write(&path, updated).expect(document);
        } else {
            assert_eq!(
                found, index,
                "{document}: run the tests once with BILLHOOK_UPDATE=1"
            );
        }
    }
}
