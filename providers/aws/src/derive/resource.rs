//! `resource`: everything in the account, what it belongs to and what it costs as it is now.

use std::collections::HashMap;

use billhook_catalog::{Key, Place, Resource, Row};

use crate::ebs::snapshot::Snapshot;
use crate::ebs::volume::Volume;
use crate::ec2::address::Address;
use crate::ec2::instance::Instance;
use crate::prices::ebs::{SnapshotTier, ebs_volume_monthly, snapshot_monthly};
use crate::prices::network::{nat_gateway_monthly, public_ipv4_monthly};
use crate::prices::{Cost, PriceLookup};
use crate::vpc::endpoint::Endpoint;
use crate::vpc::nat_gateway::NatGateway;

use super::amount::{Amount, Used};
use super::estate::Estate;
use super::relation::{given, instance_by_interface, instance_of};

/// The operation that is billed for an instance with a free Linux.
pub(super) const LINUX: &str = "RunInstances";

/// A month of an instance's compute. Unknown unless it is stopped, or is plain Linux on demand on shared hardware.
pub(super) fn instance_cost(prices: &dyn PriceLookup, instance: &Instance) -> Cost {
    match instance.state.as_deref() {
        Some("stopped") => Cost::ZERO,
        Some("running") => running_cost(prices, instance),
        // Being between the two lasts minutes, and whether these are billed depends on where it goes.
        _ => Cost::UNKNOWN,
    }
}

fn running_cost(prices: &dyn PriceLookup, instance: &Instance) -> Cost {
    let is_plain = instance.usage_operation.as_deref() == Some(LINUX)
        && instance.lifecycle.as_deref() == Some("on-demand")
        && instance.tenancy.as_deref() == Some("default");
    match instance.instance_type.as_deref().filter(|_| is_plain) {
        Some(name) => {
            Cost::monthly_from_hourly(1.0, prices.ec2_linux_hour(&instance.id.region, name))
        }
        None => Cost::UNKNOWN,
    }
}

fn volume_cost(prices: &dyn PriceLookup, volume: &Volume, used: &mut Used) -> Amount {
    let (Some(kind), Some(size)) = (&volume.volume_type, volume.size_gib) else {
        return Amount::UNKNOWN;
    };
    // What AWS bills for a volume that failed or is going is not published.
    if !matches!(
        volume.state.as_deref(),
        Some("creating" | "available" | "in-use")
    ) {
        return Amount::UNKNOWN;
    }
    let amount = used.amount(ebs_volume_monthly(
        prices,
        &volume.id.region,
        kind,
        size as f64,
        volume.provisioned_iops.map(|iops| iops as f64),
        volume
            .provisioned_throughput_mibps
            .map(|mibps| mibps as f64),
    ));
    // Magnetic volumes are billed by the request on top.
    if kind == "standard" {
        amount.estimated()
    } else {
        amount
    }
}

/// The most that a snapshot can be billed for: its full size, though only changed blocks are billed. So an estimate.
fn snapshot_cost(prices: &dyn PriceLookup, snapshot: &Snapshot, used: &mut Used) -> Amount {
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
        (Some(size_gib), Some(tier)) if is_kept => used
            .amount(snapshot_monthly(
                prices,
                &snapshot.id.region,
                tier,
                size_gib,
            ))
            .estimated(),
        _ => Amount::UNKNOWN,
    }
}

fn address_cost(prices: &dyn PriceLookup, address: &Address) -> Cost {
    match (address.own_range, address.is_associated) {
        (Some(true), _) => Cost::ZERO,
        (Some(false), Some(in_use)) => public_ipv4_monthly(prices, &address.id.region, in_use),
        _ => Cost::UNKNOWN,
    }
}

/// A month of a gateway's hours. Only a gateway that is available is billed; a regional one is billed for each zone that it
/// is in, which the API does not count.
pub(super) fn nat_gateway_cost(prices: &dyn PriceLookup, gateway: &NatGateway) -> Cost {
    match (
        gateway.state.as_deref(),
        gateway.availability_mode.as_deref(),
    ) {
        (Some("available"), Some("zonal")) => nat_gateway_monthly(prices, &gateway.id.region),
        (Some("pending" | "failed" | "deleting" | "deleted"), _) => Cost::ZERO,
        _ => Cost::UNKNOWN,
    }
}

/// Gateway endpoints are free; others are billed for each zone, which the table does not count.
fn endpoint_amount(endpoint: &Endpoint) -> Amount {
    if endpoint.endpoint_type.as_deref() == Some("Gateway") {
        Amount::FREE
    } else {
        Amount::UNKNOWN
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
    budgets(estate, &mut out);
    out.rows
}

fn compute(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for instance in &estate.instances {
        let amount = used.amount(instance_cost(prices, instance));
        out.add::<Instance>(&instance.id, None, instance_manager(instance), amount);
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
        let amount = volume_cost(prices, volume, used);
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
        let amount = snapshot_cost(prices, snapshot, used);
        out.add::<Snapshot>(&snapshot.id, parent, manager, amount);
    }
    // What a bucket costs depends on what is in it.
    out.add_all::<crate::s3::bucket::Bucket>(
        estate.buckets.iter().map(|row| &row.id),
        Amount::UNKNOWN,
    );
}

fn network(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    let by_interface = instance_by_interface(estate);
    let gateways = first_parents(estate.nat_gateway_addresses.iter().map(|held| {
        (
            held.address_resource_id.as_str(),
            held.nat_gateway_resource_id.as_str(),
        )
    }));
    for address in &estate.addresses {
        let gateway = gateways.get(address.id.resource_id.as_str()).copied();
        let parent = gateway.or_else(|| instance_of(address, &by_interface));
        let service = given(&address.service_managed);
        let manager = service.map_or(String::new(), |service| format!("aws:{service}"));
        let amount = used.amount(address_cost(prices, address));
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
        let amount = used.amount(nat_gateway_cost(prices, gateway));
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
        out.add::<Endpoint>(&endpoint.id, None, String::new(), endpoint_amount(endpoint));
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

#[cfg(test)]
#[path = "resource_tests.rs"]
mod tests;
