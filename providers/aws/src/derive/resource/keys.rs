//! Keys, and the topics that nobody pays for by the month.

use crate::kms::key::KmsKey;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};
use crate::sns::topic::Topic;

use super::super::amount::Used;
use super::super::estate::Estate;
use super::{MONTHLY, Rows};

/// Rotations of a key that are billed, each like a key; later ones are free.
/// <https://aws.amazon.com/kms/pricing/>
const BILLED_ROTATIONS: i64 = 2;

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for key in &estate.keys {
        let lines = key_lines(prices, key);
        let amount = used.explained(&key.id, MONTHLY, &lines);
        out.add::<KmsKey>(&key.id, None, String::new(), amount);
    }
    let by_message = Breakdown::free("a topic is billed by the message alone");
    for topic in &estate.topics {
        let amount = used.explained(&topic.id, MONTHLY, &by_message);
        out.add::<Topic>(&topic.id, None, String::new(), amount);
    }
}

/// A month of a key and of its rotations. Where nobody knows how often it was rotated, it costs that at least: an estimate.
fn key_lines<'a>(prices: &'a dyn PriceLookup, key: &'a KmsKey) -> Breakdown<'a> {
    match (key.key_manager.as_deref(), key.state.as_deref()) {
        (Some("AWS"), _) => Breakdown::free("a key that an AWS service made is not billed"),
        (Some("CUSTOMER"), Some("PendingDeletion" | "PendingReplicaDeletion")) => {
            Breakdown::free("a key that waits for its deletion is not billed")
        }
        (Some("CUSTOMER"), Some(_)) => {
            let sku = || Sku::service("kms", "customer_managed_key_month");
            let at = Tariff::new(prices, &key.id.region);
            let mut lines: Breakdown<'_> = at.line("key", 1.0, "month", sku()).into();
            match key.rotation_count {
                Some(rotations) => {
                    let billed = rotations.clamp(0, BILLED_ROTATIONS) as f64;
                    let what = "rotations, of which two are billed at most";
                    lines.extend(at.extra(what, billed, "month", sku()));
                    lines
                }
                None => lines.estimated(),
            }
        }
        _ => Breakdown::unknown("who manages it, or its state, is not known"),
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    #[test]
    fn a_key_costs_a_dollar_and_its_first_two_rotations_one_each() {
        let price = |manager: &str, state: &str, rotations: Option<i64>| {
            let key = KmsKey {
                id: Key {
                    region: "us-east-1".to_owned(),
                    ..Key::default()
                },
                key_manager: Some(manager.to_owned()),
                state: Some(state.to_owned()),
                rotation_count: rotations,
                ..KmsKey::default()
            };
            let cost = key_lines(PriceBook::embedded(), &key).cost();
            (cost.usd(), cost.basis_name())
        };
        assert_eq!(price("CUSTOMER", "Enabled", Some(0)), (Some(1.0), "exact"));
        assert_eq!(price("CUSTOMER", "Disabled", Some(1)).0, Some(2.0));
        assert_eq!(price("CUSTOMER", "Enabled", Some(7)).0, Some(3.0));
        let unread = price("CUSTOMER", "Enabled", None);
        assert_eq!(unread, (Some(1.0), "estimated"));
        assert_eq!(price("AWS", "Enabled", None).0, Some(0.0));
        assert_eq!(price("CUSTOMER", "PendingDeletion", Some(2)).0, Some(0.0));
        let unknown = key_lines(PriceBook::embedded(), &KmsKey::default()).cost();
        assert_eq!(unknown.usd(), None);
    }
}
