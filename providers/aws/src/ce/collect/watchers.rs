//! Who watches the bill: monitors of Cost Anomaly Detection, and who hears of them.

use billhook_catalog::Row;

use crate::ce::anomaly::{self, AnomalyMonitor, AnomalySubscriber};
use crate::classify::Problem;
use crate::scan::{GLOBAL, Scan};

use super::{region, today};

pub(super) const MONITORS: &str = "ce:GetAnomalyMonitors";
pub(super) const SUBSCRIPTIONS: &str = "ce:GetAnomalySubscriptions";

/// Reads what of both is wanted.
pub(super) async fn collect(scan: &Scan<'_>) {
    if scan.wants_any(&[AnomalyMonitor::TABLE]) {
        today(scan, AnomalyMonitor::TABLE, monitors(scan)).await;
    }
    if scan.wants_any(&[AnomalySubscriber::TABLE]) {
        today(scan, AnomalySubscriber::TABLE, subscriptions(scan)).await;
    }
}

async fn monitors(scan: &Scan<'_>) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    scan.caller
        .pages(
            region,
            MONITORS,
            |token| {
                client
                    .get_anomaly_monitors()
                    .max_results(100)
                    .set_next_page_token(token)
                    .send()
            },
            |page| {
                for monitor in page.anomaly_monitors() {
                    let Some(arn) = monitor.monitor_arn() else {
                        continue;
                    };
                    let short_id = arn.rsplit('/').next().unwrap_or(arn);
                    let id = scan.key(GLOBAL, arn.to_owned(), short_id);
                    scan.put(GLOBAL, anomaly::monitor(id, monitor));
                }
                page.next_page_token
            },
        )
        .await
}

async fn subscriptions(scan: &Scan<'_>) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    let place = scan.place(GLOBAL);
    scan.caller
        .pages(
            region,
            SUBSCRIPTIONS,
            |token| {
                client
                    .get_anomaly_subscriptions()
                    .max_results(100)
                    .set_next_page_token(token)
                    .send()
            },
            |page| {
                for subscription in page.anomaly_subscriptions() {
                    for row in anomaly::subscribers(&place, subscription) {
                        scan.put(GLOBAL, row);
                    }
                }
                page.next_page_token
            },
        )
        .await
}
