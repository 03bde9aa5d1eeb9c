//! One row a finding, for a spreadsheet. Absorbed and exempted findings are in, with their status.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use super::{Report, ReportFinding};

/// The columns, in order, and what is in them. An empty cell is *unknown* or *does not apply*, never 0.
pub const COLUMNS: &[(&str, &str)] = &[
    (
        "status",
        "`active`, `exempted`, or `absorbed`: another finding already counts these savings",
    ),
    ("severity", "`info`, `low`, `medium`, `high` or `critical`"),
    ("confidence", "`low`, `medium` or `high`"),
    ("kind", "the rule's kind"),
    ("rule", "rule id"),
    ("title", "the rule's title"),
    ("account_id", "account"),
    ("region", "region, or `global`"),
    ("resource_type", "type of the resource"),
    ("name", "name for people"),
    ("short_id", "bare id"),
    ("resource_id", "ARN"),
    (
        "owner",
        "owner, from the first owner tag that is set, else the account's; `unowned` without one",
    ),
    (
        "managed_by",
        "what manages the resource, where something is known to",
    ),
    (
        "change_at",
        "where to change it so that the change lasts; empty where nothing is known to manage it",
    ),
    ("message", "what was found"),
    ("action", "what to do"),
    ("monthly_cost_usd", "list price of the resource a month"),
    (
        "monthly_savings_usd",
        "savings a month of this finding by itself, at list price",
    ),
    (
        "effective_savings_usd",
        "the same after discounts and commitments",
    ),
    (
        "effective_basis",
        "why it differs from the list price; empty where it does not",
    ),
    (
        "counted_savings_usd",
        "what is counted in the net total, after discounts and commitments: this column can be summed",
    ),
    (
        "savings_are_upper_bound",
        "`true` where the savings are only an upper bound",
    ),
    (
        "at_stake_usd",
        "spend at stake a month at list price (hotspots); not savings",
    ),
    ("effective_at_stake_usd", "the same after discounts"),
    ("price_basis", "`exact`, `estimated` or `unknown`"),
    (
        "absorbed_by",
        "fingerprint of the finding that already counts these savings",
    ),
    ("exemption_reason", "why it is exempted"),
    ("exemption_expires", "last day of the exemption"),
    ("exemption_owner", "who answers for the exemption"),
    ("exemption_source", "`configuration` or `tag`"),
    (
        "owner_source",
        "`tag` of the resource, `account-tag` or `configuration`; empty when unowned",
    ),
    ("account_name", "name of the account, where it is known"),
    ("tags", "JSON object"),
    ("evidence", "JSON object: the figures behind the finding"),
    ("fingerprint", "identifies the finding from scan to scan"),
];

/// Writes a header and one row a finding (RFC 4180, UTF-8).
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS.iter().map(|(name, _)| name))
        .map_err(io_error)?;
    let names: HashMap<&str, &str> = report
        .accounts
        .iter()
        .map(|account| (account.account_id.as_str(), account.name.as_str()))
        .collect();
    for finding in &report.findings {
        let name = names.get(finding.account_id.as_str()).copied();
        csv.write_record(
            row(finding, name.unwrap_or_default())?
                .iter()
                .map(|cell| cell.text().into_owned()),
        )
        .map_err(io_error)?;
    }
    csv.flush()
}

/// The writer's error as it was: a closed pipe must stay one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell; which kind it is decides whether a leading `-` is a sign or an attack.
enum Cell<'a> {
    /// Text, most of it from the account.
    Text(&'a str),
    /// Text that was put together here.
    Owned(String),
    /// US dollars.
    Usd(Option<f64>),
    Flag(bool),
}

impl Cell<'_> {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => defused(text),
            Cell::Owned(text) => defused(text),
            // Four decimals, so that sums over many rows agree with the totals to the cent.
            Cell::Usd(Some(usd)) if usd.is_finite() => {
                let figure = format!("{usd:.4}");
                Cow::Owned(if figure == "-0.0000" {
                    "0.0000".to_owned()
                } else {
                    figure
                })
            }
            Cell::Usd(_) => Cow::Borrowed(""),
            Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        }
    }
}

/// Puts an apostrophe before what a spreadsheet would run as a formula. Spreadsheets also take full-width signs for
/// the plain ones, and skip blanks before them.
pub fn defused(text: &str) -> Cow<'_, str> {
    // A NUL ends the text in some readers, and no CSV needs one.
    let text = if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    };
    let starts_with_control = text.starts_with(['\t', '\r', '\n']);
    let sign = text
        .trim_start_matches(|c: char| c.is_whitespace() || c.is_control())
        .chars()
        .next();
    let is_formula = matches!(
        sign,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    );
    if starts_with_control || is_formula {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

fn row<'r>(
    finding: &'r ReportFinding,
    account_name: &'r str,
) -> io::Result<[Cell<'r>; COLUMNS.len()]> {
    let exemption = finding.exemption.as_ref();
    let option = |text: Option<&'_ String>| Cell::Owned(text.cloned().unwrap_or_default());
    Ok([
        Cell::Text(finding.status().as_str()),
        Cell::Text(finding.severity.as_str()),
        Cell::Text(finding.confidence.as_str()),
        Cell::Text(&finding.kind),
        Cell::Text(&finding.rule),
        Cell::Text(&finding.title),
        Cell::Text(&finding.account_id),
        Cell::Text(&finding.region),
        Cell::Text(&finding.resource_type),
        Cell::Text(&finding.name),
        Cell::Text(&finding.short_id),
        Cell::Text(&finding.resource_id),
        Cell::Text(finding.owner_or_none()),
        option(finding.managed_by.as_ref()),
        option(finding.change_at.as_ref()),
        Cell::Text(&finding.message),
        Cell::Text(&finding.action),
        Cell::Usd(finding.monthly_cost_usd),
        Cell::Usd(finding.monthly_savings_usd),
        Cell::Usd(finding.effective_savings_usd),
        option(finding.effective_basis.as_ref()),
        Cell::Usd(Some(finding.counted_savings_usd)),
        Cell::Flag(finding.savings_are_upper_bound),
        Cell::Usd(finding.at_stake_usd),
        Cell::Usd(finding.effective_at_stake_usd),
        Cell::Text(finding.price_basis.as_str()),
        option(finding.absorbed_by.as_ref()),
        option(exemption.map(|e| &e.reason)),
        option(exemption.and_then(|e| e.expires.as_ref())),
        option(exemption.and_then(|e| e.owner.as_ref())),
        option(exemption.map(|e| &e.source)),
        Cell::Text(&finding.owner_source),
        Cell::Text(account_name),
        Cell::Owned(serde_json::to_string(&finding.tags)?),
        Cell::Owned(serde_json::to_string(&finding.evidence)?),
        Cell::Text(&finding.fingerprint),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused() {
        for attack in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\u{1}=1",
        ] {
            assert_eq!(defused(attack), format!("'{attack}"), "{attack:?}");
        }
        for harmless in ["", "web-7", "arn:aws:ec2:…", "a=b", "{\"=x\":\"y\"}", "1-2"] {
            assert_eq!(defused(harmless), harmless);
        }
        assert_eq!(defused("\0=1"), "'=1");
    }

    #[test]
    fn a_closed_pipe_stays_one() {
        let closed = csv::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(io_error(closed).kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(Cell::Usd(Some(-12.5)).text(), "-12.5000");
        assert_eq!(Cell::Usd(Some(-0.000_001)).text(), "0.0000");
        assert_eq!(Cell::Usd(None).text(), "");
        assert_eq!(Cell::Usd(Some(f64::NAN)).text(), "");
    }
}
