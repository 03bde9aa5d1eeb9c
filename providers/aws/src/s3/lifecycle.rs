//! What a bucket's lifecycle rules do for the whole bucket.

use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule};

use crate::number::count;

/// The sum of a bucket's enabled rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lifecycle {
    /// Enabled rules.
    pub(crate) rules: i64,
    /// One of them aborts incomplete uploads in the whole bucket.
    pub(crate) aborts_uploads: bool,
    /// One of them expires noncurrent versions in the whole bucket.
    pub(crate) expires_versions: bool,
    /// Days after which one of them removes every object of the bucket; 0 without such a rule.
    pub(crate) object_expiry_days: i64,
}

/// Sums up the rules of a bucket.
pub(crate) fn summary(rules: &[LifecycleRule]) -> Lifecycle {
    let enabled = || {
        rules
            .iter()
            .filter(|rule| rule.status == ExpirationStatus::Enabled)
    };
    let whole = || enabled().filter(|rule| is_whole(rule));
    Lifecycle {
        rules: count(enabled().count()),
        aborts_uploads: whole().any(|rule| {
            rule.abort_incomplete_multipart_upload()
                .is_some_and(|abort| abort.days_after_initiation().is_some())
        }),
        expires_versions: whole().any(|rule| {
            rule.noncurrent_version_expiration()
                .is_some_and(|expiration| expiration.noncurrent_days().is_some())
        }),
        object_expiry_days: whole()
            .filter_map(|rule| rule.expiration()?.days())
            .min()
            .map_or(0, i64::from),
    }
}

/// Whether a rule is not limited by prefix, tag or size. The old form has its prefix on the rule itself.
fn is_whole(rule: &LifecycleRule) -> bool {
    #[allow(deprecated)]
    let old_prefix = rule.prefix().unwrap_or_default();
    let filtered = rule.filter().is_some_and(|filter| {
        filter.prefix().is_some_and(|prefix| !prefix.is_empty())
            || filter.tag().is_some()
            || filter
                .object_size_greater_than()
                .is_some_and(|bytes| bytes > 0)
            || filter.object_size_less_than().is_some()
            || filter.and().is_some()
    });
    old_prefix.is_empty() && !filtered
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::{
        AbortIncompleteMultipartUpload, LifecycleExpiration, LifecycleRuleFilter,
        NoncurrentVersionExpiration,
    };

    use super::*;

    fn rule(status: ExpirationStatus, filter: LifecycleRuleFilter) -> LifecycleRule {
        LifecycleRule::builder()
            .status(status)
            .filter(filter)
            .abort_incomplete_multipart_upload(
                AbortIncompleteMultipartUpload::builder()
                    .days_after_initiation(7)
                    .build(),
            )
            .noncurrent_version_expiration(
                NoncurrentVersionExpiration::builder()
                    .noncurrent_days(30)
                    .build(),
            )
            .expiration(LifecycleExpiration::builder().days(365).build())
            .build()
            .unwrap()
    }

    #[test]
    fn a_rule_over_the_whole_bucket_counts() {
        let whole = rule(
            ExpirationStatus::Enabled,
            LifecycleRuleFilter::builder().prefix("").build(),
        );
        let all = Lifecycle {
            rules: 1,
            aborts_uploads: true,
            expires_versions: true,
            object_expiry_days: 365,
        };
        assert_eq!(summary(&[whole]), all);
        let bare = LifecycleRuleFilter::builder().build();
        assert_eq!(summary(&[rule(ExpirationStatus::Enabled, bare)]), all);
    }

    #[test]
    fn a_narrowed_or_disabled_rule_does_not() {
        let narrowed = rule(
            ExpirationStatus::Enabled,
            LifecycleRuleFilter::builder().prefix("tmp/").build(),
        );
        assert_eq!(
            summary(&[narrowed]),
            Lifecycle {
                rules: 1,
                ..Lifecycle::default()
            }
        );
        let sized = LifecycleRuleFilter::builder()
            .object_size_less_than(1024)
            .build();
        assert!(!summary(&[rule(ExpirationStatus::Enabled, sized)]).aborts_uploads);
        let off = rule(
            ExpirationStatus::Disabled,
            LifecycleRuleFilter::builder().build(),
        );
        assert_eq!(summary(&[off]), Lifecycle::default());
        assert_eq!(summary(&[]), Lifecycle::default());
    }
}
