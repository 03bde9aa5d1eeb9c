//! How fast each service may be asked.
//!
//! AWS throttles by account, region and (mostly) operation, and the budget is shared with everything else in the account:
//! consoles, autoscalers, deployments. A scan therefore keeps well below what is published, and slows down by itself when
//! a service says that it is asked too fast.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Declares the services: the prefix in operations and IAM actions, the requests a second and the burst, in one region
/// of one account.
macro_rules! services {
    ($($(#[doc = $doc:literal])* $name:ident = $prefix:literal, $rate:literal, $burst:literal;)*) => {
        /// A service that is asked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Service {
            $($(#[doc = $doc])* $name,)*
        }

        impl Service {
            #[cfg(test)]
            const ALL: &[Service] = &[$(Service::$name),*];

            /// The service's prefix in operations and IAM actions.
            pub(crate) fn prefix(self) -> &'static str {
                match self {
                    $(Service::$name => $prefix,)*
                }
            }

            /// The service of an operation (`ec2:DescribeVolumes`). Operations are written in this crate, so the name is known.
            pub(crate) fn of(operation: &str) -> Service {
                match operation.split(':').next().unwrap_or_default() {
                    $($prefix => Service::$name,)*
                    _ => Service::Sts,
                }
            }

            /// Requests a second and the burst, in one region of one account.
            pub(crate) fn rate(self) -> (f64, u32) {
                match self {
                    $(Service::$name => ($rate, $burst),)*
                }
            }
        }
    };
}

// Where no source is given, AWS publishes no number, and five requests a second are taken to be safe.
services! {
    ApplicationAutoScaling = "application-autoscaling", 5.0, 5;
    AutoScaling = "autoscaling", 5.0, 5;
    Budgets = "budgets", 5.0, 5;
    CloudFront = "cloudfront", 5.0, 5;
    /// GetMetricData: 50 a second before the quota was raised to 500
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>): half of the old value.
    /// What a call returns is limited as well, see [`DATAPOINTS_PER_SECOND`].
    CloudWatch = "cloudwatch", 25.0, 25;
    /// No published number. Each request is charged, so there are few, one after the other.
    CostExplorer = "ce", 2.0, 1;
    /// 2,500 a second for the whole control plane
    /// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-control-plane.html>): a hundredth.
    DynamoDb = "dynamodb", 25.0, 25;
    /// Each non-mutating operation has a bucket of 100 that refills by 20 a second
    /// (<https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>): half of that, for all operations together.
    Ec2 = "ec2", 10.0, 50;
    /// DescribeImages: 30 a second, the others at least 10
    /// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>): half of the latter.
    Ecr = "ecr", 5.0, 5;
    /// What only reads clusters, services or task definitions has a bucket each, which refills by 20 a second
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html>): half of one of them.
    Ecs = "ecs", 10.0, 20;
    Efs = "elasticfilesystem", 5.0, 5;
    ElastiCache = "elasticache", 5.0, 5;
    Eks = "eks", 5.0, 5;
    /// Both generations together. Each has a bucket of 40 for what only reads, which refills by 10 a second
    /// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/throttling.html>): half of one of them.
    Elb = "elasticloadbalancing", 5.0, 20;
    /// ListStreams: 5 a second, DescribeStreamSummary: 20
    /// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>): half of the former.
    Kinesis = "kinesis", 2.5, 5;
    /// ListGrants and ListKeyRotations: 100 a second, the other listings more
    /// (<https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html>): a tenth, since they are shared with
    /// what decrypts.
    Kms = "kms", 10.0, 10;
    /// 15 a second for the whole control plane
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>): half.
    Lambda = "lambda", 7.5, 7;
    /// DescribeLogGroups: 10 a second
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>): half.
    Logs = "logs", 5.0, 5;
    MemoryDb = "memorydb", 5.0, 5;
    OpenSearch = "es", 5.0, 5;
    /// ListAccounts: 8 a second, ListTagsForResource: 10, ListParents: 5
    /// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>): half of the first.
    /// DescribeOrganization, of which there is 1 a second, is asked once.
    Organizations = "organizations", 4.0, 4;
    Pricing = "pricing", 5.0, 5;
    Rds = "rds", 5.0, 5;
    Redshift = "redshift", 5.0, 5;
    /// No published number; bucket configuration calls are known to bear tens a second.
    S3 = "s3", 20.0, 20;
    SageMaker = "sagemaker", 5.0, 5;
    /// ListSecrets and DescribeSecret: 50 and more a second
    /// (<https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>).
    SecretsManager = "secretsmanager", 5.0, 5;
    Sns = "sns", 5.0, 5;
    /// No published number for what only reads attributes; queues bear thousands of messages a second.
    Sqs = "sqs", 10.0, 10;
    Sts = "sts", 5.0, 5;
    Tagging = "tag", 5.0, 5;
}

/// Datapoints that GetMetricData may return a second for windows that begin more than three hours ago: 396,000
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>), of which half is taken.
pub(crate) const DATAPOINTS_PER_SECOND: u32 = 198_000;

/// However slow a service asks to be treated, it is asked this often a second.
const SLOWEST: f64 = 0.5;

/// Refusals within this time of each other count once: requests in flight are refused together.
const ONE_REFUSAL: Duration = Duration::from_secs(2);

/// The pace of one service in one region.
#[derive(Debug)]
pub(crate) struct Limiter {
    burst: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Arc<DefaultDirectRateLimiter>,
    rate: f64,
    slowed_at: Option<Instant>,
}

/// A limiter of so many cells a second.
fn pace(rate: f64, burst: u32) -> Arc<DefaultDirectRateLimiter> {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(Duration::from_secs_f64(1.0 / rate))
        .expect("a rate is a positive number");
    Arc::new(RateLimiter::direct(quota.allow_burst(burst)))
}

impl Limiter {
    /// At a service's own pace.
    pub(crate) fn new(service: Service) -> Self {
        let (rate, burst) = service.rate();
        Limiter {
            burst,
            state: Mutex::new(State {
                pace: pace(rate, burst),
                rate,
                slowed_at: None,
            }),
        }
    }

    fn pace(&self) -> Arc<DefaultDirectRateLimiter> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pace
            .clone()
    }

    /// Waits for a request's turn.
    pub(crate) async fn ready(&self) {
        self.pace().until_ready().await;
    }

    /// Counts a request that cannot wait for its turn (a retry, which has waited already).
    pub(crate) fn charge(&self) {
        // Whether there was a turn left does not matter: what follows waits the longer.
        let _ = self.pace().check();
    }

    /// Halves the pace, because the service said that it is asked too fast.
    pub(crate) fn slow_down(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if state
            .slowed_at
            .is_some_and(|at| now.duration_since(at) < ONE_REFUSAL)
        {
            return;
        }
        state.slowed_at = Some(now);
        state.rate = (state.rate / 2.0).max(SLOWEST);
        // The bucket starts empty but for one request: a full one would let the next burst through at once.
        state.pace = pace(state.rate, self.burst.min(1));
    }

    /// Requests a second at present.
    #[cfg(test)]
    pub(crate) fn rate(&self) -> f64 {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rate
    }
}

/// Lets so many datapoints through a second.
#[derive(Debug)]
pub(crate) struct Datapoints(DefaultDirectRateLimiter);

/// Datapoints that one cell of [`Datapoints`] stands for.
const DATAPOINTS_PER_CELL: u32 = 1_000;

impl Datapoints {
    /// With a full bucket of one second's points.
    pub(crate) fn new() -> Self {
        let cells =
            NonZeroU32::new(DATAPOINTS_PER_SECOND / DATAPOINTS_PER_CELL).unwrap_or(NonZeroU32::MIN);
        Datapoints(RateLimiter::direct(Quota::per_second(cells)))
    }

    /// Waits until a call may return so many points. A call that returns more than a second's worth waits for a full bucket.
    pub(crate) async fn ready(&self, points: u64) {
        let most = DATAPOINTS_PER_SECOND / DATAPOINTS_PER_CELL;
        let cells = u32::try_from(points.div_ceil(u64::from(DATAPOINTS_PER_CELL)))
            .unwrap_or(u32::MAX)
            .min(most);
        if let Some(cells) = NonZeroU32::new(cells) {
            self.0
                .until_n_ready(cells)
                .await
                .expect("no more cells than the bucket holds");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_halves_the_pace_once_for_requests_in_flight_together() {
        let limiter = Limiter::new(Service::Ec2);
        assert_eq!(limiter.rate(), 10.0);
        limiter.slow_down();
        limiter.slow_down();
        assert_eq!(limiter.rate(), 5.0);
    }

    #[test]
    fn the_pace_never_stops() {
        let limiter = Limiter::new(Service::Organizations);
        for _ in 0..20 {
            limiter.slow_down();
            limiter.state.lock().unwrap().slowed_at = None;
        }
        assert_eq!(limiter.rate(), SLOWEST);
    }

    #[tokio::test]
    async fn requests_within_the_burst_do_not_wait() {
        let limiter = Limiter::new(Service::S3);
        let begin = Instant::now();
        for _ in 0..20 {
            limiter.ready().await;
        }
        assert!(begin.elapsed() < Duration::from_millis(500));
        limiter.charge();
        Datapoints::new().ready(u64::MAX).await;
    }

    #[test]
    fn an_operation_knows_its_service() {
        for &service in Service::ALL {
            assert_eq!(
                Service::of(&format!("{}:Describe", service.prefix())),
                service
            );
        }
    }
}
