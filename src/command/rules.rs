//! `rules`: list, show, check, test and begin rules.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use billhook::rule::{
    Rule, RuleSet, Settings, Summary, id_fault, load_folder, run_tests, scaffold, table_for,
};
use billhook::sql::{Catalog, Literal};
use billhook_catalog::Kind;

use super::setup::Extras;
use super::{Cloud, Failure, Outcome, setup};
use crate::cli::{
    ListFormat, RulesCommand, RulesFolderArgs, RulesListArgs, RulesNewArgs, RulesShowArgs,
};

/// Runs the sub-command.
pub(super) fn rules(command: &RulesCommand, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let catalog = Catalog::new(cloud.offline().tables());
    match command {
        RulesCommand::List(args) => list(args, cloud),
        RulesCommand::Show(args) => show(args, cloud),
        RulesCommand::Check(args) => {
            let set = folder(args, &catalog)?;
            let rules = counted(set.rules.len(), "rule");
            writeln!(io::stdout().lock(), "{rules}, well-formed")?;
            Ok(Outcome::Complete)
        }
        RulesCommand::Test(args) => test(args, &catalog),
        RulesCommand::New(args) => new(args, &catalog, cloud),
    }
}

fn list(args: &RulesListArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let prepared = setup::prepare_all(&args.rules, cloud, Extras::All)?;
    let (set, catalog) = (prepared.rules, prepared.catalog);
    let provider = prepared.offline.as_ref();
    let mut out = io::stdout().lock();
    let format = if args.markdown {
        ListFormat::Markdown
    } else {
        args.format
    };
    if format == ListFormat::Markdown {
        write!(out, "{}", set.index(&catalog, provider))?;
        return Ok(Outcome::Complete);
    }
    let rules = set.summaries(&catalog, provider);
    match format {
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(&rules).map_err(Failure::new)?;
            writeln!(out, "{text}")?;
        }
        ListFormat::Ndjson => {
            for rule in &rules {
                let text = serde_json::to_string(rule).map_err(Failure::new)?;
                writeln!(out, "{text}")?;
            }
        }
        _ => {
            for rule in &rules {
                list_one(rule, &mut out)?;
            }
        }
    }
    Ok(Outcome::Complete)
}

/// `1 day`, `14 days`.
fn in_days(days: f64) -> String {
    let noun = if days == 1.0 { "day" } else { "days" };
    format!("{days} {noun}")
}

/// Columns of a list for people.
const COLUMNS: usize = 80;

/// A rule in the list: what can be sorted and searched in one line, the rest below it.
fn list_one(rule: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let width = COLUMNS - 18 - 8;
    writeln!(
        out,
        "{:width$}  {:16}  {}",
        rule.id, rule.kind, rule.severity
    )?;
    let mut needs = rule.needs();
    if needs.is_empty() {
        needs = "nothing beyond the inventory".to_owned();
    }
    let text = format!("{}. Needs {needs}; can save: {}", rule.title, rule.can_save);
    let indented = textwrap::Options::new(COLUMNS)
        .initial_indent("    ")
        .subsequent_indent("    ");
    for line in textwrap::wrap(&text, indented) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Writes a rule to begin with.
fn new(args: &RulesNewArgs, catalog: &Catalog, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    if let Some(fault) = id_fault(&args.id) {
        return Err(Failure::new(fault));
    }
    let table = match &args.resource {
        Some(name) => catalog
            .table(name)
            .filter(|table| table.kind == Kind::Resource)
            .ok_or_else(|| {
                Failure::new(format!(
                    "--resource {name}: there is no such table of resources; `billhook tables` lists the tables"
                ))
            })?,
        None => table_for(&args.id, catalog).ok_or_else(|| {
            Failure::new(format!(
                "the id {} does not say which resources are judged: add --resource TABLE; `billhook tables` lists them",
                args.id
            ))
        })?,
    };
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => {
            let config = setup::config(args.config.as_deref(), cloud.offline().as_ref())?;
            let first = config.rules.into_iter().next();
            first.unwrap_or_else(|| PathBuf::from("rules"))
        }
    };
    let path = folder.join(format!("{}.md", args.id));
    let cannot = |fault: io::Error| {
        Failure::new(if fault.kind() == io::ErrorKind::AlreadyExists {
            format!(
                "{}: there is such a file already; it is left alone",
                path.display()
            )
        } else {
            format!("{}: cannot write the rule: {fault}", path.display())
        })
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(cannot)?;
    }
    let mut file = fs::File::create_new(&path).map_err(cannot)?;
    file.write_all(scaffold(&args.id, table, &args.kind).as_bytes())
        .map_err(cannot)?;
    let mut out = io::stdout().lock();
    let folder = folder.display();
    writeln!(out, "{}", path.display())?;
    writeln!(out, "It judges the rows of {}. Now:", table.name)?;
    writeln!(out, "  billhook tables {}", table.name)?;
    writeln!(out, "  billhook rules check {folder}")?;
    writeln!(out, "  billhook rules test {folder}")?;
    writeln!(
        out,
        "  billhook judge demo --rules {folder} --only {}",
        args.id
    )?;
    Ok(Outcome::Complete)
}

fn show(args: &RulesShowArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let set = setup::prepare_all(&args.rules, cloud, Extras::All)?.rules;
    let rule = set.get(&args.id).ok_or_else(|| {
        Failure::new(format!(
            "there is no rule {}; `billhook rules list` lists them",
            args.id
        ))
    })?;
    print_rule(rule)?;
    Ok(Outcome::Complete)
}

fn print_rule(rule: &Rule) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}\n{}\n",
        rule.title,
        "=".repeat(rule.title.chars().count())
    )?;
    writeln!(out, "id         {}", rule.id)?;
    writeln!(
        out,
        "kind       {}, severity {}, confidence {}",
        rule.kind, rule.severity, rule.confidence
    )?;
    writeln!(
        out,
        "judges     {} ({})",
        rule.resource.name, rule.resource.resource_type
    )?;
    writeln!(out, "action     {}", rule.action.as_str())?;
    let reads: Vec<&str> = rule.groups.keys().copied().collect();
    writeln!(out, "reads      {}", reads.join(", "))?;
    if let Some(days) = rule.needs.age_days {
        writeln!(out, "needs      an age of {}", in_days(days))?;
    }
    for need in &rule.needs.metrics {
        let (metric, statistic) = (need.metric.name, need.statistic.as_str());
        let period = if need.period_seconds == 3600 {
            "hourly".to_owned()
        } else {
            format!("{} s", need.period_seconds)
        };
        let much = if need.optional {
            "where there is any".to_owned()
        } else {
            format!("{:.0} % of it", need.coverage * 100.0)
        };
        writeln!(
            out,
            "needs      {metric} {statistic}, {period}, {}, {much}",
            in_days(f64::from(need.days))
        )?;
    }
    for (name, param) in &rule.params {
        let value = match &param.value {
            Literal::Int(number) => number.to_string(),
            Literal::Real(number) => number.to_string(),
            Literal::Text(text) => format!("'{text}'"),
            Literal::Bool(flag) => flag.to_string(),
        };
        let changed = if param.value == param.default {
            ""
        } else {
            " (configured)"
        };
        writeln!(
            out,
            "parameter  {name} = {value} {}{changed}: {}",
            param.unit, param.doc
        )?;
    }
    let prose = &rule.prose;
    for (heading, words) in [
        ("What it finds", &prose.what_it_finds),
        ("Why it costs", &prose.why_it_costs),
        ("What to do", &prose.what_to_do),
        ("When it is wrong", &prose.when_it_is_wrong),
        ("Query", &rule.query_text),
    ] {
        writeln!(out, "\n{heading}\n{}\n{words}", "-".repeat(heading.len()))?;
    }
    Ok(())
}

/// The rules of a folder alone, with nothing configured.
fn folder(args: &RulesFolderArgs, catalog: &Catalog) -> Result<RuleSet, Failure> {
    let files = load_folder(&args.folder).map_err(|fault| {
        Failure::new(format!(
            "{}: cannot read the rules folder: {fault}",
            args.folder.display()
        ))
    })?;
    if files.is_empty() {
        return Err(Failure::new(format!(
            "{}: there are no rule files (*.md) below it",
            args.folder.display()
        )));
    }
    RuleSet::compile(files, catalog, |_| Settings::default())
        .map_err(|errors| Failure::new(setup::listed(&errors)))
}

fn test(args: &RulesFolderArgs, catalog: &Catalog) -> Result<Outcome, Failure> {
    let set = folder(args, catalog)?;
    let mut out = io::stdout().lock();
    let examples = set.rules.iter().map(|rule| rule.examples.len()).sum();
    let failures = run_tests(&set.rules, catalog);
    let failed = failures.len();
    for failure in failures {
        writeln!(out, "{}", failure.error)?;
    }
    let rules = counted(set.rules.len(), "rule");
    let examples = counted(examples, "example");
    let failures = counted(failed, "failure");
    writeln!(out, "{rules}, {examples}, {failures}")?;
    if failed > 0 {
        Err(Failure::new("the examples of the rules do not hold"))
    } else {
        Ok(Outcome::Complete)
    }
}

/// A number and what it counts.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
