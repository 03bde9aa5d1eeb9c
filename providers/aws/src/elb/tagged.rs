//! Tags, which are asked for twenty resources at a time.

use std::collections::HashMap;
use std::future::Future;

use billhook_catalog::{Key, Table};

use crate::classify::Problem;
use crate::scan::{Scan, Tally};

/// Resources of which DescribeTags tells at once.
const RESOURCES_A_CALL: usize = 20;
/// The column group.
const TAGS: &str = "tags";

/// Tags by what the service calls a resource, each a key and a value.
pub(super) type Tags = HashMap<String, Vec<(String, String)>>;

/// Reads and keeps the tags of resources. `called` is what the service calls a resource, `ask` asks for some.
pub(super) async fn collect<F>(
    scan: &Scan<'_>,
    region: &str,
    table: &Table,
    keys: &[Key],
    called: impl Fn(&Key) -> String,
    ask: impl Fn(Vec<String>) -> F,
) where
    F: Future<Output = Result<Tags, Problem>>,
{
    if !scan.wants_group(table, TAGS) {
        return;
    }
    let mut tally = Tally::default();
    for chunk in keys.chunks(RESOURCES_A_CALL) {
        let answer = ask(chunk.iter().map(&called).collect()).await;
        for key in chunk {
            let tags = match &answer {
                Ok(tags) => Ok(tags.get(&called(key))),
                Err(problem) => Err(problem.clone()),
            };
            if let Some(Some(tags)) = tally.take(&key.resource_id, tags) {
                let tags = tags
                    .iter()
                    .map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
                scan.put_tags(table, key, tags);
            }
        }
    }
    scan.settle_each(table, TAGS, region, tally);
}
