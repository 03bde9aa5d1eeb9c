//! What EC2's inline tags say.

use aws_sdk_ec2::types::Tag;
use billhook_catalog::{Key, Table};

use crate::scan::Scan;

/// The value of a tag; `None` when the resource does not carry it.
pub(crate) fn value<'t>(tags: &'t [Tag], key: &str) -> Option<&'t str> {
    tags.iter()
        .find(|tag| tag.key() == Some(key))
        .and_then(Tag::value)
}

/// The `Name` tag, unless it is empty.
pub(crate) fn name(tags: &[Tag]) -> Option<String> {
    value(tags, "Name")
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// Keeps a resource's tags.
pub(crate) fn keep(scan: &Scan<'_>, table: &Table, key: &Key, tags: &[Tag]) {
    scan.put_tags(table, key, tags.iter().map(|tag| (tag.key(), tag.value())));
}

/// The tags as pairs; one without a value has an empty one.
pub(crate) fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
        pairs
            .iter()
            .map(|(key, value)| Tag::builder().key(*key).value(*value).build())
            .collect()
    }

    #[test]
    fn an_empty_name_is_no_name() {
        assert_eq!(name(&tags(&[("Name", "")])), None);
        assert_eq!(
            name(&tags(&[("name", "x")])),
            None,
            "keys are case-sensitive"
        );
        assert_eq!(name(&tags(&[("Name", "web")])).as_deref(), Some("web"));
    }
}
