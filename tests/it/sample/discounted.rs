//! A report whose amounts are not those of the price list.

use billhook::report::{Report, Summary};

use super::{report, summary};

/// The small report under a discount of 10 % on everything, and with 60 % of the instances' usage covered by commitments.
pub(crate) fn discounted() -> Report {
    let mut report = report();
    let list_net = report.summary.net_monthly_savings_usd;
    for finding in &mut report.findings {
        let is_usage = finding.resource_type == "AWS::EC2::Instance" && finding.action != "none";
        let share = if is_usage { 0.9 * 0.4 } else { 0.9 };
        finding.effective_savings_usd = finding.monthly_savings_usd.map(|usd| share * usd);
        finding.effective_at_stake_usd = finding.at_stake_usd.map(|usd| 0.9 * usd);
        finding.counted_savings_usd *= share;
        let commitments = "; commitments cover 60 % of the usage of ec2 (configuration) and are paid for all the same";
        finding.effective_basis =
            (finding.monthly_savings_usd.is_some() || finding.at_stake_usd.is_some()).then(|| {
                format!(
                    "10 % discount on ec2{}",
                    if is_usage { commitments } else { "" }
                )
            });
    }
    report.summary = Summary {
        list_net_monthly_savings_usd: list_net,
        effective_estate_monthly_cost_usd: 0.9 * 4_120.5,
        ..summary(&report.findings)
    };
    report
}
