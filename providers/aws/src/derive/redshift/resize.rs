//! `aws_redshift_resize_option`: what a running cluster could become.
//!
//! Memory is not measured by AWS, and it goes with the vCPUs; so no more than half of them is given up at a time.

use std::cmp::Ordering;

use billhook_catalog::Place;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::prices::PriceLookup;
use crate::redshift::cluster::Cluster;
use crate::redshift::node_type::NodeType;
use crate::redshift::resize_option::ResizeOption;

use super::cost::{nodes, nodes_lines};

/// Share of the CPU of a target that may be in use, percent: 20 % headroom, as AWS Compute Optimizer leaves by default.
const CPU_PERCENT: f64 = 80.0;
/// Share of the storage of a target that may be in use, percent: sorting and vacuum need room.
const DISK_PERCENT: f64 = 75.0;
/// A larger cluster has this many compute nodes at least, beside the leader that AWS gives it.
const LEAST_NODES: i64 = 2;

/// A cluster that may be resized.
#[derive(Clone, Copy)]
struct Source<'e> {
    cluster: &'e Cluster,
    node: NodeType,
    count: i64,
}

/// A cluster that it could become.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Target {
    node: NodeType,
    count: i64,
    cpu_percent: f64,
    disk_percent: f64,
}

impl Source<'_> {
    fn vcpus(&self) -> i64 {
        self.node.vcpus * self.count
    }

    fn capacity_gib(&self) -> Option<f64> {
        self.node.capacity_gib(self.count)
    }
}

/// One row a cluster that is available.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ResizeOption> {
    let clusters = estate.warehouses.iter();
    clusters
        .filter(|cluster| cluster.status.as_deref() == Some("available"))
        .map(|cluster| row(cluster, estate, prices, used))
        .collect()
}

/// A cluster with what a target is compared with, or why it is not to be resized.
fn check(cluster: &Cluster) -> Result<Source<'_>, String> {
    let name = cluster.node_type.as_deref();
    let name = name.ok_or("the type of its nodes is not known")?;
    let count = cluster.node_count.filter(|count| *count > 0);
    let count = count.ok_or("the number of its nodes is not known")?;
    match cluster.multi_az {
        Some(false) => {}
        Some(true) => {
            return Err("it runs in two zones, each of which has to carry all of it".to_owned());
        }
        None => return Err("whether it runs in two zones is not known".to_owned()),
    }
    let node = NodeType::named(name);
    let node = node.ok_or_else(|| format!("the size of {name} is not known"))?;
    Ok(Source {
        cluster,
        node,
        count,
    })
}

fn row(
    cluster: &Cluster,
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ResizeOption {
    let mut row = ResizeOption {
        id: Place {
            account_id: cluster.id.account_id.clone(),
            region: cluster.id.region.clone(),
        },
        resource_id: cluster.id.resource_id.clone(),
        node_type: cluster.node_type.clone(),
        node_count: nodes(cluster),
        price_basis: Some("unknown".to_owned()),
        ..ResizeOption::default()
    };
    if let (Some(name), Some(count)) = (cluster.node_type.as_deref(), nodes(cluster)) {
        let lines = nodes_lines(prices, cluster, name, count);
        let column = "aws_redshift_resize_option.monthly_usd";
        let amount = used.explained(&cluster.id, column, &lines);
        row.monthly_usd = amount.usd;
        row.price_basis = Some(amount.basis.to_owned());
    }
    let checked = check(cluster).and_then(|source| match row.monthly_usd {
        Some(_) => Ok(source),
        None => Err(format!(
            "there is no price for {} in {}",
            source.node.name, cluster.id.region
        )),
    });
    let source = match checked {
        Ok(source) => source,
        Err(reason) => {
            row.eligible = Some(false);
            row.ineligible_reason = Some(reason);
            return row;
        }
    };
    row.eligible = Some(true);
    row.ineligible_reason = Some(String::new());
    row.vcpus = Some(source.vcpus());
    // Nothing was measured, so nothing can be proposed; whoever reads the row knows by its columns.
    let (id, measured) = (&cluster.id.resource_id, &estate.measured);
    let cpu = measured.figures(id, "CPUUtilization", "Maximum");
    row.cpu_p995_percent = cpu.and_then(|series| series.p995);
    row.disk_used_max_percent = measured.largest(id, "PercentageDiskSpaceUsed", "Maximum");
    let (Some(cpu), Some(disk)) = (row.cpu_p995_percent, row.disk_used_max_percent) else {
        return row;
    };
    if let Some(target) = best(&source, cpu, disk, prices) {
        fill(&mut row, &source, &target, prices, used);
    }
    row
}

/// The cheapest cluster that fits and costs less. Of two that cost the same the one with nodes of the present type, then the
/// one with fewer nodes.
fn best(source: &Source<'_>, cpu: f64, disk: f64, prices: &dyn PriceLookup) -> Option<Target> {
    let price = |node: NodeType, count: i64| {
        let lines = nodes_lines(prices, source.cluster, node.name, count);
        lines.cost().usd()
    };
    let present = price(source.node, source.count)?;
    candidates(source)
        .into_iter()
        .filter_map(|(node, count)| {
            let target = fitting(source, node, count, cpu, disk)?;
            let usd = price(node, count).filter(|usd| *usd < present)?;
            Some((usd, target))
        })
        .min_by(|(one_usd, one), (other_usd, other)| {
            let is_other = |target: &Target| target.node != source.node;
            one_usd
                .partial_cmp(other_usd)
                .unwrap_or(Ordering::Equal)
                .then(is_other(one).cmp(&is_other(other)))
                .then(one.count.cmp(&other.count))
        })
        .map(|(_, target)| target)
}

/// Clusters of the family with fewer vCPUs, and no less than half of them.
fn candidates(source: &Source<'_>) -> Vec<(NodeType, i64)> {
    let mut found: Vec<(NodeType, i64)> = fewer_nodes(source)
        .into_iter()
        .map(|count| (source.node, count))
        .collect();
    for node in NodeType::all() {
        // DC2 nodes hold the data on disks of very different sizes, so they stay what they are.
        let is_smaller = node.vcpus < source.node.vcpus;
        let is_managed = NodeType::has_managed_storage(node.name);
        if node.family() == source.node.family() && is_smaller && is_managed {
            let counts = match source.count {
                1 => 1..=1,
                _ => LEAST_NODES..=node.most_nodes,
            };
            found.extend(counts.map(|count| (node, count)));
        }
    }
    found.retain(|(node, count)| {
        let vcpus = node.vcpus * count;
        vcpus < source.vcpus() && vcpus * 2 >= source.vcpus()
    });
    found
}

/// Numbers of nodes of the present type: those that AWS lists for an elastic resize, or else half.
fn fewer_nodes(source: &Source<'_>) -> Vec<i64> {
    let listed = source.cluster.elastic_resize_node_counts.as_deref();
    let counts: Vec<i64> = listed
        .unwrap_or_default()
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    let counts = match (counts.is_empty(), source.count % 2) {
        (false, _) => counts,
        (true, 0) => vec![source.count / 2],
        (true, _) => Vec::new(),
    };
    let fits = |count: &i64| (LEAST_NODES..source.count).contains(count);
    counts.into_iter().filter(fits).collect()
}

/// The target, if it carries what was measured.
fn fitting(source: &Source<'_>, node: NodeType, count: i64, cpu: f64, disk: f64) -> Option<Target> {
    let target = Target {
        node,
        count,
        cpu_percent: cpu * source.vcpus() as f64 / (node.vcpus * count) as f64,
        disk_percent: disk * source.capacity_gib()? / node.capacity_gib(count)?,
    };
    (target.cpu_percent <= CPU_PERCENT && target.disk_percent <= DISK_PERCENT).then_some(target)
}

fn fill(
    row: &mut ResizeOption,
    source: &Source<'_>,
    target: &Target,
    prices: &dyn PriceLookup,
    used: &mut Used,
) {
    let cluster = source.cluster;
    let before = nodes_lines(prices, cluster, source.node.name, source.count);
    let after = nodes_lines(prices, cluster, target.node.name, target.count);
    let savings = before.minus(after.clone());
    let mut explain = |column, lines: &_| used.explained(&cluster.id, column, lines);
    let after = explain("aws_redshift_resize_option.target_monthly_usd", &after);
    let savings = explain("aws_redshift_resize_option.monthly_savings_usd", &savings);
    row.target_node_type = Some(target.node.name.to_owned());
    row.target_node_count = Some(target.count);
    row.target_vcpus = Some(target.node.vcpus * target.count);
    row.target_cpu_percent = Some(target.cpu_percent);
    row.target_disk_percent = Some(target.disk_percent);
    row.target_monthly_usd = after.usd;
    row.monthly_savings_usd = savings.usd;
    row.price_basis = Some(savings.basis.to_owned());
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{busy, cluster, full};
    use super::*;
    use crate::prices::PriceBook;

    fn option(cluster: Cluster, cpu: f64, disk: f64) -> ResizeOption {
        let mut estate = Estate::default();
        let id = cluster.id.resource_id.clone();
        busy(&id, cpu, &mut estate.measured);
        full(&id, disk, &mut estate.measured);
        estate.warehouses = vec![cluster];
        let mut found = rows(&estate, PriceBook::embedded(), &mut Used::default());
        found.pop().expect("a row")
    }

    fn target(row: &ResizeOption) -> Option<(&str, i64)> {
        Some((row.target_node_type.as_deref()?, row.target_node_count?))
    }

    #[test]
    fn half_of_the_nodes_when_aws_lists_nothing() {
        let row = option(cluster("c", "ra3.xlplus", 4), 15.0, 20.0);
        assert_eq!(target(&row), Some(("ra3.xlplus", 2)));
        assert_eq!((row.vcpus, row.target_vcpus), (Some(16), Some(8)));
        assert_eq!(row.target_cpu_percent, Some(30.0));
        assert_eq!(row.target_disk_percent, Some(40.0));
        // Two of four: 2 × $1.086 × 730.
        let saved = row.monthly_savings_usd.expect("a price");
        assert!((saved - 1585.56).abs() < 1e-6, "{saved}");
    }

    #[test]
    fn what_aws_lists_decides() {
        let listed = |counts: &str| Cluster {
            elastic_resize_node_counts: Some(counts.to_owned()),
            ..cluster("c", "dc2.large", 6)
        };
        let row = option(listed("[3,12]"), 15.0, 20.0);
        assert_eq!(target(&row), Some(("dc2.large", 3)));
        let row = option(listed("[12]"), 15.0, 20.0);
        assert_eq!(target(&row), None, "AWS makes it larger only");
        let row = option(listed("[2, 3, 4, 5]"), 15.0, 20.0);
        assert_eq!(target(&row), Some(("dc2.large", 3)), "never below half");
    }

    #[test]
    fn a_smaller_type_where_there_are_no_fewer_nodes() {
        let row = option(cluster("c", "ra3.4xlarge", 2), 15.0, 5.0);
        // 24 vCPUs: three of ra3.xlplus or six of ra3.large have half, and cost the same but for the last digit.
        let (name, count) = target(&row).expect("a target");
        assert_eq!(row.target_vcpus, Some(12), "{name} × {count}");
        let row = option(cluster("c", "ra3.xlplus", 1), 15.0, 10.0);
        assert_eq!(target(&row), Some(("ra3.large", 1)));
        let row = option(cluster("c", "ra3.xlplus", 1), 15.0, 20.0);
        assert_eq!(
            target(&row),
            None,
            "a single ra3.large holds 1 TiB of the 4"
        );
        let row = option(cluster("c", "dc2.8xlarge", 2), 15.0, 5.0);
        assert_eq!(target(&row), None, "other disks");
    }

    #[test]
    fn the_measured_demand_has_to_fit() {
        let four = || cluster("c", "dc2.large", 4);
        assert_eq!(target(&option(four(), 40.0, 37.0)), Some(("dc2.large", 2)));
        assert_eq!(target(&option(four(), 41.0, 37.0)), None, "CPU");
        assert_eq!(target(&option(four(), 40.0, 38.0)), None, "storage");
        let unmeasured = Estate {
            warehouses: vec![four()],
            ..Estate::default()
        };
        let found = rows(&unmeasured, PriceBook::embedded(), &mut Used::default());
        assert_eq!(found[0].eligible, Some(true));
        assert_eq!(target(&found[0]), None);
        assert_eq!(found[0].monthly_usd, Some(730.0));
    }

    #[test]
    fn what_cannot_be_resized_says_why() {
        let reason = |change: fn(&mut Cluster)| {
            let mut changed = cluster("c", "dc2.large", 4);
            change(&mut changed);
            let row = option(changed, 5.0, 5.0);
            assert_eq!((row.eligible, target(&row)), (Some(false), None));
            row.ineligible_reason.unwrap_or_default()
        };
        assert_eq!(
            reason(|c| c.node_type = Some("ds2.xlarge".to_owned())),
            "the size of ds2.xlarge is not known"
        );
        assert_eq!(
            reason(|c| c.id.region = "xx-new-1".to_owned()),
            "there is no price for dc2.large in xx-new-1"
        );
        assert_eq!(
            reason(|c| c.node_count = None),
            "the number of its nodes is not known"
        );
        assert_eq!(
            reason(|c| c.multi_az = Some(true)),
            "it runs in two zones, each of which has to carry all of it"
        );
        let paused = Estate {
            warehouses: vec![Cluster {
                status: Some("paused".to_owned()),
                ..cluster("c", "dc2.large", 4)
            }],
            ..Estate::default()
        };
        let found = rows(&paused, PriceBook::embedded(), &mut Used::default());
        assert_eq!(found, []);
    }
}
