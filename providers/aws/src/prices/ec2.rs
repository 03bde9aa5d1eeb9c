//! What the price of an instance depends on besides its type: the operating system and licences that are billed with it,
//! and the hardware that it runs on.
//!
//! AWS bills them by the operation: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html>.

/// What is appended to the operation for hardware that no other account uses.
const DEDICATED: &str = "/dedicated";

/// The operation that is billed for a free Linux.
pub const LINUX: &str = "RunInstances";

/// The variant of a type's price: empty for a free Linux on shared hardware, else the operation that is billed
/// (`RunInstances:0002` is Windows), with `/dedicated` behind it for dedicated hardware. None for hosts, which are billed
/// themselves, and for what is no instance.
pub fn variant(usage_operation: &str, tenancy: &str) -> Option<String> {
    let codes = usage_operation.strip_prefix(LINUX)?;
    let is_operation = codes.is_empty()
        || codes.strip_prefix(':').is_some_and(|code| {
            !code.is_empty() && code.chars().all(|letter| letter.is_ascii_alphanumeric())
        });
    match tenancy {
        _ if !is_operation => None,
        "default" if codes.is_empty() => Some(String::new()),
        "default" => Some(usage_operation.to_owned()),
        "dedicated" => Some(format!("{usage_operation}{DEDICATED}")),
        _ => None,
    }
}

/// The operation and whether the hardware is dedicated, from a variant.
pub fn operation(variant: &str) -> (&str, bool) {
    let (operation, dedicated) = match variant.strip_suffix(DEDICATED) {
        Some(operation) => (operation, true),
        None => (variant, false),
    };
    if operation.is_empty() {
        (LINUX, dedicated)
    } else {
        (operation, dedicated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_says_what_is_billed() {
        for (usage_operation, tenancy, expected) in [
            ("RunInstances", "default", Some("")),
            ("RunInstances:0002", "default", Some("RunInstances:0002")),
            ("RunInstances:00g0", "default", Some("RunInstances:00g0")),
            ("RunInstances", "dedicated", Some("RunInstances/dedicated")),
            (
                "RunInstances:0006",
                "dedicated",
                Some("RunInstances:0006/dedicated"),
            ),
            ("RunInstances", "host", None),
            ("RunInstances", "", None),
            ("", "default", None),
            ("RunInstances:", "default", None),
            ("RunInstances:SV001/x", "default", None),
            ("CreateDBInstance", "default", None),
        ] {
            let found = variant(usage_operation, tenancy);
            assert_eq!(found.as_deref(), expected, "{usage_operation} {tenancy}");
            if let Some(found) = found {
                assert_eq!(operation(&found), (usage_operation, tenancy == "dedicated"));
            }
        }
    }
}
