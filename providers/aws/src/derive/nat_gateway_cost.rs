//! `aws_vpc_nat_gateway_cost`: hours and processed traffic of NAT gateways.

use billhook_catalog::Place;

use crate::number::BYTES_PER_GIB;
use crate::prices::network::{endpoint_break_even_gb, inter_az_lines, nat_processing_lines};
use crate::prices::{Breakdown, PriceLookup};
use crate::vpc::nat_gateway::NatGateway;
use crate::vpc::nat_gateway_cost::NatGatewayCost;

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;
use super::resource::nat_gateway_lines;

/// The amounts that are explained here.
const HOURS_COLUMN: &str = "aws_vpc_nat_gateway_cost.hours_monthly_usd";
const PROCESSING_COLUMN: &str = "aws_vpc_nat_gateway_cost.processing_monthly_usd";
const INTER_ZONE_COLUMN: &str = "aws_vpc_nat_gateway_cost.inter_zone_monthly_usd";
/// Bytes are billed once, on their way in, from whichever side they come.
const PROCESSED: [&str; 2] = ["BytesInFromSource", "BytesInFromDestination"];

/// One row a gateway.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<NatGatewayCost> {
    let gateways = estate.nat_gateways.iter();
    gateways
        .map(|gateway| row(gateway, &estate.measured, prices, used))
        .collect()
}

fn row(
    gateway: &NatGateway,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> NatGatewayCost {
    let hours = nat_gateway_lines(prices, gateway);
    // A regional gateway publishes its metrics by zone, which are not read: the silence of the whole says nothing.
    let is_zonal = gateway.availability_mode.as_deref() == Some("zonal");
    let processed = is_zonal
        .then(|| processed_gib_month(measured, &gateway.id.resource_id))
        .flatten();
    let processing = match processed {
        Some(gib) => nat_processing_lines(prices, &gateway.id.region, gib),
        None => Breakdown::unknown("its traffic was not measured"),
    };
    let crossing = match processed {
        Some(gib) => inter_az_lines(prices, &gateway.id.region, gib),
        None => Breakdown::unknown("its traffic was not measured"),
    };
    // Traffic that was not measured leaves its own column open and says nothing about the price of the hours.
    let basis = match processed {
        Some(_) => hours.cost() + processing.cost(),
        None => hours.cost(),
    };
    NatGatewayCost {
        id: Place {
            account_id: gateway.id.account_id.clone(),
            region: gateway.id.region.clone(),
        },
        resource_id: gateway.id.resource_id.clone(),
        hours_monthly_usd: used.explained(&gateway.id, HOURS_COLUMN, &hours).usd,
        processed_gib_month: processed,
        processing_monthly_usd: used
            .explained(&gateway.id, PROCESSING_COLUMN, &processing)
            .usd,
        inter_zone_monthly_usd: used
            .explained(&gateway.id, INTER_ZONE_COLUMN, &crossing)
            .usd,
        endpoint_break_even_gib_month: endpoint_break_even_gb(prices, &gateway.id.region),
        price_basis: Some(basis.basis_name().to_owned()),
    }
}

/// What the gateway would process in a month at the rate that was seen. None unless both directions were measured.
fn processed_gib_month(measured: &Measured, resource_id: &str) -> Option<f64> {
    PROCESSED
        .iter()
        .map(|metric| {
            let series = measured.sums(resource_id, metric)?;
            Some(series.sum_a_month()? / BYTES_PER_GIB)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::super::measured::Series;
    use super::*;
    use crate::prices::PriceBook;

    fn cost(region: &str, seen: &[(&'static str, f64, f64, f64)]) -> NatGatewayCost {
        cost_of("zonal", region, seen)
    }

    fn cost_of(mode: &str, region: &str, seen: &[(&'static str, f64, f64, f64)]) -> NatGatewayCost {
        let gateway = NatGateway {
            id: Key {
                resource_id: "nat".to_owned(),
                region: region.to_owned(),
                ..Key::default()
            },
            state: Some("available".to_owned()),
            availability_mode: Some(mode.to_owned()),
            ..NatGateway::default()
        };
        let mut estate = Estate {
            nat_gateways: vec![gateway],
            ..Estate::default()
        };
        for (metric, window_days, coverage, sum) in seen {
            let series = Series {
                metric,
                statistic: "Sum",
                period_seconds: 3600,
                window_days: *window_days,
                coverage: *coverage,
                sum: Some(*sum),
                ..Series::default()
            };
            estate.measured.add("nat", series);
        }
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-9)
    }

    #[test]
    fn a_window_is_extrapolated_to_a_month() {
        // 100 GiB from one side and 200 GiB from the other, the latter in half of the window only:
        // (100 + 2 × 200) GiB × 730 h / 365 h.
        let days = 365.0 / 24.0;
        let row = cost(
            "us-east-1",
            &[
                ("BytesInFromSource", days, 1.0, 100.0 * BYTES_PER_GIB),
                ("BytesInFromDestination", days, 0.5, 200.0 * BYTES_PER_GIB),
            ],
        );
        assert!(near(row.processed_gib_month, 1000.0), "{row:?}");
        assert!(near(row.processing_monthly_usd, 45.0), "{row:?}");
        assert!(near(row.hours_monthly_usd, 32.85), "{row:?}");
        assert_ne!(row.price_basis.as_deref(), Some("unknown"));
    }

    #[test]
    fn an_interface_endpoint_pays_from_its_hours_over_what_it_saves_a_gib() {
        // 730 h × 0.01 ÷ (0.045 − 0.01) a GiB.
        let row = cost("us-east-1", &[]);
        assert!(
            near(row.endpoint_break_even_gib_month, 7.3 / 0.035),
            "{row:?}"
        );
        let nowhere = cost("xx-nowhere-1", &[]);
        assert_eq!(nowhere.endpoint_break_even_gib_month, None);
    }

    #[test]
    fn the_longest_window_counts() {
        let row = cost(
            "us-east-1",
            &[
                ("BytesInFromSource", 1.0, 1.0, 900.0 * BYTES_PER_GIB),
                ("BytesInFromSource", 14.0, 1.0, 336.0 * BYTES_PER_GIB),
                ("BytesInFromDestination", 14.0, 1.0, 0.0),
            ],
        );
        assert!(near(row.processed_gib_month, 730.0), "{row:?}");
    }

    #[test]
    fn silence_is_zero_where_the_table_says_so_and_unknown_elsewhere() {
        let silent = cost(
            "us-east-1",
            &[
                ("BytesInFromSource", 14.0, 1.0, 0.0),
                ("BytesInFromDestination", 14.0, 1.0, 0.0),
            ],
        );
        assert_eq!(silent.processing_monthly_usd, Some(0.0));
        for seen in [
            &[][..],
            &[("BytesInFromSource", 14.0, 1.0, 1e12)],
            &[
                ("BytesInFromSource", 14.0, 1.0, 1e12),
                ("BytesInFromDestination", 14.0, 0.0, 0.0),
            ],
        ] {
            let row = cost("us-east-1", seen);
            assert_eq!(
                (row.processed_gib_month, row.processing_monthly_usd),
                (None, None)
            );
            assert!(near(row.hours_monthly_usd, 32.85), "{row:?}");
            assert_ne!(row.price_basis.as_deref(), Some("unknown"));
        }
    }

    #[test]
    fn a_regional_gateway_is_not_silent_but_unknown() {
        let seen = PROCESSED.map(|metric| (metric, 14.0, 1.0, 0.0));
        let row = cost_of("regional", "us-east-1", &seen);
        assert_eq!(
            (row.hours_monthly_usd, row.processed_gib_month),
            (None, None)
        );
        assert_eq!(row.price_basis.as_deref(), Some("unknown"));
    }

    #[test]
    fn without_a_price_the_traffic_is_still_known() {
        let row = cost(
            "xx-nowhere-1",
            &[
                ("BytesInFromSource", 1.0, 1.0, BYTES_PER_GIB),
                ("BytesInFromDestination", 1.0, 1.0, 0.0),
            ],
        );
        assert!(near(row.processed_gib_month, 730.0 / 24.0), "{row:?}");
        assert_eq!(
            (row.hours_monthly_usd, row.processing_monthly_usd),
            (None, None)
        );
        assert_eq!(row.price_basis.as_deref(), Some("unknown"));
    }
}
