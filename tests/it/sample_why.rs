//! Explanations for the made-up reports.

use std::collections::BTreeMap;

use billhook::report::{
    Calculation, CalculationStep, ConditionMet, CountingStep, Explanation, JudgedBy, Report,
    ReportFinding, ReportPrice, RuleCondition, RuleSeries, SeriesSeen, Threshold,
};
use serde_json::json;

/// Gives a report everything that explains it: the same thresholds to every rule, and two lines to every amount.
pub(crate) fn explain(report: &mut Report) {
    report.prices = vec![
        price("ec2 m5.2xlarge", Some(0.384)),
        price("ec2 m5.xlarge", Some(0.192)),
        price("ec2 z99.large", None),
    ];
    for rule in &mut report.rules {
        rule.judged_by = judged_by();
    }
    for index in 0..report.findings.len() {
        let finding = &report.findings[index];
        let absorbs = report
            .findings
            .iter()
            .filter(|other| other.absorbed_by.as_ref() == Some(&finding.fingerprint))
            .map(|other| other.fingerprint.clone())
            .collect();
        report.findings[index].explanation = Some(explanation(finding, absorbs));
    }
}

fn price(sku: &str, usd: Option<f64>) -> ReportPrice {
    let known = usd.is_some();
    let word = |word: &str| if known { word } else { "" }.to_owned();
    ReportPrice {
        sku: sku.to_owned(),
        region: "us-east-1".to_owned(),
        unit: word("hour"),
        usd,
        basis: if known { "exact" } else { "unknown" }.to_owned(),
        as_of: word("2026-09-15"),
        source: word("the price list"),
    }
}

fn judged_by() -> JudgedBy {
    JudgedBy {
        thresholds: vec![Threshold {
            name: "cpu_below_percent".to_owned(),
            value: json!(5.0),
            unit: "percent".to_owned(),
            set_by: "billhook.toml:12, [rules.\"aws/ec2/idle-instance\"]".to_owned(),
            doc: "The instance is idle only if its CPU never reached this.".to_owned(),
        }],
        applies: vec!["state = 'running'".to_owned()],
        conditions: vec![
            RuleCondition {
                sql: "u.max < 5.0".to_owned(),
                holds: "CPU max is {0}, below 5 % (cpu_below_percent)".to_owned(),
                changes: Some("CPU max is at least 5 % (cpu_below_percent)".to_owned()),
                values: vec!["cpu_max_percent".to_owned()],
                alternative: None,
            },
            RuleCondition {
                sql: "EXISTS (SELECT 1 FROM tag)".to_owned(),
                holds: "EXISTS (SELECT 1 FROM tag)".to_owned(),
                changes: None,
                values: Vec::new(),
                alternative: None,
            },
        ],
        behind: vec!["metric IN ('NetworkIn', 'NetworkOut')".to_owned()],
        series: vec![RuleSeries {
            metric: "CPUUtilization".to_owned(),
            statistic: "Maximum".to_owned(),
            period_seconds: 3600,
            window_days: 14,
            window_start: "2026-10-19T06:00:00Z".to_owned(),
            window_end: "2026-11-02T06:00:00Z".to_owned(),
            coverage_min: 0.9,
        }],
    }
}

fn explanation(finding: &ReportFinding, absorbs: Vec<String>) -> Explanation {
    let line = |what: &str, quantity: f64, price: usize, usd: Option<f64>| CalculationStep {
        what: what.to_owned(),
        of: String::new(),
        quantity: Some(quantity),
        unit: "h".to_owned(),
        price: Some(price),
        usd,
    };
    let calculations = match finding.monthly_savings_usd {
        Some(usd) => vec![
            line("m5.2xlarge, Linux, on demand", 730.0, 0, Some(280.32 + usd)),
            line("m5.xlarge, Linux, on demand", -730.0, 1, Some(-280.32)),
        ],
        None => vec![line("z99.large, Linux, on demand", 730.0, 2, None)],
    };
    let mut counting = Vec::new();
    if let Some(usd) = finding.monthly_savings_usd {
        counting.push(CountingStep {
            what: "saves by itself".to_owned(),
            usd,
        });
        let rest = finding.counted_savings_usd - usd;
        if rest != 0.0 {
            counting.push(CountingStep {
                what: "counted elsewhere".to_owned(),
                usd: rest,
            });
        }
    }
    Explanation {
        age_days: Some(212.4),
        series: vec![SeriesSeen {
            series: 0,
            coverage: 0.998,
            figures: BTreeMap::from([("avg".to_owned(), 1.3), ("max".to_owned(), 2.1)]),
        }],
        conditions: vec![
            ConditionMet {
                condition: 0,
                values: vec![json!(2.1)],
            },
            ConditionMet {
                condition: 1,
                values: Vec::new(),
            },
        ],
        calculations: vec![Calculation {
            amount: "monthly_savings_usd".to_owned(),
            usd: finding.monthly_savings_usd,
            lines: calculations,
            remark: String::new(),
        }],
        counting,
        absorbs,
    }
}

/// Replaces every text of the explanations.
pub(crate) fn spoil(report: &mut Report, bad: &mut dyn FnMut() -> String) {
    for price in &mut report.prices {
        for text in [
            &mut price.sku,
            &mut price.region,
            &mut price.unit,
            &mut price.basis,
            &mut price.as_of,
            &mut price.source,
        ] {
            *text = bad();
        }
    }
    for rule in &mut report.rules {
        let by = &mut rule.judged_by;
        for threshold in &mut by.thresholds {
            threshold.value = json!(bad());
            for text in [
                &mut threshold.name,
                &mut threshold.unit,
                &mut threshold.set_by,
                &mut threshold.doc,
            ] {
                *text = bad();
            }
        }
        for condition in &mut by.conditions {
            condition.holds = format!("{} {{0}}", bad());
            condition.changes = Some(bad());
            condition.values = vec![bad()];
            condition.sql = bad();
        }
        by.applies = vec![bad()];
        by.behind = vec![bad(), bad()];
        for series in &mut by.series {
            for text in [
                &mut series.metric,
                &mut series.statistic,
                &mut series.window_start,
                &mut series.window_end,
            ] {
                *text = bad();
            }
        }
    }
    for finding in &mut report.findings {
        let Some(explanation) = &mut finding.explanation else {
            continue;
        };
        for seen in &mut explanation.series {
            seen.figures = BTreeMap::from([(bad(), 1.0)]);
        }
        for met in &mut explanation.conditions {
            met.values = vec![json!(bad())];
        }
        for calculation in &mut explanation.calculations {
            calculation.amount = bad();
            calculation.remark = bad();
            for line in &mut calculation.lines {
                line.what = bad();
                line.of = bad();
                line.unit = bad();
            }
        }
        for step in &mut explanation.counting {
            step.what = bad();
        }
        explanation.absorbs.push(bad());
    }
}
