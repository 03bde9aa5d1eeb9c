//! Several accounts in one collection.

use std::collections::BTreeMap;

use billhook_catalog::{
    AccountState, Collected, CoverageStatus, EVERY_TABLE, GapKind, Provider, Quiet, Scope,
    ScopedAccount, Tag, Want,
};

use super::collection::{Stop, rows, status, want};
use super::replies::{ACCOUNT, Asked, Reply, aws, config, nothing};
use crate::Aws;
use crate::account::Account;
use crate::ebs::volume::Volume;
use crate::ec2::instance_type::InstanceType;
use crate::vpc::transit_gateway::TransitGateway;

const MEMBER: &str = "222233334444";
const CLOSED: &str = "333344445555";

/// The credentials of a session in an account, whose access key says which.
fn session(account: &str, expires: &str) -> Reply {
    Reply::new(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
             <SessionToken>token</SessionToken><Expiration>{expires}</Expiration></Credentials>\
             </AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

fn refused() -> Reply {
    Reply::new(
        403,
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>AccessDenied</Code><Message>User: u is not authorized to perform: sts:AssumeRole</Message></Error>\
         <RequestId>r</RequestId></ErrorResponse>",
    )
}

/// Which account a request is signed for.
fn signed_for(asked: &Asked) -> &str {
    [MEMBER, CLOSED]
        .into_iter()
        .find(|account| asked.key.contains(account))
        .unwrap_or(ACCOUNT)
}

fn enter(asked: &Asked) -> Reply {
    if asked.body.contains(CLOSED) {
        return refused();
    }
    session(MEMBER, "2999-01-01T00:00:00Z")
}

fn scoped(id: &str, name: &str, role: Option<&str>) -> ScopedAccount {
    ScopedAccount {
        name: name.to_owned(),
        role: role.map(|role| format!("arn:aws:iam::{id}:role/{role}")),
        ..ScopedAccount::own(id)
    }
}

fn accounts() -> Vec<ScopedAccount> {
    vec![
        ScopedAccount {
            tags: Some(BTreeMap::from([("owner".to_owned(), "finance".to_owned())])),
            ..scoped(ACCOUNT, "root", None)
        },
        scoped(MEMBER, "shop", Some("Reader")),
        scoped(CLOSED, "vault", Some("Reader")),
    ]
}

fn wanted(tables: &[(&'static str, &[&'static str])]) -> Want {
    Want {
        accounts: accounts(),
        ..want(tables)
    }
}

fn volume(id: &str) -> Reply {
    let volume = format!("<item><volumeId>{id}</volumeId><volumeType>gp3</volumeType></item>");
    Reply::ec2(
        "DescribeVolumes",
        &format!("<volumeSet>{volume}</volumeSet>"),
    )
}

fn answer(asked: &Asked) -> Reply {
    match asked.what.as_str() {
        "sts:AssumeRole" => enter(asked),
        "ec2:DescribeVolumes" => volume(&format!("vol-{}", signed_for(asked))),
        _ => nothing(),
    }
}

fn account_gaps(collected: &Collected) -> Vec<(&str, &str, GapKind)> {
    let gaps = collected.gaps.iter();
    gaps.map(|gap| (gap.account_id.as_str(), gap.table.as_str(), gap.kind))
        .collect()
}

#[tokio::test]
async fn each_account_is_read_as_its_role_and_one_that_refuses_is_one_gap() {
    let (aws, log) = aws(answer);
    let want = wanted(&[("aws_ebs_volume", &[]), ("aws_account", &[]), ("tag", &[])]);
    let collected = aws.collect(&want, &Quiet).await;
    assert_eq!(
        account_gaps(&collected),
        [(CLOSED, EVERY_TABLE, GapKind::Denied)],
        "{:?}",
        collected.gaps
    );
    let gap = &collected.gaps[0];
    assert_eq!(gap.region, None);
    assert_eq!(gap.iam_action.as_deref(), Some("sts:AssumeRole"));
    assert!(gap.detail.contains("trust policy"), "{}", gap.detail);
    assert!(gap.detail.contains("not authorized"), "AWS's own words");
    let mut volumes: Vec<(String, String)> = rows::<Volume>(&collected)
        .into_iter()
        .map(|volume| (volume.id.account_id, volume.id.short_id))
        .collect();
    volumes.sort();
    volumes.dedup();
    assert_eq!(
        volumes,
        [ACCOUNT, MEMBER].map(|account| (account.to_owned(), format!("vol-{account}"))),
        "two regions each, of either account its own"
    );
    let names: Vec<_> = rows::<Account>(&collected)
        .into_iter()
        .map(|account| account.id.name)
        .collect();
    assert_eq!(names, [Some("root".to_owned()), Some("shop".to_owned())]);
    let tags: Vec<(String, String)> = rows::<Tag>(&collected)
        .into_iter()
        .map(|tag| (tag.resource_id, tag.value))
        .collect();
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    assert_eq!(tags, [(root, "finance".to_owned())]);
    let states: Vec<_> = collected
        .estate
        .iter()
        .map(|account| (account.account_id.as_str(), account.state))
        .collect();
    assert_eq!(
        states,
        [
            (ACCOUNT, AccountState::Read),
            (MEMBER, AccountState::Read),
            (CLOSED, AccountState::Unreachable)
        ]
    );
    assert_eq!(collected.accounts, [ACCOUNT, MEMBER, CLOSED]);
    let of_closed = collected
        .coverage
        .iter()
        .any(|line| line.account_id == CLOSED);
    assert!(!of_closed, "nothing was asked there");
    // One session for an account, however many clients it has.
    assert_eq!(log.count("sts:AssumeRole"), 2);
    assert_eq!(collected.spent.calls["sts:AssumeRole"], 2);
    let asked = log.of("sts:AssumeRole");
    assert!(
        asked
            .iter()
            .all(|asked| asked.body.contains("RoleSessionName=billhook"))
    );
}

#[tokio::test]
async fn a_session_that_ends_is_renewed() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        // Over already, or so soon that the SDK asks for another one at once.
        "sts:AssumeRole" => session(MEMBER, "2020-01-01T00:00:00Z"),
        _ => answer(asked),
    });
    let mut want = wanted(&[("aws_ebs_volume", &[])]);
    want.accounts = vec![scoped(MEMBER, "", Some("Reader"))];
    let collected = aws.collect(&want, &Quiet).await;
    assert_eq!(collected.gaps, []);
    assert_eq!(rows::<Volume>(&collected).len(), 2);
    let sessions = log.count("sts:AssumeRole");
    assert!(sessions > 2, "{sessions} sessions");
    assert_eq!(
        collected.spent.calls["sts:AssumeRole"], sessions,
        "renewals are counted"
    );
}

#[tokio::test]
async fn an_external_id_goes_with_the_role() {
    let (aws, log) = aws(answer);
    let scope = Scope {
        role: Some(format!("arn:aws:iam::{MEMBER}:role/Reader")),
        external_id: Some("s3cret-id".to_owned()),
        ..Scope::default()
    };
    let found = aws.accounts(&scope, &Quiet).await.expect("one account");
    assert_eq!(found.accounts.len(), 1);
    let mut want = wanted(&[("aws_ebs_volume", &[])]);
    want.accounts = found.accounts;
    let collected = aws.collect(&want, &Quiet).await;
    assert_eq!(collected.gaps, []);
    assert!(
        log.of("sts:AssumeRole")[0]
            .body
            .contains("ExternalId=s3cret-id")
    );
}

#[tokio::test]
async fn what_accounts_share_counts_once_as_its_owners() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeTransitGateways" if asked.host.contains("us-east-1") => Reply::ec2(
            "DescribeTransitGateways",
            &format!(
                "<transitGatewaySet><item><transitGatewayId>tgw-1</transitGatewayId><state>available</state>\
                 <ownerId>{MEMBER}</ownerId></item></transitGatewaySet>"
            ),
        ),
        "ec2:DescribeTransitGateways" => {
            Reply::ec2("DescribeTransitGateways", "<transitGatewaySet/>")
        }
        _ => answer(asked),
    });
    let collected = aws
        .collect(&wanted(&[("aws_vpc_transit_gateway", &[])]), &Quiet)
        .await;
    let gateways: Vec<_> = rows::<TransitGateway>(&collected)
        .into_iter()
        .map(|gateway| (gateway.id.account_id, gateway.is_own))
        .collect();
    assert_eq!(gateways, [(MEMBER.to_owned(), Some(true))]);
}

#[tokio::test]
async fn instance_types_are_asked_once_for_all_accounts() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeInstances" => Reply::ec2(
            "DescribeInstances",
            "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>\
             <instanceState><name>running</name></instanceState></item></instancesSet></item></reservationSet>",
        ),
        "ec2:DescribeInstanceTypes" => Reply::ec2(
            "DescribeInstanceTypes",
            "<instanceTypeSet><item><instanceType>m5.large</instanceType></item></instanceTypeSet>",
        ),
        _ => answer(asked),
    });
    let tables: &[(&'static str, &[&'static str])] =
        &[("aws_ec2_instance", &[]), ("aws_ec2_instance_type", &[])];
    let collected = aws.collect(&wanted(tables), &Quiet).await;
    assert_eq!(log.count("ec2:DescribeInstanceTypes"), 2, "once a region");
    let mut of: Vec<_> = rows::<InstanceType>(&collected)
        .into_iter()
        .map(|kind| (kind.id.account_id, kind.id.region))
        .collect();
    of.sort();
    assert_eq!(of.len(), 4, "each account has them in each region: {of:?}");
}

/// An organization: the caller's account pays for the member.
fn in_organization(asked: &Asked) -> Reply {
    match asked.what.as_str() {
        "organizations:DescribeOrganization" => Reply::new(
            200,
            format!(r#"{{"Organization": {{"Id": "o-1", "MasterAccountId": "{ACCOUNT}"}}}}"#),
        ),
        "ce:GetAnomalyMonitors" => Reply::new(200, r#"{"AnomalyMonitors": []}"#),
        _ => answer(asked),
    }
}

#[tokio::test]
async fn the_bill_is_read_of_whoever_pays_it() {
    let (aws, log) = aws(in_organization);
    let table = "aws_ce_anomaly_monitor";
    let collected = aws.collect(&wanted(&[(table, &[])]), &Quiet).await;
    assert_eq!(log.count("ce:GetAnomalyMonitors"), 1);
    let lines: Vec<_> = collected
        .coverage
        .iter()
        .filter(|line| line.table == table)
        .map(|line| (line.account_id.as_str(), line.status))
        .collect();
    assert_eq!(
        lines,
        [
            (ACCOUNT, CoverageStatus::Assessed),
            (MEMBER, CoverageStatus::ReadElsewhere)
        ]
    );
    let gaps = account_gaps(&collected);
    assert_eq!(
        gaps.len(),
        1,
        "only the account that lets nobody in: {gaps:?}"
    );

    // Without the management account each bill is its own.
    let mut alone = wanted(&[(table, &[])]);
    alone.accounts.remove(0);
    alone
        .accounts
        .push(scoped("444455556666", "", Some("Reader")));
    let (aws, log) = super::replies::aws(in_organization);
    aws.collect(&alone, &Quiet).await;
    assert_eq!(log.count("ce:GetAnomalyMonitors"), 2);
}

#[tokio::test]
async fn one_account_is_read_as_ever() {
    let (aws, _) = aws(answer);
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(collected.accounts, [ACCOUNT]);
    assert_eq!(
        status(&collected, "aws_ebs_volume", "base", "us-east-1"),
        Some((CoverageStatus::Assessed, 1))
    );
}

fn account_json(id: &str, name: &str, state: &str) -> String {
    format!(r#"{{"Id": "{id}", "Name": "{name}", "State": "{state}"}}"#)
}

/// Two pages of accounts, a nested unit, tags.
fn organization(asked: &Asked) -> Reply {
    let accounts = |accounts: &[String], next: &str| {
        Reply::new(
            200,
            format!(r#"{{"Accounts": [{}]{next}}}"#, accounts.join(",")),
        )
    };
    match asked.what.as_str() {
        "organizations:ListAccounts" if asked.body.contains("two") => accounts(
            &[
                account_json(CLOSED, "vault", "ACTIVE"),
                account_json("444455556666", "gone", "SUSPENDED"),
                account_json("555566667777", "new", "PENDING_ACTIVATION"),
            ],
            "",
        ),
        "organizations:ListAccounts" => accounts(
            &[
                account_json(ACCOUNT, "root", "ACTIVE"),
                account_json(MEMBER, "shop", "ACTIVE"),
            ],
            r#", "NextToken": "two""#,
        ),
        "organizations:ListAccountsForParent" if asked.body.contains("ou-ab12-inner") => {
            accounts(&[account_json(MEMBER, "shop", "ACTIVE")], "")
        }
        "organizations:ListAccountsForParent" => accounts(&[], ""),
        "organizations:ListOrganizationalUnitsForParent"
            if asked.body.contains("ou-ab12-outer") =>
        {
            Reply::new(200, r#"{"OrganizationalUnits": [{"Id": "ou-ab12-inner"}]}"#)
        }
        "organizations:ListOrganizationalUnitsForParent" => {
            Reply::new(200, r#"{"OrganizationalUnits": []}"#)
        }
        "organizations:ListTagsForResource" if asked.body.contains(MEMBER) => Reply::new(
            200,
            r#"{"Tags": [{"Key": "stage", "Value": "production"}]}"#,
        ),
        "organizations:ListTagsForResource" => Reply::new(200, r#"{"Tags": []}"#),
        _ => nothing(),
    }
}

fn of_organization() -> Scope {
    Scope {
        organization: true,
        role: Some("Reader".to_owned()),
        ..Scope::default()
    }
}

async fn found(scope: &Scope) -> Vec<(String, AccountState, Option<String>)> {
    let (aws, _) = aws(organization);
    let found = aws.accounts(scope, &Quiet).await.expect("accounts");
    let accounts = found.accounts.into_iter();
    accounts
        .map(|account| (account.account_id, account.state, account.role))
        .collect()
}

#[tokio::test]
async fn an_organization_names_its_accounts_and_says_who_is_not_active() {
    let (aws, log) = aws(organization);
    let found = aws
        .accounts(&of_organization(), &Quiet)
        .await
        .expect("accounts");
    let told: Vec<_> = found
        .accounts
        .iter()
        .map(|account| {
            (
                account.account_id.as_str(),
                account.name.as_str(),
                account.state,
                account.role.as_deref(),
            )
        })
        .collect();
    use AccountState::{Inactive, Read};
    assert_eq!(
        told,
        [
            (ACCOUNT, "root", Read, None),
            (
                MEMBER,
                "shop",
                Read,
                Some("arn:aws:iam::222233334444:role/Reader")
            ),
            (
                CLOSED,
                "vault",
                Read,
                Some("arn:aws:iam::333344445555:role/Reader")
            ),
            (
                "444455556666",
                "gone",
                Inactive,
                Some("arn:aws:iam::444455556666:role/Reader")
            ),
            (
                "555566667777",
                "new",
                Inactive,
                Some("arn:aws:iam::555566667777:role/Reader")
            ),
        ]
    );
    assert_eq!(
        found.notices,
        [
            "account 444455556666 (gone) is suspended and was not read",
            "account 555566667777 (new) is pending activation and was not read"
        ]
    );
    assert_eq!(
        log.count("organizations:ListTagsForResource"),
        3,
        "of active accounts only"
    );
}

#[tokio::test]
async fn units_tags_and_ids_choose_among_the_accounts() {
    let only = |found: Vec<(String, AccountState, Option<String>)>| {
        let ids = found.into_iter().map(|(id, _, _)| id);
        ids.collect::<Vec<_>>()
    };
    let below = Scope {
        units: vec!["ou-ab12-outer".to_owned()],
        ..of_organization()
    };
    assert_eq!(only(found(&below).await), [MEMBER], "however deep");
    let tagged = Scope {
        account_tags: BTreeMap::from([("stage".to_owned(), "production".to_owned())]),
        ..of_organization()
    };
    assert_eq!(only(found(&tagged).await), [MEMBER]);
    let without = Scope {
        not_accounts: vec![ACCOUNT.to_owned(), "444455556666".to_owned()],
        accounts: vec![CLOSED.to_owned()],
        ..of_organization()
    };
    assert_eq!(only(found(&without).await), [CLOSED]);
    let (aws, _) = aws(organization);
    let unknown = Scope {
        accounts: vec!["999900001111".to_owned()],
        ..of_organization()
    };
    let fault = aws.accounts(&unknown, &Quiet).await.unwrap_err().message;
    assert!(
        fault.contains("no such account in the organization"),
        "{fault}"
    );
}

#[tokio::test]
async fn whoever_may_not_list_the_accounts_is_told_what_to_do() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "organizations:ListAccounts" => Reply::json_error(
            400,
            "AccessDeniedException",
            "You don't have permissions to access this resource.",
        ),
        _ => nothing(),
    });
    let fault = aws
        .accounts(&of_organization(), &Quiet)
        .await
        .unwrap_err()
        .message;
    for words in [
        "organizations:ListAccounts",
        "delegated administrators",
        "--accounts FILE",
    ] {
        assert!(fault.contains(words), "{fault}");
    }
}

#[tokio::test]
async fn tags_of_accounts_that_nobody_may_read_are_a_remark() {
    let denied = |asked: &Asked| match asked.what.as_str() {
        "organizations:ListTagsForResource" => {
            Reply::json_error(400, "AccessDeniedException", "no")
        }
        _ => organization(asked),
    };
    let (aws, _) = aws(denied);
    let read = aws
        .accounts(&of_organization(), &Quiet)
        .await
        .expect("accounts");
    assert!(read.notices[0].contains("organizations:ListTagsForResource"));
    assert!(read.accounts.iter().all(|account| account.tags.is_none()));
    let tagged = Scope {
        account_tags: BTreeMap::from([("stage".to_owned(), "production".to_owned())]),
        ..of_organization()
    };
    let fault = aws.accounts(&tagged, &Quiet).await.unwrap_err().message;
    assert!(fault.starts_with("--account-tag"), "{fault}");
}

#[tokio::test]
async fn other_partitions_have_their_own_names_and_endpoints() {
    for (region, partition, organizations) in [
        (
            "us-gov-east-1",
            "aws-us-gov",
            "organizations.us-gov-west-1.amazonaws.com",
        ),
        (
            "cn-north-1",
            "aws-cn",
            "organizations.cn-northwest-1.amazonaws.com.cn",
        ),
    ] {
        let (config, log) = config(move |asked| match asked.what.as_str() {
            "sts:GetCallerIdentity" => Reply::new(
                200,
                format!(
                    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                     <GetCallerIdentityResult><Arn>arn:{partition}:iam::{ACCOUNT}:user/u</Arn><UserId>u</UserId>\
                     <Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
                ),
            ),
            "sts:AssumeRole" => enter(asked),
            "ec2:DescribeRegions" => Reply::ec2(
                "DescribeRegions",
                &format!(
                    "<regionInfo><item><regionName>{region}</regionName><optInStatus>opt-in-not-required</optInStatus>\
                     </item></regionInfo>"
                ),
            ),
            "ec2:DescribeVolumes" => volume("vol-1"),
            _ => organization(asked),
        });
        let config = config
            .to_builder()
            .region(aws_config::Region::new(region))
            .build();
        let aws = Aws::with_config(config);
        let scope = Scope {
            accounts: vec![MEMBER.to_owned()],
            ..of_organization()
        };
        let accounts = aws.accounts(&scope, &Quiet).await.expect("accounts");
        let role = accounts.accounts[0].role.clone();
        assert_eq!(
            role,
            Some(format!("arn:{partition}:iam::{MEMBER}:role/Reader"))
        );
        let mut want = wanted(&[("aws_ebs_volume", &[])]);
        want.accounts = accounts.accounts;
        let collected = aws.collect(&want, &Quiet).await;
        assert_eq!(collected.gaps, []);
        assert_eq!(collected.regions, [region]);
        assert_eq!(
            rows::<Volume>(&collected)[0].id.resource_id,
            format!("arn:{partition}:ec2:{region}:{MEMBER}:volume/vol-1")
        );
        assert_eq!(log.of("organizations:ListAccounts")[0].host, organizations);
        let tld = if partition == "aws-cn" { ".cn" } else { "" };
        let sts = &log.of("sts:AssumeRole")[0];
        assert_eq!(sts.host, format!("sts.{region}.amazonaws.com{tld}"));
        assert!(
            sts.body.contains(&format!("arn%3A{partition}%3Aiam")),
            "{}",
            sts.body
        );
    }
}

/// What Cost Explorer says of accounts and regions: the member used something in one of them.
fn used(asked: &Asked) -> Reply {
    match asked.what.as_str() {
        "ce:GetCostAndUsage" => {
            let group = |account: &str, region: &str| {
                format!(r#"{{"Keys": ["{account}", "{region}"], "Metrics": {{}}}}"#)
            };
            let groups = [
                group(ACCOUNT, "us-east-1"),
                group(ACCOUNT, "eu-west-1"),
                group(MEMBER, "eu-west-1"),
                group(MEMBER, "global"),
            ];
            Reply::new(
                200,
                format!(
                    r#"{{"ResultsByTime": [{{"TimePeriod": {{"Start": "2026-02-01", "End": "2026-03-01"}}, "Groups": [{}], "Estimated": false}}]}}"#,
                    groups.join(",")
                ),
            )
        }
        "ec2:GetEbsEncryptionByDefault" => Reply::ec2(
            "GetEbsEncryptionByDefault",
            "<ebsEncryptionByDefault>false</ebsEncryptionByDefault>",
        ),
        _ => answer(asked),
    }
}

const SETTINGS: &[(&str, &[&str])] = &[
    ("aws_ebs_volume", &[]),
    ("aws_ec2_region", &["ebs-encryption"]),
];

#[tokio::test]
async fn in_a_region_that_nothing_was_used_in_only_settings_are_read() {
    let (aws, log) = aws(used);
    let mut want = wanted(SETTINGS);
    want.skip_quiet_regions = true;
    let collected = aws.collect(&want, &Quiet).await;
    assert_eq!(log.count("ce:GetCostAndUsage"), 1, "for all accounts");
    let asked = &log.of("ce:GetCostAndUsage")[0].body;
    for words in ["LINKED_ACCOUNT", "REGION", "2025-12-01"] {
        assert!(asked.contains(words), "{asked}");
    }
    let of_member = |what: &str| {
        log.of(what)
            .iter()
            .filter(|asked| signed_for(asked) == MEMBER)
            .count()
    };
    assert_eq!(of_member("ec2:DescribeVolumes"), 1, "in eu-west-1 alone");
    assert_eq!(
        of_member("ec2:GetEbsEncryptionByDefault"),
        2,
        "the guard is asked everywhere"
    );
    let line = |table: &str, region: &str| {
        let mut lines = collected.coverage.iter().filter(|line| {
            line.account_id == MEMBER && line.table == table && line.region == region
        });
        lines.next().map(|line| line.status)
    };
    assert_eq!(
        line("aws_ebs_volume", "us-east-1"),
        Some(CoverageStatus::NothingBilled)
    );
    assert_eq!(
        line("aws_ebs_volume", "eu-west-1"),
        Some(CoverageStatus::Assessed)
    );
    assert_eq!(
        line("aws_ec2_region", "us-east-1"),
        Some(CoverageStatus::Assessed)
    );
    assert_eq!(
        account_gaps(&collected).len(),
        1,
        "a quiet region is no gap"
    );
    let says: Vec<&String> = collected.notices.iter().collect();
    assert_eq!(says.len(), 1, "{says:?}");
    for words in [MEMBER, "us-east-1", "since 2025-12-01", "Cost Explorer"] {
        assert!(says[0].contains(words), "{says:?}");
    }
    let cost = collected.spent.cost_usd.expect("a known cost");
    assert!((cost - 0.01).abs() < 1e-9, "{cost}");
}

#[tokio::test]
async fn where_nobody_says_what_is_quiet_everything_is_read() {
    for refuses in [true, false] {
        let (aws, log) = aws(move |asked| match asked.what.as_str() {
            "ce:GetCostAndUsage" if refuses => {
                Reply::json_error(400, "AccessDeniedException", "no")
            }
            // The answer knows nothing of the accounts.
            "ce:GetCostAndUsage" => Reply::new(200, r#"{"ResultsByTime": []}"#),
            _ => used(asked),
        });
        let mut want = wanted(SETTINGS);
        want.skip_quiet_regions = true;
        let collected = aws.collect(&want, &Quiet).await;
        assert_eq!(
            log.count("ec2:DescribeVolumes"),
            4,
            "two accounts, two regions"
        );
        assert_eq!(collected.notices.len(), usize::from(refuses));
        let skipped = collected
            .coverage
            .iter()
            .any(|line| line.status == CoverageStatus::NothingBilled);
        assert!(!skipped);
    }
    // A plan sends nothing that is charged.
    let (aws, log) = super::replies::aws(used);
    let mut plan = wanted(SETTINGS);
    (plan.skip_quiet_regions, plan.count_metrics_only) = (true, true);
    aws.collect(&plan, &Quiet).await;
    assert_eq!(log.count("ce:GetCostAndUsage"), 0);
}

#[tokio::test]
async fn a_stopped_scan_says_which_accounts_it_never_began() {
    let (aws, log) = aws(answer);
    let mut want = wanted(&[("aws_ebs_volume", &[])]);
    want.accounts_at_once = 1;
    let stop = Stop::default();
    let collected = aws.collect(&want, &stop).await;
    assert!(collected.interrupted);
    assert_eq!(
        log.count("sts:AssumeRole"),
        0,
        "no other account is entered"
    );
    let never: Vec<_> = collected
        .gaps
        .iter()
        .filter(|gap| gap.table == EVERY_TABLE)
        .map(|gap| (gap.account_id.as_str(), gap.kind))
        .collect();
    assert_eq!(
        never,
        [(MEMBER, GapKind::Cancelled), (CLOSED, GapKind::Cancelled)]
    );
    let begun = collected
        .estate
        .iter()
        .filter(|account| account.state == AccountState::NotBegun);
    assert_eq!(begun.count(), 2);
}
