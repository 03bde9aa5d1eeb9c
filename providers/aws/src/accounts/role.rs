//! The way into an account: a role that is assumed, and assumed again before its session ends.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_config::identity::IdentityCache;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use billhook_catalog::{GapKind, ScopedAccount};

use crate::accounts::ASSUME_ROLE;
use crate::call::Caller;
use crate::classify::Problem;
use crate::session::{Clients, default_regions, global_region};

/// What CloudTrail of the account shows as the caller's name.
const SESSION_NAME: &str = "billhook";

/// A role's name in AWS's own form; a full name stays as it is.
pub(crate) fn role_arn(partition: &str, account_id: &str, role: &str) -> String {
    if role.starts_with("arn:") {
        role.to_owned()
    } else {
        let name = role.trim_start_matches('/');
        format!("arn:{partition}:iam::{account_id}:role/{name}")
    }
}

/// Assumes a role whenever credentials are asked for. The SDK's cache asks for them once, and again shortly before they expire.
struct AssumedRole {
    client: aws_sdk_sts::Client,
    arn: String,
    external_id: Option<String>,
    /// What the account was entered with; given out once.
    first: Mutex<Option<Credentials>>,
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumedRole")
            .field("arn", &self.arn)
            .finish_non_exhaustive()
    }
}

impl AssumedRole {
    /// For as long as a session lasts by default: an hour, which is also the most when the caller's credentials are a role's.
    fn request(&self) -> AssumeRoleFluentBuilder {
        self.client
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(SESSION_NAME)
            .set_external_id(self.external_id.clone())
    }

    async fn again(&self) -> Result<Credentials, CredentialsError> {
        let first = self
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(credentials) = first {
            return Ok(credentials);
        }
        let answer = self.request().send().await;
        credentials(answer.map_err(CredentialsError::provider_error)?)
            .ok_or_else(|| CredentialsError::unhandled("the answer has no credentials"))
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.again())
    }
}

fn credentials(answer: AssumeRoleOutput) -> Option<Credentials> {
    let given = answer.credentials?;
    let expires = SystemTime::try_from(given.expiration).ok()?;
    Some(Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        Some(given.session_token),
        Some(expires),
        SESSION_NAME,
    ))
}

/// Enters an account: a configuration whose requests are signed as the account's role. `caller` and `clients` are those of the
/// credentials that may assume it.
pub(crate) async fn enter(
    config: &SdkConfig,
    clients: &Clients,
    caller: &Caller<'_>,
    account: &ScopedAccount,
    role: &str,
) -> Result<SdkConfig, Problem> {
    // The regional endpoint, as its sessions are good in regions that accounts enable for themselves.
    let home = clients.home();
    let assumed = AssumedRole {
        client: clients.sts(home),
        arn: role.to_owned(),
        external_id: account.external_id.clone(),
        first: Mutex::default(),
    };
    let answer = caller
        .call(home, ASSUME_ROLE, assumed.request().send())
        .await
        .map_err(|problem| advised(problem, role))?;
    let Some(credentials) = credentials(answer) else {
        let detail = format!("the answer for {role} has no credentials");
        return Err(Problem::new(ASSUME_ROLE, GapKind::Failed, detail));
    };
    *assumed.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(credentials);
    Ok(config
        .to_builder()
        // The account need not have enabled a region that is only the caller's.
        .region(Region::new(region_of_every_account(home)))
        .credentials_provider(SharedCredentialsProvider::new(assumed))
        // One session for all clients of the account, and none of another one's.
        .identity_cache(IdentityCache::lazy().build())
        .build())
}

/// The region itself where every account has it, else the one that answers for what has none.
fn region_of_every_account(region: &str) -> String {
    let global = global_region(region);
    let partition = match global {
        "us-gov-west-1" => "aws-us-gov",
        "cn-northwest-1" => "aws-cn",
        _ => "aws",
    };
    let everywhere = default_regions(partition).contains(&region);
    if everywhere { region } else { global }.to_owned()
}

/// What to look at: AWS answers the same whichever side refuses.
fn advised(problem: Problem, role: &str) -> Problem {
    if problem.kind != GapKind::Denied {
        return problem;
    }
    let detail = format!(
        "{role}: no such role, a trust policy that leaves this caller out (`billhook permissions --trust` prints one), or no \
         sts:AssumeRole for the caller. AWS says: {}",
        problem.detail
    );
    Problem { detail, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_named_in_their_partition() {
        for (partition, role, arn) in [
            ("aws", "Audit", "arn:aws:iam::111122223333:role/Audit"),
            (
                "aws-us-gov",
                "ops/Audit",
                "arn:aws-us-gov:iam::111122223333:role/ops/Audit",
            ),
            (
                "aws-cn",
                "/ops/Audit",
                "arn:aws-cn:iam::111122223333:role/ops/Audit",
            ),
            (
                "aws",
                "arn:aws:iam::111122223333:role/own",
                "arn:aws:iam::111122223333:role/own",
            ),
        ] {
            assert_eq!(role_arn(partition, "111122223333", role), arn);
        }
    }

    #[test]
    fn an_account_is_asked_in_a_region_that_it_has() {
        for (home, asked) in [
            ("eu-west-1", "eu-west-1"),
            ("me-south-1", "us-east-1"),
            ("us-gov-east-1", "us-gov-east-1"),
            ("cn-north-1", "cn-north-1"),
        ] {
            assert_eq!(region_of_every_account(home), asked);
        }
    }
}
