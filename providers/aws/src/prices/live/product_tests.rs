//! Entries as AWS writes them, and entries as nobody should.

use serde_json::json;

use super::*;

fn entry(attributes: Value, dimensions: Value) -> String {
    json!({
        "product": { "productFamily": "NAT Gateway", "attributes": attributes, "sku": "A" },
        "serviceCode": "AmazonEC2",
        "terms": { "OnDemand": { "A.B": { "priceDimensions": dimensions, "sku": "A" } } },
    })
    .to_string()
}

fn dimension(from: &str, usd: &str) -> Value {
    json!({ "unit": "Hrs", "beginRange": from, "endRange": "Inf", "pricePerUnit": { "USD": usd } })
}

#[test]
fn an_entry_is_read() {
    let attributes = json!({ "regionCode": "eu-central-1", "usagetype": "EUC1-NatGateway-Hours",
        "locationType": "AWS Region", "operation": "NatGateway" });
    let product = Product::parse(&entry(
        attributes,
        json!({ "A.B.C": dimension("0", "0.0520000000") }),
    ))
    .expect("an entry");
    assert_eq!(
        (product.service.as_str(), product.family.as_str()),
        ("AmazonEC2", "NAT Gateway")
    );
    assert_eq!(product.usage(), "NatGateway-Hours");
    assert!(product.is_sold_in("eu-central-1") && !product.is_sold_in("us-east-1"));
    assert_eq!(product.only_price(&["hrs"]), Some(0.052));
    assert_eq!(product.only_price(&["GB"]), None, "another unit");
}

#[test]
fn tiers_are_ordered_and_free_quantities_are_no_price() {
    let product = Product::parse(&entry(
        json!({}),
        json!({ "x": dimension("25", "0.25"), "y": dimension("0", "0.0000000000") }),
    ))
    .expect("an entry");
    let from: Vec<f64> = product.tiers.iter().map(|tier| tier.from).collect();
    assert_eq!(from, [0.0, 25.0]);
    assert_eq!(product.only_price(&["Hrs"]), Some(0.25));
    let two = Product::parse(&entry(
        json!({}),
        json!({ "x": dimension("0", "0.25"), "y": dimension("10", "0.20") }),
    ));
    assert_eq!(two.expect("an entry").only_price(&["Hrs"]), None);
}

#[test]
fn a_region_stands_before_most_usage_types() {
    for (region, usagetype, usage) in [
        ("us-east-1", "NatGateway-Hours", "NatGateway-Hours"),
        ("us-east-1", "USE1-VpcEndpoint-Hours", "VpcEndpoint-Hours"),
        ("us-east-1", "us-east-1-KMS-Keys", "KMS-Keys"),
        ("eu-west-1", "EU-BoxUsage:m5.large", "BoxUsage:m5.large"),
        ("ap-south-1", "APS3-EBS:VolumeUsage", "EBS:VolumeUsage"),
        ("us-east-1", "TS-LoadBalancerUsage", "TS-LoadBalancerUsage"),
        (
            "us-east-1",
            "EBS:VolumeP-IOPS.piops",
            "EBS:VolumeP-IOPS.piops",
        ),
        (
            "us-west-2",
            "USW2-LAX1-BoxUsage:t3.medium",
            "LAX1-BoxUsage:t3.medium",
        ),
    ] {
        let attributes = json!({ "regionCode": region, "usagetype": usagetype });
        let product = Product::parse(&entry(attributes, json!({}))).expect("an entry");
        assert_eq!(product.usage(), usage);
    }
}

#[test]
fn a_local_zone_and_an_outpost_are_not_the_region() {
    for (kind, usagetype) in [
        ("AWS Local Zone", "USW2-LAX1-BoxUsage:m5.large"),
        ("AWS Region", "EBS:SnapshotUsage.outposts"),
        ("AWS Region", "Outposts-LoadBalancerUsage"),
    ] {
        let attributes =
            json!({ "regionCode": "us-west-2", "usagetype": usagetype, "locationType": kind });
        let product = Product::parse(&entry(attributes, json!({}))).expect("an entry");
        assert!(!product.is_sold_in("us-west-2"), "{usagetype}");
    }
}

#[test]
fn what_is_no_price_in_dollars_is_none() {
    let tiers = |terms: Value| {
        let text = json!({ "product": { "attributes": {} }, "terms": terms }).to_string();
        Product::parse(&text).expect("an entry").tiers.len()
    };
    let on_demand = |dimension: Value| json!({ "OnDemand": { "t": { "priceDimensions": { "d": dimension } } } });
    assert_eq!(tiers(on_demand(dimension("0", "0.1"))), 1);
    assert_eq!(tiers(json!({})), 0);
    assert_eq!(tiers(json!({ "Reserved": { "t": {} } })), 0);
    assert_eq!(tiers(json!({ "OnDemand": { "t": {} } })), 0);
    for wrong in ["", "free", "NaN", "inf", "-1"] {
        assert_eq!(tiers(on_demand(dimension("0", wrong))), 0, "{wrong}");
    }
    let yuan = json!({ "unit": "Hrs", "beginRange": "0", "pricePerUnit": { "CNY": "0.3" } });
    assert_eq!(tiers(on_demand(yuan)), 0);
    let terms = |one: &str, other: &str| {
        json!({ "OnDemand": {
            "t": { "priceDimensions": { "d": dimension("0", one) } },
            "u": { "priceDimensions": { "e": dimension("0", other) } },
        } })
    };
    assert_eq!(tiers(terms("0.1", "0.10")), 1, "they agree");
    assert_eq!(tiers(terms("0.1", "0.2")), 0, "they do not");
}

#[test]
fn what_is_no_entry_is_an_error() {
    for text in ["", "<html>", "[]", "{}", "{\"product\": 1}", "null"] {
        let fault = Product::parse(text).expect_err(text);
        assert!(fault.starts_with("an entry of the price list"), "{fault}");
    }
}
