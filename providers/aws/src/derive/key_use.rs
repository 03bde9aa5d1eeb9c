//! `aws_kms_key_use` and `aws_kms_key_users`: which resources name which key.

use std::collections::{BTreeMap, HashMap};

use billhook_catalog::{Place, Tables, conform};

use crate::arn;
use crate::catalog::TABLES;
use crate::kms::key_use::{KeyUse, KeyUsers, SOURCES};

use super::estate::Estate;

/// How a resource names its key.
#[derive(Clone, Debug)]
pub(super) struct KeyReference {
    place: Place,
    resource_id: String,
    /// Table and column.
    named_in: String,
    /// An ARN, an id or an alias; `None` when it is not known.
    name: Option<String>,
}

/// Every resource that names a key, or of which nobody knows whether it does. A table that cannot be read is a gap already.
pub(super) fn references(tables: &Tables) -> Vec<KeyReference> {
    let mut found = Vec::new();
    for (table, column) in SOURCES {
        let declared = TABLES.iter().find(|known| known.name == *table);
        let frame = declared
            .zip(tables.get(table))
            .and_then(|(declared, frame)| conform(declared, frame).ok());
        let Some(frame) = frame else { continue };
        let texts = |name: &str| frame.column(name).ok()?.str().ok();
        let (Some(ids), Some(accounts), Some(regions), Some(names)) = (
            texts("resource_id"),
            texts("account_id"),
            texts("region"),
            texts(column),
        ) else {
            continue;
        };
        for row in 0..frame.height() {
            let name = names.get(row);
            let Some(resource_id) = ids.get(row).filter(|_| name != Some("")) else {
                continue;
            };
            found.push(KeyReference {
                place: Place {
                    account_id: accounts.get(row).unwrap_or_default().to_owned(),
                    region: regions.get(row).unwrap_or_default().to_owned(),
                },
                resource_id: resource_id.to_owned(),
                named_in: format!("{table}.{column}"),
                name: name.map(str::to_owned),
            });
        }
    }
    found
}

/// The key that a name means in a place: names are ARNs, ids, or aliases in either form.
fn key_of(reference: &KeyReference, name: &str, aliases: &HashMap<&str, &str>) -> String {
    let full = if name.starts_with("arn:") {
        name.to_owned()
    } else {
        let partition = arn::parse(&reference.resource_id).map_or("aws", |parts| parts.partition);
        let Place { account_id, region } = &reference.place;
        let rest = if name.starts_with("alias/") {
            name.to_owned()
        } else {
            format!("key/{name}")
        };
        format!("arn:{partition}:kms:{region}:{account_id}:{rest}")
    };
    match aliases.get(full.as_str()) {
        Some(key) => (*key).to_owned(),
        None => full,
    }
}

/// The uses, and how many each key has.
pub(super) fn rows(estate: &Estate) -> (Vec<KeyUse>, Vec<KeyUsers>) {
    let aliases: HashMap<&str, &str> = estate
        .key_aliases
        .iter()
        .map(|alias| (alias.alias_arn.as_str(), alias.key_resource_id.as_str()))
        .collect();
    let mut users: HashMap<String, Vec<&str>> = HashMap::new();
    let mut unknown: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut uses = Vec::new();
    for reference in &estate.key_references {
        let key = reference
            .name
            .as_deref()
            .map(|name| key_of(reference, name, &aliases));
        match &key {
            Some(key) => users
                .entry(key.clone())
                .or_default()
                .push(&reference.resource_id),
            None => {
                let Place { account_id, region } = &reference.place;
                *unknown.entry((account_id, region)).or_default() += 1;
            }
        }
        uses.push(KeyUse {
            id: reference.place.clone(),
            key_resource_id: key,
            user_resource_id: reference.resource_id.clone(),
            named_in: reference.named_in.clone(),
        });
    }
    let counts = estate.keys.iter().map(|key| {
        let mut of_key = users.get(&key.id.resource_id).cloned().unwrap_or_default();
        of_key.sort_unstable();
        // An instance may name one key for two things.
        of_key.dedup();
        let place = (key.id.account_id.as_str(), key.id.region.as_str());
        KeyUsers {
            id: Place {
                account_id: key.id.account_id.clone(),
                region: key.id.region.clone(),
            },
            resource_id: key.id.resource_id.clone(),
            user_count: crate::number::count(of_key.len()),
            unknown_count: unknown.get(&place).copied().unwrap_or(0),
            first_user_resource_id: of_key.first().map_or("", |user| *user).to_owned(),
        }
    });
    let counts = counts.collect();
    (uses, counts)
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Key, Row, frame_of};

    use super::*;
    use crate::ebs::volume::Volume;
    use crate::kms::alias::Alias;
    use crate::kms::key::KmsKey;
    use crate::rds::instance::Instance;
    use crate::sqs::queue::Queue;

    fn id(kind: &str, region: &str, name: &str) -> Key {
        Key {
            resource_id: format!("arn:aws:{kind}:{region}:1:{name}"),
            short_id: name.to_owned(),
            account_id: "1".to_owned(),
            region: region.to_owned(),
            ..Key::default()
        }
    }

    fn key(name: &str) -> KmsKey {
        KmsKey {
            id: id("kms", "eu-west-1", &format!("key/{name}")),
            ..KmsKey::default()
        }
    }

    fn queue(name: &str, region: &str, key: Option<&str>) -> Queue {
        Queue {
            id: id("sqs", region, name),
            kms_key_id: key.map(str::to_owned),
            ..Queue::default()
        }
    }

    /// (users, unknown, first user) by the key's bare name.
    fn counted(queues: Vec<Queue>) -> BTreeMap<String, (i64, i64, String)> {
        let database = Instance {
            id: id("rds", "eu-west-1", "db:shop"),
            kms_key_id: Some("arn:aws:kms:eu-west-1:1:key/twice".to_owned()),
            performance_insights_kms_key_id: Some("twice".to_owned()),
            ..Instance::default()
        };
        let volume = Volume {
            id: id("ec2", "eu-west-1", "volume/v"),
            kms_key_id: Some(String::new()),
            ..Volume::default()
        };
        let mut tables = Tables::default();
        tables.insert(Queue::TABLE.name, frame_of(queues));
        tables.insert(Instance::TABLE.name, frame_of([database]));
        tables.insert(Volume::TABLE.name, frame_of([volume]));
        let names = [
            "by-arn",
            "by-id",
            "by-alias",
            "by-alias-arn",
            "twice",
            "nobody",
        ];
        let alias = |name: &str, key: &str| Alias {
            alias_name: format!("alias/{name}"),
            alias_arn: format!("arn:aws:kms:eu-west-1:1:alias/{name}"),
            key_resource_id: format!("arn:aws:kms:eu-west-1:1:key/{key}"),
            ..Alias::default()
        };
        let estate = Estate {
            keys: names.map(key).to_vec(),
            key_aliases: vec![alias("one", "by-alias"), alias("two", "by-alias-arn")],
            key_references: references(&tables),
            ..Estate::default()
        };
        let (_, users) = rows(&estate);
        let rows = users.into_iter().map(|row| {
            let name = row.resource_id.rsplit('/').next().unwrap_or_default();
            let first = row.first_user_resource_id.rsplit(':').next();
            let first = first.unwrap_or_default().to_owned();
            (name.to_owned(), (row.user_count, row.unknown_count, first))
        });
        rows.collect()
    }

    #[test]
    fn keys_are_named_by_arn_by_id_and_by_alias() {
        let here = "eu-west-1";
        let users = counted(vec![
            queue("a", here, Some("arn:aws:kms:eu-west-1:1:key/by-arn")),
            queue("b", here, Some("by-id")),
            queue("c", here, Some("alias/one")),
            queue("d", here, Some("arn:aws:kms:eu-west-1:1:alias/two")),
            queue("e", here, Some("alias/one")),
            // Another region's key of that id is another key, an alias that leads nowhere is none.
            queue("f", "eu-north-1", Some("nobody")),
            queue("g", here, Some("alias/aws/sqs")),
            queue("h", here, Some("arn:aws:kms:eu-west-1:2:key/nobody")),
            queue("i", here, Some("")),
        ]);
        let one = |first: &str| (1, 0, first.to_owned());
        assert_eq!(users["by-arn"], one("a"));
        assert_eq!(users["by-id"], one("b"));
        assert_eq!(users["by-alias"], (2, 0, "c".to_owned()));
        assert_eq!(users["by-alias-arn"], one("d"));
        assert_eq!(users["twice"], one("shop"), "one database, two uses");
        assert_eq!(users["nobody"], (0, 0, String::new()));
    }

    #[test]
    fn a_key_that_nobody_could_read_may_be_any_of_the_region() {
        let users = counted(vec![
            queue("a", "eu-west-1", None),
            queue("b", "eu-north-1", None),
        ]);
        assert_eq!(users["nobody"], (0, 1, String::new()));
    }
}
