//! A report as large as that of a real estate.

use billhook::finding::fingerprint;
use billhook::report::Report;

use super::{report, summary, tags};

/// A report with so many findings, as varied as those of a real estate.
pub(crate) fn large(number: usize) -> Report {
    let mut report = report();
    let patterns = report.findings.clone();
    let regions = [
        "eu-central-1",
        "eu-west-1",
        "us-east-1",
        "us-west-2",
        "ap-southeast-2",
    ];
    let owners = [
        "media-platform",
        "payments",
        "data-science",
        "search",
        "identity",
    ];
    report.findings = (0..number)
        .map(|index| {
            let mut finding = patterns[index % patterns.len()].clone();
            let short_id = format!(
                "{}-{index:017x}",
                finding.short_id.split('-').next().unwrap_or("x")
            );
            finding.account_id = format!("{:012}", 100_000_000_000 + (index % 23) * 7_919);
            finding.region = regions[index % regions.len()].to_owned();
            finding.resource_id = format!(
                "arn:aws:ec2:{}:{}:thing/{short_id}",
                finding.region, finding.account_id
            );
            finding.message = finding
                .message
                .replace(finding.short_id.as_str(), &short_id);
            finding.short_id = short_id;
            finding.name = if index % 3 == 0 {
                format!("worker-{index}")
            } else {
                String::new()
            };
            finding.owner = (index % 4 != 0).then(|| owners[index % owners.len()].to_owned());
            finding.tags = tags(&[
                ("env", if index % 2 == 0 { "prod" } else { "test" }),
                ("build", &format!("{}", index % 500)),
            ]);
            finding.fingerprint = fingerprint(&finding.rule, &finding.resource_id);
            finding.absorbed_by = None;
            let factor = 0.2 + ((index * 7_919) % 1_000) as f64 / 250.0;
            finding.counted_savings_usd *= factor;
            finding.monthly_savings_usd = finding.monthly_savings_usd.map(|usd| usd * factor);
            finding.effective_savings_usd = finding.monthly_savings_usd;
            finding
        })
        .collect();
    report
        .findings
        .sort_by(|a, b| b.counted_savings_usd.total_cmp(&a.counted_savings_usd));
    report.summary = summary(&report.findings);
    report.summary.estate_monthly_cost_usd = 6.0 * report.summary.net_monthly_savings_usd;
    report.summary.effective_estate_monthly_cost_usd = report.summary.estate_monthly_cost_usd;
    report
}
