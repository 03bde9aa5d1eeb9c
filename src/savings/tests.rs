use billhook_catalog::Relation;

use super::*;

fn claim(rule: &str, resource: &str, action: Action, savings: f64) -> Claim {
    Claim {
        fingerprint: format!("{rule}@{resource}"),
        rule: rule.to_owned(),
        resource_id: resource.to_owned(),
        action,
        counts_children: false,
        frees_commitments: true,
        savings_usd: Some(savings),
        is_upper_bound: false,
    }
}

fn counting(rule: &str, resource: &str, action: Action, savings: f64) -> Claim {
    Claim {
        counts_children: true,
        ..claim(rule, resource, action, savings)
    }
}

fn relation(parent: &str, child: &str, kind: &str, follows: bool) -> Relation {
    Relation {
        parent_resource_id: parent.to_owned(),
        child_resource_id: child.to_owned(),
        kind: kind.to_owned(),
        follows_parent: Some(follows),
        ..Relation::default()
    }
}

fn holdings(relations: &[Relation], costs: &[(&str, f64)]) -> Holdings {
    let costs = costs
        .iter()
        .map(|(name, usd)| ((*name).to_owned(), *usd))
        .collect();
    Holdings::new(relations, costs)
}

/// At list price, as (dollars, fingerprint of what absorbs).
fn counted(claims: &[Claim], holdings: &Holdings) -> Vec<(f64, Option<String>)> {
    count(claims, holdings, &|_| Terms::default())
        .into_iter()
        .map(|counted| (counted.usd, counted.absorbed_by))
        .collect()
}

fn alone(usd: f64) -> (f64, Option<String>) {
    (usd, None)
}

fn by(fingerprint: &str) -> (f64, Option<String>) {
    (0.0, Some(fingerprint.to_owned()))
}

#[test]
fn idle_swallows_resize() {
    let claims = [
        claim("idle", "i", Action::Terminate, 70.0),
        claim("resize", "i", Action::Resize, 35.0),
    ];
    assert_eq!(
        counted(&claims, &holdings(&[], &[("i", 70.0)])),
        [alone(70.0), by("idle@i")]
    );
}

#[test]
fn a_removal_without_a_price_gives_way_to_known_money() {
    let mut idle = claim("idle", "i", Action::Terminate, 0.0);
    idle.savings_usd = None;
    let claims = [idle, claim("resize", "i", Action::Resize, 35.0)];
    assert_eq!(
        counted(&claims, &Holdings::default()),
        [by("resize@i"), alone(35.0)]
    );
}

#[test]
fn additive_actions_apply_to_what_is_left() {
    let claims = [
        claim("resize", "r", Action::Resize, 40.0),
        claim("type", "r", Action::ChangeType, 20.0),
        claim("keep", "r", Action::SetRetention, 10.0),
    ];
    // 20 % of the 60 that are left, then 10 % of those 48.
    let counted = counted(&claims, &holdings(&[], &[("r", 100.0)]));
    for (counted, expected) in counted.iter().zip([40.0, 12.0, 4.8]) {
        assert!((counted.0 - expected).abs() < 1e-9, "{counted:?}");
        assert_eq!(counted.1, None);
    }
}

#[test]
fn a_removed_resource_has_nothing_left_to_change() {
    let claims = [
        claim("gone", "v", Action::Delete, 10.0),
        claim("type", "v", Action::ChangeType, 2.0),
    ];
    assert_eq!(
        counted(&claims, &holdings(&[], &[("v", 10.0)])),
        [alone(10.0), by("gone@v")]
    );
}

#[test]
fn children_that_survive_keep_their_findings() {
    let claims = [
        claim("idle", "i", Action::Terminate, 70.0),
        claim("type", "deleted", Action::ChangeType, 2.0),
        claim("type", "kept", Action::ChangeType, 3.0),
    ];
    let holdings = holdings(
        &[
            relation("i", "deleted", "attached-volume", true),
            relation("i", "kept", "attached-volume", false),
        ],
        &[("i", 70.0), ("deleted", 10.0), ("kept", 15.0)],
    );
    assert_eq!(
        counted(&claims, &holdings),
        [alone(70.0), by("idle@i"), alone(3.0)]
    );
}

#[test]
fn a_removal_counts_no_less_than_what_it_absorbs() {
    // Nobody knows the price of the machine, but its disk goes with it.
    let mut idle = claim("idle", "i", Action::Terminate, 0.0);
    idle.savings_usd = None;
    let claims = [idle, claim("type", "disk", Action::ChangeType, 9.0)];
    let holdings = holdings(
        &[relation("i", "disk", "attached-volume", true)],
        &[("disk", 45.0)],
    );
    assert_eq!(counted(&claims, &holdings), [alone(9.0), by("idle@i")]);
}

#[test]
fn a_stopped_instance_absorbs_whatever_it_counted() {
    let claims = [
        counting("stopped", "i", Action::Terminate, 11.65),
        claim("address", "eip", Action::Release, 3.65),
        claim("type", "disk", Action::ChangeType, 1.0),
    ];
    let holdings = holdings(
        &[
            relation("i", "eip", "address", false),
            relation("i", "disk", "attached-volume", true),
        ],
        &[("i", 0.0), ("eip", 3.65), ("disk", 8.0)],
    );
    let counted = counted(&claims, &holdings);
    assert!((counted[0].0 - 11.65).abs() < 1e-9);
    assert_eq!(counted[1..], [by("stopped@i"), by("stopped@i")]);
}

#[test]
fn what_children_can_save_is_capped_at_what_they_cost() {
    let claims = [counting("stopped", "i", Action::Terminate, 500.0)];
    let holdings = holdings(
        &[relation("i", "disk", "attached-volume", true)],
        &[("i", 5.0), ("disk", 8.0)],
    );
    assert_eq!(counted(&claims, &holdings), [alone(13.0)]);
}

#[test]
fn grandchildren_go_with_what_they_ride_on() {
    let claims = [
        counting("cluster", "c", Action::Delete, 173.0),
        claim("idle", "i", Action::Terminate, 100.0),
        claim("type", "disk", Action::ChangeType, 2.0),
        claim("old", "snapshot", Action::Delete, 5.0),
    ];
    let holdings = holdings(
        &[
            relation("c", "i", "node", true),
            relation("i", "disk", "attached-volume", true),
            relation("disk", "snapshot", "snapshot", false),
        ],
        &[("c", 73.0), ("i", 100.0), ("disk", 10.0), ("snapshot", 5.0)],
    );
    assert_eq!(
        counted(&claims, &holdings),
        [alone(173.0), by("cluster@c"), by("cluster@c"), alone(5.0)]
    );
}

#[test]
fn a_parent_that_is_absorbed_hands_its_children_on() {
    // The instance is taken by its cluster; the disk names the cluster, not the absorbed instance.
    let claims = [
        claim("idle-cluster", "c", Action::Delete, 80.0),
        claim("idle", "i", Action::Terminate, 70.0),
        claim("type", "disk", Action::ChangeType, 2.0),
    ];
    let holdings = holdings(
        &[
            relation("c", "i", "node", true),
            relation("i", "disk", "attached-volume", true),
        ],
        &[("c", 80.0), ("i", 70.0), ("disk", 10.0)],
    );
    assert_eq!(
        counted(&claims, &holdings),
        [alone(80.0), by("idle-cluster@c"), by("idle-cluster@c")]
    );
}

#[test]
fn a_child_of_two_parents_stays() {
    let claims = [
        claim("idle", "i-1", Action::Terminate, 70.0),
        claim("idle", "i-2", Action::Terminate, 70.0),
        claim("iops", "shared", Action::ChangeType, 20.0),
    ];
    let holdings = holdings(
        &[
            relation("i-1", "shared", "attached-volume", true),
            relation("i-2", "shared", "attached-volume", true),
        ],
        &[("i-1", 70.0), ("i-2", 70.0), ("shared", 300.0)],
    );
    assert_eq!(
        counted(&claims, &holdings),
        [alone(70.0), alone(70.0), alone(20.0)]
    );
}

#[test]
fn two_groups_count_a_member_once() {
    let claims = [
        counting("idle-cluster", "c", Action::Delete, 100.0),
        counting("idle-group", "g", Action::Delete, 100.0),
    ];
    let holdings = holdings(
        &[
            relation("c", "i", "node", true),
            relation("g", "i", "member", true),
        ],
        &[("c", 0.0), ("g", 0.0), ("i", 100.0)],
    );
    let counted = counted(&claims, &holdings);
    assert_eq!(counted.iter().map(|counted| counted.0).sum::<f64>(), 100.0);
}

#[test]
fn a_member_of_an_oversized_group_counts_where_it_is_more() {
    // Two of four could go: 25 a member. One is idle by itself (50), one could be smaller (20).
    let claims = [
        counting("oversized-group", "g", Action::Resize, 100.0),
        claim("idle", "i-1", Action::Terminate, 50.0),
        claim("resize", "i-2", Action::Resize, 20.0),
    ];
    let members = ["i-1", "i-2", "i-3", "i-4"];
    let holdings = holdings(
        &members.map(|member| relation("g", member, "member", false)),
        &[
            ("g", 0.0),
            ("i-1", 50.0),
            ("i-2", 50.0),
            ("i-3", 50.0),
            ("i-4", 50.0),
        ],
    );
    assert_eq!(
        counted(&claims, &holdings),
        [alone(75.0), alone(50.0), by("oversized-group@g")]
    );
}

#[test]
fn circles_have_an_end() {
    let claims = [
        claim("a", "x", Action::Delete, 10.0),
        claim("a", "y", Action::Delete, 20.0),
        claim("a", "z", Action::Delete, 30.0),
    ];
    let holdings = holdings(
        &[
            relation("x", "y", "k", true),
            relation("y", "z", "k", true),
            relation("z", "x", "k", true),
        ],
        &[("x", 10.0), ("y", 20.0), ("z", 30.0)],
    );
    // Cut at x, which y and z ride on; what they save together is more.
    assert_eq!(
        counted(&claims, &holdings),
        [alone(30.0), by("a@x"), by("a@x")]
    );
    let counting_each_other = [
        counting("a", "x", Action::Delete, 30.0),
        counting("a", "y", Action::Delete, 30.0),
    ];
    let holdings = self::holdings(
        &[
            relation("x", "y", "k", false),
            relation("y", "x", "l", false),
        ],
        &[("x", 10.0), ("y", 20.0)],
    );
    let counted = counted(&counting_each_other, &holdings);
    assert_eq!(
        counted.iter().filter(|counted| counted.1.is_none()).count(),
        1
    );
    assert_eq!(counted.iter().map(|counted| counted.0).sum::<f64>(), 30.0);
}

#[test]
fn savings_are_capped_at_the_cost_and_upper_bounds_are_in_no_sum() {
    let mut bound = claim("old", "s", Action::Delete, 50.0);
    bound.is_upper_bound = true;
    let claims = [claim("resize", "i", Action::Resize, 90.0), bound];
    assert_eq!(
        counted(&claims, &holdings(&[], &[("i", 70.0), ("s", 50.0)])),
        [alone(70.0), alone(0.0)]
    );
}

#[test]
fn findings_without_a_saving_are_left_alone() {
    let claims = [
        claim("gone", "v", Action::Delete, 10.0),
        claim("plain", "v", Action::None, 0.0),
    ];
    assert_eq!(counted(&claims, &Holdings::default())[1], alone(0.0));
}

#[test]
fn terms_hold_for_each_part_of_a_saving() {
    // A stopped instance: nothing of it is covered, its disk has 10 % off, its address 50 %.
    let stopped = counting("stopped", "i", Action::Terminate, 11.65);
    let idle = claim("idle", "j", Action::Terminate, 70.0);
    let mut storage = claim("storage", "d", Action::Resize, 40.0);
    storage.frees_commitments = false;
    let holdings = holdings(
        &[
            relation("i", "eip", "address", false),
            relation("i", "disk", "attached-volume", true),
        ],
        &[
            ("i", 0.0),
            ("eip", 3.65),
            ("disk", 8.0),
            ("j", 70.0),
            ("d", 100.0),
        ],
    );
    let terms = |resource: &str| {
        let (discount_percent, covered_percent) = match resource {
            "disk" => (10.0, 0.0),
            "eip" => (50.0, 0.0),
            _ => (20.0, 60.0),
        };
        Terms {
            discount_percent,
            covered_percent,
            ..Terms::default()
        }
    };
    let expected = [0.9 * 8.0 + 0.5 * 3.65, 70.0 * 0.8 * 0.4, 40.0 * 0.8];
    let claims = [stopped, idle, storage];
    let counted = count(&claims, &holdings, &terms);
    for ((claim, counted), expected) in claims.iter().zip(counted).zip(expected) {
        assert!((counted.usd - expected).abs() < 1e-9, "{counted:?}");
        let list = claim.savings_usd.unwrap_or_default();
        let alone = by_itself(claim, list, &holdings, &terms);
        assert!((alone - expected).abs() < 1e-9, "{alone}");
    }
    // Upper bounds have the discount, and no commitment.
    let mut bound = claims[1].clone();
    bound.is_upper_bound = true;
    assert!((by_itself(&bound, 70.0, &holdings, &terms) - 56.0).abs() < 1e-9);
}
