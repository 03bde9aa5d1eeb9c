//! What an account is read by: who asks, where there is anything to ask, and the services. [`crate::accounts::collect`] puts a
//! collection together of it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use billhook_catalog::{BASE_GROUP, Collected, Gap, GapKind, Identity, Row, Want};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::call::Caller;
use crate::classify::Problem;
use crate::ec2::region::Region;
use crate::scan::Scan;
use crate::session::{Clients, default_regions};
use crate::{
    account, autoscaling, budgets, ce, cloudfront, dynamodb, ebs, ec2, ecr, ecs, efs, eks,
    elasticache, elb, kinesis, kms, lambda, logs, memorydb, opensearch, rds, redshift, s3,
    sagemaker, secretsmanager, sns, sqs, vpc,
};

/// What is asked whatever is wanted: who asks, and where there is anything to ask.
pub(crate) const ALWAYS: [&str; 2] = ["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// Runs a reading only when it is wanted.
pub(crate) async fn when(wanted: bool, reading: impl Future<Output = ()>) {
    if wanted {
        reading.await;
    }
}

/// Who is asking.
pub(crate) async fn identity(clients: &Clients, caller: &Caller<'_>) -> Result<Identity, Problem> {
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

/// The service whose every request is charged.
const BILL: &str = "ce";

/// Every service. The slow ones come first.
static SERVICES: &[Service] = &[
    Service::of_account("s3", |scan| s3::collect::collect(scan).boxed()),
    Service::of_account("budgets", |scan| budgets::collect::collect(scan).boxed()),
    Service::of_account(BILL, |scan| ce::collect::collect(scan).boxed()),
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
    Service::of_region("kms", |scan, region| {
        kms::collect::collect(scan, region).boxed()
    }),
    Service::of_region("sns", |scan, region| {
        sns::collect::collect(scan, region).boxed()
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
    Service::of_region("ecs", |scan, region| {
        ecs::collect::collect(scan, region).boxed()
    }),
    Service::of_region("eks", |scan, region| {
        eks::collect::collect(scan, region).boxed()
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
    Service::of_region("redshift", |scan, region| {
        redshift::collect::collect(scan, region).boxed()
    }),
    Service::of_region("opensearch", |scan, region| {
        opensearch::collect::collect(scan, region).boxed()
    }),
];

/// One part of reading an account: a service, in a region unless it has none.
pub(crate) struct Step<'s> {
    /// The step's name for people.
    pub(crate) name: String,
    /// Reads it.
    pub(crate) reading: BoxFuture<'s, ()>,
}

/// The steps that lead to what is wanted: those that read the bill, each request of which is charged, or the others, as `which`
/// says.
pub(crate) fn steps<'s>(scan: &'s Scan<'_>, which: impl Fn(bool) -> bool) -> Vec<Step<'s>> {
    let mut steps = Vec::new();
    let wanted = || {
        SERVICES
            .iter()
            .filter(|service| service.is_wanted(scan.want) && which(service.name == BILL))
    };
    for service in wanted() {
        if let Reach::Account(read) = service.read {
            steps.push(Step {
                name: format!("global {}", service.name),
                reading: read(scan),
            });
        }
    }
    for region in scan.quiet.iter().filter(|_| which(false)) {
        // Settings of a region: there whether anything runs or not.
        steps.push(Step {
            name: format!("{region} settings"),
            reading: ec2::collect::settings(scan, region).boxed(),
        });
    }
    let busy = |region: &&String| !scan.quiet.contains(*region);
    for region in scan.regions.iter().filter(busy) {
        for service in wanted() {
            if let Reach::Region(read) = service.read {
                steps.push(Step {
                    name: format!("{region} {}", service.name),
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

/// What comes home when nothing may be asked.
pub(crate) fn offline(want: &Want, detail: &str) -> Collected {
    nothing(
        want,
        &Problem::new("sts:GetCallerIdentity", GapKind::NotCollected, detail),
    )
}

/// What comes home when not even the account is known.
pub(crate) fn nothing(want: &Want, problem: &Problem) -> Collected {
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
pub(crate) async fn enabled_regions(scan: &mut Scan<'_>) {
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
