//! What answers are taken for.

use serde_json::{Value, json};

use super::*;

fn product(service: &str, usd: &str, attributes: Value) -> Product {
    let entry = json!({
        "product": { "productFamily": "Compute Instance", "attributes": attributes, "sku": "A" },
        "serviceCode": service,
        "terms": { "OnDemand": { "A.B": { "priceDimensions": { "A.B.C": {
            "unit": "Hrs", "beginRange": "0", "endRange": "Inf", "pricePerUnit": { "USD": usd },
        } } } } },
    });
    Product::parse(&entry.to_string()).expect("an entry")
}

fn linux(usd: &str) -> Product {
    product(
        "AmazonEC2",
        usd,
        json!({ "regionCode": "us-east-1", "locationType": "AWS Region", "usagetype": "BoxUsage:m5.large",
            "instanceType": "m5.large", "operation": "RunInstances", "operatingSystem": "Linux", "tenancy": "Shared",
            "capacitystatus": "Used", "preInstalledSw": "NA", "marketoption": "OnDemand" }),
    )
}

fn key() -> SkuKey {
    SkuKey::new("ec2", "m5.large", "")
}

#[test]
fn a_price_that_stands_there_twice_is_taken_and_a_contradiction_is_not() {
    let mut answers = Answers::default();
    assert_eq!(answers.of(&key()), Found::Nothing);
    answers.take(&linux("0.0960000000"), "us-east-1");
    answers.take(&linux("0.096"), "us-east-1");
    assert_eq!(answers.of(&key()), Found::Price(0.096, "hour"));
    answers.take(&linux("0.097"), "us-east-1");
    answers.take(&linux("0.096"), "us-east-1");
    assert_eq!(answers.of(&key()), Found::Contradiction);
}

#[test]
fn another_region_is_not_taken() {
    let mut answers = Answers::default();
    answers.take(&linux("0.096"), "us-east-2");
    assert_eq!(answers.of(&key()), Found::Nothing);
}

#[test]
fn a_free_entry_is_no_price() {
    let mut answers = Answers::default();
    answers.take(&linux("0.0000000000"), "us-east-1");
    assert_eq!(answers.of(&key()), Found::Nothing);
}
