//! One collection over all its accounts, from its begin to its end: who and where, then everything that is wanted of each account,
//! then the bill, then the metrics, then prices for all of it.
//!
//! Each stage is done for all accounts before the next begins, so many of them at once: where a scan may not spend everything, it
//! is decided over the whole estate what is worth most.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use billhook_catalog::{
    AccountState, ApiSpend, Collected, EVERY_TABLE, Foreseen, Gap, GapKind, Progress, Reused,
    ScopedAccount, Want,
};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};

use crate::account;
use crate::accounts::ASSUME_ROLE;
use crate::accounts::merge::Merged;
use crate::accounts::quiet::{self, Used};
use crate::accounts::role::enter;
use crate::arn::{self, Names};
use crate::call::Caller;
use crate::ce::month::Months;
use crate::charge::request_usd;
use crate::classify::Problem;
use crate::collect::{Known, enabled_regions, identity, nothing, steps};
use crate::limit;
use crate::metrics::{self, Bought};
use crate::prices;
use crate::scan::{Frames, Scan};
use crate::session::Clients;
use crate::tagging;

/// Steps (a service in a region) of an account under way at once.
const STEPS_AT_ONCE: usize = 24;

/// The progress of a collection, which accounts share.
pub(crate) struct Steps<'a> {
    progress: &'a dyn Progress,
    total: AtomicU64,
}

impl<'a> Steps<'a> {
    fn new(progress: &'a dyn Progress) -> Self {
        Steps {
            progress,
            total: AtomicU64::new(0),
        }
    }

    /// So many more steps are to be done.
    pub(crate) fn add(&self, steps: usize) {
        let steps = steps as u64;
        let total = self.total.fetch_add(steps, Ordering::Relaxed) + steps;
        self.progress.steps(total);
    }

    /// A step begins.
    pub(crate) fn begin(&self, scan: &Scan<'_>, step: &str) {
        self.progress.begin(&scan.step(step));
    }

    /// A step has ended.
    pub(crate) fn end(&self, scan: &Scan<'_>, step: &str) {
        self.progress.end(&scan.step(step));
    }
}

/// An account whose inventory was taken.
struct Reading<'a> {
    scan: Scan<'a>,
    account: ScopedAccount,
    frames: Frames,
}

/// What all accounts of a collection have in common.
struct Run<'a> {
    want: &'a Want,
    config: &'a SdkConfig,
    /// With the caller's own credentials.
    caller: Caller<'a>,
    clients: Clients,
    partition: String,
    several: bool,
    steps: Steps<'a>,
    types: Arc<crate::ec2::instance_type::Shared>,
    /// Where anything was used, if that was asked and answered.
    used: Option<Used>,
}

/// Reads what is wanted. Who is asking is not asked again when it is known.
pub(crate) async fn collect(
    config: &SdkConfig,
    known: Option<&Known>,
    want: &Want,
    progress: &dyn Progress,
) -> Collected {
    let caller = Caller::new(progress, want.max_usd);
    let clients = Clients::new(config, &caller);
    let answer = match known {
        Some(known) => Ok(known.identity.clone()),
        None => identity(&clients, &caller).await,
    };
    let identity = match answer {
        Ok(identity) => identity,
        Err(problem) => {
            let spent = ApiSpend {
                calls: caller.counts(),
                cost_usd: Some(0.0),
                ..ApiSpend::default()
            };
            return Collected {
                spent,
                interrupted: caller.is_cancelled(),
                ..nothing(want, &problem)
            };
        }
    };
    let mut accounts = want.accounts.clone();
    if accounts.is_empty() {
        accounts.push(ScopedAccount::own(&identity.account_id));
    }
    let (active, mut estate): (Vec<_>, Vec<_>) = accounts
        .into_iter()
        .partition(|account| account.state == AccountState::Read);
    let mut run = Run {
        want,
        config,
        caller,
        clients,
        partition: arn::parse(&identity.caller)
            .map_or("aws", |parts| parts.partition)
            .to_owned(),
        several: active.len() > 1,
        steps: Steps::new(progress),
        types: Arc::default(),
        used: None,
    };
    let mut notices = run.find_quiet().await;

    let mut merged = Merged::default();
    let mut readings = Vec::new();
    let mut waiting = Vec::new();
    for account in active {
        waiting.push(run.inventory(account).boxed());
    }
    let mut inventories =
        futures::stream::iter(waiting).buffer_unordered(want.accounts_at_once.max(1));
    while let Some(inventory) = inventories.next().await {
        match inventory {
            Ok(reading) => readings.push(reading),
            Err(missing) => {
                let (account, gap) = *missing;
                merged.gap(gap);
                estate.push(account);
            }
        }
    }
    drop(inventories);
    readings.sort_by(|one, other| one.account.account_id.cmp(&other.account.account_id));
    run.bills(&readings).await;
    for reading in &mut readings {
        reading.frames = reading.scan.frames();
    }
    run.tags(&readings).await;
    let bought = run.metrics(&readings).await;
    let all: Vec<&Frames> = readings.iter().map(|reading| &reading.frames).collect();
    let host = run.prices(&identity.account_id, &readings, &all).await;

    let interrupted = run.caller.is_cancelled();
    let regions: BTreeSet<String> = readings
        .iter()
        .flat_map(|reading| reading.scan.regions.iter().cloned())
        .collect();
    let foreseen = want
        .count_metrics_only
        .then(|| run.foreseen(&readings, &bought));
    let mut spent = run.spent(known, &readings, &bought);
    for (operation, count) in host.caller.counts() {
        *spent.calls.entry(operation).or_default() += count;
    }
    let read = readings.len();
    for reading in readings {
        let Reading {
            scan,
            account,
            frames,
        } = reading;
        let scan_quiet = scan.quiet.clone();
        scan.cover_quiet();
        scan.cover_rest();
        scan.cover_tags();
        merged.add(scan.harvest(frames));
        if let (Some(used), false) = (&run.used, scan_quiet.is_empty()) {
            notices.push(used.notice(&account.account_id, &scan_quiet));
        }
        estate.push(account);
    }
    merged.add(host.harvest(Frames::new()));
    let harvest = merged.finish(read);
    estate.sort_by(|one, other| one.account_id.cmp(&other.account_id));
    Collected {
        tables: harvest.tables,
        gaps: harvest.gaps,
        coverage: harvest.coverage,
        accounts: estate
            .iter()
            .filter(|account| account.state != AccountState::Inactive)
            .map(|account| account.account_id.clone())
            .collect(),
        estate,
        notices,
        regions: regions.into_iter().collect(),
        spent,
        foreseen,
        interrupted,
    }
}

impl<'a> Run<'a> {
    /// Asks in which regions anything was used, where quiet ones are to be left alone. Without an answer all are read, and it is said.
    async fn find_quiet(&mut self) -> Vec<String> {
        // A plan sends nothing that is charged, so it counts on reading everything.
        if !self.want.skip_quiet_regions || self.want.count_metrics_only {
            return Vec::new();
        }
        let months = Months::before(self.want.taken_at);
        match quiet::used(&self.clients, &self.caller, &self.partition, &months).await {
            Ok(used) => {
                self.used = Some(used);
                Vec::new()
            }
            Err(problem) => vec![format!(
                "quiet regions could not be told from busy ones ({}: {}), so all were read",
                problem.operation, problem.detail
            )],
        }
    }

    /// Enters an account and reads everything of it but the bill and the metrics; an account that cannot be entered is one gap.
    async fn inventory(
        &self,
        account: ScopedAccount,
    ) -> Result<Reading<'a>, Box<(ScopedAccount, Gap)>> {
        if self.several {
            self.steps.add(1);
        }
        let mut scan = match self.enter(&account).await {
            Ok(scan) => scan,
            Err(problem) => return Err(missing(account, &problem)),
        };
        self.steps.begin(&scan, "regions");
        enabled_regions(&mut scan).await;
        if let Some(used) = &self.used {
            scan.quiet = used.quiet(&account.account_id, &scan.regions);
        }
        self.read(&scan).await;
        if self.several {
            self.steps.end(&scan, "regions");
            // The clients of an account are many; few of them are needed again.
            scan.clients.forget();
        }
        Ok(Reading {
            scan,
            account,
            frames: Frames::new(),
        })
    }

    async fn enter(&self, account: &ScopedAccount) -> Result<Scan<'a>, Problem> {
        if self.caller.is_cancelled() {
            return Err(Problem::cancelled(ASSUME_ROLE));
        }
        let caller = self.caller.beside();
        let clients = match &account.role {
            None => Clients::new(self.config, &caller),
            Some(role) => {
                let config = enter(self.config, &self.clients, &self.caller, account, role).await?;
                Clients::new(&config, &caller)
            }
        };
        let names = Names {
            partition: self.partition.clone(),
            account: account.account_id.clone(),
        };
        let mut scan = Scan::new(self.want, names, caller, clients);
        scan.types = self.types.clone();
        scan.title.clone_from(&account.name);
        scan.account_tags.clone_from(&account.tags);
        scan.is_one_of_several = self.several;
        Ok(scan)
    }

    /// Runs the steps of an account. One account alone reads its bill along with the rest, unless it may not spend everything:
    /// the inventory is bought before the bill then, since nothing is judged without it.
    async fn read(&self, scan: &Scan<'_>) {
        let steps = steps(scan, |is_bill| !is_bill || !self.bill_comes_later());
        self.steps.add(steps.len());
        futures::stream::iter(steps)
            .for_each_concurrent(STEPS_AT_ONCE, |step| async move {
                // What has not begun when the user stops the scan is filled in at the end.
                if !scan.caller.is_cancelled() {
                    self.steps.begin(scan, &step.name);
                    step.reading.await;
                    self.steps.end(scan, &step.name);
                }
            })
            .await;
    }

    fn bill_comes_later(&self) -> bool {
        self.several || self.want.max_usd.is_some()
    }

    /// Reads the bills that were not read with the inventory. A management account's bill is that of its members too, so these
    /// are not asked where it is read: the same dollars would count twice, and each request is charged.
    async fn bills(&self, readings: &[Reading<'a>]) {
        if !self.bill_comes_later() {
            return;
        }
        let read: BTreeSet<&str> = readings
            .iter()
            .map(|reading| reading.account.account_id.as_str())
            .collect();
        let mut bills = Vec::new();
        for reading in readings {
            bills.push(self.bill(&reading.scan, &read).boxed());
        }
        self.at_once(bills).await;
    }

    async fn bill(&self, scan: &Scan<'_>, read: &BTreeSet<&str>) {
        let bills = steps(scan, |is_bill| is_bill);
        if bills.is_empty() {
            return;
        }
        if self.several
            && let Some(payer) = account::collect::payer(scan).await
            && payer != scan.names.account
            && read.contains(payer.as_str())
        {
            scan.cover_elsewhere(crate::ce::collect::tables());
            return;
        }
        self.steps.add(bills.len());
        for step in bills {
            if !scan.caller.is_cancelled() {
                self.steps.begin(scan, &step.name);
                step.reading.await;
                self.steps.end(scan, &step.name);
            }
        }
    }

    /// Does something for several accounts, so many of them at once; the answers come in their order.
    async fn at_once<T: Send>(&self, doing: Vec<BoxFuture<'_, T>>) -> Vec<T> {
        futures::stream::iter(doing)
            .buffered(self.want.accounts_at_once.max(1))
            .collect()
            .await
    }

    /// Reads the tags that no service's own listing carries, of what was found.
    async fn tags(&self, readings: &[Reading<'a>]) {
        let mut all = Vec::new();
        for Reading { scan, frames, .. } in readings {
            all.push(tagging::collect(scan, frames).boxed());
        }
        self.at_once(all).await;
    }

    /// Reads the metrics. Under a cap it is decided over all accounts which of them are bought.
    async fn metrics(&self, readings: &[Reading<'a>]) -> Vec<Bought> {
        if self.want.max_usd.is_none() {
            let mut all = Vec::new();
            for Reading { scan, frames, .. } in readings {
                let one = async move {
                    let plans = metrics::plans(scan, frames).await;
                    self.buy(scan, plans).await
                };
                all.push(one.boxed());
            }
            return self.at_once(all).await;
        }
        let mut planned = Vec::new();
        for Reading { scan, frames, .. } in readings {
            planned.push(metrics::plans(scan, frames).boxed());
        }
        let mut plans = self.at_once(planned).await;
        // Planning is charged too, so what is left is known only now.
        if let (false, Some((left_usd, cap))) =
            (self.want.count_metrics_only, self.caller.purse().left())
        {
            metrics::restrict(plans.iter_mut().flatten(), left_usd, cap);
        }
        let mut all = Vec::new();
        for (reading, plans) in readings.iter().zip(plans) {
            all.push(self.buy(&reading.scan, plans).boxed());
        }
        self.at_once(all).await
    }

    async fn buy(&self, scan: &Scan<'_>, plans: metrics::Plans) -> Bought {
        if self.want.count_metrics_only {
            return metrics::counted(plans);
        }
        let bought = metrics::buy(scan, plans, &self.steps).await;
        if self.several {
            scan.clients.forget();
        }
        bought
    }

    /// Reads today's prices of what all accounts have, once, with the caller's own credentials.
    async fn prices(&self, own: &str, readings: &[Reading<'a>], frames: &[&Frames]) -> Scan<'a> {
        let caller = self.caller.beside();
        let clients = Clients::new(self.config, &caller);
        let names = Names {
            partition: self.partition.clone(),
            account: own.to_owned(),
        };
        let mut host = Scan::new(self.want, names, caller, clients);
        let regions: BTreeSet<&String> = readings
            .iter()
            .flat_map(|reading| &reading.scan.regions)
            .collect();
        host.regions = regions.into_iter().cloned().collect();
        prices::service::collect(&host, frames).await;
        host
    }

    /// What was asked, and what that cost.
    fn spent(
        &self,
        known: Option<&Known>,
        readings: &[Reading<'a>],
        bought: &[Bought],
    ) -> ApiSpend {
        let mut calls = self.caller.counts();
        let before = known.into_iter().flat_map(|known| known.calls.clone());
        let here = readings
            .iter()
            .flat_map(|reading| reading.scan.caller.counts());
        for (operation, count) in before.chain(here) {
            *calls.entry(operation).or_default() += count;
        }
        let metrics_requested = bought.iter().map(|bought| bought.queries).sum();
        let requests_usd = self.requests_usd(readings);
        ApiSpend {
            calls,
            metrics_requested,
            // Metrics that were only counted were not bought.
            cost_usd: if self.want.count_metrics_only {
                requests_usd
            } else {
                sum(requests_usd, metrics::list_price_usd(metrics_requested))
            },
            reused: self.reused(readings),
        }
    }

    /// What was not asked again in any account, with what it would have cost.
    fn reused(&self, readings: &[Reading<'a>]) -> Option<Reused> {
        let mut all = Reused::default();
        for reading in readings {
            let here = reading.scan.reused();
            if let Some(read_at) = here.oldest_at {
                all.add(&here.calls, here.metrics, read_at);
            }
        }
        let home = self.clients.home();
        all.cost_usd = metrics::list_price_usd(all.metrics);
        for (operation, count) in &all.calls {
            let price = request_usd(operation, home).map(|usd| usd * *count as f64);
            all.cost_usd = sum(all.cost_usd, price);
        }
        (!all.is_nothing()).then_some(all)
    }

    fn requests_usd(&self, readings: &[Reading<'a>]) -> Option<f64> {
        let readings = readings
            .iter()
            .map(|reading| reading.scan.caller.requests_usd());
        readings.chain([self.caller.requests_usd()]).sum()
    }

    /// What everything would take that was only counted.
    fn foreseen(&self, readings: &[Reading<'a>], bought: &[Bought]) -> Foreseen {
        let metrics_usd = metrics::list_price_usd(bought.iter().map(|bought| bought.queries).sum());
        let mut calls: BTreeMap<String, u64> = BTreeMap::new();
        let mut cost_usd = sum(self.requests_usd(readings), metrics_usd);
        let (mut longest, mut seconds): (f64, f64) = (0.0, 0.0);
        for (reading, bought) in readings.iter().zip(bought) {
            let mut bill_seconds = 0.0;
            for (operation, requests) in reading.scan.foreseen() {
                let count = requests as f64;
                let home = reading.scan.clients.home();
                let price = request_usd(operation, home).map(|usd| usd * count);
                cost_usd = sum(cost_usd, price);
                bill_seconds += count / limit::Service::of(operation).rate().0;
                *calls.entry(operation.to_owned()).or_default() += requests;
            }
            if bought.requests > 0 {
                *calls.entry(metrics::OPERATION.to_owned()).or_default() += bought.requests;
            }
            // The bill is read beside the inventory, the metrics after it.
            let here = bought.seconds.max(bill_seconds);
            longest = longest.max(here);
            seconds += here;
        }
        Foreseen {
            calls,
            cost_usd,
            // Accounts are read side by side, so many at once, each at its own pace.
            seconds: longest.max(seconds / self.want.accounts_at_once.max(1) as f64),
        }
    }
}

/// Two amounts together; `None` when one is not known.
fn sum(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? + other?)
}

/// The one gap of an account of which nothing could be read.
fn missing(mut account: ScopedAccount, problem: &Problem) -> Box<(ScopedAccount, Gap)> {
    account.state = if problem.kind == GapKind::Cancelled {
        AccountState::NotBegun
    } else {
        AccountState::Unreachable
    };
    account.detail.clone_from(&problem.detail);
    let gap = Gap {
        table: EVERY_TABLE.to_owned(),
        column_group: EVERY_TABLE.to_owned(),
        account_id: account.account_id.clone(),
        region: None,
        resource_id: None,
        metric: None,
        operation: problem.operation.to_owned(),
        iam_action: problem.iam_action(),
        kind: problem.kind,
        detail: problem.detail.clone(),
    };
    Box::new((account, gap))
}
