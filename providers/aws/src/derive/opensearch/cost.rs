//! What a month of a domain costs by list prices.
//!
//! Sources: <https://aws.amazon.com/opensearch-service/pricing/>; its volumes have prices of their own, above those of EBS.

use crate::opensearch::domain::Domain;
use crate::prices::ebs::EbsMetric;
use crate::prices::{Breakdown, Nodes, PriceLookup, Sku, Tariff};

/// What a GiB of a volume costs for a domain, as a multiple of what it costs as a volume of EBS: $0.122 and $0.08 for gp3, $0.135
/// and $0.10 for gp2 in us-east-1. Sydney's gp3 has the same ratio; no other region was seen, so what is worked out from these is estimated.
const TIMES_EBS: &[(&str, f64)] = &[("gp3", 1.525), ("gp2", 1.35)];
/// I/O operations a second that gp3 includes up to a size, and beyond it for each GiB.
const INCLUDED_IOPS: f64 = 3_000.0;
const IOPS_PER_GIB: f64 = 3.0;
const IOPS_UP_TO_GIB: f64 = 1_024.0;
/// Throughput that gp3 includes up to a size, and beyond it for each step, MiB/s.
const INCLUDED_MIBPS: f64 = 125.0;
const MIBPS_UP_TO_GIB: f64 = 170.0;
const MIBPS_PER_STEP: f64 = 250.0;
const STEP_GIB: f64 = 3_072.0;

/// So many nodes of a kind; nothing for none.
fn nodes<'a>(
    at: &Tariff<'a>,
    kind: &str,
    node_type: Option<&'a str>,
    count: Option<i64>,
) -> Breakdown<'a> {
    match (node_type, count) {
        (_, Some(0)) => Breakdown::default(),
        (Some(node_type), Some(count)) if count > 0 => {
            let what = format!("{count} {kind} nodes, {node_type}");
            let hour = Nodes::opensearch(node_type, count as f64).hour();
            at.hours(what, count as f64, hour).into()
        }
        _ => Breakdown::unknown(format!(
            "the type or the number of its {kind} nodes is not known"
        )),
    }
}

/// So many data nodes of a type with their volumes.
pub(in crate::derive) fn data_lines<'a>(
    prices: &'a dyn PriceLookup,
    domain: &'a Domain,
    node_type: Option<&'a str>,
    count: Option<i64>,
) -> Breakdown<'a> {
    let at = Tariff::new(prices, &domain.id.region);
    let mut sum = nodes(&at, "data", node_type, count);
    sum.extend(volume_lines(prices, domain, count).into_lines());
    sum
}

/// The volumes of so many data nodes.
fn volume_lines<'a>(
    prices: &'a dyn PriceLookup,
    domain: &'a Domain,
    count: Option<i64>,
) -> Breakdown<'a> {
    match domain.ebs_enabled {
        Some(true) => {}
        Some(false) => return Breakdown::free("the disks of its nodes come with them"),
        None => return Breakdown::unknown("whether its nodes have volumes is not known"),
    }
    let (Some(kind), Some(gib), Some(count)) =
        (domain.volume_type.as_deref(), domain.volume_size_gib, count)
    else {
        return Breakdown::unknown("the type, the size or the number of its volumes is not known");
    };
    if kind == "gp3" {
        match includes_provisions(domain, gib as f64) {
            Some(true) => {}
            Some(false) => {
                return Breakdown::unknown(
                    "there is no price for IOPS or throughput beyond what gp3 includes",
                );
            }
            None => return Breakdown::unknown("its IOPS or its throughput is not known"),
        }
    }
    let what = format!("{count} volumes of {gib} GiB, {kind}");
    let (region, quantity) = (&domain.id.region, (count * gib) as f64);
    let own = match kind {
        "gp3" => Sku::service("opensearch", "ebs_gp3_gb_month"),
        "gp2" => Sku::service("opensearch", "ebs_gp2_gb_month"),
        _ => return Breakdown::unknown(format!("there is no price for {kind} volumes")),
    };
    let at = Tariff::new(prices, region);
    let line = at.line(what, quantity, "GiB-month", own);
    if line.cost.usd().is_some() {
        return line.into();
    }
    let times = TIMES_EBS.iter().find(|(name, _)| *name == kind);
    let times = times.map_or(1.0, |(_, times)| *times);
    let what = format!("{count} volumes of {gib} GiB, {kind}, at {times} times the price of EBS");
    let sku = Sku::ebs(kind, EbsMetric::StorageGibMonth);
    Breakdown::from(at.line(what, quantity * times, "GiB-month", sku)).estimated()
}

/// Whether what is provisioned comes with volumes of this size. None when not known.
fn includes_provisions(domain: &Domain, gib: f64) -> Option<bool> {
    let iops = if gib > IOPS_UP_TO_GIB {
        INCLUDED_IOPS.max(gib * IOPS_PER_GIB)
    } else {
        INCLUDED_IOPS
    };
    let mibps = if gib > MIBPS_UP_TO_GIB {
        (gib / STEP_GIB).ceil() * MIBPS_PER_STEP
    } else {
        INCLUDED_MIBPS
    };
    let within = |provisioned: Option<i64>, included: f64| Some(provisioned? as f64 <= included);
    Some(
        within(domain.provisioned_iops, iops)?
            && within(domain.provisioned_throughput_mibps, mibps)?,
    )
}

/// A month of a domain as it is now.
pub(in crate::derive) fn domain_lines<'a>(
    prices: &'a dyn PriceLookup,
    domain: &'a Domain,
) -> Breakdown<'a> {
    if !matches!(domain.state.as_deref(), Some("active" | "changing")) {
        return Breakdown::unknown("it is being made or deleted, or its state is not known");
    }
    let at = Tariff::new(prices, &domain.id.region);
    let data_type = domain.instance_type.as_deref();
    let mut sum = data_lines(prices, domain, data_type, domain.instance_count);
    for (kind, node_type, count) in [
        ("master", &domain.master_type, domain.master_count),
        (
            "coordinator",
            &domain.coordinator_type,
            domain.coordinator_count,
        ),
        ("UltraWarm", &domain.warm_type, domain.warm_count),
    ] {
        sum.extend(nodes(&at, kind, node_type.as_deref(), count).into_lines());
    }
    if domain.warm_count != Some(0) || domain.cold_storage != Some(false) {
        let why = "what it holds in UltraWarm and in cold storage, which is billed, is not known";
        sum.extend(Breakdown::unknown(why).into_lines());
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::fixture::domain;
    use super::*;
    use crate::prices::PriceBook;

    fn cost(domain: &Domain) -> (Option<f64>, &'static str) {
        let cost = domain_lines(PriceBook::embedded(), domain).cost();
        let cents = cost.usd().map(|usd| (usd * 100.0).round() / 100.0);
        (cents, cost.basis_name())
    }

    #[test]
    fn nodes_of_all_kinds_and_volumes() {
        // us-east-1: r6g.large.search $0.167 an hour, gp3 $0.122 a GiB: 3 × 730 × 0.167 + 300 × 0.122.
        let plain = domain("d", "r6g.large.search", 3);
        assert_eq!(cost(&plain), (Some(402.33), "exact"));
        // And three of m6g.large.search at $0.128.
        let guided = Domain {
            master_type: Some("m6g.large.search".to_owned()),
            master_count: Some(3),
            ..plain.clone()
        };
        assert_eq!(cost(&guided), (Some(682.65), "exact"));
        let older = Domain {
            volume_type: Some("gp2".to_owned()),
            ..plain.clone()
        };
        assert_eq!(cost(&older), (Some(406.23), "exact"));
        let with_disks = Domain {
            ebs_enabled: Some(false),
            instance_type: Some("i3.large.search".to_owned()),
            ..plain
        };
        assert_eq!(cost(&with_disks), (Some(547.5), "exact"));
    }

    #[test]
    fn where_the_price_of_its_volumes_is_not_published_that_of_ebs_says_about_what() {
        let mut elsewhere = domain("d", "r6g.large.search", 3);
        elsewhere.id.region = "ap-southeast-2".to_owned();
        let sum = domain_lines(PriceBook::embedded(), &elsewhere);
        let volumes = sum.lines().last().expect("a line");
        // $0.096 a GiB of gp3 there, and $0.1464 for a domain.
        let usd = volumes.cost.usd().expect("a price");
        assert!((usd - 300.0 * 0.1464).abs() < 1e-9, "{usd}");
        assert_eq!(sum.cost().basis_name(), "estimated");
    }

    #[test]
    fn what_has_no_price_or_is_not_known_is_unknown() {
        let of = |change: fn(&mut Domain)| {
            let mut changed = domain("d", "r6g.large.search", 3);
            change(&mut changed);
            cost(&changed).0
        };
        assert!(of(|_| {}).is_some());
        assert_eq!(of(|d| d.state = Some("creating".to_owned())), None);
        assert_eq!(of(|d| d.instance_count = None), None);
        assert_eq!(of(|d| d.ebs_enabled = None), None);
        assert_eq!(of(|d| d.volume_size_gib = None), None);
        assert_eq!(of(|d| d.volume_type = Some("io1".to_owned())), None);
        assert_eq!(of(|d| d.provisioned_iops = Some(9_000)), None);
        assert_eq!(of(|d| d.provisioned_throughput_mibps = None), None);
        assert_eq!(of(|d| d.master_count = None), None);
        assert_eq!(
            of(|d| {
                d.warm_type = Some("ultrawarm1.medium.search".to_owned());
                d.warm_count = Some(2);
            }),
            None
        );
        assert_eq!(of(|d| d.cold_storage = None), None);
    }

    #[test]
    fn what_gp3_includes_grows_with_the_size() {
        let included = |gib: i64, iops: i64, mibps: i64| {
            let domain = Domain {
                provisioned_iops: Some(iops),
                provisioned_throughput_mibps: Some(mibps),
                ..domain("d", "r6g.large.search", 3)
            };
            includes_provisions(&domain, gib as f64).expect("known")
        };
        assert!(included(100, 3_000, 125) && !included(100, 3_001, 125));
        assert!(included(171, 3_000, 250) && !included(170, 3_000, 126));
        assert!(included(2_000, 6_000, 250) && !included(2_000, 6_001, 250));
        assert!(included(4_000, 12_000, 500) && !included(4_000, 12_000, 501));
    }
}
