//! `resource`: everything in the account, what it belongs to and what it costs as it is now.

mod cache;
mod containers;
mod load_balancer;
mod managed;
mod serverless;

use std::collections::HashMap;

use billhook_catalog::{Key, Place, Resource, Row};

use crate::ebs::snapshot::Snapshot;
use crate::ebs::volume::Volume;
use crate::ec2::address::Address;
use crate::ec2::instance::Instance;
use crate::prices::ebs::{SnapshotTier, ebs_volume_lines, snapshot_lines};
use crate::prices::network::{self, public_ipv4_lines};
use crate::prices::{Breakdown, Cost, PriceLookup, Sku, Tariff};
use crate::rds::cluster::Cluster;
use crate::rds::cluster_snapshot::ClusterSnapshot;
use crate::vpc::endpoint::Endpoint;
use crate::vpc::nat_gateway::NatGateway;
use crate::vpc::transit_gateway::{TransitGateway, TransitGatewayAttachment};
use crate::vpc::vpn_connection::VpnConnection;

use super::amount::{Amount, Used};
use super::database::cost;
use super::estate::Estate;
use super::relation::{
    balancer_by_interface, balancer_of, given, instance_by_interface, instance_of,
};
use super::traffic_cost::{attachment_lines, endpoint_lines, vpn_lines};

/// The amount that is explained here.
const MONTHLY: &str = "resource.monthly_usd";

/// A month of an instance's compute. Unknown unless it is stopped, or runs on demand at a price that is known for its
/// operating system, licences and tenancy.
pub(super) fn instance_cost(prices: &dyn PriceLookup, instance: &Instance) -> Cost {
    instance_lines(prices, instance).cost()
}

/// The lines of [`instance_cost`].
pub(super) fn instance_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
) -> Breakdown<'a> {
    match instance.state.as_deref() {
        Some("stopped") => Breakdown::free("stopped: no compute is billed"),
        Some("running") => match instance.instance_type.as_deref() {
            Some(name) => type_lines(prices, instance, name),
            None => Breakdown::unknown("its type is not known"),
        },
        // Being between the two lasts minutes, and whether these are billed depends on where it goes.
        _ => {
            Breakdown::unknown("it neither runs nor is stopped, so nobody can tell what is billed")
        }
    }
}

/// A month of an instance type if the instance had it: on demand, with its operating system, licences and tenancy. What is
/// bought otherwise, such as Spot, has no such price.
pub(super) fn type_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    instance_type: &'a str,
) -> Breakdown<'a> {
    let operation = instance.usage_operation.as_deref();
    let platform = given(&instance.platform_details).or(operation);
    let platform = platform.unwrap_or("its operating system");
    let tenancy = instance.tenancy.as_deref().unwrap_or("unknown");
    let lifecycle = instance.lifecycle.as_deref().unwrap_or("unknown");
    if lifecycle != "on-demand" {
        return Breakdown::unknown(format!(
            "there is no price for an instance that is bought as {lifecycle}"
        ));
    }
    let Some(sku) = Sku::ec2_hour(instance_type, operation.unwrap_or_default(), tenancy) else {
        return Breakdown::unknown(format!(
            "there is no price for {platform}, {tenancy} tenancy"
        ));
    };
    if sku.variant.is_empty() {
        return linux_lines(prices, &instance.id.region, instance_type);
    }
    let hardware = match tenancy {
        "default" => "",
        _ => ", dedicated hardware",
    };
    let what = format!("{instance_type}, {platform}{hardware}, on demand");
    let line = Tariff::new(prices, &instance.id.region).hours(what, 1.0, sku);
    match line.cost.usd() {
        Some(_) => line.into(),
        // The built-in prices know Linux on shared hardware only.
        None => Breakdown::unknown(format!(
            "there is no price for {platform}{hardware} yet; --live-prices reads it"
        )),
    }
}

/// A month of an instance type, plain Linux on demand on shared hardware.
pub(super) fn linux_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    instance_type: &'a str,
) -> Breakdown<'a> {
    let what = format!("{instance_type}, Linux, on demand");
    let sku = Sku::ec2_linux_hour(instance_type);
    Tariff::new(prices, region).hours(what, 1.0, sku).into()
}

fn volume_lines<'a>(prices: &'a dyn PriceLookup, volume: &'a Volume) -> Breakdown<'a> {
    let (Some(kind), Some(size)) = (&volume.volume_type, volume.size_gib) else {
        return Breakdown::unknown("its type or its size is not known");
    };
    // What AWS bills for a volume that failed or is going is not published.
    if !matches!(
        volume.state.as_deref(),
        Some("creating" | "available" | "in-use")
    ) {
        return Breakdown::unknown("what is billed for a volume in its state is not published");
    }
    let lines = ebs_volume_lines(
        prices,
        &volume.id.region,
        kind,
        size as f64,
        volume.provisioned_iops.map(|iops| iops as f64),
        volume
            .provisioned_throughput_mibps
            .map(|mibps| mibps as f64),
    );
    // Magnetic volumes are billed by the request on top.
    if kind == "standard" {
        lines.estimated()
    } else {
        lines
    }
}

/// The most that a snapshot can be billed for: its full size, though only changed blocks are billed. So an estimate.
fn snapshot_month<'a>(prices: &'a dyn PriceLookup, snapshot: &'a Snapshot) -> Breakdown<'a> {
    let size_gib = snapshot
        .full_size_gib
        .or(snapshot.volume_size_gib.map(|gib| gib as f64));
    let tier = snapshot
        .storage_tier
        .as_deref()
        .and_then(SnapshotTier::from_api);
    let is_kept = matches!(
        snapshot.state.as_deref(),
        Some("completed" | "recoverable" | "recovering")
    );
    match (size_gib, tier) {
        (Some(size_gib), Some(tier)) if is_kept => {
            snapshot_lines(prices, &snapshot.id.region, tier, size_gib).estimated()
        }
        (_, _) if !is_kept => Breakdown::unknown("it is not complete, or its state is not known"),
        _ => Breakdown::unknown("its size or its storage tier is not known"),
    }
}

fn address_lines<'a>(prices: &'a dyn PriceLookup, address: &'a Address) -> Breakdown<'a> {
    match (address.own_range, address.is_associated) {
        (Some(true), _) => Breakdown::free("an address of one's own range is not billed"),
        (Some(false), Some(in_use)) => public_ipv4_lines(prices, &address.id.region, in_use),
        _ => Breakdown::unknown("whose range it is from, or whether it is in use, is not known"),
    }
}

/// A month of a gateway's hours. Only a gateway that is available is billed; a regional one is billed for each zone that it
/// is in, which the API does not count.
pub(super) fn nat_gateway_lines<'a>(
    prices: &'a dyn PriceLookup,
    gateway: &'a NatGateway,
) -> Breakdown<'a> {
    match (
        gateway.state.as_deref(),
        gateway.availability_mode.as_deref(),
    ) {
        (Some("available"), Some("zonal")) => {
            network::nat_gateway_lines(prices, &gateway.id.region)
        }
        (Some("pending" | "failed" | "deleting" | "deleted"), _) => {
            Breakdown::free("only a gateway that is available is billed")
        }
        (Some("available"), Some("regional")) => {
            Breakdown::unknown("a regional gateway is billed for each zone, which is not counted")
        }
        _ => Breakdown::unknown("its state, or whether it is a regional gateway, is not known"),
    }
}

struct Rows<'e> {
    stacks: &'e HashMap<String, String>,
    rows: Vec<Resource>,
}

impl Rows<'_> {
    /// A resource; `manager` is what is known to manage it besides CloudFormation, or empty.
    fn add<R: Row>(&mut self, key: &Key, parent: Option<&str>, manager: String, amount: Amount) {
        let managed_by = match self.stacks.get(&key.resource_id) {
            Some(stack) if manager.is_empty() => format!("cloudformation:{stack}"),
            _ => manager,
        };
        self.rows.push(Resource {
            id: Place {
                account_id: key.account_id.clone(),
                region: key.region.clone(),
            },
            resource_id: key.resource_id.clone(),
            provider: "aws".to_owned(),
            resource_type: R::TABLE.resource_type.to_owned(),
            short_id: key.short_id.clone(),
            name: key.name.clone().unwrap_or_default(),
            parent_resource_id: parent.map(str::to_owned),
            managed_by,
            monthly_usd: amount.usd,
            price_basis: amount.basis.to_owned(),
        });
    }

    /// Resources that belong to nothing, of which nobody tells who manages them.
    fn add_all<'r, R: Row>(&mut self, keys: impl Iterator<Item = &'r Key>, amount: Amount) {
        for key in keys {
            self.add::<R>(key, None, String::new(), amount);
        }
    }
}

/// What manages an instance; empty when nothing is known to.
fn instance_manager(instance: &Instance) -> String {
    if let Some(group) = given(&instance.autoscaling_group) {
        return format!("autoscaling:{group}");
    }
    given(&instance.managed_by).unwrap_or_default().to_owned()
}

/// (child, parent) with the alphabetically first parent where there are several, so that the order of rows does not matter.
fn first_parents<'e>(pairs: impl Iterator<Item = (&'e str, &'e str)>) -> HashMap<&'e str, &'e str> {
    let mut parents: HashMap<&str, &str> = HashMap::new();
    for (child, parent) in pairs {
        let first = parents.entry(child).or_insert(parent);
        if parent < *first {
            *first = parent;
        }
    }
    parents
}

/// All resources, table by table.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used) -> Vec<Resource> {
    let mut out = Rows {
        stacks: &estate.stacks,
        rows: Vec::new(),
    };
    out.add_all::<crate::account::Account>(estate.accounts.iter().map(|row| &row.id), Amount::FREE);
    out.add_all::<crate::ec2::region::Region>(
        estate.regions.iter().map(|row| &row.id),
        Amount::FREE,
    );
    compute(estate, prices, used, &mut out);
    storage(estate, prices, used, &mut out);
    network(estate, prices, used, &mut out);
    databases(estate, prices, used, &mut out);
    load_balancer::rows(estate, prices, used, &mut out);
    serverless::rows(estate, prices, used, &mut out);
    containers::rows(estate, prices, used, &mut out);
    managed::rows(estate, prices, used, &mut out);
    cache::rows(estate, prices, used, &mut out);
    budgets(estate, &mut out);
    bill(estate, &mut out);
    out.rows
}

fn compute(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for instance in &estate.instances {
        let lines = instance_lines(prices, instance);
        let amount = used.explained(&instance.id, MONTHLY, &lines);
        out.add::<Instance>(&instance.id, None, instance_manager(instance), amount);
    }
    // What a group runs is billed by the instance.
    for group in &estate.groups {
        let manager = given(&group.managed_by).unwrap_or_default().to_owned();
        out.add::<crate::autoscaling::group::Group>(&group.id, None, manager, Amount::FREE);
    }
    // An image is a description; what it needs is stored, and billed, as snapshots.
    out.add_all::<crate::ec2::image::Image>(estate.images.iter().map(|row| &row.id), Amount::FREE);
}

fn storage(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    let attached = first_parents(estate.attachments.iter().map(|attachment| {
        (
            attachment.volume_resource_id.as_str(),
            attachment.instance_resource_id.as_str(),
        )
    }));
    for volume in &estate.volumes {
        let parent = attached.get(volume.id.resource_id.as_str()).copied();
        let lines = volume_lines(prices, volume);
        let amount = used.explained(&volume.id, MONTHLY, &lines);
        out.add::<Volume>(&volume.id, parent, String::new(), amount);
    }
    let images = first_parents(estate.image_snapshots.iter().map(|needed| {
        (
            needed.snapshot_resource_id.as_str(),
            needed.image_resource_id.as_str(),
        )
    }));
    for snapshot in &estate.snapshots {
        let parent = images.get(snapshot.id.resource_id.as_str()).copied();
        let manager = given(&snapshot.made_by).unwrap_or_default().to_owned();
        let lines = snapshot_month(prices, snapshot);
        let amount = used.explained(&snapshot.id, MONTHLY, &lines);
        out.add::<Snapshot>(&snapshot.id, parent, manager, amount);
    }
    let depends = Breakdown::unknown("what a bucket costs depends on what is in it");
    for bucket in &estate.buckets {
        let amount = used.explained(&bucket.id, MONTHLY, &depends);
        out.add::<crate::s3::bucket::Bucket>(&bucket.id, None, String::new(), amount);
    }
}

fn network(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    let by_interface = instance_by_interface(estate);
    let balancers = balancer_by_interface(estate);
    let gateways = first_parents(estate.nat_gateway_addresses.iter().map(|held| {
        (
            held.address_resource_id.as_str(),
            held.nat_gateway_resource_id.as_str(),
        )
    }));
    for address in &estate.addresses {
        let gateway = gateways.get(address.id.resource_id.as_str()).copied();
        let parent = gateway
            .or_else(|| instance_of(address, &by_interface))
            .or_else(|| balancer_of(address, &balancers));
        let service = given(&address.service_managed);
        let manager = service.map_or(String::new(), |service| format!("aws:{service}"));
        let lines = address_lines(prices, address);
        let amount = used.explained(&address.id, MONTHLY, &lines);
        out.add::<Address>(&address.id, parent, manager, amount);
    }
    for interface in &estate.interfaces {
        let manager = match interface.requester_managed {
            Some(true) => "aws",
            _ => "",
        };
        let parent = given(&interface.instance_resource_id);
        out.add::<crate::ec2::network_interface::NetworkInterface>(
            &interface.id,
            parent,
            manager.to_owned(),
            Amount::FREE,
        );
    }
    for gateway in &estate.nat_gateways {
        let lines = nat_gateway_lines(prices, gateway);
        let amount = used.explained(&gateway.id, MONTHLY, &lines);
        out.add::<NatGateway>(&gateway.id, None, String::new(), amount);
    }
    out.add_all::<crate::vpc::subnet::Subnet>(
        estate.subnets.iter().map(|row| &row.id),
        Amount::FREE,
    );
    out.add_all::<crate::vpc::route::RouteTable>(
        estate.route_tables.iter().map(|row| &row.id),
        Amount::FREE,
    );
    for endpoint in &estate.endpoints {
        let lines = endpoint_lines(prices, endpoint);
        let amount = used.explained(&endpoint.id, MONTHLY, &lines);
        out.add::<Endpoint>(&endpoint.id, None, String::new(), amount);
    }
    // The gateway itself is free; what is attached to it is billed.
    out.add_all::<TransitGateway>(
        estate.transit_gateways.iter().map(|row| &row.id),
        Amount::FREE,
    );
    for attachment in &estate.transit_gateway_attachments {
        let lines = attachment_lines(prices, attachment);
        let amount = used.explained(&attachment.id, MONTHLY, &lines);
        let parent = given(&attachment.transit_gateway_resource_id);
        out.add::<TransitGatewayAttachment>(&attachment.id, parent, String::new(), amount);
    }
    for connection in &estate.vpn_connections {
        let lines = vpn_lines(prices, connection);
        let amount = used.explained(&connection.id, MONTHLY, &lines);
        out.add::<VpnConnection>(&connection.id, None, String::new(), amount);
    }
}

fn databases(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for instance in &estate.databases {
        let lines = cost::instance_lines(prices, instance, estate);
        let amount = used.explained(&instance.id, MONTHLY, &lines);
        let cluster = given(&instance.cluster_resource_id);
        out.add::<crate::rds::instance::Instance>(&instance.id, cluster, String::new(), amount);
    }
    for cluster in &estate.clusters {
        let lines = cost::cluster_lines(prices, cluster, &estate.databases_measured);
        let amount = used.explained(&cluster.id, MONTHLY, &lines);
        out.add::<Cluster>(&cluster.id, None, String::new(), amount);
    }
    for snapshot in &estate.database_snapshots {
        let lines = cost::snapshot_lines(prices, snapshot);
        let amount = used.explained(&snapshot.id, MONTHLY, &lines);
        let manager = backup_manager(&snapshot.snapshot_type);
        out.add::<crate::rds::snapshot::Snapshot>(&snapshot.id, None, manager, amount);
    }
    for snapshot in &estate.cluster_snapshots {
        let lines = cost::cluster_snapshot_lines(prices, snapshot);
        let amount = used.explained(&snapshot.id, MONTHLY, &lines);
        let manager = backup_manager(&snapshot.snapshot_type);
        out.add::<ClusterSnapshot>(&snapshot.id, None, manager, amount);
    }
}

/// What makes and deletes the snapshots of a type; empty for those that people make.
fn backup_manager(snapshot_type: &Option<String>) -> String {
    match snapshot_type.as_deref() {
        Some("automated") => "aws:rds".to_owned(),
        Some("awsbackup") => "aws-backup".to_owned(),
        _ => String::new(),
    }
}

fn budgets(estate: &Estate, out: &mut Rows<'_>) {
    out.add_all::<crate::budgets::budget::Budget>(
        estate.budgets.iter().map(|row| &row.id),
        Amount::FREE,
    );
    for notification in &estate.notifications {
        out.add::<crate::budgets::notification::Notification>(
            &notification.id,
            given(&notification.budget_resource_id),
            String::new(),
            Amount::FREE,
        );
    }
}

/// What watches the bill is free; what a commitment costs is in the bill, and not what it would cost to be without it.
fn bill(estate: &Estate, out: &mut Rows<'_>) {
    let monitors = estate.anomaly_monitors.iter().map(|row| &row.id);
    out.add_all::<crate::ce::anomaly::AnomalyMonitor>(monitors, Amount::FREE);
    let commitments = estate.commitments.iter().map(|row| &row.id);
    out.add_all::<crate::ce::commitment::Commitment>(commitments, Amount::UNKNOWN);
    let coverages = estate.coverages.iter().map(|row| &row.id);
    out.add_all::<crate::ce::coverage::Coverage>(coverages, Amount::FREE);
}

#[cfg(test)]
#[path = "resource_tests.rs"]
mod tests;
