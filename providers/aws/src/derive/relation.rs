//! `relation`: what goes with what.

use std::collections::HashMap;

use billhook_catalog::{Key, Place, Relation};

use crate::ec2::address::Address;

use super::estate::Estate;

/// Whether a reference refers to something: the empty text says that it does not.
pub(super) fn given(reference: &Option<String>) -> Option<&str> {
    reference.as_deref().filter(|id| !id.is_empty())
}

/// The instance that each interface is attached to.
pub(super) fn instance_by_interface(estate: &Estate) -> HashMap<&str, &str> {
    let interfaces = estate.interfaces.iter();
    interfaces
        .filter_map(|interface| {
            Some((
                interface.id.resource_id.as_str(),
                given(&interface.instance_resource_id)?,
            ))
        })
        .collect()
}

/// The instance that an address is on, by itself or by its interface.
pub(super) fn instance_of<'e>(
    address: &'e Address,
    by_interface: &HashMap<&str, &'e str>,
) -> Option<&'e str> {
    given(&address.instance_resource_id).or_else(|| {
        by_interface
            .get(given(&address.interface_resource_id)?)
            .copied()
    })
}

/// The load balancer that each interface is made for. Elastic Load Balancing writes `ELB app/NAME/ID` (or `ELB NAME` of a
/// classic one) into the descriptions of its interfaces, and names are unique in a region of an account.
pub(super) fn balancer_by_interface(estate: &Estate) -> HashMap<&str, &str> {
    let keys = (estate.load_balancers.iter().map(|balancer| &balancer.id)).chain(
        estate
            .classic_load_balancers
            .iter()
            .map(|balancer| &balancer.id),
    );
    let by_name: HashMap<(&str, &str, &str), &str> = keys
        .map(|id| {
            (
                (
                    id.account_id.as_str(),
                    id.region.as_str(),
                    id.short_id.as_str(),
                ),
                id.resource_id.as_str(),
            )
        })
        .collect();
    let interfaces = estate.interfaces.iter();
    interfaces
        .filter(|interface| interface.requester_managed != Some(false))
        .filter_map(|interface| {
            let name = interface.description.as_deref()?.strip_prefix("ELB ")?;
            let place = (
                interface.id.account_id.as_str(),
                interface.id.region.as_str(),
                name,
            );
            Some((interface.id.resource_id.as_str(), *by_name.get(&place)?))
        })
        .collect()
}

/// The load balancer that an address is on.
pub(super) fn balancer_of<'e>(
    address: &Address,
    by_interface: &HashMap<&str, &'e str>,
) -> Option<&'e str> {
    by_interface
        .get(given(&address.interface_resource_id)?)
        .copied()
}

/// Instances with their volumes and addresses, Auto Scaling groups with their members, NAT gateways and load balancers
/// with their addresses, images with their snapshots, clusters with their services, node groups and instances, databases with their
/// replicas, tables with their indexes, replication groups with their clusters.
pub(super) fn rows(estate: &Estate) -> Vec<Relation> {
    let mut rows = Vec::new();
    let mut add = |place: Place, parent: &str, child: &str, kind: &str, follows: Option<bool>| {
        rows.push(Relation {
            id: place,
            parent_resource_id: parent.to_owned(),
            child_resource_id: child.to_owned(),
            kind: kind.to_owned(),
            follows_parent: follows,
        });
    };
    for attachment in &estate.attachments {
        add(
            attachment.id.clone(),
            &attachment.instance_resource_id,
            &attachment.volume_resource_id,
            "attached-volume",
            attachment.delete_on_termination,
        );
    }
    let by_interface = instance_by_interface(estate);
    let balancers = balancer_by_interface(estate);
    for address in &estate.addresses {
        if let Some(balancer) = balancer_of(address, &balancers) {
            let place = Place {
                account_id: address.id.account_id.clone(),
                region: address.id.region.clone(),
            };
            // An address that the service holds goes with the load balancer; one that the account brought stays.
            let follows = address
                .service_managed
                .as_ref()
                .map(|service| !service.is_empty());
            add(place, balancer, &address.id.resource_id, "address", follows);
        }
        if let Some(instance) = instance_of(address, &by_interface) {
            let place = Place {
                account_id: address.id.account_id.clone(),
                region: address.id.region.clone(),
            };
            // An Elastic IP outlives what it was on, and is billed on.
            add(
                place,
                instance,
                &address.id.resource_id,
                "address",
                Some(false),
            );
        }
    }
    for member in &estate.group_members {
        let (group, instance) = (&member.group_resource_id, &member.instance_resource_id);
        let kind = "autoscaling-member";
        add(member.id.clone(), group, instance, kind, Some(true));
    }
    for held in &estate.nat_gateway_addresses {
        let (gateway, address) = (&held.nat_gateway_resource_id, &held.address_resource_id);
        add(held.id.clone(), gateway, address, "address", Some(false));
    }
    for needed in &estate.image_snapshots {
        let (image, snapshot) = (&needed.image_resource_id, &needed.snapshot_resource_id);
        add(
            needed.id.clone(),
            image,
            snapshot,
            "image-snapshot",
            Some(false),
        );
    }
    containers(estate, &mut add);
    for database in &estate.databases {
        let place = || Place {
            account_id: database.id.account_id.clone(),
            region: database.id.region.clone(),
        };
        let id = &database.id.resource_id;
        if let Some(cluster) = given(&database.cluster_resource_id) {
            // A cluster cannot be deleted while it has instances, so they go with it.
            add(place(), cluster, id, "cluster-instance", Some(true));
        }
        if let Some(source) = given(&database.replica_source_resource_id) {
            // A replica becomes an instance of its own when its source is deleted.
            add(place(), source, id, "replica", Some(false));
        }
    }
    for cluster in &estate.cache_clusters {
        if let Some(group) = given(&cluster.replication_group_resource_id) {
            let place = Place {
                account_id: cluster.id.account_id.clone(),
                region: cluster.id.region.clone(),
            };
            let (id, kind) = (&cluster.id.resource_id, "replication-group-node");
            add(place, group, id, kind, Some(true));
        }
    }
    for index in &estate.indexes {
        if let Some(table) = given(&index.table_resource_id) {
            let place = Place {
                account_id: index.id.account_id.clone(),
                region: index.id.region.clone(),
            };
            let (id, kind) = (&index.id.resource_id, "table-index");
            add(place, table, id, kind, Some(true));
        }
    }
    rows
}

/// Adds a relation: place, parent, child, kind, whether the child goes with the parent.
type Add<'a> = dyn FnMut(Place, &str, &str, &str, Option<bool>) + 'a;

/// A cluster cannot be deleted while it has services or node groups, so they go with it; a node group takes along the group that
/// keeps its nodes.
fn containers(estate: &Estate, add: &mut Add<'_>) {
    let place = |id: &Key| Place {
        account_id: id.account_id.clone(),
        region: id.region.clone(),
    };
    for service in &estate.container_services {
        if let Some(cluster) = given(&service.cluster_resource_id) {
            let (id, kind) = (&service.id, "cluster-service");
            add(place(id), cluster, &id.resource_id, kind, Some(true));
        }
    }
    let groups: HashMap<(&str, &str, &str), &str> = estate
        .groups
        .iter()
        .map(|group| {
            let id = &group.id;
            let named = (&*id.account_id, &*id.region, &*id.short_id);
            (named, id.resource_id.as_str())
        })
        .collect();
    for node_group in &estate.node_groups {
        let id = &node_group.id;
        if let Some(cluster) = given(&node_group.cluster_resource_id) {
            let kind = "cluster-node-group";
            add(place(id), cluster, &id.resource_id, kind, Some(true));
        }
        let named = given(&node_group.autoscaling_group);
        let group = named.and_then(|name| groups.get(&(&*id.account_id, &*id.region, name)));
        if let Some(group) = group {
            let kind = "node-group-autoscaling";
            add(place(id), &id.resource_id, group, kind, Some(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ebs::attachment::Attachment;
    use crate::ec2::image::ImageSnapshot;
    use crate::ec2::network_interface::NetworkInterface;
    use crate::elb::classic_load_balancer::ClassicLoadBalancer;
    use crate::elb::load_balancer::LoadBalancer;
    use crate::vpc::nat_gateway::NatGatewayAddress;

    fn key(id: &str) -> Key {
        Key {
            resource_id: id.to_owned(),
            account_id: "1".to_owned(),
            region: "eu-west-1".to_owned(),
            ..Key::default()
        }
    }

    #[test]
    fn every_kind_of_relation() {
        let address = |id: &str, instance: Option<&str>, interface: Option<&str>| Address {
            id: key(id),
            instance_resource_id: instance.map(str::to_owned),
            interface_resource_id: interface.map(str::to_owned),
            ..Address::default()
        };
        let attachment = |volume: &str, deleted: Option<bool>| Attachment {
            volume_resource_id: volume.to_owned(),
            instance_resource_id: "i".to_owned(),
            delete_on_termination: deleted,
            ..Attachment::default()
        };
        let estate = Estate {
            attachments: vec![
                attachment("root", Some(true)),
                attachment("data", Some(false)),
                attachment("unknown", None),
            ],
            addresses: vec![
                address("on-instance", Some("i"), Some("eni")),
                address("on-its-interface", Some(""), Some("eni")),
                address("free", Some(""), Some("")),
                address("elsewhere", None, Some("eni-of-nat")),
            ],
            interfaces: vec![
                NetworkInterface {
                    id: key("eni"),
                    instance_resource_id: Some("i".to_owned()),
                    ..NetworkInterface::default()
                },
                NetworkInterface {
                    id: key("eni-of-nat"),
                    instance_resource_id: Some(String::new()),
                    ..NetworkInterface::default()
                },
            ],
            nat_gateway_addresses: vec![NatGatewayAddress {
                nat_gateway_resource_id: "nat".to_owned(),
                address_resource_id: "elsewhere".to_owned(),
                ..NatGatewayAddress::default()
            }],
            image_snapshots: vec![ImageSnapshot {
                image_resource_id: "ami".to_owned(),
                snapshot_resource_id: "snap".to_owned(),
                ..ImageSnapshot::default()
            }],
            databases: vec![crate::rds::instance::Instance {
                id: key("reader"),
                cluster_resource_id: Some("cluster".to_owned()),
                replica_source_resource_id: Some("source".to_owned()),
                ..crate::rds::instance::Instance::default()
            }],
            ..Estate::default()
        };
        let rows = rows(&estate);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.parent_resource_id.as_str(),
                    row.child_resource_id.as_str(),
                    row.kind.as_str(),
                    row.follows_parent,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("i", "root", "attached-volume", Some(true)),
                ("i", "data", "attached-volume", Some(false)),
                ("i", "unknown", "attached-volume", None),
                ("i", "on-instance", "address", Some(false)),
                ("i", "on-its-interface", "address", Some(false)),
                ("nat", "elsewhere", "address", Some(false)),
                ("ami", "snap", "image-snapshot", Some(false)),
                ("cluster", "reader", "cluster-instance", Some(true)),
                ("source", "reader", "replica", Some(false)),
            ]
        );
        assert_eq!(rows[3].id.region, "eu-west-1");
    }

    #[test]
    fn addresses_of_load_balancers_are_found_by_their_interfaces() {
        let interface = |id: &str, description: &str| NetworkInterface {
            id: key(id),
            instance_resource_id: Some(String::new()),
            requester_managed: Some(true),
            description: Some(description.to_owned()),
            ..NetworkInterface::default()
        };
        let address = |id: &str, interface: &str, service: &str| Address {
            id: key(id),
            instance_resource_id: Some(String::new()),
            interface_resource_id: Some(interface.to_owned()),
            service_managed: Some(service.to_owned()),
            ..Address::default()
        };
        let short = |id: &str, short_id: &str| Key {
            short_id: short_id.to_owned(),
            ..key(id)
        };
        let estate = Estate {
            load_balancers: vec![LoadBalancer {
                id: short("alb", "app/web/0123456789abcdef"),
                ..LoadBalancer::default()
            }],
            classic_load_balancers: vec![ClassicLoadBalancer {
                id: short("clb", "web"),
                ..ClassicLoadBalancer::default()
            }],
            interfaces: vec![
                interface("eni-alb", "ELB app/web/0123456789abcdef"),
                interface("eni-clb", "ELB web"),
                interface("eni-gone", "ELB app/gone/0123456789abcdef"),
            ],
            addresses: vec![
                address("held", "eni-alb", "alb"),
                address("brought", "eni-clb", ""),
                address("of-nothing", "eni-gone", "alb"),
            ],
            ..Estate::default()
        };
        let rows = rows(&estate);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.parent_resource_id.as_str(),
                    row.child_resource_id.as_str(),
                    row.follows_parent,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [("alb", "held", Some(true)), ("clb", "brought", Some(false))]
        );
    }

    #[test]
    fn clusters_take_along_what_runs_in_them() {
        let estate = Estate {
            container_services: vec![crate::ecs::service::Service {
                id: key("service"),
                cluster_resource_id: Some("ecs".to_owned()),
                ..crate::ecs::service::Service::default()
            }],
            node_groups: vec![crate::eks::node_group::NodeGroup {
                id: key("node-group"),
                cluster_resource_id: Some("eks".to_owned()),
                autoscaling_group: Some("eks-nodes".to_owned()),
                ..crate::eks::node_group::NodeGroup::default()
            }],
            groups: vec![crate::autoscaling::group::Group {
                id: Key {
                    short_id: "eks-nodes".to_owned(),
                    ..key("asg")
                },
                ..crate::autoscaling::group::Group::default()
            }],
            ..Estate::default()
        };
        let rows = rows(&estate);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (&*row.parent_resource_id, &*row.child_resource_id))
            .collect();
        assert_eq!(
            seen,
            [
                ("ecs", "service"),
                ("eks", "node-group"),
                ("node-group", "asg")
            ]
        );
        assert!(rows.iter().all(|row| row.follows_parent == Some(true)));
    }
}
