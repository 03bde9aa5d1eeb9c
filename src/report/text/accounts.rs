//! What the summary says about each account, where there are several.

use super::MOST_LINES;
use super::page::{Page, Style, pad};
use crate::report::clean::clean;
use crate::report::money::{count, usd};
use crate::report::{Report, ReportAccount};

pub(super) fn accounts(page: &mut Page, report: &Report) {
    if report.accounts.len() < 2 {
        return;
    }
    page.heading("Accounts");
    let name_columns = page.width - 42;
    let title = format!(
        "  {} {:>8} {:>13} {:>15}",
        pad("", name_columns),
        "findings",
        "net a month",
        "estate a month"
    );
    page.line(Style::Dim, &title);
    let mut accounts: Vec<&ReportAccount> = report.accounts.iter().collect();
    // What was not read comes first: it must not be among the lines that are left out.
    accounts.sort_by(|one, other| {
        one.was_read()
            .cmp(&other.was_read())
            .then_with(|| {
                other
                    .net_monthly_savings_usd
                    .total_cmp(&one.net_monthly_savings_usd)
            })
            .then_with(|| one.account_id.cmp(&other.account_id))
    });
    for account in accounts.iter().take(2 * MOST_LINES) {
        let label = account.label();
        let label = clean(&label);
        match account.why_not() {
            Some(why) => page.wrapped(Style::Warning, "  ", "    ", &format!("{label} {why}")),
            None => page.line(
                Style::Plain,
                &format!(
                    "  {} {:>8} {:>13} {:>15}",
                    pad(&label, name_columns),
                    count(account.findings),
                    usd(account.net_monthly_savings_usd),
                    usd(account.estate_monthly_cost_usd)
                ),
            ),
        }
    }
    page.and_more(
        accounts.len().saturating_sub(2 * MOST_LINES),
        "account",
        "accounts",
    );
}
