//! `aws_lambda_function_cost`: what running functions costs.

use billhook_catalog::Place;

use crate::lambda::function::Function;
use crate::lambda::function_cost::FunctionCost;
use crate::number::MIB_PER_GIB;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;

const MILLISECONDS: f64 = 1000.0;
/// The amount that is explained here.
const COMPUTE_COLUMN: &str = "aws_lambda_function_cost.compute_monthly_usd";

/// One row a function.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<FunctionCost> {
    let functions = estate.functions.iter();
    functions
        .map(|function| row(function, &estate.measured, prices, used))
        .collect()
}

fn row(
    function: &Function,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> FunctionCost {
    let (id, region) = (&function.id.resource_id, &function.id.region);
    let gb_seconds = a_month(measured, id, "Duration")
        .zip(function.memory_mib)
        .map(|(milliseconds, memory)| milliseconds / MILLISECONDS * memory as f64 / MIB_PER_GIB);
    let metric = match function.architecture.as_deref() {
        Some("x86_64") => Some("x86_gb_second_tier1"),
        Some("arm64") => Some("arm_gb_second_tier1"),
        _ => None,
    };
    let lines: Breakdown<'_> = match (gb_seconds, metric) {
        (Some(gb_seconds), Some(metric)) => {
            let sku = Sku::service("lambda", metric);
            let what = "memory times the time that it runs";
            let at = Tariff::new(prices, region);
            at.line(what, gb_seconds, "GiB-s", sku).into()
        }
        _ => Breakdown::unknown(
            "how long it runs was not measured, or its architecture has no price",
        ),
    };
    let amount = used.explained(&function.id, COMPUTE_COLUMN, &lines);
    FunctionCost {
        id: Place {
            account_id: function.id.account_id.clone(),
            region: region.clone(),
        },
        resource_id: id.clone(),
        invocations_month: a_month(measured, id, "Invocations"),
        gb_seconds_month: gb_seconds,
        compute_monthly_usd: amount.usd,
        price_basis: Some(amount.basis.to_owned()),
    }
}

/// The sum of a metric drawn out to a month; None unless enough of a window is known.
fn a_month(measured: &Measured, resource_id: &str, metric: &str) -> Option<f64> {
    let series = measured.sums(resource_id, metric)?;
    series.sum_a_month().filter(|_| series.is_covered())
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::super::measured::Series;
    use super::*;
    use crate::prices::PriceBook;

    fn cost(architecture: &str, seen: &[(&'static str, f64, f64)]) -> FunctionCost {
        let mut estate = Estate {
            functions: vec![Function {
                id: Key {
                    resource_id: "f".to_owned(),
                    region: "us-east-1".to_owned(),
                    ..Key::default()
                },
                architecture: Some(architecture.to_owned()),
                memory_mib: Some(512),
                ..Function::default()
            }],
            ..Estate::default()
        };
        for (metric, coverage, sum) in seen {
            let series = Series {
                metric,
                statistic: "Sum",
                period_seconds: 3600,
                window_days: 365.0 / 24.0,
                coverage: *coverage,
                sum: Some(*sum),
                ..Series::default()
            };
            estate.measured.add("f", series);
        }
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    #[test]
    fn time_and_memory_make_the_price() {
        // Half a month: 10 million invocations of 100 ms at half a GB are 500,000 GB-seconds, a month is twice that.
        let seen = [("Invocations", 1.0, 1e7), ("Duration", 1.0, 1e9)];
        let row = cost("x86_64", &seen);
        assert_eq!(row.invocations_month, Some(2e7));
        assert_eq!(row.gb_seconds_month, Some(1e6));
        let usd = row.compute_monthly_usd.expect("a price");
        assert!((usd - 1e6 * 0.000_016_666_7).abs() < 1e-6, "{usd}");
        let arm = cost("arm64", &seen).compute_monthly_usd.expect("a price");
        assert!(arm < usd);
    }

    #[test]
    fn what_was_not_measured_or_has_no_price_is_unknown() {
        let little = cost("x86_64", &[("Duration", 0.5, 1e9)]);
        assert_eq!(
            (little.gb_seconds_month, little.compute_monthly_usd),
            (None, None)
        );
        assert_eq!(little.price_basis.as_deref(), Some("unknown"));
        let strange = cost("riscv", &[("Duration", 1.0, 1e9)]);
        assert_eq!(strange.compute_monthly_usd, None);
        assert_eq!(strange.gb_seconds_month, Some(1e6));
    }
}
