//! `rules`: list, show, check and test rules.

use std::io::{self, Write};

use billhook::rule::{Rule, RuleSet, Settings, load_folder, run_examples, run_generated};
use billhook::sql::{Catalog, Literal};

use super::setup::Extras;
use super::{Cloud, Failure, Outcome, setup};
use crate::cli::{RulesCommand, RulesFolderArgs, RulesListArgs, RulesShowArgs};

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
    }
}

fn list(args: &RulesListArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let set = setup::prepare_all(&args.rules, cloud, Extras::All)?.rules;
    let mut out = io::stdout().lock();
    if args.markdown {
        write!(out, "{}", set.index())?;
        return Ok(Outcome::Complete);
    }
    let width = set
        .rules
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or(0);
    for rule in &set.rules {
        writeln!(
            out,
            "{:width$}  {:16}  {:8}  {}",
            rule.id, rule.kind, rule.severity, rule.title
        )?;
    }
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
        writeln!(out, "needs      an age of {days} days")?;
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
            "needs      {metric} {statistic}, {period}, {} days, {much}",
            need.days
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
    let mut failed = 0;
    let mut examples = 0;
    for rule in &set.rules {
        examples += rule.examples.len();
        for failure in run_examples(rule, catalog)
            .into_iter()
            .chain(run_generated(rule, catalog))
        {
            failed += 1;
            writeln!(out, "{}", failure.error)?;
        }
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
