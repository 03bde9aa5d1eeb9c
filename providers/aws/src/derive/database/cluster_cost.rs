//! `aws_rds_cluster_cost`: Aurora's two storage configurations side by side.

use billhook_catalog::Place;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::prices::{Breakdown, PriceLookup};
use crate::rds::cluster::Cluster;
use crate::rds::cluster_cost::ClusterCost;
use crate::rds::instance::Instance;

use super::cost::{Billed, billed, compute_lines, io_lines, io_requests_a_month, volume_lines};

/// One row an Aurora cluster.
pub(in crate::derive) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ClusterCost> {
    let clusters = estate.clusters.iter();
    clusters
        .filter(|cluster| cluster.product.as_deref() == Some("Aurora"))
        .map(|cluster| row(cluster, estate, prices, used))
        .collect()
}

/// The instances of a cluster that are billed now. None when that is not known of one.
fn members<'e>(cluster: &Cluster, estate: &'e Estate) -> Option<Vec<&'e Instance>> {
    let mut running = Vec::new();
    let mut known = 0;
    for instance in &estate.databases {
        if instance.cluster_resource_id.as_deref() != Some(&cluster.id.resource_id) {
            continue;
        }
        known += 1;
        match instance.status.as_deref().and_then(billed)? {
            Billed::All => running.push(instance),
            Billed::Storage | Billed::Nothing => {}
        }
    }
    // The list of instances may not have been read, or not all of it.
    (cluster.member_count == Some(known)).then_some(running)
}

fn row(
    cluster: &Cluster,
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ClusterCost {
    let usage = &estate.databases_measured;
    let members = members(cluster, estate);
    let compute = |io_optimized: bool| match &members {
        None => Breakdown::unknown("not all of its instances are known"),
        Some(members) => {
            let mut sum = Breakdown::default();
            for instance in members {
                let lines = compute_lines(prices, instance, usage, io_optimized);
                sum.extend(lines.into_lines());
            }
            sum
        }
    };
    let storage = volume_lines(prices, cluster, usage, false);
    let io = io_lines(prices, cluster, usage);
    let mut optimized = compute(true);
    optimized.extend(volume_lines(prices, cluster, usage, true).into_lines());
    let mut standard = compute(false);
    standard.extend(storage.lines().iter().cloned());
    standard.extend(io.lines().iter().cloned());
    let total = standard.cost().usd();
    let savings = standard.minus(optimized.clone());

    let mut explain = |column, lines: &Breakdown<'_>| used.explained(&cluster.id, column, lines);
    let compute = explain("aws_rds_cluster_cost.compute_monthly_usd", &compute(false));
    let storage = explain("aws_rds_cluster_cost.storage_monthly_usd", &storage);
    let io = explain("aws_rds_cluster_cost.io_monthly_usd", &io);
    let optimized = explain("aws_rds_cluster_cost.io_optimized_monthly_usd", &optimized);
    let savings = explain("aws_rds_cluster_cost.io_optimized_savings_usd", &savings);
    ClusterCost {
        id: Place {
            account_id: cluster.id.account_id.clone(),
            region: cluster.id.region.clone(),
        },
        resource_id: cluster.id.resource_id.clone(),
        instance_count: members
            .as_ref()
            .map(|members| crate::number::count(members.len())),
        compute_monthly_usd: compute.usd,
        storage_monthly_usd: storage.usd,
        io_requests_million: io_requests_a_month(cluster, usage).map(|requests| requests / 1e6),
        io_monthly_usd: io.usd,
        io_share_percent: match (io.usd, total) {
            (Some(io), Some(total)) if total > 0.0 => Some(100.0 * io / total),
            _ => None,
        },
        io_optimized_monthly_usd: optimized.usd,
        io_optimized_savings_usd: savings.usd,
        price_basis: Some(savings.basis.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{cluster, figures, instance};
    use super::*;
    use crate::prices::PriceBook;

    /// A cluster with two db.r6g.large ($0.26, as I/O-Optimized $0.338 an hour), 100 GiB and so much I/O in five minutes.
    fn cost(io: f64, change: impl FnOnce(&mut Estate)) -> ClusterCost {
        let mut estate = Estate {
            clusters: vec![Cluster {
                member_count: Some(2),
                ..cluster("c", "aurora-postgresql")
            }],
            databases: ["one", "two"]
                .map(|id| instance(id, "aurora-postgresql", "db.r6g.large"))
                .to_vec(),
            ..Estate::default()
        };
        let measured = &mut estate.databases_measured;
        measured.add("c", "VolumeBytesUsed", figures(100.0 * 1_073_741_824.0));
        measured.add("c", "VolumeReadIOPs", figures(io));
        measured.add("c", "VolumeWriteIOPs", figures(0.0));
        change(&mut estate);
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-6)
    }

    #[test]
    fn both_configurations_are_added_up() {
        // 1,000,000 in five minutes are 8,760 million a month.
        let row = cost(1_000_000.0, |_| {});
        assert!(near(row.compute_monthly_usd, 379.6), "{row:?}");
        assert!(near(row.storage_monthly_usd, 10.0), "{row:?}");
        assert!(near(row.io_requests_million, 8_760.0), "{row:?}");
        assert!(near(row.io_monthly_usd, 1_752.0), "{row:?}");
        assert!(near(row.io_optimized_monthly_usd, 493.48 + 22.5), "{row:?}");
        assert!(
            near(
                row.io_optimized_savings_usd,
                379.6 + 10.0 + 1_752.0 - 515.98
            ),
            "{row:?}"
        );
        assert!(
            near(row.io_share_percent, 100.0 * 1_752.0 / 2_141.6),
            "{row:?}"
        );
        assert_eq!(row.price_basis.as_deref(), Some("estimated"));
        assert_eq!(row.instance_count, Some(2));
    }

    #[test]
    fn little_io_makes_it_dearer() {
        let row = cost(1_000.0, |_| {});
        assert!(near(row.io_monthly_usd, 1.752), "{row:?}");
        assert!(
            row.io_optimized_savings_usd.is_some_and(|usd| usd < 0.0),
            "{row:?}"
        );
    }

    #[test]
    fn what_is_not_known_stays_open() {
        let unread = cost(1_000.0, |estate| estate.databases.truncate(1));
        assert_eq!(
            (unread.compute_monthly_usd, unread.io_optimized_savings_usd),
            (None, None)
        );
        assert!(near(unread.io_monthly_usd, 1.752), "{unread:?}");
        assert_eq!(unread.price_basis.as_deref(), Some("unknown"));
        let unmeasured = cost(1_000.0, |estate| {
            estate.databases_measured = Default::default();
        });
        assert_eq!(
            (unmeasured.io_monthly_usd, unmeasured.io_share_percent),
            (None, None)
        );
        assert!(near(unmeasured.compute_monthly_usd, 379.6));
        let stopped = cost(1_000.0, |estate| {
            estate.databases[0].status = Some("stopped".to_owned());
        });
        assert_eq!(stopped.instance_count, Some(1));
        let strange = cost(1_000.0, |estate| {
            estate.databases[0].status = Some("dreaming".to_owned());
        });
        assert_eq!(strange.instance_count, None);
    }
}
