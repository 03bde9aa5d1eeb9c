use super::super::PriceBook;
use super::super::ebs::EbsMetric;
use super::*;

fn tariff(region: &'static str) -> Tariff<'static> {
    Tariff::new(PriceBook::embedded(), region)
}

#[test]
fn a_difference_shows_both_sides() {
    let at = tariff("us-east-1");
    let large = Breakdown::from(at.hours("m5.2xlarge", 1.0, Sku::ec2_linux_hour("m5.2xlarge")));
    let small = Breakdown::from(at.hours("m5.xlarge", 1.0, Sku::ec2_linux_hour("m5.xlarge")));
    let saved = large.minus(small);
    let shown: Vec<_> = saved
        .lines()
        .iter()
        .map(|line| {
            let charge = line.charge.as_ref().expect("a charge");
            let price = charge.price.expect("published").usd;
            (line.what.as_ref(), charge.quantity, price, line.cost.usd())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("m5.2xlarge", 730.0, 0.384, Some(280.32)),
            ("m5.xlarge", -730.0, 0.192, Some(-140.16)),
        ]
    );
    assert_eq!(saved.cost().usd(), Some(140.16));
    assert_eq!(saved.cost().basis_name(), "exact");
    assert_eq!(saved.estimated().cost().basis_name(), "estimated");
}

#[test]
fn a_missing_price_is_named_and_makes_the_sum_unknown() {
    let at = tariff("xx-nowhere-1");
    let line = at.line(
        "storage",
        8.0,
        "GiB-month",
        Sku::ebs("gp3", EbsMetric::StorageGibMonth),
    );
    let charge = line.charge.clone().expect("a charge");
    assert_eq!(
        (charge.sku.to_string().as_str(), charge.region, charge.price),
        ("ebs gp3 storage_gb_month", "xx-nowhere-1", None)
    );
    assert_eq!(Breakdown::from(line).cost(), Cost::UNKNOWN);
    assert_eq!(Breakdown::unknown("why").estimated().cost(), Cost::UNKNOWN);
    assert_eq!(Breakdown::default().cost(), Cost::ZERO);
    assert_eq!(Breakdown::free("why").cost(), Cost::ZERO);
    assert!(
        at.extra("none", 0.0, "h", Sku::ec2_linux_hour("x"))
            .is_none()
    );
}
