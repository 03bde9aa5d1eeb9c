//! `permissions`: the least policy for the selected rules.

use std::collections::BTreeSet;
use std::io::{self, Write};

use billhook::plan;
use billhook_catalog::{DEFAULT_ROLE, Provider, Scope};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, setup};
use crate::cli::PermissionsArgs;

/// Size limit of a customer managed policy in characters, white space aside.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MANAGED_POLICY_LIMIT: usize = 6144;

/// Prints the policy as JSON.
pub(super) fn permissions(args: &PermissionsArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let Prepared {
        config,
        offline: provider,
        catalog,
        rules,
        ..
    } = setup::prepare(&args.rules, cloud, Extras::Asked(&args.extra))?;
    let mut want = plan::want(&rules.rules, &catalog, None, Timestamp::now());
    want.skip_quiet_regions = setup::skip_quiet_regions(&args.extra, &config);
    if args.live_prices {
        setup::want_prices(&mut want, provider.as_ref())?;
    }
    let actions: Vec<String> = plan::permissions(&want, &catalog, provider.as_ref())
        .into_iter()
        .collect();
    let role = Role {
        name: args.role.as_deref().unwrap_or(DEFAULT_ROLE),
        external_id: args.external_id.as_deref(),
    };
    if let Some(who) = &args.trust {
        return print(&trust(&principal(who)?, role.external_id));
    }
    let policy = policy(
        &actions,
        args.organization.then_some(&role),
        provider.as_ref(),
    );
    let size = policy.to_string().len();
    if size > MANAGED_POLICY_LIMIT {
        return Err(Failure::new(format!(
            "the policy has {size} characters, more than a managed policy may have ({MANAGED_POLICY_LIMIT}); \
             split it with --only and attach several"
        )));
    }
    match &args.stack_set {
        Some(who) => print(&stack_set(&principal(who)?, &role, &policy)),
        None => print(&policy),
    }
}

fn print(document: &Value) -> Result<Outcome, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(Failure::new)?;
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(Outcome::Complete)
}

/// The role in each account.
struct Role<'a> {
    name: &'a str,
    external_id: Option<&'a str>,
}

/// What the scanning credentials may do, and where a role leads into other accounts: find and enter them.
fn policy(actions: &[String], role: Option<&Role<'_>>, provider: &dyn Provider) -> Value {
    let mut statements = vec![
        json!({ "Sid": "BillhookReadOnly", "Effect": "Allow", "Action": actions, "Resource": "*" }),
    ];
    if let Some(role) = role {
        // With units of the organization, as they may be named later.
        let organization = Scope {
            organization: true,
            ..Scope::default()
        };
        let units = Scope {
            units: vec![String::new()],
            ..organization.clone()
        };
        let calls = [&organization, &units].map(|scope| provider.scope_calls(scope));
        let (enter, find): (BTreeSet<String>, BTreeSet<String>) = calls
            .into_iter()
            .flatten()
            .filter_map(|operation| provider.iam_action(operation))
            .partition(|action| action.starts_with("sts:"));
        statements.push(
            json!({ "Sid": "BillhookAccounts", "Effect": "Allow", "Action": find, "Resource": "*" }),
        );
        statements.push(json!({
            "Sid": "BillhookEnter", "Effect": "Allow", "Action": enter,
            "Resource": format!("arn:*:iam::*:role/{}", role.name.trim_start_matches('/')),
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Whoever is trusted, as a policy names it: an account stands for its root, which leaves the choice to that account.
fn principal(who: &str) -> Result<Value, Failure> {
    let is_account = who.len() == 12 && who.chars().all(|c| c.is_ascii_digit());
    if is_account {
        // The template and the policy are for any partition, and an account id alone is understood in each.
        return Ok(json!({ "AWS": who }));
    }
    let is_identity = who.starts_with("arn:")
        && (who.contains(":role/") || who.contains(":user/") || who.ends_with(":root"));
    if !is_identity {
        let advice = "name the account id of whoever scans, or the ARN of a role or user \
                      (of a role itself: arn:aws:iam::ACCOUNT:role/NAME; a session's ARN, …:assumed-role/…, ends with the session)";
        return Err(Failure::new(format!("'{who}': {advice}")));
    }
    Ok(json!({ "AWS": who }))
}

fn trust(principal: &Value, external_id: Option<&str>) -> Value {
    let mut statement =
        json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
    if let Some(id) = external_id {
        statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": id } });
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

/// A template without parameters or conditions, so that it can be given to a StackSet as it is.
fn stack_set(principal: &Value, role: &Role<'_>, policy: &Value) -> Value {
    let (path, name) = role.name.rsplit_once('/').unwrap_or(("", role.name));
    let path = format!("/{}/", path.trim_matches('/')).replace("//", "/");
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role by which billhook reads this account. It can change nothing.",
        "Resources": { "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": name,
                "Path": path,
                "Description": "Read-only access for billhook",
                "AssumeRolePolicyDocument": trust(principal, role.external_id),
                "ManagedPolicyArns": [{ "Ref": "Policy" }],
            },
        }, "Policy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": { "Description": "What billhook reads", "PolicyDocument": policy },
        } },
        "Outputs": { "RoleArn": { "Value": { "Fn::GetAtt": ["Role", "Arn"] } } },
    })
}
