//! What an error of the SDK means to a scan.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use billhook_catalog::GapKind;

use crate::charge::OverBudget;
use crate::permission;

/// Longest piece of a service's own words that is kept, in characters.
const DETAIL_CHARACTERS: usize = 300;

/// Codes that say "you are asking too fast", of all services that are asked.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html> and each service's common errors.
pub(crate) const THROTTLING_CODES: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "TooManyRequestsException",
];

/// Codes of a refusal.
const DENIAL_CODES: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedFault",
    "AllAccessDisabled",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "Forbidden",
    "NotAuthorized",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
];

/// Codes with which a region answers credentials that are not enabled there. The caller's identity was established
/// before, so the credentials themselves are good.
const REGION_CODES: &[&str] = &[
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "OptInRequired",
    "UnrecognizedClientException",
];

/// Codes of an endpoint that does not know the operation.
const UNSUPPORTED_CODES: &[&str] = &[
    "InvalidAction",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperation",
];

/// A request that failed, for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Operation (`service:Operation`).
    pub(crate) operation: &'static str,
    /// Kind of the gap that it leaves.
    pub(crate) kind: GapKind,
    /// Error code of the service; empty when there was no answer, or none that could be read.
    pub(crate) code: String,
    /// The service's words, cleaned.
    pub(crate) detail: String,
    /// Whether the region refuses the account as a whole.
    pub(crate) region_disabled: bool,
    /// HTTP status of the answer, if there was one.
    pub(crate) status: Option<u16>,
}

impl Problem {
    /// The permission that would have let the request through; `None` when it did not fail for want of one.
    pub(crate) fn iam_action(&self) -> Option<String> {
        match self.kind {
            GapKind::Denied | GapKind::DeniedByOrganization => {
                permission::action(self.operation).map(str::to_owned)
            }
            _ => None,
        }
    }

    /// One that is not an error of the service.
    pub(crate) fn new(operation: &'static str, kind: GapKind, detail: impl Into<String>) -> Self {
        Problem {
            operation,
            kind,
            code: String::new(),
            detail: detail.into(),
            region_disabled: false,
            status: None,
        }
    }

    /// The scan was stopped before the request.
    pub(crate) fn cancelled(operation: &'static str) -> Self {
        Problem::new(operation, GapKind::Cancelled, "the scan was stopped")
    }

    /// An error of the SDK.
    pub(crate) fn of<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let (kind, code, detail) = match error {
            SdkError::TimeoutError(_) => (
                GapKind::TimedOut,
                String::new(),
                "no answer in time".to_owned(),
            ),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => (
                GapKind::TimedOut,
                String::new(),
                "no answer in time".to_owned(),
            ),
            SdkError::ServiceError(service) => {
                let metadata = service.err().meta();
                let code = metadata.code().unwrap_or_default().to_owned();
                let message = metadata.message().unwrap_or_default();
                let detail = match (code.is_empty(), message.is_empty()) {
                    (false, false) => format!("{code}: {message}"),
                    (false, true) => code.clone(),
                    (true, false) => message.to_owned(),
                    (true, true) => {
                        // An answer that is no error document, or one that the SDK cannot read.
                        format!(
                            "HTTP status {}: {}",
                            status.unwrap_or_default(),
                            chain(service.err())
                        )
                    }
                };
                (kind_of(&code, message, status), code, detail)
            }
            other => match over_budget(other) {
                Some(cap) => (GapKind::OverBudget, String::new(), cap.to_string()),
                None => (GapKind::Failed, String::new(), chain(other)),
            },
        };
        let region_disabled = REGION_CODES.contains(&code.as_str());
        Problem {
            operation,
            kind,
            code,
            detail: clean(&detail),
            region_disabled,
            status,
        }
    }
}

/// Whether a request was held back because of the cap on charges.
fn over_budget<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e OverBudget> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(cap) = error.downcast_ref() {
            return Some(cap);
        }
        cause = error.source();
    }
    None
}

/// An error and what caused it, in words.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push(error.to_string());
        cause = error.source();
    }
    words.dedup();
    words.join(": ")
}

/// The kind of gap that an error of a service leaves.
fn kind_of(code: &str, message: &str, status: Option<u16>) -> GapKind {
    if DENIAL_CODES.contains(&code) || (code.is_empty() && status == Some(403)) {
        let message = message.to_ascii_lowercase();
        let by_organization = [
            "service control policy",
            "resource control policy",
            "declarative policy",
        ];
        if by_organization.iter().any(|words| message.contains(words)) {
            GapKind::DeniedByOrganization
        } else {
            GapKind::Denied
        }
    } else if is_throttling(code, message) || status == Some(429) {
        GapKind::Throttled
    } else if UNSUPPORTED_CODES.contains(&code) {
        GapKind::Unsupported
    } else if matches!(code, "RequestTimeout" | "RequestTimeoutException") {
        GapKind::TimedOut
    } else {
        GapKind::Failed
    }
}

/// Whether a service says that it is asked too fast.
pub(crate) fn is_throttling(code: &str, message: &str) -> bool {
    THROTTLING_CODES.contains(&code)
        || message.starts_with("Rate exceeded")
        || message.starts_with("Rate limit exceeded")
}

/// Text of a service as it may be shown and stored: without control characters and without the encoded authorization
/// message (long, and useless without a permission to decode it), shortened.
pub(crate) fn clean(text: &str) -> String {
    let text = text
        .split(" Encoded authorization failure message")
        .next()
        .unwrap_or_default();
    let words: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= DETAIL_CHARACTERS {
        return words;
    }
    let mut short: String = words.chars().take(DETAIL_CHARACTERS - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_told_from_a_denial_by_an_organization() {
        let iam = "User: arn:aws:iam::1:user/u is not authorized to perform: ec2:DescribeVolumes because no identity-based policy allows it";
        assert_eq!(
            kind_of("UnauthorizedOperation", iam, Some(403)),
            GapKind::Denied
        );
        let scp = "You are not authorized to perform this operation with an explicit deny in a service control policy";
        assert_eq!(
            kind_of("UnauthorizedOperation", scp, Some(403)),
            GapKind::DeniedByOrganization
        );
        let rcp = "… with an explicit deny in a resource control policy";
        assert_eq!(
            kind_of("AccessDenied", rcp, Some(403)),
            GapKind::DeniedByOrganization
        );
        assert_eq!(
            kind_of("", "", Some(403)),
            GapKind::Denied,
            "HEAD answers have no body"
        );
        assert_eq!(
            kind_of("SignatureDoesNotMatch", "", Some(403)),
            GapKind::Failed,
            "not every 403 is a denial"
        );
    }

    #[test]
    fn throttling_is_known_by_code_by_words_and_by_status() {
        for code in THROTTLING_CODES {
            assert_eq!(kind_of(code, "", Some(400)), GapKind::Throttled, "{code}");
        }
        assert_eq!(
            kind_of("ClientException", "Rate exceeded", Some(400)),
            GapKind::Throttled
        );
        assert_eq!(kind_of("", "", Some(429)), GapKind::Throttled);
        assert_eq!(
            kind_of("ServiceUnavailable", "", Some(503)),
            GapKind::Failed
        );
    }

    #[test]
    fn what_an_endpoint_does_not_know_is_unsupported() {
        for code in UNSUPPORTED_CODES {
            assert_eq!(kind_of(code, "", Some(400)), GapKind::Unsupported);
        }
        assert_eq!(kind_of("InternalError", "", Some(500)), GapKind::Failed);
    }

    #[test]
    fn words_are_cleaned_and_shortened() {
        assert_eq!(clean("a\u{1b}[31m\r\nb\t c"), "a [31m b c");
        let denied = "UnauthorizedOperation: no. Encoded authorization failure message: abcdef";
        assert_eq!(clean(denied), "UnauthorizedOperation: no.");
        let long = clean(&"é".repeat(1000));
        assert_eq!(long.chars().count(), DETAIL_CHARACTERS);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn only_a_denial_names_a_permission() {
        let denied = Problem::new("budgets:DescribeBudgets", GapKind::Denied, "");
        assert_eq!(denied.iam_action().as_deref(), Some("budgets:ViewBudget"));
        let failed = Problem::new("budgets:DescribeBudgets", GapKind::Failed, "");
        assert_eq!(failed.iam_action(), None);
    }
}
