//! `explain`: why a finding, or a resource, is as it is.

use std::io::{self, Write};
use std::path::Path;

use billhook::assess::{Thresholds, assess, facts_of};
use billhook::explain::{Found, from_facts, from_report, known, look_up};
use billhook::report::{Report, ReportFinding, ResourceStory, text};
use billhook::sql::Catalog;
use serde_json::json;

use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, judge, output, setup};
use crate::cli::{ExplainArgs, ExplainFormat, Global};

/// The report that the other commands write unless they are told otherwise.
const DEFAULT_REPORT: &str = "billhook-out/report.json";

/// Explains what is asked about.
pub(super) fn explain(
    args: &ExplainArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let (report, found, story) = match &args.snapshot {
        Some(folder) => from_snapshot(args, folder, cloud)?,
        None => {
            let path = args.report.as_deref().unwrap_or(Path::new(DEFAULT_REPORT));
            if args.report.is_none() && !path.is_file() {
                return Err(Failure::new(format!(
                    "there is no {DEFAULT_REPORT} here; give --report FILE, or --snapshot DIR (`demo` is the demo account)"
                )));
            }
            let report = Report::read(path).map_err(Failure::new)?;
            let found = look_up(&report, &[], &args.what).map_err(Failure::new)?;
            let story = from_report(&report, &found.resource_id);
            (report, found, story)
        }
    };
    let findings: Vec<&ReportFinding> = report
        .findings
        .iter()
        .filter(|finding| match &found.fingerprint {
            Some(fingerprint) => finding.fingerprint == *fingerprint,
            None => finding.resource_id == found.resource_id,
        })
        .collect();
    let story = found.fingerprint.is_none().then_some(story);
    let mut stdout = io::stdout().lock();
    match args.format {
        ExplainFormat::Text => {
            let options = output::text_options(global);
            text::write_why(&report, &findings, &options, &mut stdout)?;
            // A report alone has nothing to add to findings.
            if let Some(story) = story.filter(|_| findings.is_empty() || args.snapshot.is_some()) {
                text::write_story(&story, !findings.is_empty(), &options, &mut stdout)?;
            }
        }
        ExplainFormat::Json => write_json(&report, &findings, story.as_ref(), &mut stdout)?,
    }
    stdout.flush()?;
    Ok(Outcome::Complete)
}

/// Judges a snapshot, and asks it for what is meant.
fn from_snapshot(
    args: &ExplainArgs,
    folder: &Path,
    cloud: &dyn Cloud,
) -> Result<(Report, Found, ResourceStory), Failure> {
    let offline = cloud.offline();
    let catalog = Catalog::new(offline.tables());
    let snapshot = judge::snapshot(folder, &catalog)?;
    let extras = Extras::Read(&snapshot);
    let (config, rules) = match judge::embedded_config(folder)? {
        // The demo account has a configuration of its own.
        Some(config) if args.rules.config.is_none() => {
            let (rules, _) = setup::rules(&args.rules, &config, &catalog, extras)?;
            (config, rules.without_riders())
        }
        _ => {
            let Prepared { config, rules, .. } = setup::prepare(&args.rules, cloud, extras)?;
            (config, rules)
        }
    };
    let report = assess(
        offline.as_ref(),
        &snapshot,
        &rules,
        &config,
        Thresholds::default(),
    )
    .map_err(Failure::new)?
    .report;
    let facts = facts_of(offline.as_ref(), &snapshot, &config).map_err(Failure::new)?;
    let known = known(&facts).map_err(Failure::new)?;
    let found = look_up(&report, &known, &args.what).map_err(Failure::new)?;
    let story = from_facts(&rules, &facts, &found.resource_id).map_err(Failure::new)?;
    Ok((report, found, story))
}

/// The findings as in the report, with what they refer to.
fn write_json(
    report: &Report,
    findings: &[&ReportFinding],
    story: Option<&ResourceStory>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let rules: Vec<_> = report
        .rules
        .iter()
        .filter(|rule| findings.iter().any(|finding| finding.rule == rule.id))
        .collect();
    let answer = json!({
        "findings": findings,
        "rules": rules,
        "prices": report.prices,
        "resource": story,
    });
    serde_json::to_writer_pretty(&mut *out, &answer).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}
