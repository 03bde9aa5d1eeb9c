use billhook_catalog::{Key, Place, RightsizingProfile};

use super::fixture::{ACCOUNT, REGION, ZONE, estate, instance, series};
use super::group_rows;
use crate::autoscaling::group::{Group, GroupZone, Member};
use crate::autoscaling::resize_option::GroupResizeOption;
use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::ec2::instance_type::InstanceTypeOffering;
use crate::prices::PriceBook;

const TYPES: &[&str] = &[
    "m5.2xlarge",
    "m5.xlarge",
    "r5.xlarge",
    "r5a.xlarge",
    "t3.xlarge",
];

fn place() -> Place {
    Place {
        account_id: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// A group of three m5.2xlarge in a zone, without scaling policies, whose busiest member uses so much CPU.
fn world(cpu_percent: f64) -> Estate {
    let mut estate = estate(TYPES);
    let group = Group {
        id: Key {
            resource_id: "g".to_owned(),
            short_id: "web".to_owned(),
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            ..Key::default()
        },
        min_size: Some(2),
        max_size: Some(6),
        desired_capacity: Some(3),
        launch_source: text("launch-template"),
        managed_by: text(""),
        scaling_policy_count: Some(0),
        ..Group::default()
    };
    estate.groups.push(group);
    for id in ["i-1", "i-2", "i-3"] {
        let mut member = instance(id, "m5.2xlarge");
        member.autoscaling_group = text("web");
        estate.instances.push(member);
        estate.group_members.push(Member {
            id: place(),
            group_resource_id: "g".to_owned(),
            instance_resource_id: id.to_owned(),
            instance_type: text("m5.2xlarge"),
            zone: text(ZONE),
            lifecycle_state: text("InService"),
            health_status: text("Healthy"),
        });
    }
    estate.group_zones.push(GroupZone {
        id: place(),
        group_resource_id: "g".to_owned(),
        zone: ZONE.to_owned(),
    });
    // 75 MB a minute are 10 Mbit/s.
    for (metric, figure) in [
        ("CPUUtilization", cpu_percent),
        ("NetworkIn", 75e6),
        ("NetworkOut", 75e6),
        ("EBSReadOps", 600.0),
        ("EBSWriteOps", 600.0),
        ("EBSReadBytes", 60e6),
        ("EBSWriteBytes", 60e6),
    ] {
        estate.measured.add("g", series(metric, "Maximum", figure));
    }
    estate
}

fn row(estate: &Estate) -> GroupResizeOption {
    let profile = RightsizingProfile::Default;
    let mut used = Used::default();
    let mut rows = group_rows(estate, PriceBook::embedded(), profile, &mut used);
    rows.pop().expect("a group")
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-6)
}

#[test]
fn what_fits_the_busiest_member_is_saved_on_all_that_the_group_keeps() {
    // m5.2xlarge $0.384, three of them; r5a.xlarge keeps their 32 GiB for $0.226. A burstable type is no answer.
    let row = row(&world(20.0));
    assert_eq!(
        (row.eligible, row.ineligible_reason.as_deref()),
        (Some(true), Some(""))
    );
    assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
    assert_eq!(row.target_is_smaller, Some(true));
    assert!(near(row.cpu_needed_vcpus, 1.6), "{row:?}");
    assert!(near(row.network_needed_gbps, 0.01), "{row:?}");
    assert!(near(row.monthly_usd, 3.0 * 0.384 * 730.0), "{row:?}");
    assert!(
        near(row.monthly_savings_usd, 3.0 * (0.384 - 0.226) * 730.0),
        "{row:?}"
    );
    assert_eq!(row.price_basis.as_deref(), Some("exact"));
}

#[test]
fn one_busy_member_is_enough_to_leave_the_group_alone() {
    let row = row(&world(60.0));
    assert_eq!((row.eligible, row.target_type), (Some(true), None));
}

#[test]
fn every_zone_must_offer_the_type_and_every_member_must_start_on_it() {
    let mut partly = world(20.0);
    partly.group_zones.push(GroupZone {
        id: place(),
        group_resource_id: "g".to_owned(),
        zone: "us-east-1b".to_owned(),
    });
    for name in ["m5.2xlarge", "r5.xlarge"] {
        partly.offerings.push(InstanceTypeOffering {
            id: place(),
            instance_type: name.to_owned(),
            zone: "us-east-1b".to_owned(),
        });
    }
    assert_eq!(row(&partly).target_type.as_deref(), Some("r5.xlarge"));
    let mut large = world(20.0);
    large.instances[2].interface_count = Some(5);
    assert_eq!(row(&large).target_type, None);
}

#[test]
fn what_stands_in_the_way_is_named() {
    type Change = fn(&mut Estate);
    let cases: &[(&str, Change)] = &[
        ("scales with its load", |e| {
            e.groups[0].scaling_policy_count = Some(1)
        }),
        ("policies are not known", |e| {
            e.groups[0].scaling_policy_count = None
        }),
        ("managed by eks:prod", |e| {
            e.groups[0].managed_by = text("eks:prod")
        }),
        ("mixed instances", |e| {
            e.groups[0].launch_source = text("mixed-instances")
        }),
        ("number of instances", |e| {
            e.groups[0].desired_capacity = None
        }),
        ("several types", |e| {
            e.instances[1].instance_type = text("m5.xlarge")
        }),
        ("is not known", |e| e.instances.truncate(2)),
        ("in service", |e| {
            e.group_members
                .iter_mut()
                .for_each(|member| member.lifecycle_state = text("Pending"));
        }),
        ("Spot", |e| e.instances[0].lifecycle = text("spot")),
        ("burstable", |e| {
            for member in &mut e.instances {
                member.instance_type = text("t3.xlarge");
            }
        }),
        ("zones are not known", |e| e.group_zones.clear()),
    ];
    for (expected, change) in cases {
        let mut world = world(20.0);
        change(&mut world);
        let row = row(&world);
        assert_eq!(row.eligible, Some(false), "{expected}");
        let reason = row.ineligible_reason.unwrap_or_default();
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
}

#[test]
fn a_group_at_its_least_size_cannot_start_fewer() {
    let mut fixed = world(20.0);
    fixed.groups[0].scaling_policy_count = Some(2);
    fixed.groups[0].min_size = Some(3);
    assert_eq!(row(&fixed).target_type.as_deref(), Some("r5a.xlarge"));
}

#[test]
fn nothing_measured_proposes_nothing() {
    let mut silent = world(20.0);
    silent.measured = crate::derive::measured::Measured::default();
    let row = row(&silent);
    assert_eq!(
        (row.eligible, row.cpu_p995_percent, row.target_type),
        (Some(true), None, None)
    );
}
