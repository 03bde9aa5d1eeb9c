//! The arithmetic of `network.rs`, by hand.

use super::super::{Basis, PriceBook};
use super::*;

fn near(cost: Cost, usd: f64) -> bool {
    cost.usd().is_some_and(|found| (found - usd).abs() < 1e-6)
}

#[test]
fn monthly_charges_by_the_hour() {
    let book = PriceBook::embedded();
    assert!(near(nat_gateway_monthly(book, "us-east-1"), 32.85));
    assert!(near(public_ipv4_monthly(book, "us-east-1", false), 3.65));
    assert!(near(public_ipv4_monthly(book, "us-east-1", true), 3.65));
    assert!(near(
        load_balancer_monthly(book, "us-east-1", LoadBalancer::Application),
        16.425
    ));
    assert!(near(
        load_balancer_monthly(book, "us-east-1", LoadBalancer::Classic),
        18.25
    ));
    assert!(near(
        load_balancer_monthly(book, "us-east-1", LoadBalancer::Gateway),
        9.125
    ));
    assert!(near(
        interface_endpoint_monthly(book, "us-east-1", 3.0),
        21.9
    ));
    let attachment =
        transit_gateway_attachment_monthly(book, "us-east-1", TransitGatewayAttachment::Vpc);
    assert!(near(attachment, 36.5));
    assert!(near(vpn_connection_monthly(book, "us-east-1"), 36.5));
    assert_eq!(
        LoadBalancer::from_api("network"),
        Some(LoadBalancer::Network)
    );
    assert_eq!(LoadBalancer::from_api("classic"), None);
}

#[test]
fn nat_gateways_that_nobody_confirmed_are_estimates() {
    let book = PriceBook::embedded();
    for (region, basis) in [
        ("us-east-1", Basis::Exact),
        ("eu-west-1", Basis::Exact),
        ("ap-northeast-2", Basis::Exact),
        ("us-west-2", Basis::Estimated),
        ("eu-south-2", Basis::Estimated),
    ] {
        let monthly = nat_gateway_monthly(book, region);
        assert_eq!(monthly.basis(), Some(basis), "{region}");
        assert_eq!(
            monthly.dates().is_some(),
            basis == Basis::Exact,
            "{region}: undated is an estimate"
        );
    }
    assert!(near(nat_processing(book, "us-east-1", 1_000.0), 45.0));
    assert_eq!(
        nat_processing(book, "us-east-1", 1.0).basis(),
        Some(Basis::Exact)
    );
    assert_eq!(nat_gateway_monthly(book, "ap-southeast-6"), Cost::UNKNOWN);
}

#[test]
fn internet_traffic_has_four_steps() {
    let book = PriceBook::embedded();
    let out = |gb| internet_out_monthly(book, "us-east-1", gb);
    assert!(near(out(0.0), 0.0));
    assert!(near(out(1_000.0), 90.0));
    assert!(near(out(10_240.0), 921.6));
    assert!(near(out(51_200.0), 921.6 + 40_960.0 * 0.085));
    assert!(near(
        out(204_800.0),
        921.6 + 3_481.6 + 102_400.0 * 0.07 + 51_200.0 * 0.05
    ));
    let next = [0.0, 10_240.0, 51_200.0, 153_600.0]
        .map(|gb| internet_out_marginal(book, "us-east-1", gb).map(|price| price.usd));
    assert_eq!(next, [Some(0.09), Some(0.085), Some(0.07), Some(0.05)]);
    assert_eq!(internet_out_monthly(book, "xx", 1.0), Cost::UNKNOWN);
    assert_eq!(internet_out_marginal(book, "xx", 1.0), None);
}

#[test]
fn endpoint_processing_has_three_steps() {
    let pb = 1_048_576.0;
    let cost = interface_endpoint_processing(PriceBook::embedded(), "us-east-1", 6.0 * pb);
    assert!(near(cost, pb * 0.01 + 4.0 * pb * 0.006 + pb * 0.004));
}

#[test]
fn transfer_inside_and_between_regions() {
    let book = PriceBook::embedded();
    assert!(near(inter_az_transfer(book, "us-east-1", 100.0), 2.0));
    assert!(near(
        inter_region_transfer(book, "us-east-1", "us-east-2", 100.0),
        1.0
    ));
    assert!(near(
        inter_region_transfer(book, "us-east-1", "eu-west-1", 100.0),
        2.0
    ));
    assert!(near(
        inter_region_transfer(book, "af-south-1", "eu-west-1", 100.0),
        14.7
    ));
    assert_eq!(
        inter_region_transfer(book, "us-east-1", "us-east-1", 1.0),
        Cost::UNKNOWN
    );
}
