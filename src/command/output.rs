//! Where results go: the summary to stdout, reports into the output folder.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use billhook::assess::Assessment;
use billhook::report::{Format, Report, TextOptions, render, text};
use billhook::snapshot::write_private;

use super::{Failure, Outcome};
use crate::cli::{Global, OutputArgs, When};

fn colour(global: &Global, is_terminal: bool) -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && !forbidden,
    }
}

/// Whether stderr is to be coloured.
pub(super) fn stderr_colour(global: &Global) -> bool {
    colour(global, io::stderr().is_terminal())
}

/// How the text summary is to be written to stdout.
pub(super) fn text_options(global: &Global) -> TextOptions {
    let is_terminal = io::stdout().is_terminal();
    let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    TextOptions {
        width: if is_terminal {
            columns.clamp(40, 80)
        } else {
            80
        },
        colour: colour(global, is_terminal),
    }
}

/// Writes a report in a format beside its place, then renames it.
pub(super) fn write_report(report: &Report, format: Format, path: &Path) -> Result<(), Failure> {
    let mut content = Vec::new();
    render(report, format, &mut content)?;
    write_private(path, &content).map_err(|fault| {
        Failure::new(format!(
            "{}: cannot write the report: {fault}",
            path.display()
        ))
    })
}

/// Prints the summary and writes the reports.
pub(super) fn deliver(
    assessment: &Assessment,
    output: &OutputArgs,
    global: &Global,
) -> Result<Outcome, Failure> {
    let report = &assessment.report;
    let mut written = Vec::new();
    for format in &output.formats {
        let path = output.out.join(format!("report.{}", format.extension()));
        write_report(report, *format, &path)?;
        written.push(path.display().to_string());
    }
    if !global.quiet {
        let mut stdout = io::stdout().lock();
        text::write(report, &text_options(global), &mut stdout)?;
        if !written.is_empty() {
            writeln!(stdout, "\nWritten: {}", written.join(", "))?;
        }
        stdout.flush()?;
    }
    Ok(outcome(assessment, output))
}

/// Findings come before incompleteness: both are in the report, and a gate on findings must hold.
fn outcome(assessment: &Assessment, output: &OutputArgs) -> Outcome {
    let report = &assessment.report;
    let fails = output.fail_on.is_some_and(|limit| {
        report
            .findings
            .iter()
            .any(|finding| finding.exemption.is_none() && finding.severity >= limit)
    });
    let incomplete = report.scan.interrupted
        || !assessment.faults.is_empty()
        || report.gaps.iter().any(|gap| !gap.accepted);
    match (fails, incomplete) {
        (true, _) => Outcome::Findings,
        (false, true) => Outcome::Incomplete,
        (false, false) => Outcome::Complete,
    }
}
