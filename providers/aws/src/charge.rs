//! What a scan's own requests cost, and the cap on it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::limit::Service;
use crate::prices::{PriceBook, PriceLookup};

/// The region whose price stands in for one that the book does not have: requests cost nearly the same everywhere.
const REFERENCE_REGION: &str = "us-east-1";

/// List price of one request, USD; 0 for what is free, `None` when the book does not have it. Metrics are charged by their
/// number and not by the request, see [`crate::metrics::list_price_usd`].
pub(crate) fn request_usd(operation: &str, region: &str) -> Option<f64> {
    let book = PriceBook::embedded();
    let here = |service, metric| {
        book.service(region, service, metric)
            .or_else(|| book.service(REFERENCE_REGION, service, metric))
            .map(|price| price.usd)
    };
    match Service::of(operation) {
        Service::CostExplorer => book
            .global_service("cost_explorer", "api_request")
            .map(|price| price.usd),
        Service::S3 => {
            let metric = if operation.starts_with("s3:List") {
                "put_list_per_1000"
            } else {
                "get_per_1000"
            };
            here("s3", metric).map(|usd| usd / 1_000.0)
        }
        _ => other_usd(operation, here),
    }
}

/// Services that are known by their prefix only: not every build asks them.
fn other_usd(
    operation: &str,
    here: impl Fn(&'static str, &'static str) -> Option<f64>,
) -> Option<f64> {
    let (service, metric, requests) = match operation.split_once(':') {
        Some(("cloudwatch", "ListMetrics")) => ("cloudwatch", "api_requests_per_1000", 1_000.0),
        Some(("kms", _)) => ("kms", "api_per_10k", 10_000.0),
        Some(("secretsmanager", _)) => ("secretsmanager", "api_per_10k", 10_000.0),
        Some(("sqs", _)) => ("sqs", "standard_per_1m", 1_000_000.0),
        _ => return Some(0.0),
    };
    here(service, metric).map(|usd| usd / requests)
}

/// List price of the requests that were sent, by operation and region; `None` when one of them has no price.
pub(crate) fn requests_usd(counts: &BTreeMap<(String, String), u64>) -> Option<f64> {
    counts
        .iter()
        .map(|((operation, region), count)| Some(*count as f64 * request_usd(operation, region)?))
        .sum()
}

/// A request was not sent, because it would have passed the cap on charges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverBudget {
    /// The cap, USD.
    pub(crate) cap_usd: f64,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "left out: it would have passed the cap of ${} on API charges",
            self.cap_usd
        )
    }
}

impl Error for OverBudget {}

/// What may be spent. Whoever sends something that is charged takes it from here first.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    cap_usd: Option<f64>,
    spent_usd: Mutex<f64>,
}

/// Sums of prices are compared with a cap up to this, so that ten cents are ten times a cent.
const ROUNDING_USD: f64 = 1e-9;

impl Purse {
    /// With a cap, or without.
    pub(crate) fn new(cap_usd: Option<f64>) -> Self {
        Purse {
            cap_usd,
            spent_usd: Mutex::new(0.0),
        }
    }

    /// Takes a price; without a cap everything may be spent. What has no known price counts as nothing.
    pub(crate) fn take(&self, usd: Option<f64>) -> Result<(), OverBudget> {
        let usd = usd.unwrap_or(0.0);
        let mut spent = self
            .spent_usd
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match self.cap_usd {
            Some(cap_usd) if usd > 0.0 && *spent + usd > cap_usd + ROUNDING_USD => {
                Err(OverBudget { cap_usd })
            }
            _ => {
                *spent += usd;
                Ok(())
            }
        }
    }

    /// What is left to be spent, USD, and the cap; `None` without a cap.
    pub(crate) fn left(&self) -> Option<(f64, OverBudget)> {
        let spent = *self
            .spent_usd
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let cap_usd = self.cap_usd?;
        Some((
            (cap_usd - spent + ROUNDING_USD).max(0.0),
            OverBudget { cap_usd },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charged_requests_have_their_price_and_others_are_free() {
        for (operation, usd) in [
            ("ce:GetCostAndUsage", 0.01),
            ("s3:ListBuckets", 0.005 / 1_000.0),
            ("s3:ListMultipartUploads", 0.005 / 1_000.0),
            ("s3:GetBucketPolicy", 0.0004 / 1_000.0),
            ("ec2:DescribeInstances", 0.0),
            ("cloudwatch:GetMetricData", 0.0),
            ("sts:GetCallerIdentity", 0.0),
            ("kms:ListKeys", 0.03 / 10_000.0),
        ] {
            let price = request_usd(operation, "us-east-1").expect(operation);
            assert!((price - usd).abs() < 1e-12, "{operation}: {price}");
        }
        assert!(
            request_usd("s3:GetBucketPolicy", "xx-nowhere-1").is_some(),
            "a region that the book does not have is priced like its neighbours"
        );
    }

    #[test]
    fn a_purse_never_gives_more_than_its_cap() {
        let purse = Purse::new(Some(0.10));
        let given = (0..50).filter(|_| purse.take(Some(0.01)).is_ok()).count();
        assert_eq!(given, 10, "ten cents are ten times a cent");
        assert!(purse.take(Some(0.0)).is_ok(), "what is free is free");
        assert!(purse.take(Some(0.000_01)).is_err());
        let open = Purse::new(None);
        assert!((0..50).all(|_| open.take(Some(1.0)).is_ok()));
        assert!(open.left().is_none());
    }
}
