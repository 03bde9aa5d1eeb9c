//! Hours and traffic by hand, at the list prices of us-east-1: 0.01 an endpoint, zone and hour and 0.01 a GB, 0.05 an attachment
//! and hour and 0.02 a GB, 0.05 a VPN connection and hour, 0.09 a GB to the internet.

use billhook_catalog::Key;

use super::super::measured::Series;
use super::*;
use crate::prices::PriceBook;

fn key(id: &str) -> Key {
    Key {
        resource_id: id.to_owned(),
        region: "us-east-1".to_owned(),
        ..Key::default()
    }
}

/// 730 hours in which so many GiB passed.
fn seen(estate: &mut Estate, id: &str, metric: &'static str, gib: f64) {
    let series = Series {
        statistic: "Sum",
        metric,
        period_seconds: 3_600,
        window_days: 730.0 / 24.0,
        coverage: 1.0,
        sum: Some(gib * BYTES_PER_GIB),
        ..Series::default()
    };
    estate.measured.add(id, series);
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-6)
}

#[test]
fn endpoints_are_billed_by_zone_and_byte() {
    let endpoint = |id: &str, kind: &str, zones: Option<i64>| Endpoint {
        id: key(id),
        endpoint_type: Some(kind.to_owned()),
        state: Some("available".to_owned()),
        zone_count: zones,
        ..Endpoint::default()
    };
    let mut estate = Estate {
        endpoints: vec![
            endpoint("interface", "Interface", Some(3)),
            endpoint("silent", "Interface", Some(1)),
            endpoint("firewall", "GatewayLoadBalancer", Some(1)),
            endpoint("gateway", "Gateway", Some(0)),
            endpoint("unknown", "Interface", None),
        ],
        ..Estate::default()
    };
    seen(&mut estate, "interface", "BytesProcessed", 500.0);
    seen(&mut estate, "firewall", "BytesProcessed", 100.0);
    let rows = endpoints(&estate, PriceBook::embedded(), &mut Used::default());
    let of = |id: &str| rows.iter().find(|row| row.resource_id == id);
    assert!(of("gateway").is_none(), "it costs nothing");
    let interface = of("interface").expect("a row");
    assert!(near(interface.hours_monthly_usd, 21.9), "{interface:?}");
    assert!(near(interface.processing_monthly_usd, 5.0), "{interface:?}");
    let firewall = of("firewall").expect("a row");
    assert!(near(firewall.hours_monthly_usd, 7.3), "{firewall:?}");
    assert!(near(firewall.processing_monthly_usd, 0.35), "{firewall:?}");
    let silent = of("silent").expect("a row");
    assert_eq!(silent.processed_gib_month, None);
    assert_ne!(silent.price_basis.as_deref(), Some("unknown"));
    assert_eq!(of("unknown").and_then(|row| row.hours_monthly_usd), None);
}

#[test]
fn an_attachment_is_billed_to_whom_it_belongs_to_by_what_it_sends() {
    let attachment = |id: &str, kind: &str, is_own: Option<bool>| TransitGatewayAttachment {
        id: key(id),
        state: Some("available".to_owned()),
        attached_type: Some(kind.to_owned()),
        is_own,
        ..TransitGatewayAttachment::default()
    };
    let mut estate = Estate {
        transit_gateway_attachments: vec![
            attachment("vpc", "vpc", Some(true)),
            attachment("others", "vpc", Some(false)),
            attachment("whose", "vpc", None),
            attachment("peering", "peering", Some(true)),
            attachment("strange", "network-function", Some(true)),
        ],
        ..Estate::default()
    };
    for id in ["vpc", "peering"] {
        seen(&mut estate, id, "BytesIn", 1_000.0);
    }
    let rows = attachments(&estate, PriceBook::embedded(), &mut Used::default());
    let hours: Vec<_> = rows.iter().map(|row| row.hours_monthly_usd).collect();
    assert!(near(hours[0], 36.5) && near(hours[3], 36.5), "{hours:?}");
    assert_eq!((hours[1], hours[2], hours[4]), (Some(0.0), None, None));
    assert!(near(rows[0].processing_monthly_usd, 20.0), "{:?}", rows[0]);
    assert_eq!(rows[3].processing_monthly_usd, None, "priced otherwise");
    assert!(near(rows[3].processed_gib_month, 1_000.0));
}

#[test]
fn a_vpn_connection_is_billed_while_it_is_there() {
    let cost = |state: &str| {
        let connection = VpnConnection {
            id: key("vpn"),
            state: Some(state.to_owned()),
            ..VpnConnection::default()
        };
        vpn_lines(PriceBook::embedded(), &connection).cost().usd()
    };
    assert!(near(cost("available"), 36.5));
    assert_eq!(cost("deleting"), None);
}

#[test]
fn what_an_instance_sends_is_priced_as_if_all_went_to_the_internet() {
    let instance = |id: &str, state: &str| Instance {
        id: key(id),
        state: Some(state.to_owned()),
        ..Instance::default()
    };
    let mut estate = Estate {
        instances: vec![
            instance("sender", "running"),
            instance("unread", "running"),
            instance("stopped", "stopped"),
        ],
        ..Estate::default()
    };
    seen(&mut estate, "sender", "NetworkOut", 2_000.0);
    let rows = instances(&estate, PriceBook::embedded(), &mut Used::default());
    assert_eq!(rows.len(), 2, "one that is stopped sends nothing");
    assert!(near(rows[0].internet_monthly_usd, 180.0), "{:?}", rows[0]);
    assert_eq!(
        (rows[1].sent_gib_month, rows[1].internet_monthly_usd),
        (None, None)
    );
}
