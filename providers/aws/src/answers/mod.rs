//! Answers of AWS that are kept from one collection to the next.
//!
//! Kept is what was read completely, as rows, and never a part of it. Three kinds of answers are worth it:
//!
//! - what EC2 offers: hundreds of types over a dozen pages in each region, which change when AWS offers something new. The types are the
//!   same for everybody and are kept once; the zones in which they are offered are not: an account has names of its own for them;
//! - Cost Explorer, at a cent a request: AWS works it out anew a few times a day, so it is asked once for each day (UTC);
//! - series of metrics, in [`crate::metrics`]: GetMetricData is charged by the series and not by its points, so only a whole series that is
//!   not asked for again saves anything. It keeps the window that it was read for.
//!
//! What follows from an account's own settings (resources, tags, policies) is asked each time.

pub(crate) mod file;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;

use billhook_catalog::{AnswerCache, BASE_GROUP, Table, Want, conform};
use jiff::{SignedDuration, Timestamp};
use polars::prelude::{Column, DataFrame};

use crate::scan::Scan;
use file::{ENDING, Kept};

/// How long an answer holds, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What AWS offers to everybody.
    Offers,
    /// What AWS offers to this account.
    OffersHere,
    /// The bill, for the rest of the day.
    Bill,
}

impl Kind {
    /// Whether an answer may still be taken. One from the future may not: the clock was wrong then or is now.
    fn holds(self, read_at: Timestamp, now: Timestamp, settings: &AnswerCache) -> bool {
        match self {
            Kind::Offers | Kind::OffersHere => is_young(read_at, now, settings.offers),
            Kind::Bill => settings.bill && read_at <= now && day(read_at) == day(now),
        }
    }
}

/// Whether an instant is not longer ago than that, and not to come.
pub(crate) fn is_young(read_at: Timestamp, now: Timestamp, max_age: SignedDuration) -> bool {
    let age = now.duration_since(read_at);
    age >= SignedDuration::ZERO && age <= max_age
}

fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(86_400)
}

/// The file of an account's answers of a region.
pub(crate) fn path(scan: &Scan<'_>, settings: &AnswerCache, region: &str, name: &str) -> PathBuf {
    let account = &scan.names.account;
    let folder = settings.folder.join(account).join(region);
    folder.join(format!("{name}.{ENDING}"))
}

fn path_of(
    scan: &Scan<'_>,
    settings: &AnswerCache,
    table: &Table,
    region: &str,
    kind: Kind,
) -> PathBuf {
    match kind {
        Kind::Offers => {
            let folder = settings.folder.join(&scan.names.partition).join(region);
            folder.join(format!("{}.{ENDING}", table.name))
        }
        Kind::OffersHere | Kind::Bill => path(scan, settings, region, table.name),
    }
}

/// Everything that an answer depends on.
fn what(want: &Want, table: &Table, region: &str, kind: Kind) -> String {
    let columns: Vec<&str> = table.columns().map(|column| column.name).collect();
    // Costs without an owner depend on what an owner is.
    let owners = match kind {
        Kind::Bill => want.owner_tags.join(" "),
        Kind::Offers | Kind::OffersHere => String::new(),
    };
    format!("{} {region} [{}] {owners}", table.name, columns.join(" "))
}

/// Takes a table's rows of a region from what was kept, if that holds still. Gives them as well.
pub(crate) fn recall(
    scan: &Scan<'_>,
    table: &'static Table,
    region: &str,
    kind: Kind,
) -> Option<DataFrame> {
    let settings = scan.want.answers.as_ref()?;
    if !scan.want.wants(table.name) {
        return None;
    }
    let path = path_of(scan, settings, table, region, kind);
    let kept = Kept::read(&path, &what(scan.want, table, region, kind))?;
    if !kind.holds(kept.read_at, scan.want.taken_at, settings) {
        return None;
    }
    let frame = conform(table, kept.frames.get(table.name)?).ok()?;
    let frame = of_account(frame, &scan.names.account)?;
    scan.put_frame(table, region, &frame);
    scan.settle(table, BASE_GROUP, region, &Ok(()));
    scan.reuse(&kept.calls, 0, kept.read_at);
    Some(frame)
}

/// Reads a table of a region by `reading`, which settles it, or takes what was kept.
pub(crate) async fn once(
    scan: &Scan<'_>,
    table: &'static Table,
    region: &str,
    kind: Kind,
    reading: impl Future<Output = ()>,
) {
    if recall(scan, table, region, kind).is_some() {
        return;
    }
    let before = calls(scan, table, region);
    reading.await;
    remember(scan, table, region, kind, &before);
}

/// Requests so far that fill a table.
pub(crate) fn calls(scan: &Scan<'_>, table: &Table, region: &str) -> BTreeMap<String, u64> {
    let operations = table.groups.iter().flat_map(|group| group.reads);
    let global = crate::scan::is_global(table);
    operations
        .map(|operation| {
            let counts = scan.caller.counts_by_region();
            let sent = counts
                .iter()
                .filter(|((sent, at), _)| sent == operation && (global || at == region));
            ((*operation).to_owned(), sent.map(|(_, count)| count).sum())
        })
        .collect()
}

/// Keeps what was read of a table, if that was everything. `before` are the requests that went before it.
pub(crate) fn remember(
    scan: &Scan<'_>,
    table: &'static Table,
    region: &str,
    kind: Kind,
    before: &BTreeMap<String, u64>,
) {
    let Some(settings) = &scan.want.answers else {
        return;
    };
    if scan.want.count_metrics_only && kind == Kind::Bill || !scan.is_assessed(table, region) {
        return;
    }
    let mut calls = calls(scan, table, region);
    for (operation, count) in &mut calls {
        *count -= before.get(operation).copied().unwrap_or(0).min(*count);
    }
    let frame = scan.frame_so_far(table, region);
    let frame = match kind {
        Kind::Offers => of_account(frame, ""),
        Kind::OffersHere | Kind::Bill => Some(frame),
    };
    let Some(frame) = frame else { return };
    let kept = Kept {
        what: what(scan.want, table, region, kind),
        read_at: scan.want.taken_at,
        calls,
        frames: BTreeMap::from([(table.name.to_owned(), frame)]),
    };
    let path = path_of(scan, settings, table, region, kind);
    if let Err(fault) = kept.write(&path) {
        tracing::warn!("{}: answers cannot be kept: {fault}", path.display());
    }
}

/// The rows as those of an account.
fn of_account(mut frame: DataFrame, account: &str) -> Option<DataFrame> {
    let ids = vec![account; frame.height()];
    frame
        .with_column(Column::new("account_id".into(), ids))
        .ok()?;
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn offers_hold_for_days_and_the_bill_until_midnight() {
        let settings = AnswerCache {
            folder: PathBuf::new(),
            offers: SignedDuration::from_hours(48),
            metrics: SignedDuration::from_hours(6),
            bill: true,
        };
        let now = time("2026-03-15T12:00:00Z");
        let holds = |kind: Kind, read_at: &str| kind.holds(time(read_at), now, &settings);
        assert!(holds(Kind::Offers, "2026-03-13T12:00:00Z"));
        assert!(!holds(Kind::Offers, "2026-03-13T11:59:59Z"));
        assert!(!holds(Kind::Offers, "2026-03-15T12:00:01Z"), "to come");
        assert!(holds(Kind::Bill, "2026-03-15T00:00:00Z"));
        assert!(!holds(Kind::Bill, "2026-03-14T23:59:59Z"));
        assert!(!holds(Kind::Bill, "2026-03-15T13:00:00Z"), "to come");
        let never = AnswerCache {
            bill: false,
            ..settings
        };
        assert!(!Kind::Bill.holds(now, now, &never));
    }
}
