//! Reads Secrets Manager in one region.

use aws_sdk_secretsmanager::types::SecretListEntry;
use billhook_catalog::{BASE_GROUP, Row};

use crate::scan::Scan;
use crate::secretsmanager::secret::Secret;
use crate::time::instant;

/// Everything of Secrets Manager that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.secretsmanager(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "secretsmanager:ListSecrets",
            |token| {
                client
                    .list_secrets()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for entry in page.secret_list() {
                    if let Some(row) = row(scan, region, entry) {
                        let tags = entry.tags().iter();
                        scan.put_tags(
                            Secret::TABLE,
                            &row.id,
                            tags.map(|tag| (tag.key(), tag.value())),
                        );
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await;
    scan.settle(Secret::TABLE, BASE_GROUP, region, &outcome);
}

fn row(scan: &Scan<'_>, region: &str, entry: &SecretListEntry) -> Option<Secret> {
    let (arn, name) = (entry.arn()?, entry.name()?);
    let mut id = scan.key(region, arn.to_owned(), name);
    id.name = Some(name.to_owned());
    id.created_at = instant(entry.created_date());
    let text = |value: Option<&str>| Some(value.unwrap_or_default().to_owned());
    Some(Secret {
        id,
        was_read: Some(entry.last_accessed_date().is_some()),
        last_read_at: instant(entry.last_accessed_date()),
        last_read_days: None,
        rotation_enabled: Some(entry.rotation_enabled().unwrap_or(false)),
        owning_service: text(entry.owning_service()),
        // The list names the primary region of the primary secret as well.
        primary_region: text(entry.primary_region().filter(|primary| *primary != region)),
        kms_key_id: text(entry.kms_key_id()),
    })
}
