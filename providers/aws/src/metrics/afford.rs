//! Which series are bought where not all of them may be.
//!
//! What is worth most comes first: hourly series before the fine ones that refine them, then those that the most severe
//! rules need. Within that it goes table by table, region by region and resource by resource, and a resource gets all of its
//! series or none: half of the evidence judges nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::charge::OverBudget;
use crate::metrics::list_price_usd;
use crate::metrics::plan::Plan;
use crate::metrics::series::Series;

/// How many metric queries an amount buys; none when their price is not known.
pub(super) fn queries(usd: f64) -> u64 {
    match list_price_usd(1) {
        Some(price) if price > 0.0 => (usd / price).floor() as u64,
        _ => 0,
    }
}

/// What is bought or left out together, in the order of its worth: stage, value, table, region, resource.
type Lot = (bool, Reverse<u32>, &'static str, String, String);

fn lot(is_fine: bool, region: &str, series: &Series) -> Lot {
    (
        is_fine,
        Reverse(series.value),
        series.table,
        region.to_owned(),
        series.resource_id.clone(),
    )
}

/// Leaves out what more than so many queries would be spent on.
pub(super) fn restrict(plans: &mut [&mut (String, Plan)], affordable: u64, cap: OverBudget) {
    let mut lots: BTreeMap<Lot, u64> = BTreeMap::new();
    for (region, plan) in plans.iter() {
        for (is_fine, series) in plan.entries() {
            *lots.entry(lot(is_fine, region, series)).or_default() += 1;
        }
    }
    let mut left = affordable;
    // The first lot that is too dear ends the purchase: what is worth less does not go before it.
    let bought: BTreeSet<Lot> = lots
        .into_iter()
        .map_while(|(lot, queries)| {
            left = left.checked_sub(queries)?;
            Some(lot)
        })
        .collect();
    for (region, plan) in plans.iter_mut() {
        plan.leave_out(cap, |is_fine, series| {
            bought.contains(&lot(is_fine, region, series))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::{instances, plan, refined, want};
    use super::*;

    const CAP: OverBudget = OverBudget { cap_usd: 1.0 };

    /// Two regions of two instances each: an hourly series of a severe rule, two of a mild one, a fine one.
    fn plans() -> Vec<(String, Plan)> {
        let severe = billhook_catalog::MetricWant {
            value: 4,
            ..want("CPUUtilization", 3_600, 14)
        };
        let mild = [want("NetworkIn", 3_600, 14), want("NetworkOut", 3_600, 14)];
        let fine = refined("CPUUtilization", 300, 14);
        let wants = [vec![severe], mild.to_vec(), vec![fine]].concat();
        ["eu-west-1", "us-east-1"]
            .map(|region| (region.to_owned(), plan(&wants, &instances(2))))
            .into()
    }

    /// What is bought with so many queries: metric and period by region.
    fn bought(affordable: u64) -> Vec<(String, String, &'static str, u32)> {
        let mut plans = plans();
        let all: usize = plans.iter().map(|(_, plan)| plan.len()).sum();
        restrict(&mut plans.iter_mut().collect::<Vec<_>>(), affordable, CAP);
        let left_out: usize = plans.iter().map(|(_, plan)| plan.left_out.len()).sum();
        let bought: Vec<_> = plans
            .iter()
            .flat_map(|(region, plan)| {
                plan.all().into_iter().map(|series| {
                    (
                        region.clone(),
                        series.resource_id,
                        series.metric.name,
                        series.period_seconds,
                    )
                })
            })
            .collect();
        assert!(bought.len() as u64 <= affordable);
        assert_eq!(bought.len() + left_out, all, "what is left out is told");
        bought
    }

    #[test]
    fn the_most_severe_rules_come_first_and_fine_series_last() {
        assert_eq!(bought(0), []);
        let first = bought(4);
        assert_eq!(first.len(), 4);
        assert!(
            first
                .iter()
                .all(|(_, _, metric, period)| { (*metric, *period) == ("CPUUtilization", 3_600) })
        );
        assert_eq!(bought(12).len(), 12, "all hourly series");
        assert!(bought(12).iter().all(|(_, _, _, period)| *period == 3_600));
        assert_eq!(bought(16).len(), 16);
    }

    #[test]
    fn a_resource_gets_all_its_series_or_none() {
        // One query more than for the severe rule: it would be half of what the mild one needs.
        assert_eq!(bought(5).len(), 4);
        let six = bought(6);
        assert_eq!(six.len(), 6);
        let mild: Vec<_> = six
            .iter()
            .filter(|(_, _, metric, _)| metric.starts_with("Network"))
            .map(|(region, resource, _, _)| (region.as_str(), resource.as_str()))
            .collect();
        assert_eq!(mild, [("eu-west-1", "arn:0"), ("eu-west-1", "arn:0")]);
    }

    #[test]
    fn an_amount_buys_whole_queries() {
        assert_eq!(queries(0.0), 0);
        assert_eq!(queries(0.000_025), 2);
    }
}
