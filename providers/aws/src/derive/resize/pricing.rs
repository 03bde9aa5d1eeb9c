//! The price of an hour, in one place: what is billed besides the type stays the same when the type changes.

use crate::ec2::instance::Instance;
use crate::prices::breakdown::{Charge, Line};
use crate::prices::ec2::LINUX;
use crate::prices::{Basis, Breakdown, Cost, Price, PriceLookup, Sku};

use super::super::resource::type_lines;

/// What an instance's price depends on besides its type and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Terms<'a> {
    /// Operation as billed: the operating system and the licences that AWS includes.
    pub(super) operation: &'a str,
    /// `default` or `dedicated`.
    pub(super) tenancy: &'a str,
}

/// Operations whose licences ask for at least four vCPUs: SQL Server on Linux, Windows and Red Hat Enterprise Linux.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html>
const SQL_SERVER: &[&str] = &[
    "RunInstances:0004",
    "RunInstances:0006",
    "RunInstances:0014",
    "RunInstances:0100",
    "RunInstances:0102",
    "RunInstances:0110",
    "RunInstances:0200",
    "RunInstances:0202",
    "RunInstances:0210",
    "RunInstances:1014",
    "RunInstances:1110",
    "RunInstances:1210",
];

/// Operations whose systems exist for Arm too: Linux, Red Hat, SUSE, Ubuntu Pro.
const ON_ARM_TOO: &[&str] = &[
    LINUX,
    "RunInstances:0010",
    "RunInstances:000g",
    "RunInstances:0g00",
];

impl Terms<'_> {
    /// The least vCPUs that may be billed.
    pub(super) fn least_vcpus(self) -> i64 {
        if SQL_SERVER.contains(&self.operation) {
            4
        } else {
            1
        }
    }

    /// Whether the system exists for Arm too.
    pub(super) fn runs_on_arm(self) -> bool {
        ON_ARM_TOO.contains(&self.operation)
    }
}

/// USD an hour of a type on these terms; None when it is not known.
pub(super) fn hour<'p>(
    prices: &'p dyn PriceLookup,
    region: &str,
    instance_type: &str,
    terms: Terms<'_>,
) -> Option<Price<'p>> {
    let sku = Sku::ec2_hour(instance_type, terms.operation, terms.tenancy)?;
    prices.lookup(&sku, region)
}

/// The lines of a month on a type, on the terms of the instance.
pub(super) fn month_lines<'p>(
    prices: &'p dyn PriceLookup,
    instance: &'p Instance,
    instance_type: &'p str,
) -> Breakdown<'p> {
    type_lines(prices, instance, instance_type)
}

/// USD for a vCPU hour of surplus credits: the same for all sizes and in all regions
/// (<https://aws.amazon.com/ec2/pricing/on-demand/>, "CPU Credits"). AWS dates it nowhere, so it is an estimate.
struct Surplus {
    metric: &'static str,
    usd: f64,
}

const ON_LINUX: Surplus = Surplus {
    metric: "surplus_credits_linux_vcpu_hour",
    usd: 0.05,
};
const ON_LINUX_T4G: Surplus = Surplus {
    metric: "surplus_credits_linux_t4g_vcpu_hour",
    usd: 0.04,
};
const ON_WINDOWS: Surplus = Surplus {
    metric: "surplus_credits_windows_vcpu_hour",
    usd: 0.096,
};
const MINUTES_PER_HOUR: f64 = 60.0;

/// What so many surplus credits cost on a burstable type; no line for none.
pub(super) fn surplus<'a>(
    credits: f64,
    region: &'a str,
    family: &str,
    terms: Terms<'_>,
) -> Option<Line<'a>> {
    let is_windows = matches!(
        terms.operation,
        "RunInstances:0002" | "RunInstances:0006" | "RunInstances:0102" | "RunInstances:0202"
    );
    let found = match family {
        "t2" | "t3" | "t3a" if is_windows => Some(ON_WINDOWS),
        "t2" | "t3" | "t3a" => Some(ON_LINUX),
        "t4g" => Some(ON_LINUX_T4G),
        _ => None,
    };
    let metric = found.as_ref().map_or("surplus_credits", |it| it.metric);
    let price = found.map(|surplus| Price {
        usd: surplus.usd,
        unit: "vcpu-hour",
        basis: Basis::Estimated,
        as_of: None,
        source: "aws.amazon.com/ec2/pricing/on-demand",
    });
    let quantity = credits / MINUTES_PER_HOUR;
    (credits != 0.0).then(|| Line {
        what: "surplus CPU credits".into(),
        cost: Cost::of(quantity, price),
        charge: Some(Charge {
            quantity,
            unit: "vCPU-h",
            sku: Sku::service("ec2", metric),
            region,
            price,
        }),
    })
}

/// The same as an amount.
pub(super) fn surplus_cost(credits: f64, family: &str, terms: Terms<'_>) -> Cost {
    surplus(credits, "", family, terms).map_or(Cost::ZERO, |line| line.cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::PriceBook;

    const PLAIN: Terms<'static> = Terms {
        operation: LINUX,
        tenancy: "default",
    };

    #[test]
    fn only_what_has_a_price_has_one() {
        let book = PriceBook::embedded();
        let usd = |terms| hour(book, "us-east-1", "m5.large", terms).map(|price| price.usd);
        assert_eq!(usd(PLAIN), Some(0.096));
        for (operation, tenancy) in [("RunInstances:0002", "default"), (LINUX, "dedicated")] {
            assert_eq!(usd(Terms { operation, tenancy }), None);
        }
    }

    #[test]
    fn surplus_credits_cost_by_the_vcpu_hour() {
        let windows = Terms {
            operation: "RunInstances:0002",
            ..PLAIN
        };
        let near = |cost: Cost, usd: f64| cost.usd().is_some_and(|it| (it - usd).abs() < 1e-12);
        assert!(near(surplus_cost(600.0, "t3", PLAIN), 0.5));
        assert!(near(surplus_cost(600.0, "t4g", PLAIN), 0.4));
        assert!(near(surplus_cost(600.0, "t3", windows), 0.96));
        assert_eq!(surplus_cost(0.0, "t3", PLAIN), Cost::ZERO);
        assert_eq!(surplus_cost(600.0, "t9", PLAIN), Cost::UNKNOWN);
        assert_eq!(surplus_cost(1.0, "t3", PLAIN).basis_name(), "estimated");
    }

    #[test]
    fn licences_and_arm() {
        let sql = Terms {
            operation: "RunInstances:0006",
            ..PLAIN
        };
        assert_eq!((sql.least_vcpus(), PLAIN.least_vcpus()), (4, 1));
        assert!(PLAIN.runs_on_arm() && !sql.runs_on_arm());
    }
}
