//! Credentials, clients, and what is known of the account before anything is read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};

use crate::call::{Caller, Pace, retries, timeouts};
use crate::limit::Service;

/// Where the credentials come from. Everything else (environment, shared files, SSO, roles, `credential_process`, proxies,
/// `AWS_ENDPOINT_URL`) is found as every AWS tool finds it.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// Profile of the shared configuration files. `None` is `AWS_PROFILE`, or `default`.
    pub profile: Option<String>,
}

/// The region that is asked for what is not a region's, when none is configured.
const DEFAULT_REGION: &str = "us-east-1";

/// Resolves the configuration.
pub(crate) async fn configure(options: ConnectOptions) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts())
        .retry_config(retries());
    if let Some(profile) = options.profile {
        loader = loader.profile_name(profile);
    }
    complete(loader.load().await)
}

/// Fills in what a configuration lacks: a region and one HTTP client for all services.
pub(crate) fn complete(config: SdkConfig) -> SdkConfig {
    let mut builder = config.to_builder();
    if config.region().is_none() {
        builder.set_region(Region::new(DEFAULT_REGION));
    }
    if config.http_client().is_none() {
        builder.set_http_client(Some(shared_http_client()));
    }
    builder.build()
}

/// One pool of connections and one set of trusted roots for all clients: each client would make its own otherwise.
fn shared_http_client() -> SharedHttpClient {
    let shared: OnceLock<SharedHttpConnector> = OnceLock::new();
    http_client_fn(move |settings, components| {
        // All clients have the same settings, so the first one's hold for all.
        let connector = shared.get_or_init(|| {
            let mut builder = aws_smithy_http_client::Connector::builder()
                .connector_settings(settings.clone())
                .proxy_config(ProxyConfig::from_env());
            builder.set_sleep_impl(components.sleep_impl());
            let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
            SharedHttpConnector::new(builder.tls_provider(provider).build())
        });
        connector.clone()
    })
}

/// The region that answers for services without regions, by the partition that a region belongs to.
pub(crate) fn global_region(region: &str) -> &'static str {
    if region.starts_with("us-gov-") {
        "us-gov-west-1"
    } else if region.starts_with("cn-") {
        "cn-northwest-1"
    } else {
        DEFAULT_REGION
    }
}

/// Regions that every account of a partition has without asking for them. Used only where DescribeRegions may not be
/// called. <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
pub(crate) fn default_regions(partition: &str) -> &'static [&'static str] {
    match partition {
        "aws-us-gov" => &["us-gov-east-1", "us-gov-west-1"],
        "aws-cn" => &["cn-north-1", "cn-northwest-1"],
        _ => &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    }
}

/// Clients by region, each made once.
#[derive(Debug)]
struct Pool<C>(Mutex<BTreeMap<String, C>>);

impl<C> Default for Pool<C> {
    fn default() -> Self {
        Pool(Mutex::default())
    }
}

impl<C: Clone> Pool<C> {
    fn get(&self, region: &str, make: impl FnOnce() -> C) -> C {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(region.to_owned())
            .or_insert_with(make)
            .clone()
    }
}

/// Pools of clients, and a method for each service that gives its client in a region.
macro_rules! clients {
    ($($name:ident: $sdk:ident, $service:ident;)*) => {
        #[derive(Debug, Default)]
        struct Pools {
            $($name: Pool<$sdk::Client>,)*
            s3: Pool<aws_sdk_s3::Client>,
        }

        impl Clients<'_> {
            $(pub(crate) fn $name(&self, region: &str) -> $sdk::Client {
                self.pools.$name.get(region, || {
                    $sdk::Client::from_conf(
                        $sdk::config::Builder::from(self.config)
                            .region(Region::new(region.to_owned()))
                            .interceptor(self.pace.watch(Service::$service, region))
                            .build(),
                    )
                })
            })*
        }
    };
}

clients! {
    applicationautoscaling: aws_sdk_applicationautoscaling, ApplicationAutoScaling;
    autoscaling: aws_sdk_autoscaling, AutoScaling;
    budgets: aws_sdk_budgets, Budgets;
    cloudfront: aws_sdk_cloudfront, CloudFront;
    cloudwatch: aws_sdk_cloudwatch, CloudWatch;
    costexplorer: aws_sdk_costexplorer, CostExplorer;
    dynamodb: aws_sdk_dynamodb, DynamoDb;
    ec2: aws_sdk_ec2, Ec2;
    ecr: aws_sdk_ecr, Ecr;
    ecs: aws_sdk_ecs, Ecs;
    efs: aws_sdk_efs, Efs;
    elasticache: aws_sdk_elasticache, ElastiCache;
    eks: aws_sdk_eks, Eks;
    elb: aws_sdk_elasticloadbalancing, Elb;
    elb_v2: aws_sdk_elasticloadbalancingv2, Elb;
    kinesis: aws_sdk_kinesis, Kinesis;
    lambda: aws_sdk_lambda, Lambda;
    logs: aws_sdk_cloudwatchlogs, Logs;
    memorydb: aws_sdk_memorydb, MemoryDb;
    organizations: aws_sdk_organizations, Organizations;
    pricing: aws_sdk_pricing, Pricing;
    rds: aws_sdk_rds, Rds;
    sagemaker: aws_sdk_sagemaker, SageMaker;
    secretsmanager: aws_sdk_secretsmanager, SecretsManager;
    sns: aws_sdk_sns, Sns;
    sqs: aws_sdk_sqs, Sqs;
    sts: aws_sdk_sts, Sts;
}

/// The clients of one collection.
pub(crate) struct Clients<'a> {
    config: &'a SdkConfig,
    pace: Arc<Pace>,
    pools: Pools,
}

impl<'a> Clients<'a> {
    /// Made on demand from a configuration.
    pub(crate) fn new(config: &'a SdkConfig, caller: &Caller<'_>) -> Self {
        Clients {
            config,
            pace: caller.pace(),
            pools: Pools::default(),
        }
    }

    /// The S3 client of a region. Endpoints other than AWS's seldom resolve `BUCKET.HOST`, so there the bucket goes into
    /// the path.
    pub(crate) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        let elsewhere = self.config.endpoint_url().is_some()
            || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        self.pools.s3.get(region, || {
            aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::config::Builder::from(self.config)
                    .region(Region::new(region.to_owned()))
                    .force_path_style(elsewhere)
                    .interceptor(self.pace.watch(Service::S3, region))
                    .build(),
            )
        })
    }

    /// The configured region.
    pub(crate) fn home(&self) -> &str {
        self.config.region().map_or(DEFAULT_REGION, Region::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_services_are_asked_in_the_partition_of_the_region() {
        assert_eq!(global_region("eu-west-1"), "us-east-1");
        assert_eq!(global_region("us-gov-east-1"), "us-gov-west-1");
        assert_eq!(global_region("cn-north-1"), "cn-northwest-1");
    }

    #[test]
    fn a_configuration_without_region_gets_one_and_keeps_its_own() {
        let bare = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .build();
        assert_eq!(
            complete(bare).region().map(Region::as_ref),
            Some("us-east-1")
        );
        let own = SdkConfig::builder()
            .region(Region::new("eu-north-1"))
            .build();
        assert_eq!(
            complete(own).region().map(Region::as_ref),
            Some("eu-north-1")
        );
    }
}
