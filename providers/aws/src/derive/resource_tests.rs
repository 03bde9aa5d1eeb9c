use super::*;
use crate::ebs::attachment::Attachment;
use crate::ec2::image::ImageSnapshot;
use crate::prices::{LivePrice, Overlay, PriceBook, SkuKey};
use crate::vpc::nat_gateway::NatGatewayAddress;

fn key(id: &str) -> Key {
    Key {
        resource_id: id.to_owned(),
        short_id: format!("short-{id}"),
        account_id: "111111111111".to_owned(),
        region: "us-east-1".to_owned(),
        ..Key::default()
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn derived(estate: &Estate) -> HashMap<String, Resource> {
    let rows = rows(estate, PriceBook::embedded(), &mut Used::default());
    rows.into_iter()
        .map(|row| (row.resource_id.clone(), row))
        .collect()
}

/// Dollars in whole cents and the basis.
fn price(row: &Resource) -> (Option<i64>, &str) {
    (
        row.monthly_usd.map(|usd| (usd * 100.0).round() as i64),
        row.price_basis.as_str(),
    )
}

fn instance(id: &str, change: impl FnOnce(&mut Instance)) -> Instance {
    let mut instance = Instance {
        id: key(id),
        state: text("running"),
        instance_type: text("m5.large"),
        lifecycle: text("on-demand"),
        tenancy: text("default"),
        usage_operation: text("RunInstances"),
        ..Instance::default()
    };
    change(&mut instance);
    instance
}

#[test]
fn only_plain_linux_instances_have_a_price() {
    let estate = Estate {
        instances: vec![
            instance("plain", |_| {}),
            instance("stopped", |i| i.state = text("stopped")),
            instance("stopped-windows", |i| {
                i.state = text("stopped");
                i.usage_operation = text("RunInstances:0002");
            }),
            instance("starting", |i| i.state = text("pending")),
            instance("windows", |i| i.usage_operation = text("RunInstances:0002")),
            instance("unknown-system", |i| i.usage_operation = None),
            instance("spot", |i| i.lifecycle = text("spot")),
            instance("dedicated", |i| i.tenancy = text("dedicated")),
            instance("unknown-type", |i| i.instance_type = text("z99.large")),
            instance("stateless", |i| i.state = None),
        ],
        ..Estate::default()
    };
    let derived = derived(&estate);
    // 0.096 × 730
    assert_eq!(price(&derived["plain"]), (Some(7008), "exact"));
    assert_eq!(price(&derived["stopped"]), (Some(0), "exact"));
    assert_eq!(price(&derived["stopped-windows"]), (Some(0), "exact"));
    for id in [
        "starting",
        "windows",
        "unknown-system",
        "spot",
        "dedicated",
        "unknown-type",
        "stateless",
    ] {
        assert_eq!(price(&derived[id]), (None, "unknown"), "{id}");
    }
}

/// Windows and dedicated hardware at prices that were read; what is bought otherwise has none all the same.
#[test]
fn an_operating_system_or_tenancy_has_the_price_that_was_read_for_it() {
    let mut prices = Overlay::new(PriceBook::embedded());
    for (name, usd) in [
        ("ec2 m5.large RunInstances:0002", 0.188),
        ("ec2 m5.large RunInstances/dedicated", 0.102),
        ("ec2 m5.large RunInstances:0002/dedicated", 0.194),
    ] {
        let key: SkuKey = name.parse().expect("a price");
        let price = LivePrice {
            usd,
            unit: "hour".to_owned(),
            basis: crate::prices::Basis::Exact,
            as_of: None,
            source: "a test".to_owned(),
        };
        prices.insert(&key.sku(), "us-east-1", price);
    }
    let windows = |i: &mut Instance| i.usage_operation = text("RunInstances:0002");
    let instances = vec![
        instance("linux", |_| {}),
        instance("windows", windows),
        instance("dedicated", |i| i.tenancy = text("dedicated")),
        instance("dedicated-windows", |i| {
            windows(i);
            i.tenancy = text("dedicated");
        }),
        instance("spot-windows", |i| {
            windows(i);
            i.lifecycle = text("spot");
        }),
        instance("host", |i| i.tenancy = text("host")),
        instance("sql", |i| i.usage_operation = text("RunInstances:0006")),
        instance("elsewhere", |i| {
            windows(i);
            i.id.region = "eu-west-1".to_owned();
        }),
    ];
    let estate = Estate {
        instances,
        ..Estate::default()
    };
    let rows = rows(&estate, &prices, &mut Used::default());
    let found: HashMap<&str, Option<f64>> = rows
        .iter()
        .map(|row| (row.resource_id.as_str(), row.monthly_usd))
        .collect();
    for (id, hourly) in [
        ("linux", 0.096),
        ("windows", 0.188),
        ("dedicated", 0.102),
        ("dedicated-windows", 0.194),
    ] {
        let usd = found[id].expect(id);
        assert!((usd - hourly * 730.0).abs() < 1e-9, "{id}: {usd}");
    }
    for id in ["spot-windows", "host", "sql", "elsewhere"] {
        assert_eq!(found[id], None, "{id}");
    }
}

#[test]
fn volumes_by_type() {
    let volume = |id: &str, kind: &str, iops: Option<i64>, mibps: Option<i64>| Volume {
        id: key(id),
        state: text("in-use"),
        volume_type: text(kind),
        size_gib: Some(100),
        provisioned_iops: iops,
        provisioned_throughput_mibps: mibps,
        ..Volume::default()
    };
    let broken = Volume {
        state: text("error"),
        ..volume("broken", "gp2", Some(300), Some(0))
    };
    let estate = Estate {
        volumes: vec![
            volume("gp2", "gp2", Some(300), Some(0)),
            volume("gp3", "gp3", Some(4000), Some(225)),
            volume("gp3-unknown", "gp3", Some(4000), None),
            volume("io1", "io1", Some(1000), Some(0)),
            volume("magnetic", "standard", Some(0), Some(0)),
            volume("new-type", "gp9", Some(0), Some(0)),
            broken,
        ],
        ..Estate::default()
    };
    let derived = derived(&estate);
    assert_eq!(price(&derived["gp2"]), (Some(1000), "exact"));
    // 8.00 + 1000 × 0.005 + 100 × 0.04
    assert_eq!(price(&derived["gp3"]), (Some(1700), "exact"));
    // 12.50 + 1000 × 0.065
    assert_eq!(price(&derived["io1"]), (Some(7750), "exact"));
    assert_eq!(price(&derived["magnetic"]), (Some(500), "estimated"));
    for id in ["gp3-unknown", "new-type", "broken"] {
        assert_eq!(price(&derived[id]), (None, "unknown"), "{id}");
    }
}

#[test]
fn snapshots_are_estimated_at_their_full_size() {
    let snapshot =
        |id: &str, full: Option<f64>, volume: Option<i64>, tier: Option<&str>| Snapshot {
            id: key(id),
            state: text("completed"),
            full_size_gib: full,
            volume_size_gib: volume,
            storage_tier: tier.map(str::to_owned),
            ..Snapshot::default()
        };
    let estate = Estate {
        snapshots: vec![
            snapshot("full", Some(40.0), Some(100), Some("standard")),
            snapshot("volume", None, Some(100), Some("standard")),
            snapshot("archived", Some(40.0), Some(100), Some("archive")),
            snapshot("tierless", Some(40.0), Some(100), None),
            snapshot("sizeless", None, None, Some("standard")),
        ],
        image_snapshots: ["ami-b", "ami-a"]
            .map(|image| ImageSnapshot {
                image_resource_id: image.to_owned(),
                snapshot_resource_id: "full".to_owned(),
                ..ImageSnapshot::default()
            })
            .into(),
        ..Estate::default()
    };
    let derived = derived(&estate);
    assert_eq!(price(&derived["full"]), (Some(200), "estimated"));
    assert_eq!(
        derived["full"].parent_resource_id.as_deref(),
        Some("ami-a"),
        "whatever the order"
    );
    assert_eq!(price(&derived["volume"]), (Some(500), "estimated"));
    assert_eq!(price(&derived["archived"]), (Some(50), "estimated"));
    assert_eq!(price(&derived["tierless"]), (None, "unknown"));
    assert_eq!(price(&derived["sizeless"]), (None, "unknown"));
}

#[test]
fn addresses_and_gateways() {
    let address = |id: &str, own: Option<bool>, associated: Option<bool>, on: &str| Address {
        id: key(id),
        own_range: own,
        is_associated: associated,
        instance_resource_id: text(on),
        interface_resource_id: text(""),
        service_managed: text(if id == "of-alb" { "alb" } else { "" }),
        ..Address::default()
    };
    let gateway = |id: &str, state: &str, mode: &str| NatGateway {
        id: key(id),
        state: text(state),
        availability_mode: text(mode),
        ..NatGateway::default()
    };
    let estate = Estate {
        addresses: vec![
            address("idle", Some(false), Some(false), ""),
            address("used", Some(false), Some(true), "i"),
            address("of-nat", Some(false), Some(true), ""),
            address("of-alb", Some(false), Some(true), ""),
            address("own", Some(true), Some(true), ""),
            address("of-unknown-range", None, Some(true), ""),
            address("of-unknown-use", Some(false), None, ""),
        ],
        nat_gateways: vec![
            gateway("nat", "available", "zonal"),
            gateway("nat-failed", "failed", "zonal"),
            gateway("nat-regional", "available", "regional"),
        ],
        nat_gateway_addresses: vec![NatGatewayAddress {
            nat_gateway_resource_id: "nat".to_owned(),
            address_resource_id: "of-nat".to_owned(),
            ..NatGatewayAddress::default()
        }],
        ..Estate::default()
    };
    let derived = derived(&estate);
    for id in ["idle", "used", "of-nat", "of-alb"] {
        assert_eq!(derived[id].monthly_usd, Some(3.65), "{id}");
    }
    assert_eq!(price(&derived["own"]), (Some(0), "exact"));
    for id in ["of-unknown-range", "of-unknown-use", "nat-regional"] {
        assert_eq!(price(&derived[id]), (None, "unknown"), "{id}");
    }
    assert_eq!(price(&derived["nat"]).0, Some(3285));
    assert_eq!(price(&derived["nat-failed"]), (Some(0), "exact"));
    let parent = |id: &str| derived[id].parent_resource_id.as_deref();
    assert_eq!(
        [parent("idle"), parent("used"), parent("of-nat")],
        [None, Some("i"), Some("nat")]
    );
    assert_eq!(derived["of-alb"].managed_by, "aws:alb");
}

#[test]
fn managers_and_parents() {
    let mut estate = Estate {
        instances: vec![
            instance("member", |i| i.autoscaling_group = text("web")),
            instance("node", |i| {
                i.autoscaling_group = text("");
                i.managed_by = text("eks:prod");
            }),
            instance("stacked", |i| {
                i.autoscaling_group = text("");
                i.managed_by = text("");
                i.id.name = text("api");
            }),
        ],
        volumes: vec![Volume {
            id: key("volume"),
            ..Volume::default()
        }],
        attachments: vec![Attachment {
            volume_resource_id: "volume".to_owned(),
            instance_resource_id: "stacked".to_owned(),
            ..Attachment::default()
        }],
        ..Estate::default()
    };
    for id in ["member", "stacked", "volume"] {
        let stack = "cloudformation:shop".to_owned();
        estate.managers.insert(id.to_owned(), stack);
    }
    let derived = derived(&estate);
    assert_eq!(
        derived["member"].managed_by, "autoscaling:web",
        "closer than the stack"
    );
    assert_eq!(derived["node"].managed_by, "eks:prod");
    assert_eq!(derived["stacked"].managed_by, "cloudformation:shop");
    assert_eq!(
        (
            derived["stacked"].name.as_str(),
            derived["stacked"].short_id.as_str()
        ),
        ("api", "short-stacked")
    );
    assert_eq!(
        derived["volume"].parent_resource_id.as_deref(),
        Some("stacked")
    );
    assert_eq!(derived["volume"].resource_type, "AWS::EC2::Volume");
}

#[test]
fn where_to_change_what_is_managed() {
    let group = |name: &str, manager: &str| crate::autoscaling::group::Group {
        id: Key {
            short_id: name.to_owned(),
            ..key(&format!("group-{name}"))
        },
        managed_by: text(manager),
        ..crate::autoscaling::group::Group::default()
    };
    let member = |id: &str, group: &str| {
        instance(id, |i| {
            i.autoscaling_group = text(group);
            i.managed_by = text("");
        })
    };
    let volume = |id: &str| Volume {
        id: key(id),
        ..Volume::default()
    };
    let attached = |volume: &str, to: &str, deleted: Option<bool>| Attachment {
        volume_resource_id: volume.to_owned(),
        instance_resource_id: to.to_owned(),
        delete_on_termination: deleted,
        ..Attachment::default()
    };
    let mut estate = Estate {
        groups: vec![group("nodes", "eks:prod"), group("web", "")],
        instances: vec![
            member("node", "nodes"),
            member("server", "web"),
            member("alone", ""),
        ],
        volumes: ["root", "claim", "data", "of-alone"].map(volume).to_vec(),
        attachments: vec![
            attached("root", "node", Some(true)),
            attached("claim", "node", Some(true)),
            attached("data", "server", Some(false)),
            attached("of-alone", "alone", Some(true)),
        ],
        endpoints: vec![Endpoint {
            id: key("endpoint"),
            requester_managed: Some(true),
            ..Endpoint::default()
        }],
        images: vec![crate::ec2::image::Image {
            id: key("image"),
            made_by: text("aws-backup"),
            ..crate::ec2::image::Image::default()
        }],
        ..Estate::default()
    };
    estate
        .managers
        .insert("claim".to_owned(), "kubernetes:prod".to_owned());
    let derived = derived(&estate);
    let manager = |id: &str| derived[id].managed_by.as_str();
    assert_eq!(manager("root"), "autoscaling:nodes", "goes with its node");
    assert_eq!(manager("claim"), "kubernetes:prod", "has one of its own");
    assert_eq!(
        (manager("data"), manager("of-alone"), manager("alone")),
        ("", "", "")
    );
    assert_eq!(
        (manager("endpoint"), manager("image")),
        ("aws", "aws-backup")
    );
    let place = |id: &str| derived[id].change_at.as_str();
    let of_a_cluster =
        "Managed by the Auto Scaling group nodes, which the EKS cluster prod manages: ";
    assert!(place("node").starts_with(of_a_cluster), "{}", place("node"));
    assert_eq!(place("root"), place("node"));
    assert!(place("server").starts_with("Managed by the Auto Scaling group web: change the group"));
    assert!(place("group-nodes").starts_with("Managed by the EKS cluster prod: "));
    assert_eq!((place("group-web"), place("data")), ("", ""));
}
