//! Reports of the same version that lack what was added to it since.

use serde_json::{Map, Value};

/// Summary fields that were added, and the older field that held the same where nothing was discounted.
const SUMMARY: [(&str, &str); 6] = [
    (
        "list_gross_monthly_savings_usd",
        "gross_monthly_savings_usd",
    ),
    ("list_net_monthly_savings_usd", "net_monthly_savings_usd"),
    ("list_egress_at_stake_usd", "egress_at_stake_usd"),
    ("list_upper_bound_monthly_usd", "upper_bound_monthly_usd"),
    (
        "list_exempted_monthly_savings_usd",
        "exempted_monthly_savings_usd",
    ),
    (
        "effective_estate_monthly_cost_usd",
        "estate_monthly_cost_usd",
    ),
];

/// The same for findings.
const FINDING: [(&str, &str); 2] = [
    ("effective_savings_usd", "monthly_savings_usd"),
    ("effective_at_stake_usd", "at_stake_usd"),
];

/// Adds what an older billhook did not write. It knew list prices only, so effective amounts were the same.
pub(super) fn complete(report: &mut Value) {
    if let Some(summary) = report.get_mut("summary").and_then(Value::as_object_mut) {
        copy(summary, &SUMMARY);
    }
    let findings = report.get_mut("findings").and_then(Value::as_array_mut);
    for finding in findings.into_iter().flatten() {
        if let Some(finding) = finding.as_object_mut() {
            copy(finding, &FINDING);
            finding.entry("effective_basis").or_insert(Value::Null);
        }
    }
}

fn copy(fields: &mut Map<String, Value>, pairs: &[(&str, &str)]) {
    for (added, older) in pairs {
        if !fields.contains_key(*added)
            && let Some(value) = fields.get(*older).cloned()
        {
            fields.insert((*added).to_owned(), value);
        }
    }
}
