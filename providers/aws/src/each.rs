//! Asking the resources of a listing one by one for what no listing says.

use std::future::Future;

use billhook_catalog::{Key, Row};
use futures::StreamExt;

use crate::classify::Problem;
use crate::scan::{Scan, Tally};

/// What is to be done about one resource.
pub(crate) enum Asking<F> {
    /// It has to be asked.
    Send(F),
    /// The listing said it already.
    Known,
    /// Nobody wants to know.
    Skip,
}

/// Fills a column group of `rows` by asking about each as `asking` says, `at_once` at a time; the service's pace limits
/// them further. A failure leaves the row as it is and becomes a gap; the ledger's line of the group is written.
pub(crate) async fn ask_each<R, F, A>(
    scan: &Scan<'_>,
    (region, group): (&str, &str),
    at_once: usize,
    rows: &mut [R],
    mut asking: impl FnMut(&mut R) -> Asking<F>,
    mut fill: impl FnMut(&mut R, A),
) where
    R: Row<Id = Key>,
    F: Future<Output = Result<A, Problem>>,
{
    let mut tally = Tally::default();
    let mut open = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        match asking(row) {
            Asking::Send(request) => open.push(async move { (index, request.await) }),
            Asking::Known => {
                tally.take(&row.id().resource_id, Ok(()));
            }
            Asking::Skip => {}
        }
    }
    let mut answers = futures::stream::iter(open).buffer_unordered(at_once);
    while let Some((index, answer)) = answers.next().await {
        let row = &mut rows[index];
        if let Some(answer) = tally.take(&row.id().resource_id, answer) {
            fill(row, answer);
        }
    }
    scan.settle_each(R::TABLE, group, region, tally);
}
