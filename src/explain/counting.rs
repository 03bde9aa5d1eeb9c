//! How what is counted came out of what a finding saves by itself.

use std::collections::HashMap;

use crate::report::money::{percent, usd};
use crate::report::{CountingStep, ReportFinding, Status};

/// By finding: the steps, whose sum is what is counted, and the fingerprints of what is counted with it.
pub(super) fn of(findings: &[ReportFinding]) -> Vec<(Vec<CountingStep>, Vec<String>)> {
    let by_fingerprint: HashMap<&str, &ReportFinding> = findings
        .iter()
        .map(|finding| (finding.fingerprint.as_str(), finding))
        .collect();
    let mut absorbed: HashMap<&str, Vec<String>> = HashMap::new();
    for finding in findings {
        if let Some(by) = &finding.absorbed_by {
            absorbed
                .entry(by)
                .or_default()
                .push(finding.fingerprint.clone());
        }
    }
    findings
        .iter()
        .map(|finding| {
            let absorbs = absorbed.remove(finding.fingerprint.as_str());
            let absorbs = absorbs.unwrap_or_default();
            let steps = steps(finding, !absorbs.is_empty(), &by_fingerprint);
            (steps, absorbs)
        })
        .collect()
}

fn steps(
    finding: &ReportFinding,
    absorbs: bool,
    by_fingerprint: &HashMap<&str, &ReportFinding>,
) -> Vec<CountingStep> {
    let mut steps: Vec<CountingStep> = Vec::new();
    let mut step = |what: String, usd: f64| {
        if steps.is_empty() || usd.abs() > 1e-9 {
            steps.push(CountingStep { what, usd });
        }
    };
    if let Some(list) = finding.monthly_savings_usd {
        let at_most = if finding.savings_are_upper_bound {
            ", at most"
        } else {
            ""
        };
        let at_list = match finding.effective_savings_usd {
            Some(effective) if (effective - list).abs() > 1e-9 => ", at list price",
            _ => "",
        };
        step(format!("saves by itself{at_most}{at_list}"), list);
        if let Some(effective) = finding.effective_savings_usd {
            let why = finding.effective_basis.as_deref();
            let why = why.unwrap_or("discounts and commitments");
            step(why.to_owned(), effective - list);
        }
    } else if finding.counted_savings_usd == 0.0 {
        return Vec::new();
    } else {
        step(
            "saves by itself an amount that is not known".to_owned(),
            0.0,
        );
    }
    let effective = finding.effective_savings_usd;
    let alone = effective.or(finding.monthly_savings_usd);
    let rest = finding.counted_savings_usd - alone.unwrap_or(0.0);
    if rest > 1e-9 && absorbs {
        let why = "the findings that are counted here come to more";
        step(why.to_owned(), rest);
    } else if rest.abs() > 1e-9 {
        step(why(finding, by_fingerprint), rest);
    }
    steps
}

/// Why less is counted than the finding saves by itself.
fn why(finding: &ReportFinding, by_fingerprint: &HashMap<&str, &ReportFinding>) -> String {
    let counted = finding.counted_savings_usd;
    match (finding.status(), &finding.exemption, &finding.absorbed_by) {
        (Status::Exempted, Some(exemption), _) => {
            format!("exempted by {}: {}", exemption.source, exemption.reason)
        }
        (_, _, Some(by)) => match by_fingerprint.get(by.as_str()) {
            Some(other) if other.resource_id == finding.resource_id => format!(
                "counted by \"{}\" of the same resource, which saves more or takes it away",
                other.title
            ),
            Some(other) => format!(
                "counted by \"{}\" of {}, with which it goes",
                other.title,
                other.label()
            ),
            None => format!("counted by the finding {by}"),
        },
        _ if finding.savings_are_upper_bound => "an upper bound is part of no sum".to_owned(),
        _ if finding.action == "none" => "there is no action that would save it".to_owned(),
        _ => {
            let list = finding.monthly_savings_usd.unwrap_or(0.0);
            let alone = finding.effective_savings_usd.unwrap_or(list);
            match finding.monthly_cost_usd {
                Some(cost)
                    if list > cost && (counted * list - alone * cost).abs() < 1e-6 * list =>
                {
                    format!(
                        "no more can be saved than the resource costs, {}",
                        usd(cost)
                    )
                }
                _ => format!(
                    "other findings count a part of it, {} is left",
                    percent(counted / alone)
                ),
            }
        }
    }
}
