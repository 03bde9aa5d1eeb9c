//! One collection from its begin to its end: who and where, then everything that is wanted, then the metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use aws_config::SdkConfig;
use billhook_catalog::{
    ApiSpend, BASE_GROUP, Collected, Foreseen, Gap, GapKind, Identity, Progress, Reused, Row, Want,
};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};

use crate::arn::{self, Names};
use crate::call::Caller;
use crate::charge::request_usd;
use crate::classify::Problem;
use crate::ec2::region::Region;
use crate::scan::{Frames, Scan};
use crate::session::{Clients, default_regions};
use crate::{
    account, autoscaling, budgets, ce, cloudfront, dynamodb, ebs, ec2, ecr, efs, elasticache, elb,
    kinesis, lambda, limit, logs, memorydb, metrics, prices, rds, s3, sagemaker, secretsmanager,
    sqs, vpc,
};

/// Steps (a service in a region) under way at once.
const STEPS_AT_ONCE: usize = 24;

/// What is asked whatever is wanted: who asks, and where there is anything to ask.
pub(crate) const ALWAYS: [&str; 2] = ["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// Runs a reading only when it is wanted.
pub(crate) async fn when(wanted: bool, reading: impl Future<Output = ()>) {
    if wanted {
        reading.await;
    }
}

/// Who is asking.
pub(crate) async fn identity(
    clients: &Clients<'_>,
    caller: &Caller<'_>,
) -> Result<Identity, Problem> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let home = clients.home();
    let answer = caller
        .call(
            home,
            OPERATION,
            clients.sts(home).get_caller_identity().send(),
        )
        .await?;
    match (answer.account, answer.arn) {
        (Some(account_id), Some(caller)) => Ok(Identity { account_id, caller }),
        _ => Err(Problem::new(
            OPERATION,
            GapKind::Failed,
            "the answer names no account",
        )),
    }
}

/// Reads a service of an account.
type ReadAccount = for<'f> fn(&'f Scan<'_>) -> BoxFuture<'f, ()>;
/// Reads a service in a region.
type ReadRegion = for<'f> fn(&'f Scan<'_>, &'f str) -> BoxFuture<'f, ()>;

/// How far one reading of a service reaches.
enum Reach {
    Account(ReadAccount),
    Region(ReadRegion),
}

/// A service whose tables can be read.
struct Service {
    /// Its name for people, and in the names of its tables.
    name: &'static str,
    read: Reach,
}

impl Service {
    const fn of_account(name: &'static str, read: ReadAccount) -> Self {
        let read = Reach::Account(read);
        Self { name, read }
    }

    const fn of_region(name: &'static str, read: ReadRegion) -> Self {
        let read = Reach::Region(read);
        Self { name, read }
    }

    /// Whether any of its tables is wanted.
    fn is_wanted(&self, want: &Want) -> bool {
        want.tables.keys().any(|table| {
            let rest = table.strip_prefix("aws_");
            let rest = rest.and_then(|rest| rest.strip_prefix(self.name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
    }
}

/// Every service. The slow ones come first.
static SERVICES: &[Service] = &[
    Service::of_account("s3", |scan| s3::collect::collect(scan).boxed()),
    Service::of_account("budgets", |scan| budgets::collect::collect(scan).boxed()),
    Service::of_account("ce", |scan| ce::collect::collect(scan).boxed()),
    Service::of_account("cloudfront", |scan| {
        cloudfront::collect::collect(scan).boxed()
    }),
    Service::of_account("account", |scan| account::collect::collect(scan).boxed()),
    Service::of_region("autoscaling", |scan, region| {
        autoscaling::collect::collect(scan, region).boxed()
    }),
    Service::of_region("ec2", |scan, region| {
        ec2::collect::collect(scan, region).boxed()
    }),
    Service::of_region("ebs", |scan, region| {
        ebs::collect::collect(scan, region).boxed()
    }),
    Service::of_region("elb", |scan, region| {
        elb::collect::collect(scan, region).boxed()
    }),
    Service::of_region("elasticache", |scan, region| {
        elasticache::collect::collect(scan, region).boxed()
    }),
    Service::of_region("memorydb", |scan, region| {
        memorydb::collect::collect(scan, region).boxed()
    }),
    Service::of_region("lambda", |scan, region| {
        lambda::collect::collect(scan, region).boxed()
    }),
    Service::of_region("logs", |scan, region| {
        logs::collect::collect(scan, region).boxed()
    }),
    Service::of_region("dynamodb", |scan, region| {
        dynamodb::collect::collect(scan, region).boxed()
    }),
    Service::of_region("kinesis", |scan, region| {
        kinesis::collect::collect(scan, region).boxed()
    }),
    Service::of_region("sqs", |scan, region| {
        sqs::collect::collect(scan, region).boxed()
    }),
    Service::of_region("efs", |scan, region| {
        efs::collect::collect(scan, region).boxed()
    }),
    Service::of_region("ecr", |scan, region| {
        ecr::collect::collect(scan, region).boxed()
    }),
    Service::of_region("secretsmanager", |scan, region| {
        secretsmanager::collect::collect(scan, region).boxed()
    }),
    Service::of_region("sagemaker", |scan, region| {
        sagemaker::collect::collect(scan, region).boxed()
    }),
    Service::of_region("vpc", |scan, region| {
        vpc::collect::collect(scan, region).boxed()
    }),
    Service::of_region("rds", |scan, region| {
        rds::collect::collect(scan, region).boxed()
    }),
];

/// One part of a collection: a service, in a region unless it has none.
struct Step<'s> {
    /// The step's name for people.
    name: String,
    /// Whether it reads the bill, each request of which is charged.
    is_bill: bool,
    reading: BoxFuture<'s, ()>,
}

/// The steps that lead to what is wanted.
fn steps<'s>(scan: &'s Scan<'_>) -> Vec<Step<'s>> {
    let mut steps = Vec::new();
    let wanted = || {
        SERVICES
            .iter()
            .filter(|service| service.is_wanted(scan.want))
    };
    for service in wanted() {
        if let Reach::Account(read) = service.read {
            steps.push(Step {
                name: format!("global {}", service.name),
                is_bill: service.name == "ce",
                reading: read(scan),
            });
        }
    }
    for region in &scan.regions {
        for service in wanted() {
            if let Reach::Region(read) = service.read {
                steps.push(Step {
                    name: format!("{region} {}", service.name),
                    is_bill: false,
                    reading: read(scan, region),
                });
            }
        }
    }
    steps
}

/// What was learnt before a collection.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Who is asking.
    pub(crate) identity: Identity,
    /// Requests that it took to learn that, by operation. They belong to the scan.
    pub(crate) calls: BTreeMap<String, u64>,
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
    let partition = arn::parse(&identity.caller)
        .map_or("aws", |parts| parts.partition)
        .to_owned();
    let names = Names {
        partition,
        account: identity.account_id.clone(),
    };
    let mut scan = Scan::new(want, names, caller, clients);
    enabled_regions(&mut scan).await;

    let steps = steps(&scan);
    progress.steps(steps.len() as u64);
    let done = steps.len() as u64;
    // Where the scan may not spend everything, the inventory is bought before the bill: nothing is judged without it.
    let (last, first): (Vec<_>, Vec<_>) = steps
        .into_iter()
        .partition(|step| step.is_bill && want.max_usd.is_some());
    for steps in [first, last] {
        futures::stream::iter(steps)
            .for_each_concurrent(STEPS_AT_ONCE, |step| {
                let scan = &scan;
                async move {
                    // What has not begun when the user stops the scan is filled in at the end.
                    if !scan.caller.is_cancelled() {
                        progress.begin(&step.name);
                        step.reading.await;
                        progress.end(&step.name);
                    }
                }
            })
            .await;
    }

    let frames: Frames = scan.frames();
    let bought = metrics::collect(&scan, &frames, progress, done).await;
    prices::service::collect(&scan, &frames).await;
    scan.cover_rest();
    scan.cover_tags();

    let interrupted = scan.caller.is_cancelled();
    let regions = scan.regions.clone();
    let mut calls = scan.caller.counts();
    for (operation, count) in known.into_iter().flat_map(|known| &known.calls) {
        *calls.entry(operation.clone()).or_default() += count;
    }
    let metrics_requested = bought.queries;
    let requests_usd = scan.caller.requests_usd();
    let metrics_usd = metrics::list_price_usd(metrics_requested);
    let cost_usd = sum(requests_usd, metrics_usd);
    let foreseen = want
        .count_metrics_only
        .then(|| foreseen(&scan, &bought, cost_usd));
    let spent = ApiSpend {
        calls,
        metrics_requested,
        // Metrics that were only counted were not bought.
        cost_usd: if want.count_metrics_only {
            requests_usd
        } else {
            cost_usd
        },
        reused: reused(&scan),
    };
    let harvest = scan.harvest(frames);
    Collected {
        tables: harvest.tables,
        gaps: harvest.gaps,
        coverage: harvest.coverage,
        accounts: vec![identity.account_id],
        regions,
        spent,
        foreseen,
        interrupted,
    }
}

/// What was not asked again, with what it would have cost.
fn reused(scan: &Scan<'_>) -> Option<Reused> {
    let mut reused = scan.reused();
    let home = scan.clients.home();
    let mut cost_usd = metrics::list_price_usd(reused.metrics);
    for (operation, count) in &reused.calls {
        let price = request_usd(operation, home).map(|usd| usd * *count as f64);
        cost_usd = sum(cost_usd, price);
    }
    reused.cost_usd = cost_usd;
    (!reused.is_nothing()).then_some(reused)
}

/// Two amounts together; `None` when one is not known.
fn sum(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? + other?)
}

/// What everything would take that was only counted. `so_far_usd` is what was sent and what the metrics cost.
fn foreseen(scan: &Scan<'_>, bought: &metrics::Bought, so_far_usd: Option<f64>) -> Foreseen {
    let mut calls: BTreeMap<String, u64> = BTreeMap::new();
    let (mut cost_usd, mut bill_seconds) = (so_far_usd, 0.0);
    for (operation, requests) in scan.foreseen() {
        let count = requests as f64;
        let price = request_usd(operation, scan.clients.home()).map(|usd| usd * count);
        cost_usd = sum(cost_usd, price);
        bill_seconds += count / limit::Service::of(operation).rate().0;
        calls.insert(operation.to_owned(), requests);
    }
    if bought.requests > 0 {
        calls.insert(metrics::OPERATION.to_owned(), bought.requests);
    }
    Foreseen {
        calls,
        cost_usd,
        // The bill is read beside the inventory, the metrics after it.
        seconds: bill_seconds.max(bought.seconds),
    }
}

/// What comes home when nothing may be asked.
pub(crate) fn offline(want: &Want, detail: &str) -> Collected {
    nothing(
        want,
        &Problem::new("sts:GetCallerIdentity", GapKind::NotCollected, detail),
    )
}

/// What comes home when not even the account is known.
fn nothing(want: &Want, problem: &Problem) -> Collected {
    let gap = |table: &str| Gap {
        table: table.to_owned(),
        column_group: BASE_GROUP.to_owned(),
        account_id: String::new(),
        region: None,
        resource_id: None,
        metric: None,
        operation: problem.operation.to_owned(),
        iam_action: problem.iam_action(),
        kind: problem.kind,
        detail: problem.detail.clone(),
    };
    Collected {
        gaps: want.tables.keys().map(|table| gap(table)).collect(),
        ..Collected::default()
    }
}

/// Finds the regions to read: those that are enabled, and of them those that were asked for.
async fn enabled_regions(scan: &mut Scan<'_>) {
    const OPERATION: &str = "ec2:DescribeRegions";
    let home = scan.clients.home().to_owned();
    let request = scan.clients.ec2(&home).describe_regions().all_regions(true);
    let (mut enabled, mut disabled) = (BTreeSet::new(), BTreeSet::new());
    match scan.caller.call(&home, OPERATION, request.send()).await {
        Ok(answer) => {
            for region in answer.regions() {
                let Some(name) = region.region_name() else {
                    continue;
                };
                let status = region.opt_in_status().unwrap_or_default();
                if status == "not-opted-in" {
                    disabled.insert(name.to_owned());
                } else {
                    enabled.insert(name.to_owned());
                    scan.opt_in.insert(name.to_owned(), status.to_owned());
                }
            }
        }
        Err(problem) => {
            // Named regions need no list. Otherwise those that every account has are read, and the rest is a gap.
            match &scan.want.regions {
                Some(regions) => enabled.extend(regions.iter().cloned()),
                None => enabled.extend(
                    default_regions(&scan.names.partition)
                        .iter()
                        .map(|region| (*region).to_owned()),
                ),
            }
            if scan.want.regions.is_none() || scan.wants_any(&[Region::TABLE]) {
                scan.gap(Region::TABLE.name, BASE_GROUP, None, None, &problem);
            }
            scan.unlisted = Some(problem);
        }
    }
    let Some(asked) = &scan.want.regions else {
        scan.regions = enabled.into_iter().collect();
        return;
    };
    let mut regions = BTreeSet::new();
    for region in asked {
        if enabled.contains(region) {
            regions.insert(region.clone());
            continue;
        }
        let detail = if disabled.contains(region) {
            format!("region {region} is not enabled in this account")
        } else {
            format!(
                "there is no region {region} in partition {}; is it misspelt?",
                scan.names.partition
            )
        };
        let problem = Problem::new(OPERATION, GapKind::NotCollected, detail);
        scan.gap(Region::TABLE.name, BASE_GROUP, Some(region), None, &problem);
        scan.cover_disabled(region);
    }
    scan.regions = regions.into_iter().collect();
}
