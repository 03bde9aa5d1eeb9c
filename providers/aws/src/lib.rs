//! The AWS adapter: tables of an account, read through the AWS SDK, and what follows from them.
//!
//! It only ever reads: no operation that it calls changes an account.
//!
//! In the order of the flow: [`Aws::connect`] finds the credentials; a collection ([`Provider::collect`]) learns who asks
//! and which regions there are, runs one step for each service and region, each of which sends its requests along the
//! one path in `call`, and reads the metrics of what it found; [`Provider::derive`] computes, offline, what follows.

pub mod account;
mod accounts;
mod answers;
mod arn;
pub mod autoscaling;
pub mod budgets;
mod call;
pub mod catalog;
pub mod ce;
mod charge;
mod classify;
pub mod cloudfront;
mod collect;
pub mod derive;
pub mod dynamodb;
mod each;
pub mod ebs;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod efs;
pub mod eks;
pub mod elasticache;
pub mod elb;
mod frames;
pub mod kinesis;
pub mod kms;
pub mod lambda;
mod limit;
pub mod logs;
mod manager;
pub mod memorydb;
mod metrics;
mod number;
pub mod opensearch;
mod permission;
pub mod prices;
mod private;
pub mod rds;
pub mod redshift;
pub mod s3;
pub mod sagemaker;
mod scan;
pub mod secretsmanager;
mod session;
pub mod sns;
pub mod sqs;
mod tagging;
mod tags;
mod tally;
#[cfg(test)]
mod tests;
mod time;
pub mod vpc;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use aws_config::SdkConfig;
use billhook_catalog::{
    Accounts, Collected, Derived, FactParams, FreshPrices, Identity, ListPrice, LivePrices,
    PriceKey, Progress, Provider, ProviderError, Quiet, Rate, Row, Scope, Table, Tables, Want,
};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::call::Caller;
use crate::classify::Problem;
use crate::collect::Known;
use crate::session::Clients;
pub use crate::session::ConnectOptions;

/// Log targets that write requests and replies below `info`: account data and signatures stand in them.
pub const WIRE_LOG_TARGETS: &[&str] = &[
    "aws_config",
    "aws_runtime",
    "aws_sigv4",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "h2",
    "hyper",
    "hyper_util",
    "rustls",
];

/// The AWS adapter.
#[derive(Debug)]
pub struct Aws {
    /// `None` where nothing may be asked of AWS.
    config: Option<SdkConfig>,
    /// Who asks, once AWS has said so, and the requests that it took.
    identity: OnceLock<Known>,
    /// Requests that finding the accounts took. They belong to the scan.
    before: Mutex<BTreeMap<String, u64>>,
}

impl Aws {
    /// Finds the configuration and the way to credentials. Nothing is asked of AWS yet.
    pub async fn connect(options: ConnectOptions) -> Self {
        Aws {
            config: Some(session::configure(options).await),
            identity: OnceLock::new(),
            before: Mutex::default(),
        }
    }

    /// Over a configuration that exists already.
    pub fn with_config(config: SdkConfig) -> Self {
        Aws {
            config: Some(session::complete(config)),
            identity: OnceLock::new(),
            before: Mutex::default(),
        }
    }

    /// For work on stored snapshots: knows the tables and derives facts, and never looks for credentials.
    pub fn offline() -> Self {
        Aws {
            config: None,
            identity: OnceLock::new(),
            before: Mutex::default(),
        }
    }

    /// What was learnt before a collection, if anything was.
    fn known(&self) -> Option<Known> {
        let mut known = self.identity.get().cloned()?;
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        for (operation, count) in before.iter() {
            *known.calls.entry(operation.clone()).or_default() += count;
        }
        Some(known)
    }
}

/// What is said of an adapter without a connection.
const OFFLINE: &str = "this command works offline and cannot ask AWS anything";

/// What to do when AWS does not say who is asking.
fn no_identity(problem: &Problem) -> String {
    const ADVICE: &str = "Set --profile, AWS_PROFILE or the usual AWS_… variables, or log in again (`aws sso login`), \
                          and check with `aws sts get-caller-identity`.";
    if problem.detail.contains("no credentials found") {
        format!("No AWS credentials were found. {ADVICE}")
    } else {
        format!(
            "AWS did not say whose credentials these are ({}). {ADVICE}",
            problem.detail
        )
    }
}

impl Provider for Aws {
    fn name(&self) -> &'static str {
        "aws"
    }

    fn tables(&self) -> &'static [&'static Table] {
        catalog::TABLES
    }

    fn committable(&self) -> &'static [&'static str] {
        prices::commitment::TABLES
    }

    fn iam_action(&self, operation: &str) -> Option<String> {
        permission::action(operation).map(str::to_owned)
    }

    fn always_calls(&self, want: &Want) -> Vec<&'static str> {
        let quiet = want
            .skip_quiet_regions
            .then_some(ce::collect::COST_AND_USAGE);
        collect::ALWAYS.into_iter().chain(quiet).collect()
    }

    fn metric_calls(&self, want: &Want) -> Vec<&'static str> {
        metrics::calls_besides(want).into_iter().collect()
    }

    fn identity(&self) -> BoxFuture<'_, Result<Identity, ProviderError>> {
        async move {
            let Some(config) = &self.config else {
                return Err(ProviderError {
                    message: OFFLINE.to_owned(),
                });
            };
            let caller = Caller::new(&Quiet, None);
            let clients = Clients::new(config, &caller);
            let identity = collect::identity(&clients, &caller)
                .await
                .map_err(|problem| ProviderError {
                    message: no_identity(&problem),
                })?;
            let known = Known {
                identity: identity.clone(),
                calls: caller.counts(),
            };
            // Whoever was first has asked the same question.
            let _ = self.identity.set(known);
            Ok(identity)
        }
        .boxed()
    }

    fn accounts<'a>(
        &'a self,
        scope: &'a Scope,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, Result<Accounts, ProviderError>> {
        async move {
            let fail = |message: String| ProviderError { message };
            if let Some(fault) = accounts::fault(scope) {
                return Err(fail(fault));
            }
            let Some(config) = &self.config else {
                return Err(fail(OFFLINE.to_owned()));
            };
            let identity = match self.identity.get() {
                Some(known) => known.identity.clone(),
                None => self.identity().await?,
            };
            let caller = Caller::new(progress, None);
            let clients = Clients::new(config, &caller);
            let found = accounts::resolve(&clients, &caller, &identity, scope).await;
            let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
            for (operation, count) in caller.counts() {
                *before.entry(operation).or_default() += count;
            }
            found.map_err(fail)
        }
        .boxed()
    }

    fn scope_calls(&self, scope: &Scope) -> Vec<&'static str> {
        accounts::calls(scope)
    }

    fn scope_fault(&self, scope: &Scope) -> Option<String> {
        accounts::fault(scope)
    }

    fn collect<'a>(
        &'a self,
        want: &'a Want,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, Collected> {
        async move {
            match &self.config {
                Some(config) => {
                    let known = self.known();
                    accounts::collect::collect(config, known.as_ref(), want, progress).await
                }
                None => collect::offline(want, OFFLINE),
            }
        }
        .boxed()
    }

    fn derive(&self, tables: &Tables, params: &FactParams) -> Derived {
        derive::derive(tables, params)
    }

    fn price_table(&self) -> Option<&'static Table> {
        Some(prices::collected::CollectedPrice::TABLE)
    }

    fn list_prices(&self) -> Box<dyn Iterator<Item = ListPrice> + '_> {
        Box::new(prices::service::list_prices())
    }

    fn cached_prices(&self, cache: &Path) -> (Vec<ListPrice>, Vec<String>) {
        prices::service::cached_prices(cache)
    }

    fn needed_prices(&self, tables: &Tables, params: &FactParams) -> BTreeSet<PriceKey> {
        prices::service::needed_prices(tables, params)
    }

    fn fresh_prices<'a>(
        &'a self,
        keys: &'a BTreeSet<PriceKey>,
        live: &'a LivePrices,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, FreshPrices> {
        async move {
            match &self.config {
                Some(config) => prices::service::fresh_prices(config, keys, live, progress).await,
                None => FreshPrices {
                    warnings: vec![OFFLINE.to_owned()],
                    ..FreshPrices::default()
                },
            }
        }
        .boxed()
    }

    fn rate_fault(&self, rate: &Rate) -> Option<String> {
        prices::own::fault(rate)
    }
}
