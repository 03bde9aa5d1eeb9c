//! `report.json`: the report itself, the schema of its shape, and the way back.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Report, SCHEMA_VERSION, older};

/// Writes the report, indented, with its fields in the order of the contract and a line end at the end.
///
/// Fails with [`io::ErrorKind::InvalidData`] where a sum is no number: JSON has no word for it, and `null` would
/// break the contract.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    if let Some(field) = not_a_number(report) {
        let message =
            format!("the report's {field} is not a number, so it cannot be written as JSON");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    serde_json::to_writer_pretty(&mut *out, report).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Path of the first amount that must be known and is NaN or infinite. Optional ones become `null`, which is unknown.
fn not_a_number(report: &Report) -> Option<String> {
    let sum = &report.summary;
    let sums = [
        ("gross_monthly_savings_usd", sum.gross_monthly_savings_usd),
        ("net_monthly_savings_usd", sum.net_monthly_savings_usd),
        ("egress_at_stake_usd", sum.egress_at_stake_usd),
        ("upper_bound_monthly_usd", sum.upper_bound_monthly_usd),
        (
            "exempted_monthly_savings_usd",
            sum.exempted_monthly_savings_usd,
        ),
        ("estate_monthly_cost_usd", sum.estate_monthly_cost_usd),
        (
            "list_gross_monthly_savings_usd",
            sum.list_gross_monthly_savings_usd,
        ),
        (
            "list_net_monthly_savings_usd",
            sum.list_net_monthly_savings_usd,
        ),
        ("list_egress_at_stake_usd", sum.list_egress_at_stake_usd),
        (
            "list_upper_bound_monthly_usd",
            sum.list_upper_bound_monthly_usd,
        ),
        (
            "list_exempted_monthly_savings_usd",
            sum.list_exempted_monthly_savings_usd,
        ),
        (
            "effective_estate_monthly_cost_usd",
            sum.effective_estate_monthly_cost_usd,
        ),
    ];
    if let Some((name, _)) = sums.iter().find(|(_, amount)| !amount.is_finite()) {
        return Some(format!("summary.{name}"));
    }
    if let Some((confidence, _)) = sum
        .net_by_confidence
        .iter()
        .find(|(_, amount)| !amount.is_finite())
    {
        return Some(format!("summary.net_by_confidence.{confidence}"));
    }
    let index = report
        .findings
        .iter()
        .position(|finding| !finding.counted_savings_usd.is_finite())?;
    Some(format!("findings[{index}].counted_savings_usd"))
}

/// JSON Schema (2020-12) of `report.json`.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert(
            "title".to_owned(),
            format!("billhook report, version {SCHEMA_VERSION}").into(),
        );
    }
    schema
}

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read the report {path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no report.
    #[error(
        "{path}:{line}:{column}: this is not a report: {problem}. Give a report.json that billhook wrote",
        path = path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser expected.
        problem: String,
    },
    /// The report has a shape that this version does not know.
    #[error(
        "{path}: the report has schema version {found}, and this billhook reads version {known}. {advice}",
        path = path.display(), known = SCHEMA_VERSION,
        advice = if *found > u64::from(SCHEMA_VERSION) { "Use the billhook that wrote it, or a newer one" }
                 else { "Judge its snapshot again, or use the billhook that wrote it" },
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it names.
        found: u64,
    },
}

/// The one field that is read before the shape is known.
#[derive(Deserialize)]
#[serde(expecting = "an object with `schema_version`")]
struct Version {
    schema_version: u64,
}

impl Report {
    /// Reads a report that [`Format::Json`](super::Format::Json) wrote.
    pub fn read(path: &Path) -> Result<Report, ReadError> {
        let text = std::fs::read_to_string(path).map_err(|source| ReadError::Io {
            path: path.to_owned(),
            source,
        })?;
        Report::parse(&text, path)
    }

    /// As [`Report::read`], from text; `path` is only named in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Report, ReadError> {
        let malformed_by = |error: &serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            // The position is said once, in front.
            let problem = error.to_string();
            let place = format!(" at line {line} column {column}");
            let problem = problem.strip_suffix(&place).unwrap_or(&problem).to_owned();
            ReadError::Malformed {
                path: path.to_owned(),
                line,
                // At the end of a line the parser counts from 0.
                column: column.max(1),
                problem,
            }
        };
        let malformed = |error: serde_json::Error| malformed_by(&error);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Version { schema_version } = serde_json::from_str(text).map_err(malformed)?;
        if schema_version != u64::from(SCHEMA_VERSION) {
            return Err(ReadError::Version {
                path: path.to_owned(),
                found: schema_version,
            });
        }
        serde_json::from_str(text).or_else(|error| {
            // Fields have been added to the version since. If that was not it, the first error is the one to name.
            let mut report: serde_json::Value =
                serde_json::from_str(text).map_err(|_| malformed_by(&error))?;
            older::complete(&mut report);
            serde_json::from_value(report).map_err(|_| malformed_by(&error))
        })
    }
}
