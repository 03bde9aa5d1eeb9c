//! The findings as compact JSON for the page's script: what repeats is written once, in a dictionary.
//!
//! A finding is an array; the order of its fields is known here and at the top of `script.js`, and nowhere else.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::report::clean::clean;
use crate::report::digest;
use crate::report::{Report, ReportFinding};

/// Words by number.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: HashMap<String, usize>,
    words: Vec<String>,
}

impl Dictionary {
    pub(super) fn number(&mut self, word: &str) -> usize {
        let word = clean(word);
        if let Some(number) = self.numbers.get(word.as_ref()) {
            return *number;
        }
        let number = self.words.len();
        self.numbers.insert(word.clone().into_owned(), number);
        self.words.push(word.into_owned());
        number
    }

    /// The words, in the order of their numbers.
    pub(super) fn words(self) -> Vec<String> {
        self.words
    }

    /// -1 is none.
    fn number_or_none(&mut self, word: Option<&String>) -> Value {
        word.map_or(json!(-1), |word| json!(self.number(word)))
    }
}

#[derive(Default)]
struct Dictionaries {
    rules: BTreeMap<String, usize>,
    rule_rows: Vec<Value>,
    accounts: Dictionary,
    regions: Dictionary,
    types: Dictionary,
    owners: Dictionary,
    managers: Dictionary,
    places: Dictionary,
    actions: Dictionary,
    bases: Dictionary,
    keys: Dictionary,
    values: Dictionary,
}

/// The findings, fit to stand in a `<script type="application/json">`.
pub(crate) fn embedded(report: &Report) -> String {
    let by_fingerprint: HashMap<&str, usize> = report
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| (finding.fingerprint.as_str(), index))
        .collect();
    let documented: HashMap<&str, usize> = report
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (rule.id.as_str(), index))
        .collect();
    let labels = digest::account_labels(report);
    let mut words = Dictionaries::default();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| row(finding, &by_fingerprint, &documented, &mut words))
        .collect();
    let data = json!({
        "rules": words.rule_rows,
        "accounts": words.accounts.words.iter().map(|id| labels.get(id.as_str()).unwrap_or(id)).collect::<Vec<_>>(),
        "regions": words.regions.words,
        "types": words.types.words,
        "owners": words.owners.words,
        "managers": words.managers.words,
        "places": words.places.words,
        "actions": words.actions.words,
        "bases": words.bases.words,
        "keys": words.keys.words,
        "values": words.values.words,
        "findings": findings,
        "why": super::why::embedded(report, &by_fingerprint),
    });
    script_safe(&data.to_string())
}

/// JSON that cannot end the element that it stands in, nor be read as anything but JSON.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", c as u32))
            }
            c => safe.push(c),
        }
    }
    safe
}

fn row(
    finding: &ReportFinding,
    by_fingerprint: &HashMap<&str, usize>,
    documented: &HashMap<&str, usize>,
    words: &mut Dictionaries,
) -> Value {
    let rule = *words.rules.entry(finding.rule.clone()).or_insert_with(|| {
        // The number of the rule's section in the page; -1 when the report does not document it.
        let section = documented
            .get(finding.rule.as_str())
            .map_or(-1, |index| *index as i64);
        words.rule_rows.push(json!([
            clean(&finding.rule),
            clean(&finding.title),
            clean(&finding.kind),
            section
        ]));
        words.rule_rows.len() - 1
    });
    let absorbed_by = match &finding.absorbed_by {
        None => Value::Null,
        Some(fingerprint) => by_fingerprint
            .get(fingerprint.as_str())
            .map_or_else(|| json!(clean(fingerprint)), |index| json!(index)),
    };
    let exemption = finding.exemption.as_ref().map_or(Value::Null, |exemption| {
        let optional = |text: &Option<String>| text.as_deref().map(|text| clean(text).into_owned());
        json!([
            clean(&exemption.source),
            clean(&exemption.reason),
            optional(&exemption.expires),
            optional(&exemption.owner)
        ])
    });
    let mut tags = Vec::with_capacity(2 * finding.tags.len());
    for (key, value) in &finding.tags {
        tags.extend([
            json!(words.keys.number(key)),
            json!(words.values.number(value)),
        ]);
    }
    let mut evidence = Vec::with_capacity(2 * finding.evidence.len());
    for (key, value) in &finding.evidence {
        evidence.extend([json!(words.keys.number(key)), figure(value)]);
    }
    json!([
        rule,
        finding.severity as u8,
        finding.confidence as u8,
        words.accounts.number(&finding.account_id),
        words.regions.number(&finding.region),
        words.types.number(&finding.resource_type),
        clean(&finding.resource_id),
        short_id(finding),
        clean(&finding.name),
        words.owners.number_or_none(finding.owner.as_ref()),
        words.managers.number_or_none(finding.managed_by.as_ref()),
        clean(&finding.message),
        words.actions.number(&finding.action),
        usd(finding.monthly_savings_usd),
        usd(finding.effective_savings_usd),
        words.bases.number_or_none(finding.effective_basis.as_ref()),
        usd(Some(finding.counted_savings_usd)),
        usd(finding.monthly_cost_usd),
        usd(finding.at_stake_usd),
        usd(finding.effective_at_stake_usd),
        u8::from(finding.savings_are_upper_bound),
        finding.price_basis as u8,
        absorbed_by,
        clean(&finding.fingerprint),
        exemption,
        tags,
        evidence,
        words.places.number_or_none(finding.change_at.as_ref()),
    ])
}

/// The bare id; where it is the end of the ARN, only how long it is.
fn short_id(finding: &ReportFinding) -> Value {
    let (arn, short_id) = (clean(&finding.resource_id), clean(&finding.short_id));
    // JavaScript counts UTF-16 units.
    if arn.ends_with(short_id.as_ref()) {
        json!(short_id.encode_utf16().count())
    } else {
        json!(short_id)
    }
}

/// Hundredths of a cent are enough for a sum over many rows to agree with the totals.
pub(super) fn usd(amount: Option<f64>) -> Value {
    amount
        .filter(|usd| usd.is_finite())
        .map_or(Value::Null, |usd| {
            let rounded = (usd * 10_000.0).round() / 10_000.0;
            // 12, not 12.0: a byte or two for each of many.
            if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
                json!(rounded as i64)
            } else {
                json!(rounded)
            }
        })
}

/// A figure of the evidence: numbers and yes or no as they are, everything else as text.
pub(super) fn figure(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(clean(text)),
        Value::Array(_) | Value::Object(_) => json!(clean(&value.to_string())),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_element_cannot_be_closed_from_inside() {
        let hostile = json!({ "a": "</script><!--&\u{2028}\u{2029}" }).to_string();
        let safe = script_safe(&hostile);
        assert_eq!(
            safe,
            "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\"}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(&safe).unwrap(),
            serde_json::from_str::<Value>(&hostile).unwrap()
        );
    }

    #[test]
    fn amounts_are_short_and_never_invented() {
        assert_eq!(usd(None).to_string(), "null");
        assert_eq!(usd(Some(f64::NAN)).to_string(), "null");
        assert_eq!(usd(Some(12.0)).to_string(), "12");
        assert_eq!(usd(Some(0.123_456)).to_string(), "0.1235");
    }

    #[test]
    fn words_are_numbered_once() {
        let mut words = Dictionary::default();
        assert_eq!(
            [
                words.number("a"),
                words.number("b"),
                words.number("a\u{1b}")
            ],
            [0, 1, 0]
        );
        assert_eq!(words.words, ["a", "b"]);
        assert_eq!(words.number_or_none(None), json!(-1));
    }
}
