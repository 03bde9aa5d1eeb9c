//! Reads KMS in one region.

use std::collections::BTreeMap;

use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::operation::get_key_last_usage::GetKeyLastUsageOutput;
use aws_sdk_kms::operation::list_grants::ListGrantsOutput;
use aws_sdk_kms::operation::list_key_rotations::ListKeyRotationsOutput;
use aws_sdk_kms::types::KeyMetadata;
use billhook_catalog::{BASE_GROUP, Row};

use crate::call::or_absent;
use crate::classify::Problem;
use crate::each::{Asking, ask_each};
use crate::kms::alias::Alias;
use crate::kms::key::KmsKey;
use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

/// Keys that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 8;
/// Grants and rotations of a key that are counted: more change nothing.
const COUNTED: i32 = 100;

const ALIASES: &str = "aliases";
const DESCRIPTION: &str = "description";
const ROTATIONS: &str = "rotations";
const GRANTS: &str = "grants";
const LAST_USAGE: &str = "last-usage";

/// Everything of KMS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let wants_aliases = scan.wants_group(KmsKey::TABLE, ALIASES);
    let aliases = if wants_aliases || scan.wants_any(&[Alias::TABLE]) {
        aliases(scan, region).await
    } else {
        Ok(BTreeMap::new())
    };
    if !scan.wants_any(&[KmsKey::TABLE]) {
        return;
    }
    let (mut rows, outcome) = list(scan, region).await;
    if outcome.is_ok() {
        if let (Ok(aliases), true) = (&aliases, wants_aliases) {
            name(&mut rows, aliases);
        }
        describe(scan, region, &mut rows).await;
        rotations(scan, region, &mut rows).await;
        grants(scan, region, &mut rows).await;
        last_usage(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    if outcome.is_ok() {
        scan.settle(KmsKey::TABLE, ALIASES, region, &aliases.map(drop));
    }
    scan.settle(KmsKey::TABLE, BASE_GROUP, region, &outcome);
}

/// Names of aliases by the key that they lead to; keeps the rows of aliases.
async fn aliases(scan: &Scan<'_>, region: &str) -> Result<BTreeMap<String, Vec<String>>, Problem> {
    let client = scan.clients.kms(region);
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "kms:ListAliases",
            |token| client.list_aliases().limit(100).set_marker(token).send(),
            |page| {
                for alias in page.aliases() {
                    // AWS lists its own aliases before there is a key.
                    let (Some(alias_name), Some(key)) = (alias.alias_name(), alias.target_key_id())
                    else {
                        continue;
                    };
                    let key = scan.names.regional("kms", region, &format!("key/{key}"));
                    let alias_arn = alias.alias_arn().map_or_else(
                        || scan.names.regional("kms", region, alias_name),
                        str::to_owned,
                    );
                    let names = by_key.entry(key.clone()).or_default();
                    names.push(alias_name.to_owned());
                    let row = Alias {
                        id: scan.place(region),
                        alias_name: alias_name.to_owned(),
                        alias_arn,
                        key_resource_id: key,
                    };
                    scan.put(region, row);
                }
                page.next_marker.filter(|_| page.truncated)
            },
        )
        .await;
    scan.settle(Alias::TABLE, BASE_GROUP, region, &outcome);
    outcome.map(|()| by_key)
}

async fn list(scan: &Scan<'_>, region: &str) -> (Vec<KmsKey>, Result<(), Problem>) {
    let client = scan.clients.kms(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "kms:ListKeys",
            |token| client.list_keys().limit(1000).set_marker(token).send(),
            |page| {
                for key in page.keys() {
                    if let (Some(id), Some(arn)) = (key.key_id(), key.key_arn()) {
                        rows.push(KmsKey {
                            id: scan.key(region, arn.to_owned(), id),
                            ..KmsKey::default()
                        });
                    }
                }
                page.next_marker.filter(|_| page.truncated)
            },
        )
        .await;
    (rows, outcome)
}

/// A key is called as its first alias.
fn name(rows: &mut [KmsKey], aliases: &BTreeMap<String, Vec<String>>) {
    for row in rows {
        let names = aliases.get(&row.id.resource_id);
        let first = names.and_then(|names| names.iter().min());
        row.id.name = first.map(|name| name.trim_start_matches("alias/").to_owned());
        row.alias = Some(first.cloned().unwrap_or_default());
        row.alias_count = Some(names.map_or(0, |names| count(names.len())));
    }
}

async fn describe(scan: &Scan<'_>, region: &str, rows: &mut [KmsKey]) {
    if !scan.wants_group(KmsKey::TABLE, DESCRIPTION) {
        return;
    }
    let client = scan.clients.kms(region);
    let ask = |row: &mut KmsKey| {
        let request = client.describe_key().key_id(&row.id.short_id);
        Asking::Send(scan.caller.call(region, "kms:DescribeKey", request.send()))
    };
    let fill = |row: &mut KmsKey, answer: DescribeKeyOutput| {
        if let Some(metadata) = answer.key_metadata() {
            fill(row, metadata);
        }
    };
    ask_each(scan, (region, DESCRIPTION), AT_ONCE, rows, ask, fill).await;
}

fn fill(row: &mut KmsKey, metadata: &KeyMetadata) {
    let owned = |word: Option<&str>| word.map(str::to_owned);
    row.id.created_at = instant(metadata.creation_date());
    row.key_manager = owned(metadata.key_manager().map(|manager| manager.as_str()));
    row.state = owned(metadata.key_state().map(|state| state.as_str()));
    row.key_spec = owned(metadata.key_spec().map(|spec| spec.as_str()));
    row.key_usage = owned(metadata.key_usage().map(|usage| usage.as_str()));
    row.origin = owned(metadata.origin().map(|origin| origin.as_str()));
    row.multi_region = Some(
        metadata
            .multi_region_configuration()
            .and_then(|configuration| configuration.multi_region_key_type())
            .map_or("", |kind| kind.as_str())
            .to_owned(),
    );
    row.description = Some(metadata.description().unwrap_or_default().to_owned());
    row.deletion_at = instant(metadata.deletion_date());
}

/// Whether KMS rotates such keys at all.
fn can_rotate(row: &KmsKey) -> bool {
    row.key_spec.as_deref() == Some("SYMMETRIC_DEFAULT")
        && matches!(row.origin.as_deref(), Some("AWS_KMS" | "EXTERNAL"))
}

async fn rotations(scan: &Scan<'_>, region: &str, rows: &mut [KmsKey]) {
    if !scan.wants_group(KmsKey::TABLE, ROTATIONS) {
        return;
    }
    let client = scan.clients.kms(region);
    let ask = |row: &mut KmsKey| match row.key_manager.as_deref() {
        Some("CUSTOMER") if can_rotate(row) => {
            let request = client
                .list_key_rotations()
                .key_id(&row.id.short_id)
                .limit(COUNTED);
            // Of a replica only the primary key may know.
            let request = or_absent(request.send(), &["UnsupportedOperationException"]);
            Asking::Send(scan.caller.call(region, "kms:ListKeyRotations", request))
        }
        Some("CUSTOMER") => {
            row.rotation_count = Some(0);
            Asking::Known
        }
        _ => Asking::Skip,
    };
    let fill = |row: &mut KmsKey, answer: Option<ListKeyRotationsOutput>| {
        row.rotation_count = answer.map(|answer| count(answer.rotations().len()));
    };
    ask_each(scan, (region, ROTATIONS), AT_ONCE, rows, ask, fill).await;
}

/// Whether anybody may want to know if a key is used: only of those that are paid for and could be.
fn is_in_question(row: &KmsKey) -> bool {
    row.key_manager.as_deref() == Some("CUSTOMER") && row.state.as_deref() == Some("Enabled")
}

async fn grants(scan: &Scan<'_>, region: &str, rows: &mut [KmsKey]) {
    if !scan.wants_group(KmsKey::TABLE, GRANTS) {
        return;
    }
    let client = scan.clients.kms(region);
    let ask = |row: &mut KmsKey| {
        if !is_in_question(row) {
            return Asking::Skip;
        }
        let request = client.list_grants().key_id(&row.id.short_id).limit(COUNTED);
        Asking::Send(scan.caller.call(region, "kms:ListGrants", request.send()))
    };
    let fill = |row: &mut KmsKey, answer: ListGrantsOutput| {
        row.grant_count = Some(count(answer.grants().len()));
    };
    ask_each(scan, (region, GRANTS), AT_ONCE, rows, ask, fill).await;
}

async fn last_usage(scan: &Scan<'_>, region: &str, rows: &mut [KmsKey]) {
    if !scan.wants_group(KmsKey::TABLE, LAST_USAGE) {
        return;
    }
    let client = scan.clients.kms(region);
    let ask = |row: &mut KmsKey| {
        if !is_in_question(row) {
            return Asking::Skip;
        }
        let request = client.get_key_last_usage().key_id(&row.id.short_id);
        Asking::Send(
            scan.caller
                .call(region, "kms:GetKeyLastUsage", request.send()),
        )
    };
    ask_each(scan, (region, LAST_USAGE), AT_ONCE, rows, ask, used).await;
}

/// When a key was last used, and since when it has not been. Without a date of either nothing is known.
fn used(row: &mut KmsKey, answer: GetKeyLastUsageOutput) {
    row.tracked_since_at = instant(answer.tracking_start_date());
    row.last_used_at = instant(answer.key_last_usage().and_then(|last| last.timestamp()));
    row.unused_since_at = row.last_used_at.or(row.tracked_since_at);
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::KeyLastUsageData;
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn a_key_is_called_as_its_first_alias() {
        let mut rows = ["a", "b"].map(|id| KmsKey {
            id: billhook_catalog::Key {
                resource_id: id.to_owned(),
                ..billhook_catalog::Key::default()
            },
            ..KmsKey::default()
        });
        let names = ["alias/shop", "alias/orders"].map(str::to_owned).to_vec();
        name(&mut rows, &BTreeMap::from([("a".to_owned(), names)]));
        assert_eq!(rows[0].id.name.as_deref(), Some("orders"));
        assert_eq!(rows[0].alias.as_deref(), Some("alias/orders"));
        assert_eq!(rows[0].alias_count, Some(2));
        assert_eq!((&rows[1].id.name, rows[1].alias_count), (&None, Some(0)));
        assert_eq!(rows[1].alias.as_deref(), Some(""));
    }

    #[test]
    fn a_key_is_unused_since_its_last_use_or_since_anybody_looked() {
        let began = DateTime::from_secs(1_000_000);
        let last = DateTime::from_secs(2_000_000);
        let read = |last: Option<DateTime>, began: Option<DateTime>| {
            let usage = KeyLastUsageData::builder().set_timestamp(last).build();
            let mut row = KmsKey::default();
            let answer = GetKeyLastUsageOutput::builder()
                .set_tracking_start_date(began)
                .key_last_usage(usage);
            used(&mut row, answer.build());
            (row.last_used_at, row.unused_since_at)
        };
        let (began_at, last_at) = (instant(Some(&began)), instant(Some(&last)));
        assert!(began_at.is_some() && last_at.is_some());
        assert_eq!(read(Some(last), Some(began)), (last_at, last_at));
        assert_eq!(read(None, Some(began)), (None, began_at));
        assert_eq!(read(None, None), (None, None), "nothing is known");
    }
}
