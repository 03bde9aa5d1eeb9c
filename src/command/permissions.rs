//! `permissions`: the least policy for the selected rules.

use std::io::{self, Write};

use billhook::plan;
use jiff::Timestamp;

use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, setup};
use crate::cli::PermissionsArgs;

/// Size limit of a customer managed policy in characters, white space aside.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MANAGED_POLICY_LIMIT: usize = 6144;

/// Prints the policy as JSON.
pub(super) fn permissions(args: &PermissionsArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let Prepared {
        offline: provider,
        catalog,
        rules,
        ..
    } = setup::prepare(&args.rules, cloud, Extras::Asked(&args.extra))?;
    let mut want = plan::want(&rules.rules, &catalog, None, Timestamp::now());
    if args.live_prices {
        setup::want_prices(&mut want, provider.as_ref())?;
    }
    let actions: Vec<String> = plan::permissions(&want, &catalog, provider.as_ref())
        .into_iter()
        .collect();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": "BillhookReadOnly", "Effect": "Allow", "Action": actions, "Resource": "*" }],
    });
    let size = policy.to_string().len();
    if size > MANAGED_POLICY_LIMIT {
        return Err(Failure::new(format!(
            "the policy has {size} characters, more than a managed policy may have ({MANAGED_POLICY_LIMIT}); \
             split it with --only and attach several"
        )));
    }
    let text = serde_json::to_string_pretty(&policy).map_err(Failure::new)?;
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(Outcome::Complete)
}
