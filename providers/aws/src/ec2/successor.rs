//! Which instance families are outdated, and which family came after which.
//!
//! The API's flag for the current generation is no help: it moves early (m5, c5, r5 and m6i are no longer "current" by it,
//! though they are sold everywhere and often the cheapest choice). So this is a table of our own, from the launch
//! announcements at <https://aws.amazon.com/about-aws/whats-new/compute/> and the list of previous generations at
//! <https://aws.amazon.com/ec2/previous-generation/>.
//!
//! A successor has the same architecture and the same maker of processors and serves the same purpose. It need not have
//! a size of the same name, nor the instance store of the older family: whoever proposes a change has to check both, and
//! has to compare prices, since a successor can be dearer.

use jiff::civil::{Date, date};

/// When this table was last gone through.
pub const REVIEWED: Date = date(2026, 11, 22);

/// What is known of an instance family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name: what stands before the point in an instance type.
    pub name: &'static str,
    /// Its generation among the families of its letter.
    pub generation: u8,
    /// Whether no instance should be moved to it any more.
    pub outdated: bool,
    /// The family that came after it.
    pub successor: &'static str,
    /// The month in which the successor became generally available in its first regions, as its first day.
    pub since: Date,
}

const fn outdated(
    name: &'static str,
    generation: u8,
    successor: &'static str,
    since: (i16, i8),
) -> Family {
    Family {
        name,
        generation,
        outdated: true,
        successor,
        since: date(since.0, since.1, 1),
    }
}

const fn succeeded(
    name: &'static str,
    generation: u8,
    successor: &'static str,
    since: (i16, i8),
) -> Family {
    Family {
        name,
        generation,
        outdated: false,
        successor,
        since: date(since.0, since.1, 1),
    }
}

/// Families that have a successor, sorted by name.
pub static FAMILIES: &[Family] = &[
    outdated("a1", 1, "c6g", (2020, 6)),
    outdated("c1", 1, "c5", (2017, 11)),
    outdated("c3", 3, "c5", (2017, 11)),
    outdated("c4", 4, "c5", (2017, 11)),
    succeeded("c5", 5, "c6i", (2021, 10)),
    succeeded("c5a", 5, "c6a", (2022, 2)),
    succeeded("c5d", 5, "c6id", (2022, 5)),
    succeeded("c5n", 5, "c6in", (2022, 11)),
    succeeded("c6g", 6, "c7g", (2022, 5)),
    succeeded("c6gd", 6, "c7gd", (2023, 7)),
    succeeded("c6gn", 6, "c7gn", (2023, 6)),
    succeeded("c6i", 6, "c7i", (2023, 9)),
    succeeded("c7g", 7, "c8g", (2024, 9)),
    succeeded("c7gd", 7, "c8gd", (2025, 4)),
    outdated("cc2", 2, "c5", (2017, 11)),
    outdated("cr1", 1, "r5", (2018, 7)),
    outdated("d2", 2, "d3", (2020, 12)),
    outdated("f1", 1, "f2", (2024, 12)),
    outdated("g2", 2, "g4dn", (2019, 9)),
    outdated("g3", 3, "g4dn", (2019, 9)),
    outdated("g3s", 3, "g4dn", (2019, 9)),
    outdated("hs1", 1, "d3", (2020, 12)),
    outdated("i2", 2, "i3", (2017, 2)),
    succeeded("i3", 3, "i4i", (2022, 4)),
    succeeded("i3en", 3, "i7ie", (2024, 12)),
    succeeded("i4g", 4, "i8g", (2024, 12)),
    succeeded("i4i", 4, "i7i", (2025, 4)),
    outdated("m1", 1, "m5", (2017, 11)),
    outdated("m2", 2, "r5", (2018, 7)),
    outdated("m3", 3, "m5", (2017, 11)),
    outdated("m4", 4, "m5", (2017, 11)),
    succeeded("m5", 5, "m6i", (2021, 8)),
    succeeded("m5a", 5, "m6a", (2021, 11)),
    succeeded("m5d", 5, "m6id", (2022, 5)),
    succeeded("m5dn", 5, "m6idn", (2022, 11)),
    succeeded("m5n", 5, "m6in", (2022, 11)),
    succeeded("m6a", 6, "m7a", (2023, 8)),
    succeeded("m6g", 6, "m7g", (2023, 2)),
    succeeded("m6gd", 6, "m7gd", (2023, 7)),
    succeeded("m6i", 6, "m7i", (2023, 8)),
    succeeded("m7g", 7, "m8g", (2024, 9)),
    succeeded("m7gd", 7, "m8gd", (2025, 4)),
    succeeded("m7i", 7, "m8i", (2025, 8)),
    succeeded("m7i-flex", 7, "m8i-flex", (2025, 8)),
    outdated("p2", 2, "p3", (2017, 10)),
    outdated("r3", 3, "r5", (2018, 7)),
    outdated("r4", 4, "r5", (2018, 7)),
    succeeded("r5", 5, "r6i", (2021, 11)),
    succeeded("r5a", 5, "r6a", (2022, 7)),
    succeeded("r5d", 5, "r6id", (2022, 6)),
    succeeded("r5dn", 5, "r6idn", (2022, 11)),
    succeeded("r5n", 5, "r6in", (2022, 11)),
    succeeded("r6g", 6, "r7g", (2023, 2)),
    succeeded("r6gd", 6, "r7gd", (2023, 7)),
    succeeded("r6i", 6, "r7i", (2023, 10)),
    succeeded("r7g", 7, "r8g", (2024, 7)),
    succeeded("r7gd", 7, "r8gd", (2025, 4)),
    succeeded("r7i", 7, "r8i", (2025, 8)),
    outdated("t1", 1, "t3", (2018, 8)),
    outdated("t2", 2, "t3", (2018, 8)),
    outdated("x1", 1, "x2idn", (2022, 3)),
    outdated("x1e", 1, "x2iedn", (2022, 3)),
];

/// The family's name in an instance type: `m5` of `m5.large`. None when there is no size behind it.
pub fn family_name(instance_type: &str) -> Option<&str> {
    let (family, size) = instance_type.split_once('.')?;
    (!family.is_empty() && !size.is_empty()).then_some(family)
}

/// What is known of the family of an instance type (or of a family's bare name). None for a family that has no successor,
/// newest ones and those unknown here alike.
pub fn family_of(instance_type: &str) -> Option<&'static Family> {
    let name = family_name(instance_type).unwrap_or(instance_type);
    let found = FAMILIES
        .binary_search_by_key(&name, |family| family.name)
        .ok()?;
    Some(&FAMILIES[found])
}

/// Whether a type must never be proposed for an instance of another family. A family that is unknown here is not outdated.
pub fn is_outdated(instance_type: &str) -> bool {
    family_of(instance_type).is_some_and(|family| family.outdated)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::prices::{PriceBook, PriceLookup};

    #[test]
    fn the_table_is_sorted_and_every_family_is_once_in_it() {
        for pair in FAMILIES.windows(2) {
            assert!(
                pair[0].name < pair[1].name,
                "{} before {}",
                pair[0].name,
                pair[1].name
            );
        }
    }

    /// A misspelt family would have no price anywhere.
    #[test]
    fn all_families_have_prices() {
        let priced: BTreeSet<_> = PriceBook::embedded()
            .section_rows("ec2")
            .filter_map(|row| family_name(row.sku.name))
            .collect();
        for family in FAMILIES {
            for name in [family.name, family.successor] {
                assert!(priced.contains(name), "no price for any size of {name}");
            }
        }
    }

    #[test]
    fn a_successor_is_newer_and_never_outdated() {
        for family in FAMILIES {
            assert!(
                !is_outdated(family.successor),
                "{} is followed by an outdated family",
                family.name
            );
            if let Some(successor) = family_of(family.successor) {
                assert!(
                    successor.since > family.since,
                    "{} {}",
                    family.name,
                    successor.name
                );
                let same_letter = family.name.as_bytes()[0] == successor.name.as_bytes()[0];
                assert!(
                    !same_letter || successor.generation > family.generation,
                    "{}",
                    family.name
                );
            }
            assert!(family.since < REVIEWED);
        }
    }

    #[test]
    fn old_families_are_no_targets_and_common_ones_are() {
        for name in [
            "t1.micro",
            "t2.large",
            "m1.small",
            "m2.xlarge",
            "m3.medium",
            "m4.large",
            "c1.medium",
            "c3.large",
            "c4.large",
            "r3.large",
            "r4.large",
            "i2.xlarge",
            "d2.xlarge",
            "g2.2xlarge",
            "g3.4xlarge",
            "p2.xlarge",
            "x1.16xlarge",
            "x1e.xlarge",
            "a1.large",
            "f1.2xlarge",
        ] {
            assert!(is_outdated(name), "{name}");
        }
        for name in [
            "m5.large",
            "c5.large",
            "r5.large",
            "m5a.large",
            "m6i.large",
            "r6i.large",
            "c6i.large",
            "m6g.large",
            "c6g.large",
            "r6g.large",
            "t3.micro",
            "t3a.micro",
            "t4g.micro",
            "i3.large",
            "g4dn.xlarge",
            "m8g.large",
            "z9.large",
            "m5",
        ] {
            assert!(!is_outdated(name), "{name}");
        }
    }

    #[test]
    fn families_of_types() {
        assert_eq!(family_name("m7i-flex.large"), Some("m7i-flex"));
        assert_eq!(family_name("u-12tb1.112xlarge"), Some("u-12tb1"));
        assert_eq!(
            [family_name("m5"), family_name(".large"), family_name("m5.")],
            [None; 3]
        );
        assert_eq!(
            family_of("m4.large").map(|family| family.successor),
            Some("m5")
        );
        assert_eq!(family_of("m8g.large"), None);
        assert_eq!(family_of(""), None);
    }

    /// The move that the table is for: same size, newer family, lower price.
    #[test]
    fn leaving_the_commonest_old_families_saves_money() {
        let book = PriceBook::embedded();
        let hour = |name: &str| {
            book.ec2_linux_hour("us-east-1", name)
                .map(|price| price.usd)
                .expect("priced")
        };
        for (family, size) in [
            ("t2", "micro"),
            ("m4", "xlarge"),
            ("c4", "large"),
            ("r4", "2xlarge"),
            ("m3", "xlarge"),
        ] {
            let old = format!("{family}.{size}");
            let new = format!("{}.{size}", family_of(family).expect("listed").successor);
            assert!(hour(&new) < hour(&old), "{new} and {old}");
        }
    }
}
