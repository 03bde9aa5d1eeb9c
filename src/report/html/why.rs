//! Why findings are as they are, as compact JSON for `why.js`: what findings share is written once, words and prices are numbered.
//!
//! The order of the fields is known here and in `why.js`, and nowhere else.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::data::{Dictionary, figure, usd};
use crate::report::clean::{clean, moment};
use crate::report::figure::{
    amount_name, coverage_needed, days as in_days, period, price_text, shown_with_unit, statistic,
    uncounted, unit_price,
};
use crate::report::{Calculation, Explanation, Report, ReportFinding, ReportRule};

/// The explanations of all findings, in their order; null when the report has none.
pub(super) fn embedded(report: &Report, by_fingerprint: &HashMap<&str, usize>) -> Value {
    if report.findings.iter().all(|f| f.explanation.is_none()) {
        return Value::Null;
    }
    let mut words = Dictionary::default();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| match &finding.explanation {
            Some(explanation) => row(finding, explanation, by_fingerprint, &mut words),
            None => Value::Null,
        })
        .collect();
    let prices: Vec<Value> = report
        .prices
        .iter()
        .map(|price| {
            let each = price
                .usd
                .map_or_else(|| "an unknown price".to_owned(), unit_price);
            json!([clean(&price_text(price)), each, clean(&price.region)])
        })
        .collect();
    json!({
        "rules": report.rules.iter().map(rule_row).collect::<Vec<_>>(),
        "prices": prices,
        "words": words.words(),
        "findings": findings,
    })
}

fn texts(all: &[String]) -> Vec<Value> {
    all.iter().map(|text| json!(clean(text))).collect()
}

fn rule_row(rule: &ReportRule) -> Value {
    let by = &rule.judged_by;
    let thresholds = by.thresholds.iter().map(|threshold| {
        let value = shown_with_unit(&threshold.value, &threshold.unit);
        json!([
            clean(&threshold.name),
            clean(&value),
            clean(&threshold.set_by),
            clean(&threshold.doc)
        ])
    });
    let conditions = by.conditions.iter().map(|condition| {
        json!([
            clean(&condition.holds),
            condition.changes.as_deref().map(clean),
            texts(&condition.values),
            u8::from(condition.alternative.is_some())
        ])
    });
    let series = by.series.iter().map(|series| {
        let window = if series.window_start.is_empty() {
            String::new()
        } else {
            let (start, end) = (moment(&series.window_start), moment(&series.window_end));
            format!(", {start} to {end}")
        };
        let period = period(series.period_seconds);
        let title = format!("{}, {} of {period}", series.metric, series.statistic);
        json!([
            clean(&title),
            clean(&format!(
                "{}{window}",
                in_days(f64::from(series.window_days))
            )),
            coverage_needed(series.coverage_min)
        ])
    });
    json!([
        thresholds.collect::<Vec<_>>(),
        texts(&by.applies),
        conditions.collect::<Vec<_>>(),
        texts(&by.behind),
        series.collect::<Vec<_>>(),
    ])
}

fn row(
    finding: &ReportFinding,
    explanation: &Explanation,
    by_fingerprint: &HashMap<&str, usize>,
    words: &mut Dictionary,
) -> Value {
    let mut series = Vec::with_capacity(explanation.series.len());
    for seen in &explanation.series {
        let mut row = vec![json!(seen.series), usd(Some(seen.coverage))];
        for (name, value) in &seen.figures {
            row.extend([json!(words.number(statistic(name))), usd(Some(*value))]);
        }
        series.push(Value::Array(row));
    }
    let conditions = explanation.conditions.iter().map(|met| {
        let mut row = vec![json!(met.condition)];
        row.extend(met.values.iter().map(figure));
        Value::Array(row)
    });
    let sums = explanation.calculations.iter();
    let sums: Vec<Value> = sums.map(|sum| calculation(sum, words)).collect();
    let steps = explanation.counting.iter();
    let steps: Vec<Value> = steps
        .map(|step| json!([words.number(&step.what), usd(Some(step.usd))]))
        .collect();
    let absorbs = explanation
        .absorbs
        .iter()
        .filter_map(|fingerprint| by_fingerprint.get(fingerprint.as_str()));
    let nothing = if steps.is_empty() {
        json!(words.number(uncounted(finding)))
    } else {
        Value::Null
    };
    json!([
        usd(explanation.age_days),
        series,
        conditions.collect::<Vec<_>>(),
        sums,
        steps,
        nothing,
        absorbs.collect::<Vec<_>>(),
    ])
}

fn calculation(calculation: &Calculation, words: &mut Dictionary) -> Value {
    let mut lines = Vec::with_capacity(calculation.lines.len());
    for line in &calculation.lines {
        let mut row = vec![json!(words.number(&line.what)), usd(line.usd)];
        if let (Some(quantity), Some(price)) = (line.quantity, line.price) {
            let unit = json!(words.number(&line.unit));
            row.extend([usd(Some(quantity)), unit, json!(price)]);
        }
        if !line.of.is_empty() {
            row.resize(5, Value::Null);
            row.push(json!(words.number(&line.of)));
        }
        lines.push(Value::Array(row));
    }
    json!([
        words.number(amount_name(&calculation.amount)),
        usd(calculation.usd),
        words.number(&calculation.remark),
        lines,
    ])
}
