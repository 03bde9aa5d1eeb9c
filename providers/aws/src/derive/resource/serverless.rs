//! Functions, log groups.

use crate::lambda::function::Function;
use crate::lambda::provisioned_concurrency::ProvisionedConcurrency;
use crate::logs::log_group::LogGroup;
use crate::number::MIB_PER_GIB;
use crate::prices::{Breakdown, HOURS_PER_MONTH, PriceLookup, Sku, Tariff};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::relation::given;
use super::{MONTHLY, Rows};

const SECONDS_PER_HOUR: f64 = 3600.0;

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    let depends = Breakdown::unknown("what a function costs depends on how often it runs");
    for function in &estate.functions {
        let amount = used.explained(&function.id, MONTHLY, &depends);
        out.add::<Function>(&function.id, None, String::new(), amount);
    }
    for provisioned in &estate.provisioned_concurrencies {
        let lines = provisioned_lines(prices, provisioned);
        let amount = used.explained(&provisioned.id, MONTHLY, &lines);
        let parent = given(&provisioned.function_resource_id);
        out.add::<ProvisionedConcurrency>(&provisioned.id, parent, String::new(), amount);
    }
    for group in &estate.log_groups {
        let lines = stored_lines(prices, group);
        let amount = used.explained(&group.id, MONTHLY, &lines);
        out.add::<LogGroup>(&group.id, None, String::new(), amount);
    }
}

/// A month of instances that are kept ready, used or not.
fn provisioned_lines<'a>(
    prices: &'a dyn PriceLookup,
    provisioned: &'a ProvisionedConcurrency,
) -> Breakdown<'a> {
    let metric = match provisioned.architecture.as_deref() {
        Some("x86_64") => "provisioned_concurrency_x86_gb_second",
        Some("arm64") => "provisioned_concurrency_arm_gb_second",
        _ => return Breakdown::unknown("there is no price for its architecture"),
    };
    let (Some(count), Some(memory)) = (provisioned.allocated_count, provisioned.memory_mib) else {
        return Breakdown::unknown("how much is allocated is not known");
    };
    let gb_seconds =
        count as f64 * memory as f64 / MIB_PER_GIB * HOURS_PER_MONTH * SECONDS_PER_HOUR;
    let what = format!("{count} instances of {memory} MiB, kept ready");
    let sku = Sku::service("lambda", metric);
    Tariff::new(prices, &provisioned.id.region)
        .line(what, gb_seconds, "GiB-s", sku)
        .into()
}

/// A month of what a log group stores. AWS bills the compressed bytes, and the list has them with some delay: an estimate.
fn stored_lines<'a>(prices: &'a dyn PriceLookup, group: &'a LogGroup) -> Breakdown<'a> {
    match (group.log_class.as_deref(), group.stored_gib) {
        (Some("STANDARD" | "INFREQUENT_ACCESS"), Some(gib)) => {
            let sku = Sku::service("cloudwatch_logs", "storage_gb_month");
            let line =
                Tariff::new(prices, &group.id.region).extra("stored logs", gib, "GiB-month", sku);
            line.into_iter().collect::<Breakdown<'_>>().estimated()
        }
        _ => Breakdown::unknown("what it stores is not known, or not priced"),
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn key() -> Key {
        Key {
            region: "us-east-1".to_owned(),
            ..Key::default()
        }
    }

    #[test]
    fn what_is_kept_ready_is_paid_by_the_second() {
        let cost = |architecture: &str, count: Option<i64>| {
            let provisioned = ProvisionedConcurrency {
                id: key(),
                allocated_count: count,
                memory_mib: Some(512),
                architecture: Some(architecture.to_owned()),
                ..ProvisionedConcurrency::default()
            };
            provisioned_lines(PriceBook::embedded(), &provisioned)
                .cost()
                .usd()
        };
        // 10 × 0.5 GB × 2,628,000 s × $0.0000041667.
        let usd = cost("x86_64", Some(10)).expect("a price");
        assert!((usd - 54.750_438).abs() < 1e-6, "{usd}");
        assert!(cost("arm64", Some(10)) < cost("x86_64", Some(10)));
        assert_eq!((cost("x86_64", None), cost("riscv", Some(1))), (None, None));
    }

    #[test]
    fn what_is_stored_is_paid_by_the_gib() {
        let cost = |class: &str, gib: Option<f64>| {
            let group = LogGroup {
                id: key(),
                log_class: Some(class.to_owned()),
                stored_gib: gib,
                ..LogGroup::default()
            };
            stored_lines(PriceBook::embedded(), &group).cost().usd()
        };
        assert_eq!(cost("STANDARD", Some(100.0)), Some(3.0));
        assert_eq!(cost("INFREQUENT_ACCESS", Some(0.0)), Some(0.0));
        assert_eq!(
            (cost("STANDARD", None), cost("DELIVERY", Some(1.0))),
            (None, None)
        );
    }
}
