//! `report`: an existing report in other formats.

use std::io::{self, Write};

use billhook::report::{Format, Report, render, text};

use super::{Failure, Outcome, output};
use crate::cli::{Global, ReportArgs};

/// Reads a `report.json` and writes it again.
pub(super) fn report(args: &ReportArgs, global: &Global) -> Result<Outcome, Failure> {
    let report = Report::read(&args.report).map_err(Failure::new)?;
    match (&args.out, args.formats.as_slice()) {
        (Some(folder), formats) => {
            for format in formats {
                output::write_report(
                    &report,
                    *format,
                    &folder.join(format!("report.{}", format.extension())),
                )?;
            }
        }
        (None, [format]) => {
            let mut stdout = io::stdout().lock();
            match format {
                Format::Text => text::write(&report, &output::text_options(global), &mut stdout)?,
                other => render(&report, *other, &mut stdout)?,
            }
            stdout.flush()?;
        }
        (None, _) => return Err(Failure::new("several formats need a folder: add --out DIR")),
    }
    Ok(Outcome::Complete)
}
