//! The one path that every request takes: its turn, the count, the time limit, the way out when the user stops the scan,
//! and the translation of what went wrong.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use billhook_catalog::{GapKind, Progress};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use tokio::sync::Semaphore;

use crate::charge::{Purse, request_usd, requests_usd};
use crate::classify::{Problem, THROTTLING_CODES};
use crate::limit::{Limiter, Service};

/// Requests in flight at once, over all services, regions and accounts.
const REQUESTS_IN_FLIGHT: usize = 64;

/// Attempts of a request, the first included.
pub(crate) const ATTEMPTS: u32 = 5;

/// What an SDK call gives.
pub(crate) type Answer<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// Retries as AWS advises them: only what may pass, exponentially later, with jitter.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

/// Time limits of a connection, an attempt and a request with all its retries.
pub(crate) fn timeouts() -> TimeoutConfig {
    use std::time::Duration;
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(60))
        .operation_timeout(Duration::from_secs(180))
        .build()
}

/// Counts requests by operation and region, retries included.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<(String, String), u64>>);

impl Ledger {
    fn count(&self, operation: String, region: String) {
        *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry((operation, region))
            .or_default() += 1;
    }

    /// The counts so far.
    pub(crate) fn counts(&self) -> BTreeMap<(String, String), u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Sits in every client: counts each attempt, lets none through that would pass the cap on charges, and slows the service's
/// pace when it refuses one.
#[derive(Debug)]
pub(crate) struct Watch {
    service: Service,
    region: String,
    ledger: Arc<Ledger>,
    purse: Arc<Purse>,
    limiter: Arc<Limiter>,
}

impl Watch {
    fn operation(&self, name: &str) -> String {
        format!("{}:{name}", self.service.prefix())
    }
}

/// Marks a request whose first attempt was made.
#[derive(Debug)]
struct Tried;

impl aws_smithy_types::config_bag::Storable for Tried {
    type Storer = aws_smithy_types::config_bag::StoreReplace<Self>;
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "billhook"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = self.operation(bag.load::<Metadata>().map_or("unknown", Metadata::name));
        self.purse.take(request_usd(&operation, &self.region))?;
        self.ledger.count(operation, self.region.clone());
        if bag.load::<Tried>().is_some() {
            self.limiter.charge();
        } else {
            bag.interceptor_state().store_put(Tried);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(Err(_)), Some(response)) = (context.output_or_error(), context.response())
            && refuses(response)
        {
            self.limiter.slow_down();
        }
        Ok(())
    }
}

/// Whether an answer says that the service is asked too fast. All protocols write the code as plain text.
fn refuses(response: &HttpResponse) -> bool {
    if response.status().as_u16() == 429 {
        return true;
    }
    let header = response
        .headers()
        .get("x-amzn-errortype")
        .unwrap_or_default();
    let body = response.body().bytes().unwrap_or_default();
    let body = String::from_utf8_lossy(&body[..body.len().min(2048)]);
    THROTTLING_CODES
        .iter()
        .any(|code| header.contains(code) || body.contains(code))
}

/// The pace of each service in each region, and the count of what was sent, for one collection.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    limiters: Mutex<BTreeMap<(Service, String), Arc<Limiter>>>,
    ledger: Arc<Ledger>,
    purse: Arc<Purse>,
}

impl Pace {
    /// What a client of a service in a region carries.
    pub(crate) fn watch(&self, service: Service, region: &str) -> Watch {
        Watch {
            service,
            region: region.to_owned(),
            ledger: self.ledger.clone(),
            purse: self.purse.clone(),
            limiter: self.limiter(service, region),
        }
    }

    fn limiter(&self, service: Service, region: &str) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters
            .entry((service, region.to_owned()))
            .or_insert_with(|| Arc::new(Limiter::new(service)))
            .clone()
    }
}

/// Sends requests, for one collection.
pub(crate) struct Caller<'a> {
    progress: &'a dyn Progress,
    cancelled: Shared<BoxFuture<'a, ()>>,
    in_flight: Arc<Semaphore>,
    pace: Arc<Pace>,
}

impl<'a> Caller<'a> {
    /// Reports to `progress`, stops when it says so, and spends no more than `max_usd`.
    pub(crate) fn new(progress: &'a dyn Progress, max_usd: Option<f64>) -> Self {
        Caller {
            progress,
            cancelled: progress.cancelled().shared(),
            in_flight: Arc::new(Semaphore::new(REQUESTS_IN_FLIGHT)),
            pace: Arc::new(Pace {
                purse: Arc::new(Purse::new(max_usd)),
                ..Pace::default()
            }),
        }
    }

    /// For another account of the same collection: what may be spent, how much may be in flight and the way out are shared,
    /// while each account has its own pace, as AWS limits each by itself.
    pub(crate) fn beside(&self) -> Self {
        Caller {
            progress: self.progress,
            cancelled: self.cancelled.clone(),
            in_flight: self.in_flight.clone(),
            pace: Arc::new(Pace {
                purse: self.pace.purse.clone(),
                ..Pace::default()
            }),
        }
    }

    /// What may be spent.
    pub(crate) fn purse(&self) -> &Purse {
        &self.pace.purse
    }

    /// The pace that clients share.
    pub(crate) fn pace(&self) -> Arc<Pace> {
        self.pace.clone()
    }

    /// Whether the user has stopped the scan.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.clone().now_or_never().is_some()
    }

    /// Requests so far, by operation.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for ((operation, _), count) in self.pace.ledger.counts() {
            *counts.entry(operation).or_default() += count;
        }
        counts
    }

    /// Requests so far, by operation and region.
    pub(crate) fn counts_by_region(&self) -> BTreeMap<(String, String), u64> {
        self.pace.ledger.counts()
    }

    /// List price of the requests so far, USD, metrics aside; `None` when one has no price.
    pub(crate) fn requests_usd(&self) -> Option<f64> {
        requests_usd(&self.pace.ledger.counts())
    }

    /// Sends one request, when its turn has come. `request` must not have been polled. The SDK's futures are many
    /// kilobytes large, so they live on the heap: those who await them are polled deep in others, on small stacks.
    pub(crate) fn call<'f, T, E>(
        &'f self,
        region: &'f str,
        operation: &'static str,
        request: impl Future<Output = Answer<T, E>> + Send + 'f,
    ) -> BoxFuture<'f, Result<T, Problem>>
    where
        T: Send + 'f,
        E: Error + ProvideErrorMetadata + Send + 'static,
    {
        let request = request.boxed();
        self.sent(region, operation, request).boxed()
    }

    async fn sent<T, E>(
        &self,
        region: &str,
        operation: &'static str,
        request: BoxFuture<'_, Answer<T, E>>,
    ) -> Result<T, Problem>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let service = Service::of(operation);
        let limiter = self.pace.limiter(service, region);
        let sent = async {
            // The place in flight comes last, so that a slow service does not hold places while it waits.
            limiter.ready().await;
            let _place = self.in_flight.acquire().await;
            self.progress.call(operation);
            request.await
        };
        tokio::select! {
            biased;
            () = self.cancelled.clone() => Err(Problem::cancelled(operation)),
            answer = sent => answer.map_err(|error| Problem::of(operation, &error)),
        }
    }

    /// Sends requests until the last page. `request` makes the request for a token, `take` keeps a page and says the next
    /// page's token. What was kept before a failure stays kept.
    pub(crate) async fn pages<T, E, F>(
        &self,
        region: &str,
        operation: &'static str,
        mut request: impl FnMut(Option<String>) -> F,
        mut take: impl FnMut(T) -> Option<String>,
    ) -> Result<(), Problem>
    where
        T: Send,
        E: Error + ProvideErrorMetadata + Send + 'static,
        F: Future<Output = Answer<T, E>> + Send,
    {
        let mut token = None;
        loop {
            let page = self.call(region, operation, request(token.clone())).await?;
            let next = take(page).filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(());
            }
            if next == token {
                // Some services repeat themselves when they are confused; the rest of the list is then unknown.
                return Err(Problem::new(
                    operation,
                    GapKind::Failed,
                    "the service sent the same page twice",
                ));
            }
            token = next;
        }
    }
}

/// Sends a request to which some error codes are an answer: there is nothing of the kind.
pub(crate) async fn or_absent<T, E: ProvideErrorMetadata>(
    request: impl Future<Output = Answer<T, E>>,
    absent: &[&str],
) -> Answer<Option<T>, E> {
    match request.await {
        Ok(answer) => Ok(Some(answer)),
        Err(SdkError::ServiceError(error))
            if error
                .err()
                .code()
                .is_some_and(|code| absent.contains(&code)) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
