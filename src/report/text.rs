//! The summary for a terminal: never wider than 80 columns.

mod accounts;
mod missing;
mod page;
mod story;
mod why;

use std::io;

pub use story::write_story;
pub use why::write_why;

use unicode_width::UnicodeWidthStr;

use self::page::{Page, Style, cut, pad};

use super::clean::{clean, moment};
use super::figure::days as in_days;
use super::money::{count, percent, usd, usd_fine, usd_or_unknown};
use super::{Report, ReportFinding, digest};
use crate::finding::Severity;

/// Findings that are listed one by one.
const TOP_FINDINGS: usize = 10;
/// Findings without savings that are listed one by one.
const TOP_SEVERE: usize = 5;
/// Reasons and gaps that are listed one by one.
const MOST_LINES: usize = 12;
/// Accounts and regions that are named, not only counted.
const MOST_NAMES: usize = 6;
/// No summary is wider, however wide the terminal is.
pub const WIDEST: usize = 80;
/// Below this the table of kinds does not fit; a narrower terminal wraps it itself.
pub const NARROWEST: usize = 76;

/// How the summary looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Columns of the terminal; held between [`NARROWEST`] and [`WIDEST`].
    pub width: usize,
    /// Whether to colour with ANSI sequences. The caller knows the terminal and the environment.
    pub colour: bool,
}

impl Default for TextOptions {
    /// [`WIDEST`], without colour: fit for a file or a pipe.
    fn default() -> Self {
        TextOptions {
            width: WIDEST,
            colour: false,
        }
    }
}

/// Writes the summary.
pub fn write(report: &Report, options: &TextOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let width = options.width.clamp(NARROWEST, WIDEST);
    let mut page = Page {
        text: String::new(),
        width,
        colour: options.colour,
    };
    head(&mut page, report);
    totals(&mut page, report);
    kinds(&mut page, report);
    accounts::accounts(&mut page, report);
    top_findings(&mut page, report);
    missing::not_judged(&mut page, report);
    missing::gaps(&mut page, report);
    missing::notices(&mut page, report);
    out.write_all(page.text.as_bytes())
}

fn head(page: &mut Page, report: &Report) {
    let scan = &report.scan;
    page.line(
        Style::Bold,
        &format!(
            "billhook {} · scan of {}",
            clean(&scan.billhook_version),
            moment(&scan.started_at)
        ),
    );
    page.field("Accounts", &names(&scan.accounts));
    page.field("Regions", &names(&scan.regions));
    let prices = scan.price_date.as_ref().map_or_else(
        || "no list prices were used".to_owned(),
        |date| match date.oldest == date.newest {
            true => format!("list prices of {}", clean(&date.newest)),
            false => format!(
                "list prices of {} to {}",
                clean(&date.oldest),
                clean(&date.newest)
            ),
        },
    );
    page.field(
        "Basis",
        &match scan.window_days {
            0 => format!("no metrics, {prices}"),
            days => format!("up to {} of metrics, {prices}", in_days(f64::from(days))),
        },
    );
    if scan.interrupted {
        page.wrapped(
            Style::Warning,
            "",
            "",
            "The scan was stopped before its end: what follows is only what had been read.",
        );
    }
    let open = digest::open_gaps(report);
    if open > 0 {
        let text = format!(
            "The scan is incomplete: {} could not be read (see below).",
            things(open as u64, "thing", "things")
        );
        page.wrapped(Style::Warning, "", "", &text);
    }
}

fn totals(page: &mut Page, report: &Report) {
    let sum = &report.summary;
    page.heading("Savings a month");
    let share = sum.net_share_of_estate().map_or(String::new(), |share| {
        format!("{} of the estate", percent(share))
    });
    page.figure(
        Style::Good,
        "Net: everything done, counted once",
        &usd(sum.net_monthly_savings_usd),
        &share,
    );
    if sum.net_monthly_savings_usd > 0.0 {
        page.wrapped(Style::Dim, "    ", "    ", &digest::confidence(sum));
    }
    // Effective amounts first; the list price beside them where discounts or commitments make a difference.
    let at_list = |list: f64| match sum.differs_from_list() {
        true => format!("at list price {}", usd(list)),
        false => String::new(),
    };
    if sum.differs_from_list() {
        page.figure(
            Style::Plain,
            "  the same at list price",
            &usd(sum.list_net_monthly_savings_usd),
            "",
        );
    }
    page.figure(
        Style::Plain,
        "Gross: each finding by itself",
        &usd(sum.gross_monthly_savings_usd),
        &at_list(sum.list_gross_monthly_savings_usd),
    );
    page.figure(
        Style::Plain,
        "Egress at stake, not savings",
        &usd(sum.egress_at_stake_usd),
        &at_list(sum.list_egress_at_stake_usd),
    );
    page.figure(
        Style::Plain,
        "Upper bounds, in neither sum",
        &usd(sum.upper_bound_monthly_usd),
        &at_list(sum.list_upper_bound_monthly_usd),
    );
    if sum.exempted_monthly_savings_usd != 0.0 {
        page.figure(
            Style::Plain,
            "Exempted",
            &usd(sum.exempted_monthly_savings_usd),
            &at_list(sum.list_exempted_monthly_savings_usd),
        );
    }
    page.figure(
        Style::Plain,
        "Findings without a price",
        &count(sum.findings_without_price),
        if sum.findings_without_price > 0 {
            "missing in the sums"
        } else {
            ""
        },
    );
    let priced = sum.estate_priced_ratio.map_or(String::new(), |ratio| {
        format!("{} of it priced", percent(ratio))
    });
    page.figure(
        Style::Plain,
        "Estate at list price",
        &usd(sum.estate_monthly_cost_usd),
        &priced,
    );
    if sum.differs_from_list() {
        page.figure(
            Style::Plain,
            "Estate after discounts",
            &usd(sum.effective_estate_monthly_cost_usd),
            "",
        );
    }
    let cost = report
        .scan
        .api_cost_usd
        .map_or_else(|| usd_or_unknown(None), usd_fine);
    let requests = things(digest::api_calls(report), "request", "requests");
    page.figure(Style::Plain, "Cost of this scan", &cost, &requests);
    if let Some(reused) = &report.scan.reused {
        page.figure(
            Style::Plain,
            "Saved by earlier answers",
            &reused
                .saved_usd
                .map_or_else(|| usd_or_unknown(None), usd_fine),
            "",
        );
        page.wrapped(Style::Dim, "    ", "    ", &digest::reuse(reused));
    }
}

fn kinds(page: &mut Page, report: &Report) {
    let slices = digest::slices(report, |finding| &finding.kind);
    page.heading("Findings by kind and severity");
    if slices.is_empty() {
        page.wrapped(
            Style::Plain,
            "  ",
            "  ",
            "Nothing was found in what could be judged.",
        );
        return;
    }
    let name_columns = page.width - 59;
    let mut title = format!(
        "  {} {:>8} {:>13}",
        pad("", name_columns),
        "findings",
        "net a month"
    );
    for severity in Severity::ALL.iter().rev() {
        title.push_str(&format!(
            " {:>1$}",
            severity.as_str(),
            severity_columns(*severity)
        ));
    }
    page.line(Style::Dim, &title);
    for slice in slices.iter().take(MOST_LINES) {
        let mut row = format!("  {}", pad(&clean(&slice.name), name_columns));
        row.push_str(&format!(
            " {:>8} {:>13}",
            count(slice.findings),
            usd(slice.net_usd)
        ));
        for severity in Severity::ALL.iter().rev() {
            let number = slice.severities.get(severity).copied().unwrap_or(0);
            let figure = if number == 0 {
                "·".to_owned()
            } else {
                count(number)
            };
            row.push_str(&format!(" {figure:>0$}", severity_columns(*severity)));
        }
        page.line(Style::Plain, &row);
    }
    page.and_more(slices.len().saturating_sub(MOST_LINES), "kind", "kinds");
}

/// Columns of a severity's counts: its word, and room for five digits.
fn severity_columns(severity: Severity) -> usize {
    severity.as_str().len().max(5)
}

fn top_findings(page: &mut Page, report: &Report) {
    let top = digest::most_money(report, TOP_FINDINGS);
    if !top.is_empty() {
        page.heading("Most savings");
        for (index, finding) in top.iter().enumerate() {
            self::finding(page, index + 1, &usd(finding.counted_savings_usd), finding);
        }
        if top[0].explanation.is_some() {
            page.wrapped(
                Style::Dim,
                "  ",
                "  ",
                &format!(
                    "Why the first is as it is: billhook explain {}. Any id or name above will do.",
                    top[0].fingerprint
                ),
            );
        }
    }
    let (severe, total) = digest::most_severe_without_savings(report, TOP_SEVERE);
    if !severe.is_empty() {
        page.heading("Most severe without savings");
        for (index, finding) in severe.iter().enumerate() {
            let dollars = finding
                .effective_at_stake_usd
                .map_or_else(|| "–".to_owned(), |stake| format!("({})", usd(stake)));
            self::finding(page, index + 1, &dollars, finding);
        }
        if severe.iter().any(|finding| finding.at_stake_usd.is_some()) {
            page.wrapped(
                Style::Dim,
                "  ",
                "  ",
                "In brackets: spend at stake, not savings.",
            );
        }
        page.and_more(total - severe.len(), "finding", "findings");
    }
}

fn finding(page: &mut Page, rank: usize, dollars: &str, finding: &ReportFinding) {
    let severity = finding.severity.as_str();
    let lead = format!("{rank:>3}. {dollars:>12}  ");
    let rule_columns = page.width.saturating_sub(lead.width() + 10);
    let rule = cut(&clean(&finding.rule), rule_columns);
    let rule = rule.trim_end();
    let coloured = page.styled(Style::Severity(finding.severity), &format!("{severity:<8}"));
    page.raw(&format!(
        "{}{coloured}  {rule}",
        page.styled(Style::Bold, &lead)
    ));
    let label = clean(finding.label());
    let short_id = clean(&finding.short_id);
    let mut place = vec![label.as_ref()];
    if short_id != label {
        place.push(&short_id);
    }
    let (region, account) = (clean(&finding.region), clean(&finding.account_id));
    let owner = clean(finding.owner_or_none());
    place.extend([region.as_ref(), account.as_ref(), owner.as_ref()]);
    page.wrapped(Style::Plain, "     ", "     ", &place.join(" · "));
    page.wrapped(Style::Dim, "     ", "     ", &finding.message);
    if let Some(sentence) = &finding.change_at {
        page.wrapped(Style::Dim, "     ", "     ", sentence);
    }
}

/// `1 request`, `1,234 requests`.
fn things(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Names, or the first and how many more.
fn names(all: &[String]) -> String {
    if all.is_empty() {
        return "none".to_owned();
    }
    let named: Vec<_> = all
        .iter()
        .take(MOST_NAMES)
        .map(|name| clean(name))
        .collect();
    match all.len().saturating_sub(MOST_NAMES) {
        0 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), count(more as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_counted() {
        let eight: Vec<String> = (1..=8).map(|n| n.to_string()).collect();
        assert_eq!(names(&eight), "1, 2, 3, 4, 5, 6 and 2 more");
        assert_eq!(names(&[]), "none");
    }
}
