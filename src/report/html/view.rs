//! What the template shows, worked out.

use std::collections::HashMap;

use askama::Template;

use super::charts::{Chart, Curve, charts, curve};
use super::coverage::{LEGEND, Ledger, ledger};
use super::missing::{GapView, RuleUnjudged, gap_view, not_judged, policy_statement};
use super::{SCRIPT, STYLE, data, markdown, policy};
use crate::finding::{Confidence, Severity};
use crate::report::chart;
use crate::report::clean::{clean, moment};
use crate::report::digest::{self, Slice};
use crate::report::figure::days as in_days;
use crate::report::money::{UNKNOWN, count, percent, usd, usd_fine, usd_or_unknown};
use crate::report::{Report, ReportAccount, ReportFinding, ReportRule, Status, UNOWNED};

/// Findings that are in the page without its script.
const TOP_FINDINGS: usize = 10;

/// The page.
#[derive(Template)]
#[template(path = "report.html")]
pub(crate) struct Page<'a> {
    report: &'a Report,
    policy: String,
    style: &'static str,
    script: &'static str,
    data: String,
    net: String,
    net_a_year: String,
    share: Option<String>,
    list_net: Option<String>,
    confidence: String,
    confidence_bar: String,
    figures: Vec<Figure>,
    open_gaps: usize,
    severities: Vec<Severity>,
    kinds: Vec<Slice>,
    accounts: Vec<AccountView>,
    accounts_left_out: usize,
    charts: Vec<Chart>,
    curve: Option<Curve>,
    top: Vec<Top<'a>>,
    severe: Vec<Top<'a>>,
    severe_total: usize,
    not_judged: Vec<RuleUnjudged>,
    gaps: Vec<GapView>,
    policy_statement: Option<String>,
    ledger: Ledger,
    legend: &'static [(&'static str, &'static str, &'static str)],
    rules: Vec<RuleView<'a>>,
    prices: String,
    scan_cost: String,
    requests: String,
}

/// A number of the summary.
struct Figure {
    label: &'static str,
    value: String,
    note: String,
}

/// Accounts in the table; the JSON has them all.
const MOST_ACCOUNTS: usize = 200;

/// An account with its sums.
struct AccountView {
    label: String,
    owner: String,
    net: String,
    findings: String,
    estate: String,
    read: String,
}

/// What was not read first, then most savings.
fn accounts(report: &Report) -> Vec<AccountView> {
    let mut accounts: Vec<&ReportAccount> = report.accounts.iter().collect();
    accounts.sort_by(|one, other| {
        one.was_read().cmp(&other.was_read()).then_with(|| {
            other
                .net_monthly_savings_usd
                .total_cmp(&one.net_monthly_savings_usd)
        })
    });
    let view = |account: &ReportAccount| {
        let figure = |text: String| {
            if account.was_read() {
                text
            } else {
                UNKNOWN.to_owned()
            }
        };
        AccountView {
            label: clean(&account.label()).into_owned(),
            owner: clean(account.owner.as_deref().unwrap_or(UNOWNED)).into_owned(),
            net: figure(usd(account.net_monthly_savings_usd)),
            findings: figure(count(account.findings)),
            estate: figure(usd(account.estate_monthly_cost_usd)),
            read: match (account.why_not(), account.open_gaps) {
                (Some(why), _) => clean(&why).into_owned(),
                (None, 0) => "completely".to_owned(),
                (None, gaps) => format!("but for {} things", count(gaps)),
            },
        }
    };
    accounts.into_iter().take(MOST_ACCOUNTS).map(view).collect()
}

/// A finding that is in the page without its script.
struct Top<'a> {
    finding: &'a ReportFinding,
    figure: String,
    note: String,
    what_to_do: Option<String>,
}

/// A rule, rendered.
struct RuleView<'a> {
    rule: &'a ReportRule,
    outcome: String,
    sections: Vec<(&'static str, String)>,
}

impl<'a> Page<'a> {
    /// Works out everything that the template shows.
    pub(crate) fn new(report: &'a Report) -> Self {
        let sum = &report.summary;
        let titles: HashMap<&str, &str> = report
            .rules
            .iter()
            .map(|r| (r.id.as_str(), r.title.as_str()))
            .collect();
        let what_to_do: HashMap<&str, &str> = report
            .rules
            .iter()
            .map(|r| (r.id.as_str(), r.what_to_do.as_str()))
            .collect();
        let top = |finding: &'a ReportFinding| Top {
            finding,
            figure: money(finding).0,
            note: money(finding).1,
            what_to_do: what_to_do
                .get(finding.rule.as_str())
                .map(|text| markdown::to_html(text)),
        };
        let (severe, severe_total) = digest::most_severe_without_savings(report, TOP_FINDINGS);
        Page {
            report,
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            data: data::embedded(report),
            net: usd(sum.net_monthly_savings_usd),
            net_a_year: usd(sum.net_monthly_savings_usd * 12.0),
            share: sum.net_share_of_estate().map(percent),
            list_net: sum
                .differs_from_list()
                .then(|| usd(sum.list_net_monthly_savings_usd)),
            confidence: digest::confidence(sum),
            confidence_bar: confidence_bar(report),
            figures: figures(report),
            open_gaps: digest::open_gaps(report),
            severities: Severity::ALL.iter().rev().copied().collect(),
            kinds: digest::slices(report, |finding| &finding.kind),
            accounts: accounts(report),
            accounts_left_out: report.accounts.len().saturating_sub(MOST_ACCOUNTS),
            charts: charts(report),
            curve: curve(report),
            top: digest::most_money(report, TOP_FINDINGS)
                .into_iter()
                .map(top)
                .collect(),
            severe: severe.into_iter().map(top).collect(),
            severe_total,
            not_judged: not_judged(report, &titles),
            gaps: digest::gap_groups(report)
                .into_iter()
                .map(gap_view)
                .collect(),
            policy_statement: policy_statement(report),
            ledger: ledger(report),
            legend: LEGEND,
            rules: report.rules.iter().map(rule_view).collect(),
            prices: prices(report),
            scan_cost: report.scan.api_cost_usd.map_or_else(
                || "what they cost is unknown".to_owned(),
                |cost| format!("they cost {} at list price", usd_fine(cost)),
            ),
            requests: count(digest::api_calls(report)),
        }
    }

    fn counted(&self, number: &u64) -> String {
        count(*number)
    }

    /// A kind without savings is not a kind that saves nothing.
    fn net_or_dash(&self, slice: &Slice) -> String {
        if slice.net_usd > 0.0 {
            usd(slice.net_usd)
        } else {
            "–".to_owned()
        }
    }

    fn days(&self, days: &u32) -> String {
        in_days(f64::from(*days))
    }

    fn window(&self) -> String {
        match self.report.scan.window_days {
            0 => "No metrics".to_owned(),
            days => format!("Up to {} of metrics", in_days(f64::from(days))),
        }
    }

    fn moment(&self, instant: &str) -> String {
        moment(instant)
    }

    fn severity_count(&self, slice: &Slice, severity: &Severity) -> String {
        slice
            .severities
            .get(severity)
            .map_or_else(|| "·".to_owned(), |number| count(*number))
    }
}

/// What a finding's dollars are, and the remark beside them. The same in `script.js`.
fn money(finding: &ReportFinding) -> (String, String) {
    let own = finding
        .effective_savings_usd
        .filter(|_| !finding.savings_are_upper_bound);
    let (figure, note) = match (
        finding.effective_savings_usd,
        finding.effective_at_stake_usd,
    ) {
        _ if finding.is_active() && finding.counted_savings_usd > own.unwrap_or(0.0) + 0.005 => (
            usd(finding.counted_savings_usd),
            "with what it absorbs".to_owned(),
        ),
        (Some(savings), _) if finding.savings_are_upper_bound => {
            (usd(savings), "at most; in no sum".to_owned())
        }
        (Some(savings), _)
            if finding.is_active() && finding.counted_savings_usd + 0.005 < savings =>
        {
            (
                usd(finding.counted_savings_usd),
                format!("of {} by itself", usd(savings)),
            )
        }
        (Some(savings), _) => {
            let list = finding
                .monthly_savings_usd
                .filter(|list| (savings - list).abs() >= 0.005);
            (
                usd(savings),
                list.map_or(String::new(), |list| format!("list {}", usd(list))),
            )
        }
        (None, Some(stake)) => (usd(stake), "at stake".to_owned()),
        // An action would save something, it is only not known how much; without one nothing was claimed.
        (None, None) if finding.action != "none" => (UNKNOWN.to_owned(), String::new()),
        (None, None) => ("–".to_owned(), String::new()),
    };
    match finding.status() {
        Status::Active => (figure, note),
        Status::Absorbed => (figure, "counted elsewhere".to_owned()),
        Status::Exempted => (figure, "exempted".to_owned()),
    }
}

fn figures(report: &Report) -> Vec<Figure> {
    let sum = &report.summary;
    let priced = sum.estate_priced_ratio.map_or_else(
        || "nothing that can cost money was read".to_owned(),
        |ratio| {
            format!(
                "{} of what can cost money has a known price",
                percent(ratio)
            )
        },
    );
    let figure = |label, value, note: &str| Figure {
        label,
        value,
        note: note.to_owned(),
    };
    let beside = |list: f64, note: &str| match sum.differs_from_list() {
        true => format!("at list price {}; {note}", usd(list)),
        false => note.to_owned(),
    };
    let mut figures = vec![
        figure(
            "Gross savings",
            usd(sum.gross_monthly_savings_usd),
            &beside(
                sum.list_gross_monthly_savings_usd,
                "each finding by itself; overlaps count twice",
            ),
        ),
        figure(
            "Egress at stake",
            usd(sum.egress_at_stake_usd),
            &beside(
                sum.list_egress_at_stake_usd,
                "what hotspots pass through; not savings",
            ),
        ),
        figure(
            "Upper bounds",
            usd(sum.upper_bound_monthly_usd),
            &beside(
                sum.list_upper_bound_monthly_usd,
                "known as a maximum only; in neither sum",
            ),
        ),
        figure(
            "Without a price",
            count(sum.findings_without_price),
            "findings that are missing in the sums",
        ),
        figure(
            "Estate",
            usd(sum.effective_estate_monthly_cost_usd),
            &beside(sum.estate_monthly_cost_usd, &priced),
        ),
        figure("Resources read", count(sum.estate_resources), ""),
    ];
    if sum.exempted_monthly_savings_usd > 0.0 {
        let exempted = usd(sum.exempted_monthly_savings_usd);
        figures.push(figure(
            "Exempted",
            exempted,
            &beside(
                sum.list_exempted_monthly_savings_usd,
                "savings of exempted findings; in no sum",
            ),
        ));
    }
    let cost = report
        .scan
        .api_cost_usd
        .map_or_else(|| usd_or_unknown(None), usd_fine);
    let note = format!("{} requests", count(digest::api_calls(report)));
    figures.push(figure("Cost of this scan", cost, &note));
    if let Some(reused) = &report.scan.reused {
        let saved = reused
            .saved_usd
            .map_or_else(|| usd_or_unknown(None), usd_fine);
        figures.push(figure(
            "Saved by earlier answers",
            saved,
            &digest::reuse(reused),
        ));
    }
    figures
}

/// Net savings by confidence as one bar, the surest part first. The figures stand below it in words.
fn confidence_bar(report: &Report) -> String {
    let by = &report.summary.net_by_confidence;
    let parts = [Confidence::High, Confidence::Medium, Confidence::Low]
        .map(|level| by.get(&level).copied().unwrap_or(0.0));
    let caption = chart::Caption {
        id: "bar-confidence",
        title: "Net savings by confidence",
        description: &digest::confidence(&report.summary),
    };
    chart::stacked(&caption, parts, (360, 8))
}

fn rule_view(rule: &ReportRule) -> RuleView<'_> {
    let outcome = match rule.population {
        None => "could not be applied".to_owned(),
        Some(population) => {
            let mut parts = vec![format!(
                "{} of {} found",
                count(rule.flagged),
                count(population)
            )];
            parts.push(format!("{} clear", count(rule.clear)));
            if rule.not_judged > 0 {
                parts.push(format!("{} not judged", count(rule.not_judged)));
            }
            parts.join(", ")
        }
    };
    let sections = [
        ("What it finds", &rule.what_it_finds),
        ("Why it costs", &rule.why_it_costs),
        ("What to do", &rule.what_to_do),
        ("When it is wrong", &rule.when_it_is_wrong),
    ];
    let sections = sections
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    RuleView {
        rule,
        outcome,
        sections: sections
            .map(|(title, text)| (title, markdown::to_html(text)))
            .collect(),
    }
}

fn prices(report: &Report) -> String {
    match &report.scan.price_date {
        None => "No list price was used.".to_owned(),
        Some(date) if date.oldest == date.newest => format!("List prices of {}.", date.newest),
        Some(date) => format!("List prices of {} to {}.", date.oldest, date.newest),
    }
}
