//! What the template shows, worked out.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use billhook_catalog::GapKind;

use super::coverage::{LEGEND, Ledger, ledger};
use super::{SCRIPT, STYLE, data, markdown, policy};
use crate::finding::Severity;
use crate::report::chart::{self, Bar, Caption};
use crate::report::clean::{clean, moment};
use crate::report::digest::{self, GapGroup, Slice};
use crate::report::money::{UNKNOWN, count, percent, usd, usd_fine, usd_or_unknown};
use crate::report::{Report, ReportFinding, ReportRule, Status};

/// Findings that are in the page without its script.
const TOP_FINDINGS: usize = 10;
/// Bars of a chart; the rest is one bar.
const MOST_BARS: usize = 7;
/// Resources that are named where many were not judged.
const MOST_EXAMPLES: usize = 5;
/// Names in a row before they are only counted.
const MOST_NAMES: usize = 12;
/// Width of a bar chart, pixels of its own coordinates.
const BARS_WIDTH: u32 = 360;

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
    figures: Vec<Figure>,
    open_gaps: usize,
    severities: Vec<Severity>,
    kinds: Vec<Slice>,
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

/// A chart with its heading.
struct Chart {
    title: &'static str,
    svg: String,
}

/// The curve of added-up savings, at two widths, and what it says.
struct Curve {
    wide: String,
    narrow: String,
    sentence: String,
}

/// A finding that is in the page without its script.
struct Top<'a> {
    finding: &'a ReportFinding,
    figure: String,
    note: String,
    what_to_do: Option<String>,
}

/// What one rule could not judge.
struct RuleUnjudged {
    rule: String,
    title: String,
    count: String,
    reasons: Vec<Unjudged>,
}

struct Unjudged {
    reason: String,
    count: String,
    places: String,
}

/// Gaps with one cause.
struct GapView {
    group: GapGroup,
    count: String,
    place: String,
    tables: String,
    advice: &'static str,
    grant: Option<String>,
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
        let has_estate = sum.estate_monthly_cost_usd > 0.0;
        Page {
            report,
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            data: data::embedded(report),
            net: usd(sum.net_monthly_savings_usd),
            net_a_year: usd(sum.net_monthly_savings_usd * 12.0),
            share: has_estate
                .then(|| percent(sum.net_monthly_savings_usd / sum.estate_monthly_cost_usd)),
            figures: figures(report),
            open_gaps: digest::open_gaps(report),
            severities: Severity::ALL.iter().rev().copied().collect(),
            kinds: digest::slices(report, |finding| &finding.kind),
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
    let (figure, note) = match (finding.monthly_savings_usd, finding.at_stake_usd) {
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
        (Some(savings), _) => (usd(savings), String::new()),
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
    let mut figures = vec![
        figure(
            "Gross savings",
            usd(sum.gross_monthly_savings_usd),
            "each finding by itself; overlaps count twice",
        ),
        figure(
            "Egress at stake",
            usd(sum.egress_at_stake_usd),
            "what hotspots pass through; not savings",
        ),
        figure(
            "Upper bounds",
            usd(sum.upper_bound_monthly_usd),
            "known as a maximum only; in neither sum",
        ),
        figure(
            "Without a price",
            count(sum.findings_without_price),
            "findings that are missing in the sums",
        ),
        figure("Estate", usd(sum.estate_monthly_cost_usd), &priced),
        figure("Resources read", count(sum.estate_resources), ""),
    ];
    if sum.exempted_monthly_savings_usd > 0.0 {
        let exempted = usd(sum.exempted_monthly_savings_usd);
        figures.push(figure(
            "Exempted",
            exempted,
            "savings of exempted findings; in no sum",
        ));
    }
    let cost = report
        .scan
        .api_cost_usd
        .map_or_else(|| usd_or_unknown(None), usd_fine);
    let note = format!("{} requests", count(digest::api_calls(report)));
    figures.push(figure("Cost of this scan", cost, &note));
    figures
}

fn charts(report: &Report) -> Vec<Chart> {
    type Property = fn(&ReportFinding) -> &str;
    let properties: [(&'static str, &'static str, Property); 6] = [
        ("chart-kind", "By kind", |f| &f.kind),
        ("chart-account", "By account", |f| &f.account_id),
        ("chart-region", "By region", |f| &f.region),
        ("chart-owner", "By owner", |f| {
            f.owner.as_deref().unwrap_or("no owner")
        }),
        ("chart-type", "By type of resource", |f| &f.resource_type),
        ("chart-confidence", "By confidence", |f| {
            f.confidence.as_str()
        }),
    ];
    let charts = properties.into_iter().map(|(id, title, property)| {
        let slices = digest::slices(report, property);
        let saving: Vec<_> = slices
            .into_iter()
            .filter(|slice| slice.net_usd > 0.0)
            .collect();
        let mut bars: Vec<Bar> = saving.iter().take(MOST_BARS).map(bar).collect();
        let rest = saving.get(MOST_BARS..).unwrap_or_default();
        if !rest.is_empty() {
            let net = rest.iter().map(|slice| slice.net_usd).sum();
            bars.push(Bar {
                label: format!("{} others", count(rest.len() as u64)),
                usd: net,
                figure: usd(net),
            });
        }
        let words: Vec<_> = bars
            .iter()
            .map(|bar| format!("{}: {}", bar.label, bar.figure))
            .collect();
        let description = format!("Net savings a month. {}.", words.join("; "));
        let caption = Caption {
            id,
            title: &format!("Net savings {}", title.to_lowercase()),
            description: &description,
        };
        Chart {
            title,
            svg: chart::bars(&caption, &bars, BARS_WIDTH),
        }
    });
    charts.filter(|chart| !chart.svg.is_empty()).collect()
}

fn bar(slice: &Slice) -> Bar {
    Bar {
        label: slice.name.clone(),
        usd: slice.net_usd,
        figure: usd(slice.net_usd),
    }
}

fn curve(report: &Report) -> Option<Curve> {
    let savings: Vec<f64> = digest::most_money(report, usize::MAX)
        .iter()
        .map(|finding| finding.counted_savings_usd)
        .collect();
    let sum: f64 = savings.iter().sum();
    if savings.len() < 5 || !sum.is_finite() {
        return None;
    }
    let mut so_far = 0.0;
    let most = 1 + savings.iter().position(|usd| {
        so_far += usd;
        so_far >= 0.8 * sum
    })?;
    let all = count(savings.len() as u64);
    let verb = if most == 1 {
        "finding makes"
    } else {
        "findings make"
    };
    let sentence = format!(
        "{} of {all} {verb} {} of the savings.",
        count(most as u64),
        percent(savings[..most].iter().sum::<f64>() / sum)
    );
    let title = "Savings added up, largest finding first";
    let draw = |id, size| {
        chart::cumulative(
            &Caption {
                id,
                title,
                description: &sentence,
            },
            &savings,
            most,
            size,
        )
    };
    let (wide, narrow) = (
        draw("curve-wide", (920, 240)),
        draw("curve-narrow", (BARS_WIDTH, 240)),
    );
    (!wide.is_empty()).then_some(Curve {
        wide,
        narrow,
        sentence,
    })
}

fn not_judged(report: &Report, titles: &HashMap<&str, &str>) -> Vec<RuleUnjudged> {
    let labels: HashMap<&str, &str> = report
        .findings
        .iter()
        .map(|f| (f.resource_id.as_str(), f.label()))
        .collect();
    let mut by_rule: BTreeMap<String, Vec<digest::Unjudged>> = BTreeMap::new();
    for group in digest::not_judged_by_rule(report) {
        by_rule.entry(group.rule.clone()).or_default().push(group);
    }
    let view = |(rule, groups): (String, Vec<digest::Unjudged>)| RuleUnjudged {
        title: titles
            .get(rule.as_str())
            .map_or_else(|| rule.clone(), |title| (*title).to_owned()),
        count: counts(
            groups.iter().map(|group| group.resources.len()).sum(),
            groups.iter().map(|group| group.scopes.len()).sum(),
        ),
        reasons: groups
            .into_iter()
            .map(|group| unjudged(group, &labels))
            .collect(),
        rule,
    };
    by_rule.into_iter().map(view).collect()
}

fn unjudged(group: digest::Unjudged, labels: &HashMap<&str, &str>) -> Unjudged {
    let mut places: Vec<String> = group
        .scopes
        .iter()
        .take(MOST_EXAMPLES)
        .map(|(account, region)| {
            let account = account.as_deref().unwrap_or("all accounts");
            format!("{account}, {}", region.as_deref().unwrap_or("all regions"))
        })
        .collect();
    let room = MOST_EXAMPLES.saturating_sub(places.len());
    places.extend(group.resources.iter().take(room).map(|resource| {
        match labels.get(resource.as_str()) {
            Some(label) => format!("{label} ({resource})"),
            None => resource.clone(),
        }
    }));
    let more = group.scopes.len() + group.resources.len() - places.len();
    let mut text = places.join(" · ");
    if more > 0 {
        text.push_str(&format!(" · and {} more", count(more as u64)));
    }
    Unjudged {
        reason: group.reason,
        count: counts(group.resources.len(), group.scopes.len()),
        places: text,
    }
}

fn counts(resources: usize, scopes: usize) -> String {
    let things = |number: usize, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{} {one}s", count(many as u64))),
    };
    let parts: Vec<_> = [things(resources, "resource"), things(scopes, "whole scope")]
        .into_iter()
        .flatten()
        .collect();
    parts.join(", ")
}

fn gap_view(group: GapGroup) -> GapView {
    let regions: Vec<&String> = group.regions.iter().collect();
    let regions = if regions.is_empty() {
        "all regions".to_owned()
    } else {
        names(regions)
    };
    let mut place = format!("{} · {regions}", names(group.accounts.iter().collect()));
    if !group.resources.is_empty() {
        place.push_str(&format!(" · {}", names(group.resources.iter().collect())));
    }
    let advice = match group.kind {
        GapKind::Denied if group.iam_action.is_some() => {
            "Grant this permission to the scan's role:"
        }
        GapKind::Denied => "The scan's role lacks a permission for this.",
        GapKind::DeniedByOrganization => {
            "An organization policy denies this whatever the role is allowed: accept the gap, or have the policy changed."
        }
        GapKind::Throttled => "Scan again later, or with fewer requests at a time.",
        GapKind::Failed | GapKind::TimedOut => {
            "Scan again; if it stays, the service's words below say why."
        }
        GapKind::Cancelled => "Scan again without stopping it.",
        GapKind::OverBudget => "Raise the cap on API charges to have it read.",
        GapKind::NotCollected => "Scan again with this table, or with this version.",
        GapKind::Unsupported => "The endpoint does not offer this operation.",
    };
    let count = if group.gaps == 1 {
        String::new()
    } else {
        format!("{} times", count(group.gaps))
    };
    let grant = group
        .iam_action
        .clone()
        .filter(|_| digest::a_grant_would_help(group.kind));
    let tables = names(group.tables.iter().collect());
    GapView {
        count,
        place,
        tables,
        advice,
        grant,
        group,
    }
}

/// Names, or the first and how many more.
fn names(all: Vec<&String>) -> String {
    let named: Vec<_> = all
        .iter()
        .take(MOST_NAMES)
        .map(|name| name.as_str())
        .collect();
    match all.len().saturating_sub(MOST_NAMES) {
        0 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), count(more as u64)),
    }
}

/// An IAM policy that would close the gaps that a permission can close.
fn policy_statement(report: &Report) -> Option<String> {
    let actions: Vec<_> = digest::missing_permissions(report)
        .into_iter()
        .map(clean)
        .collect();
    if actions.is_empty() {
        return None;
    }
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    });
    serde_json::to_string_pretty(&policy).ok()
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
