//! How large the volume of a data node may be.
//!
//! Source: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html#ebsresource>, as of 2026.

/// GiB of a TiB.
const TIB: f64 = 1024.0;

/// The largest volume of a size of nodes.
struct Largest {
    size: &'static str,
    /// Of gp2, and of the older types, GiB; None where the family has none.
    gp2_gib: Option<f64>,
    /// Of gp3, GiB; None where the family has none.
    gp3_gib: Option<f64>,
}

/// With both types.
const fn both(size: &'static str, gp2_gib: f64, gp3_gib: f64) -> Largest {
    Largest {
        size,
        gp2_gib: Some(gp2_gib),
        gp3_gib: Some(gp3_gib),
    }
}

/// Of a family that came before gp3.
const fn gp2(size: &'static str, gib: f64) -> Largest {
    Largest {
        size,
        gp2_gib: Some(gib),
        gp3_gib: None,
    }
}

/// Of a family that came after gp2.
const fn gp3(size: &'static str, gib: f64) -> Largest {
    Largest {
        size,
        gp2_gib: None,
        gp3_gib: Some(gib),
    }
}

/// Families alike, and their sizes.
static LARGEST: &[(&[&str], &[Largest])] = &[
    (
        &["c4"],
        &[
            gp2("large", 100.0),
            gp2("xlarge", 512.0),
            gp2("2xlarge", TIB),
            gp2("4xlarge", 1.5 * TIB),
            gp2("8xlarge", 1.5 * TIB),
        ],
    ),
    (
        &["c5", "c6g"],
        &[
            both("large", 256.0, 256.0),
            both("xlarge", 512.0, 512.0),
            both("2xlarge", TIB, TIB),
            both("4xlarge", 1.5 * TIB, 1.5 * TIB),
            both("8xlarge", 3.0 * TIB, 3.0 * TIB),
            both("9xlarge", 3.5 * TIB, 3.5 * TIB),
            both("12xlarge", 4.5 * TIB, 4.5 * TIB),
            both("18xlarge", 7.0 * TIB, 7.0 * TIB),
        ],
    ),
    (
        &["c7g", "c7i", "c8g"],
        &[
            gp3("large", 256.0),
            gp3("xlarge", 512.0),
            gp3("2xlarge", TIB),
            gp3("4xlarge", 1.5 * TIB),
            gp3("8xlarge", 3.0 * TIB),
            gp3("12xlarge", 4.5 * TIB),
            gp3("16xlarge", 6.0 * TIB),
        ],
    ),
    (
        &["m4"],
        &[
            gp2("large", 512.0),
            gp2("xlarge", TIB),
            gp2("2xlarge", 1.5 * TIB),
            gp2("4xlarge", 1.5 * TIB),
            gp2("10xlarge", 1.5 * TIB),
        ],
    ),
    (
        &["m5", "m6g"],
        &[
            both("large", 512.0, TIB),
            both("xlarge", TIB, 2.0 * TIB),
            both("2xlarge", 1.5 * TIB, 3.0 * TIB),
            both("4xlarge", 3.0 * TIB, 6.0 * TIB),
            both("8xlarge", 6.0 * TIB, 12.0 * TIB),
            both("12xlarge", 9.0 * TIB, 18.0 * TIB),
        ],
    ),
    (
        &["m7g", "m7i", "m8g"],
        &[
            gp3("large", 768.0),
            gp3("xlarge", 2.0 * TIB),
            gp3("2xlarge", 3.0 * TIB),
            gp3("4xlarge", 6.0 * TIB),
            gp3("8xlarge", 12.0 * TIB),
            gp3("12xlarge", 18.0 * TIB),
            gp3("16xlarge", 24.0 * TIB),
        ],
    ),
    (
        &["r4"],
        &[
            gp2("large", TIB),
            gp2("xlarge", 1.5 * TIB),
            gp2("2xlarge", 1.5 * TIB),
            gp2("4xlarge", 1.5 * TIB),
            gp2("8xlarge", 1.5 * TIB),
            gp2("16xlarge", 1.5 * TIB),
        ],
    ),
    (
        &["r5", "r6g"],
        &[
            both("large", TIB, 2.0 * TIB),
            both("xlarge", 1.5 * TIB, 3.0 * TIB),
            both("2xlarge", 3.0 * TIB, 6.0 * TIB),
            both("4xlarge", 6.0 * TIB, 12.0 * TIB),
            both("8xlarge", 8.0 * TIB, 16.0 * TIB),
            both("12xlarge", 12.0 * TIB, 24.0 * TIB),
        ],
    ),
    (
        &["r7g", "r7i", "r8g"],
        &[
            // 1,536 GiB of the elder two.
            gp3("large", 1532.0),
            gp3("xlarge", 3.0 * TIB),
            gp3("2xlarge", 6.0 * TIB),
            gp3("4xlarge", 12.0 * TIB),
            gp3("8xlarge", 16.0 * TIB),
            gp3("12xlarge", 24.0 * TIB),
            gp3("16xlarge", 36.0 * TIB),
        ],
    ),
];

/// The largest volume of a type that a node may have, GiB. None where it may have none of that type, or where nothing is known.
pub(crate) fn largest_gib(family: &str, size: &str, volume_type: &str) -> Option<f64> {
    let (_, sizes) = LARGEST
        .iter()
        .find(|(families, _)| families.contains(&family))?;
    let largest = sizes.iter().find(|known| known.size == size)?;
    match volume_type {
        "gp3" => largest.gp3_gib,
        _ => largest.gp2_gib,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_published_table() {
        assert_eq!(largest_gib("r6g", "large", "gp3"), Some(2048.0));
        assert_eq!(largest_gib("r6g", "large", "gp2"), Some(1024.0));
        assert_eq!(
            largest_gib("c6g", "4xlarge", "gp3"),
            Some(1536.0),
            "less than twice that of gp2"
        );
        assert_eq!(largest_gib("c4", "large", "gp2"), Some(100.0));
        assert_eq!(largest_gib("r4", "8xlarge", "io1"), Some(1536.0));
    }

    #[test]
    fn a_type_that_a_family_does_without_has_no_limit() {
        assert_eq!(largest_gib("m4", "large", "gp3"), None);
        assert_eq!(largest_gib("m7g", "large", "gp2"), None);
        assert_eq!(largest_gib("i3", "large", "gp3"), None);
    }

    #[test]
    fn a_larger_node_never_takes_less() {
        for (families, sizes) in LARGEST {
            let of = |volume: fn(&Largest) -> Option<f64>| {
                sizes.iter().filter_map(volume).collect::<Vec<_>>()
            };
            assert!(of(|size| size.gp2_gib).is_sorted(), "{families:?}");
            assert!(of(|size| size.gp3_gib).is_sorted(), "{families:?}");
        }
    }
}
