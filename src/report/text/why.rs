//! Why findings are as they are, for a terminal: what was looked at, thresholds, the arithmetic, what would change it.

use std::io;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, Style, cut};
use super::{NARROWEST, TextOptions, WIDEST};
use crate::report::clean::{clean, moment};
use crate::report::figure::{
    amount_name, coverage_needed, days as in_days, label, number, period, price_text, shown,
    shown_with_unit, statistic, uncounted, unit_price,
};
use crate::report::money::{usd, usd_or_unknown};
use crate::report::{
    Calculation, CalculationStep, Explanation, Report, ReportFinding, ReportPrice, ReportRule,
    RuleCondition,
};

/// Absorbed findings that are named.
const MOST_ABSORBED: usize = 10;

/// Writes why each of the findings is as it is.
pub fn write_why(
    report: &Report,
    findings: &[&ReportFinding],
    options: &TextOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut page = Page {
        text: String::new(),
        width: options.width.clamp(NARROWEST, WIDEST),
        colour: options.colour,
    };
    for (index, finding) in findings.iter().enumerate() {
        if index > 0 {
            page.raw("");
            page.line(Style::Dim, &"─".repeat(page.width));
        }
        one(&mut page, report, finding);
    }
    out.write_all(page.text.as_bytes())
}

fn one(page: &mut Page, report: &Report, finding: &ReportFinding) {
    head(page, finding);
    let Some(explanation) = &finding.explanation else {
        page.raw("");
        page.wrapped(
            Style::Warning,
            "",
            "",
            "This report is too old to explain: it was written by a version that did not keep how it came to its findings. Judge \
             the snapshot again, or scan again.",
        );
        return;
    };
    let rule = report.rules.iter().find(|rule| rule.id == finding.rule);
    if let Some(rule) = rule {
        conditions(page, rule, explanation);
    }
    inputs(page, rule, finding, explanation);
    if let Some(rule) = rule {
        thresholds(page, rule);
    }
    dollars(page, report, finding, explanation);
    counting(page, report, finding, explanation);
}

fn head(page: &mut Page, finding: &ReportFinding) {
    page.wrapped(Style::Bold, "", "", &finding.title);
    page.wrapped(Style::Plain, "  ", "  ", &finding.message);
    page.raw("");
    let field = |page: &mut Page, name: &str, text: &str| {
        page.wrapped(
            Style::Plain,
            &format!("  {name:<13}"),
            &" ".repeat(15),
            text,
        );
    };
    field(
        page,
        "Severity",
        &format!(
            "{}, confidence {}",
            finding.severity.as_str(),
            finding.confidence.as_str()
        ),
    );
    field(page, "Rule", &finding.rule);
    let name = if finding.name.is_empty() || finding.name == finding.short_id {
        finding.short_id.clone()
    } else {
        format!("{} ({})", finding.name, finding.short_id)
    };
    field(
        page,
        "Resource",
        &format!("{name}, {} {}", finding.account_id, finding.region),
    );
    field(page, "ARN", &finding.resource_id);
    if let Some(sentence) = &finding.change_at {
        field(page, "Where", sentence);
    }
    field(page, "Fingerprint", &finding.fingerprint);
}

/// A condition with the finding's own values in it.
fn filled(sentence: &str, condition: &RuleCondition, values: &[Value]) -> String {
    let mut text = sentence.to_owned();
    for (index, name) in condition.values.iter().enumerate() {
        let value = values
            .get(index)
            .map_or_else(|| "…".to_owned(), |value| shown(name, value));
        text = text.replace(&format!("{{{index}}}"), &value);
    }
    text
}

pub(super) fn bullet(page: &mut Page, text: &str) {
    page.wrapped(Style::Plain, "  - ", "    ", text);
}

fn conditions(page: &mut Page, rule: &ReportRule, explanation: &Explanation) {
    let by = &rule.judged_by;
    let met: Vec<_> = explanation
        .conditions
        .iter()
        .filter_map(|met| Some((by.conditions.get(met.condition)?, met)))
        .collect();
    if met.is_empty() && by.applies.is_empty() {
        return;
    }
    page.heading("Why it was found");
    let about = by.applies.join(" AND ");
    if !about.is_empty() {
        bullet(page, &format!("it is one that the rule is about: {about}"));
    }
    let age_needed = by.thresholds.iter().find(|known| known.name == "age_days");
    if let (Some(days), Some(needed)) = (explanation.age_days, age_needed) {
        let needed = shown_with_unit(&needed.value, &needed.unit);
        let text = format!("it is {} old, at least {needed}", in_days(days));
        bullet(page, &text);
    }
    for (condition, met) in &met {
        bullet(page, &filled(&condition.holds, condition, &met.values));
    }
    if !by.behind.is_empty() {
        page.wrapped(
            Style::Dim,
            "  ",
            "  ",
            &format!(
                "Counted for it is only what meets: {}",
                by.behind.join("; ")
            ),
        );
    }
    let changes: Vec<String> = met
        .iter()
        .filter_map(|(condition, met)| {
            let change = filled(condition.changes.as_ref()?, condition, &met.values);
            Some(match condition.alternative {
                Some(_) => {
                    format!("{change}, unless another condition does that is enough by itself")
                }
                None => change,
            })
        })
        .collect();
    let leaves = (!about.is_empty()).then(|| format!("it left what the rule is about: {about}"));
    let all: Vec<String> = changes.into_iter().chain(leaves).collect();
    if !all.is_empty() {
        page.heading("It would no longer be found if one of these held");
        for change in all {
            bullet(page, &change);
        }
    }
}

fn inputs(
    page: &mut Page,
    rule: Option<&ReportRule>,
    finding: &ReportFinding,
    explanation: &Explanation,
) {
    page.heading("What was looked at");
    if let Some(days) = explanation
        .age_days
        .filter(|_| !finding.evidence.contains_key("age_days"))
    {
        page.wrapped(
            Style::Plain,
            "  ",
            "    ",
            &format!("age: {}", in_days(days)),
        );
    }
    for (name, value) in &finding.evidence {
        page.wrapped(
            Style::Plain,
            "  ",
            "    ",
            &format!("{}: {}", label(name), shown(name, value)),
        );
    }
    for seen in &explanation.series {
        let Some(series) = rule.and_then(|rule| rule.judged_by.series.get(seen.series)) else {
            continue;
        };
        let window = if series.window_start.is_empty() {
            in_days(f64::from(series.window_days))
        } else {
            format!(
                "{}, {} to {}",
                in_days(f64::from(series.window_days)),
                moment(&series.window_start),
                moment(&series.window_end)
            )
        };
        page.wrapped(
            Style::Plain,
            "  ",
            "    ",
            &format!(
                "{}, {} of {}; known for {} % ({})",
                series.metric,
                series.statistic,
                period(series.period_seconds),
                number((seen.coverage * 1000.0).floor() / 10.0),
                coverage_needed(series.coverage_min)
            ),
        );
        page.wrapped(Style::Dim, "    ", "    ", &window);
        let figures: Vec<String> = seen
            .figures
            .iter()
            .map(|(name, value)| format!("{} {}", statistic(name), number(*value)))
            .collect();
        if !figures.is_empty() {
            page.wrapped(Style::Plain, "    ", "    ", &figures.join(", "));
        }
    }
    if finding.evidence.is_empty() && explanation.series.is_empty() {
        page.wrapped(Style::Plain, "  ", "  ", "The rule gives no figures.");
    }
}

fn thresholds(page: &mut Page, rule: &ReportRule) {
    if rule.judged_by.thresholds.is_empty() {
        return;
    }
    page.heading("Thresholds");
    for threshold in &rule.judged_by.thresholds {
        page.wrapped(
            Style::Plain,
            "  ",
            "    ",
            &format!(
                "{} = {}, set by: {}",
                threshold.name,
                shown_with_unit(&threshold.value, &threshold.unit),
                threshold.set_by
            ),
        );
        page.wrapped(Style::Dim, "    ", "    ", &threshold.doc);
    }
}

fn dollars(page: &mut Page, report: &Report, finding: &ReportFinding, explanation: &Explanation) {
    page.heading("How the dollars were worked out");
    if explanation.calculations.is_empty() {
        let text = match finding.monthly_cost_usd {
            Some(cost) => format!(
                "The rule puts no price on it. The resource costs {} a month.",
                usd(cost)
            ),
            None => "The rule puts no price on it.".to_owned(),
        };
        page.wrapped(Style::Plain, "  ", "  ", &text);
    }
    working(page, &report.prices, &explanation.calculations);
    let basis = match finding.price_basis.as_str() {
        "exact" => "exact: published, dated prices",
        "estimated" => "estimated: computed, or a price without a date",
        _ => "unknown: a part of the price is not known",
    };
    if !explanation.calculations.is_empty() {
        page.wrapped(Style::Dim, "  ", "  ", &format!("Price basis {basis}."));
    }
    if let Some(why) = &finding.effective_basis {
        let paid = finding
            .effective_savings_usd
            .or(finding.effective_at_stake_usd);
        page.wrapped(
            Style::Plain,
            "  ",
            "  ",
            &format!(
                "These are list prices. {} of it is really paid a month: {why}.",
                usd_or_unknown(paid)
            ),
        );
    }
}

/// Sums, line by line, and the prices in them.
pub(super) fn working(page: &mut Page, prices: &[ReportPrice], calculations: &[Calculation]) {
    let mut notes: Vec<usize> = Vec::new();
    for calculation in calculations {
        sum(page, prices, calculation, &mut notes);
    }
    if !notes.is_empty() {
        page.raw("");
    }
    for (note, price) in notes.iter().enumerate() {
        if let Some(price) = prices.get(*price) {
            let text = price_text(price);
            page.wrapped(Style::Dim, &format!("  [{}] ", note + 1), "      ", &text);
        }
    }
}

fn sum(page: &mut Page, prices: &[ReportPrice], calculation: &Calculation, notes: &mut Vec<usize>) {
    let total = match calculation.usd {
        Some(amount) => format!("{} a month", usd(amount)),
        None => "not known".to_owned(),
    };
    let name = clean(amount_name(&calculation.amount));
    if calculation.lines.is_empty() {
        let text = format!("{name}: {total}; {}", calculation.remark);
        page.wrapped(Style::Plain, "  ", "    ", &text);
        return;
    }
    for line in &calculation.lines {
        step(page, prices, line, notes);
    }
    let amount = format!("{:>14}", total.replace(" a month", ""));
    let columns = page.width.saturating_sub(amount.width() + 1);
    let text = cut(&format!("  = {name} a month"), columns);
    let space = columns.saturating_sub(text.width());
    let row = format!("{text}{}{amount}", " ".repeat(space));
    page.line(Style::Bold, &row);
}

fn step(page: &mut Page, prices: &[ReportPrice], line: &CalculationStep, notes: &mut Vec<usize>) {
    let subtracted = line.quantity.is_some_and(|quantity| quantity < 0.0);
    let note = line.price.map(|price| {
        let known = notes.iter().position(|noted| *noted == price);
        known.unwrap_or_else(|| {
            notes.push(price);
            notes.len() - 1
        }) + 1
    });
    let price = line.price.and_then(|price| prices.get(price));
    let what = match (&price, line.of.as_str()) {
        (Some(price), "") => format!("{}, {}", line.what, price.region),
        (_, "") => line.what.clone(),
        (_, of) => format!("{of}: {}", line.what),
    };
    let amount = match line.usd {
        Some(amount) => usd(amount),
        None => "unknown".to_owned(),
    };
    let figures = match (line.quantity, &price) {
        (Some(quantity), Some(price)) => {
            let each = price
                .usd
                .map_or_else(|| "an unknown price".to_owned(), unit_price);
            format!("{} {} × {each}", number(quantity.abs()), clean(&line.unit))
        }
        _ => String::new(),
    };
    let note = note.map_or(String::new(), |note| format!(" [{note}]"));
    let right = if figures.is_empty() {
        format!("{amount:>13}")
    } else {
        format!("{figures}{note} = {amount:>12}")
    };
    let what = clean(&what);
    let room = page.width.saturating_sub(right.width() + 6);
    let lead = if subtracted { "  − " } else { "    " };
    if what.width() <= room {
        let gap = page
            .width
            .saturating_sub(lead.width() + what.width() + right.width() + 1);
        page.line(
            Style::Plain,
            &format!("{lead}{what}{}{right}", " ".repeat(gap)),
        );
    } else {
        page.wrapped(Style::Plain, lead, "    ", &what);
        let gap = page.width.saturating_sub(right.width() + 1);
        page.line(Style::Plain, &format!("{}{right}", " ".repeat(gap)));
    }
}

fn counting(page: &mut Page, report: &Report, finding: &ReportFinding, explanation: &Explanation) {
    page.heading("What of it is counted");
    let row = |page: &mut Page, style: Style, what: &str, amount: f64| {
        let amount = format!("{:>14}", usd(amount));
        let room = page.width.saturating_sub(amount.width() + 5);
        let what = clean(what);
        let mut lines: Vec<String> = textwrap::wrap(&what, room)
            .into_iter()
            .map(|line| line.trim_end().to_owned())
            .collect();
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            page.line(style, &format!("    {line}"));
        }
        let gap = room.saturating_sub(last.width());
        page.line(style, &format!("    {last}{}{amount}", " ".repeat(gap)));
    };
    if explanation.counting.is_empty() {
        let text = uncounted(finding);
        page.wrapped(Style::Plain, "  ", "  ", text);
    }
    for step in &explanation.counting {
        row(page, Style::Plain, &step.what, step.usd);
    }
    if !explanation.counting.is_empty() {
        row(
            page,
            Style::Bold,
            "counted in the net sum, a month",
            finding.counted_savings_usd,
        );
    }
    if let Some(exemption) = &finding.exemption {
        let until = exemption.expires.as_deref().unwrap_or("no end");
        let owner = exemption.owner.as_deref().unwrap_or("nobody named");
        page.wrapped(
            Style::Plain,
            "  ",
            "  ",
            &format!(
                "Exempted by {} until {until}, answered for by {owner}: {}",
                exemption.source, exemption.reason
            ),
        );
    }
    if let Some(by) = &finding.absorbed_by {
        let other = report
            .findings
            .iter()
            .find(|other| other.fingerprint == *by);
        let name = other.map_or(String::new(), |other| {
            format!(", {} of {}", other.title, other.label())
        });
        page.wrapped(Style::Plain, "  ", "  ", &format!("See {by}{name}."));
    }
    if !explanation.absorbs.is_empty() {
        page.wrapped(
            Style::Plain,
            "  ",
            "  ",
            "Counted here instead of by themselves:",
        );
    }
    for fingerprint in explanation.absorbs.iter().take(MOST_ABSORBED) {
        let other = report
            .findings
            .iter()
            .find(|other| other.fingerprint == *fingerprint);
        let text = other.map_or_else(
            || fingerprint.clone(),
            |other| {
                format!(
                    "{fingerprint}, {} of {}, {} by itself",
                    other.title,
                    other.label(),
                    usd_or_unknown(other.monthly_savings_usd)
                )
            },
        );
        bullet(page, &text);
    }
    let more = explanation.absorbs.len().saturating_sub(MOST_ABSORBED);
    page.and_more(more, "finding", "findings");
}
