//! A whole organization against the AWS-compatible server: two accounts that can be read, one that lets nobody in, one that is
//! closed, three regions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::aws::{counted, found, planted};
use crate::moto::{Billhook, Moto};

/// Hours of a month.
const MONTH: f64 = 730.0;

/// The organization, with the door closed.
struct Organization {
    moto: Moto,
    manifest: Value,
}

impl Organization {
    fn new() -> Self {
        let (moto, manifest) = Moto::with("organization");
        let organization = Organization { moto, manifest };
        let closed = organization.id("closed-door");
        organization.moto.faults(json!([
            { "kind": "deny", "service": "sts", "operation": "AssumeRole", "contains": closed }
        ]));
        organization
    }

    fn id(&self, name: &str) -> &str {
        self.manifest["ids"][name].as_str().expect(name)
    }

    fn management(&self) -> &str {
        self.manifest["accounts"][0].as_str().expect("an account")
    }

    /// What was planted in some of the accounts.
    fn planted_in(&self, accounts: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let mut planted = planted(&self.manifest);
        for ids in planted.values_mut() {
            ids.retain(|id| accounts.iter().any(|account| id.contains(account)));
        }
        planted.retain(|_, ids| !ids.is_empty());
        planted
    }
}

fn accounts_asked(calls: &[Value]) -> BTreeSet<&str> {
    calls
        .iter()
        .filter(|call| call["service"] == "ec2")
        .filter_map(|call| call["account"].as_str())
        .collect()
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

#[test]
fn an_organization_is_one_scan_and_one_report() {
    let organization = Organization::new();
    let (management, live) = (organization.management(), organization.id("shop-live"));
    let closed = organization.id("closed-door");
    let billhook = organization.moto.billhook();
    let run = billhook.expect(3, &["scan", "--organization", "--snapshot", "snapshot"]);
    let report = billhook.report();

    // Both accounts, nothing else, and none of the look-alikes.
    assert_eq!(found(&report), planted(&organization.manifest));
    for (rule, look_alikes) in organization.manifest["look_alikes"]
        .as_object()
        .expect("look-alikes")
    {
        for id in look_alikes.as_object().expect("of a rule").keys() {
            let flagged = found(&report).get(rule).is_some_and(|ids| ids.contains(id));
            assert!(!flagged, "{rule} flags {id}");
        }
    }

    // us-east-1: 100 GiB and 200 GiB of gp3 at $0.08. eu-west-1: an idle public address at $0.005 an hour.
    //   management   100 × 0.08 + 0.005 × 730 =  8.00 + 3.65 = 11.65
    //   shop-live    200 × 0.08               = 16.00
    let of_management = 100.0 * 0.08 + 0.005 * MONTH;
    let of_live = 200.0 * 0.08;
    assert_eq!(cents(of_management), 11.65);
    let summary = &report["summary"];
    assert_eq!(summary["net_monthly_savings_usd"], json!(27.65));
    assert_eq!(summary["gross_monthly_savings_usd"], json!(27.65));
    assert_eq!(cents(of_management + of_live), 27.65);

    // Each account has its sums, and together they are the summary's.
    let accounts = report["accounts"].as_array().expect("accounts");
    let sums: BTreeMap<&str, (&str, f64, u64)> = accounts
        .iter()
        .map(|account| {
            let text = |name: &str| account[name].as_str().expect("a text");
            let net = account["net_monthly_savings_usd"].as_f64().expect("a sum");
            let findings = account["findings"].as_u64().expect("a count");
            (text("account_id"), (text("state"), net, findings))
        })
        .collect();
    let old = organization.id("old-lab");
    assert_eq!(
        sums,
        BTreeMap::from([
            // A volume and an address.
            (management, ("read", 11.65, 2)),
            // A volume, and encryption by default that is off in one region.
            (live, ("read", 16.0, 2)),
            (closed, ("unreachable", 0.0, 0)),
            (old, ("inactive", 0.0, 0)),
        ])
    );
    // What the estate costs: the volumes and the address above, in each account a volume of 100 GiB from yesterday, a running m5.large ($0.096 an
    // hour) with a root volume of 20 GiB, and its image's snapshot, 80 GiB at $0.05.
    let of_both = 100.0 * 0.08 + 0.096 * MONTH + 20.0 * 0.08 + 80.0 * 0.05;
    assert_eq!(cents(of_both), 83.68);
    let estate_of = |id: &str| {
        let account = accounts.iter().find(|account| account["account_id"] == id);
        account.and_then(|account| account["estate_monthly_cost_usd"].as_f64())
    };
    assert_eq!(estate_of(management), Some(95.33), "11.65 + 83.68");
    assert_eq!(estate_of(live), Some(99.68), "16.00 + 83.68");
    let estate: f64 = accounts
        .iter()
        .filter_map(|account| account["estate_monthly_cost_usd"].as_f64())
        .sum();
    let whole = summary["estate_monthly_cost_usd"].as_f64().expect("a sum");
    assert!((estate - whole).abs() < 1e-6, "{estate} of {whole}");

    // Owners: of the volume itself, of its account, and of nobody.
    let owner_of = |account: &str, rule: &str| {
        let finding = report["findings"].as_array().and_then(|findings| {
            let mut of = findings
                .iter()
                .filter(|finding| finding["account_id"] == account && finding["rule"] == rule);
            of.next()
        });
        let finding = finding.unwrap_or_else(|| panic!("{rule} in {account}"));
        (finding["owner"].clone(), finding["owner_source"].clone())
    };
    const UNATTACHED: &str = "aws/ebs/unattached-volume";
    assert_eq!(
        owner_of(management, UNATTACHED),
        (json!("finops"), json!("tag"))
    );
    assert_eq!(
        owner_of(live, UNATTACHED),
        (json!("shop-team"), json!("account-tag"))
    );
    assert_eq!(
        owner_of(management, "aws/vpc/unassociated-address"),
        (Value::Null, json!(""))
    );
    assert!(run.stdout.contains("· unowned"), "{}", run.stdout);
    assert!(
        run.stdout.contains(&format!(
            "closed-door ({closed}) not read: its role could not"
        )),
        "{}",
        run.stdout
    );

    // The budget of the management account is over everything, so the member is guarded.
    let guard = report["rules"]
        .as_array()
        .and_then(|rules| {
            rules
                .iter()
                .find(|rule| rule["id"] == "aws/budgets/no-cost-budget")
        })
        .expect("the rule");
    assert_eq!((&guard["clear"], &guard["flagged"]), (&json!(2), &json!(0)));

    // The account that lets nobody in is one gap, and no rule calls it clear.
    let gaps = report["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0]["table"], "*");
    assert_eq!(gaps[0]["account_id"], closed);
    assert_eq!(gaps[0]["region"], Value::Null);
    assert_eq!(gaps[0]["operation"], "sts:AssumeRole");
    assert_eq!(gaps[0]["iam_action"], "sts:AssumeRole");
    let detail = gaps[0]["detail"].as_str().expect("a detail");
    assert!(detail.contains("trust policy"), "{detail}");
    let unjudged: BTreeSet<&str> = report["not_judged"]
        .as_array()
        .expect("not judged")
        .iter()
        .filter(|entry| entry["account_id"] == closed)
        .filter_map(|entry| entry["rule"].as_str())
        .collect();
    let rules = report["rules"].as_array().expect("rules").len();
    assert_eq!(unjudged.len(), rules, "every rule is not judged there");
    assert!(run.stdout.contains("sts:AssumeRole"), "{}", run.stdout);

    // The closed account is left alone, and said.
    let notices = report["notices"].to_string();
    assert!(
        notices.contains(&format!("account {old} (old-lab) is suspended")),
        "{notices}"
    );

    // What the report says it asked is what the server was asked.
    let calls = organization.moto.calls();
    let said: BTreeMap<String, u64> =
        serde_json::from_value(report["scan"]["api_calls"].clone()).expect("counts");
    assert_eq!(said, counted(&calls));
    assert_eq!(accounts_asked(&calls), BTreeSet::from([management, live]));
    for (operation, times) in [
        ("organizations:ListAccounts", 1),
        // The management account and the two active members.
        ("organizations:ListTagsForResource", 3),
        ("sts:AssumeRole", 2),
        ("sts:GetCallerIdentity", 1),
    ] {
        assert_eq!(said[operation], times, "{operation}");
    }
    let types = |account: &str| {
        let types = calls.iter().filter(|call| {
            call["operation"] == "DescribeInstanceTypes" && call["account"] == account
        });
        types.count()
    };
    assert!(
        types(management) == 0 || types(live) == 0,
        "instances run in both, and their types are asked for once"
    );

    again_without_the_server(&billhook, &report);
}

/// The snapshot judged again gives the same report.
fn again_without_the_server(billhook: &Billhook, report: &Value) {
    billhook.expect(3, &["judge", "snapshot"]);
    let again = billhook.report();
    for part in [
        "summary",
        "findings",
        "rules",
        "not_judged",
        "gaps",
        "coverage",
        "notices",
    ] {
        assert_eq!(again[part], report[part], "{part}");
    }
}

#[test]
fn accounts_may_be_chosen_by_unit_by_file_and_by_role() {
    let organization = Organization::new();
    let (management, live) = (organization.management(), organization.id("shop-live"));
    let closed = organization.id("closed-door");
    let billhook = organization.moto.billhook();
    let of_live = organization.planted_in(&[live]);

    // A unit, with what is nested in it: here nobody is missing.
    let shop = organization.id("shop");
    billhook.expect(0, &["scan", "--organization", "--ou", shop, "--quiet"]);
    assert_eq!(found(&billhook.report()), of_live);
    let workloads = organization.id("workloads");
    let args = ["scan", "--organization", "--ou", workloads, "--quiet"];
    billhook.expect(3, &args);
    let report = billhook.report();
    assert_eq!(
        found(&report),
        of_live,
        "the unit within the unit is read too"
    );
    assert_eq!(report["gaps"][0]["account_id"], closed);
    let args = [&args[..], &["--not-account", closed]].concat();
    billhook.expect(0, &args);

    // By tag.
    let tag = "owner=shop-team";
    billhook.expect(
        0,
        &["scan", "--organization", "--account-tag", tag, "--quiet"],
    );
    assert_eq!(found(&billhook.report()), of_live);

    // One account by its role's full name.
    let role = format!("arn:aws:iam::{live}:role/Whatever");
    billhook.expect(0, &["scan", "--role", &role, "--quiet"]);
    assert_eq!(found(&billhook.report()), of_live);

    // From a file.
    let list = format!("# ours\naccount,name,role\n{management},Root,\n{live},Shop,{role}\n");
    fs::write(billhook.path("accounts.csv"), list).expect("written");
    billhook.expect(0, &["scan", "--accounts", "accounts.csv", "--quiet"]);
    let report = billhook.report();
    assert_eq!(found(&report), organization.planted_in(&[management, live]));
    assert_eq!(
        report["scan"]["accounts"],
        json!(sorted([management, live]))
    );

    // The same in billhook.toml, with an owner of the whole account, and a mistake in the file.
    let config = "[scope]\naccounts_file = \"accounts.csv\"\nnot_accounts = [\"LIVE\"]\n[owners]\n\"123456789012\" = \"cloud-desk\"\n";
    fs::write(billhook.path("billhook.toml"), config.replace("LIVE", live)).expect("written");
    billhook.expect(0, &["scan", "--quiet"]);
    assert_eq!(
        found(&billhook.report()),
        organization.planted_in(&[management])
    );
    let owners: BTreeSet<String> = billhook.report()["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| format!("{} by {}", finding["owner"], finding["owner_source"]))
        .collect();
    let expected = [
        "\"cloud-desk\" by \"configuration\"",
        "\"finops\" by \"tag\"",
    ];
    assert_eq!(owners, expected.map(str::to_owned).into());
    fs::write(billhook.path("accounts.csv"), "123456789012\n12345678901\n").expect("written");
    let run = billhook.expect(2, &["scan", "--quiet"]);
    assert!(
        run.stderr
            .contains("accounts.csv:2: '12345678901': an account id has 12 digits"),
        "{}",
        run.stderr
    );
}

fn sorted(ids: [&str; 2]) -> Vec<&str> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

#[test]
fn plan_and_doctor_know_the_accounts() {
    let organization = Organization::new();
    let (live, closed) = (organization.id("shop-live"), organization.id("closed-door"));
    let billhook = organization.moto.billhook();
    let run = billhook.expect(3, &["doctor", "--organization"]);
    for line in [
        format!("{live} (shop-live) as arn:aws:iam::{live}:role/BillhookReadOnly"),
        format!(
            "{closed} (closed-door) NOT: arn:aws:iam::{closed}:role/BillhookReadOnly could not be assumed"
        ),
        "with the caller's own credentials".to_owned(),
        "(old-lab) not at all: suspended".to_owned(),
    ] {
        assert!(run.stdout.contains(&line), "{line}\n{}", run.stdout);
    }
    let run = billhook.expect(0, &["plan", "--organization"]);
    assert!(
        run.stdout.contains("in 2 accounts and 3 regions"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("organizations:ListAccounts"),
        "{}",
        run.stdout
    );
}

/// What `permissions --organization` prints is enough to find and enter the accounts, and what it prints without is enough in them.
#[test]
fn the_printed_policies_are_enough() {
    let organization = Organization::new();
    let billhook = organization.moto.billhook_with("AKIAMANAGEMENT");
    let policy = billhook
        .expect(0, &["permissions", "--organization"])
        .stdout;
    let mut policy: Value = serde_json::from_str(&policy).expect("a policy");
    let enter = &policy["Statement"][2];
    assert_eq!(enter["Action"], json!(["sts:AssumeRole"]));
    assert_eq!(enter["Resource"], "arn:*:iam::*:role/BillhookReadOnly");
    // The server knows no resources.
    policy["Statement"][2]["Resource"] = json!("*");
    organization.moto.policy_of("AKIAMANAGEMENT", &policy);
    billhook.expect(3, &["scan", "--organization", "--quiet"]);
    let report = billhook.report();
    assert_eq!(report["gaps"].as_array().expect("gaps").len(), 1);
    assert!(
        !report["notices"]
            .to_string()
            .contains("ListTagsForResource")
    );

    let trust = billhook.expect(
        0,
        &[
            "permissions",
            "--trust",
            "123456789012",
            "--external-id",
            "s3cret",
        ],
    );
    let trust: Value = serde_json::from_str(&trust.stdout).expect("a policy");
    let statement = &trust["Statement"][0];
    assert_eq!(statement["Principal"], json!({ "AWS": "123456789012" }));
    assert_eq!(
        statement["Condition"]["StringEquals"]["sts:ExternalId"],
        "s3cret"
    );
    let template = billhook.expect(0, &["permissions", "--stack-set", "123456789012"]);
    let template: Value = serde_json::from_str(&template.stdout).expect("a template");
    let role = &template["Resources"]["Role"]["Properties"];
    assert_eq!(role["RoleName"], "BillhookReadOnly");
    assert_eq!(role["Path"], "/");
    let actions = &template["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"][0];
    assert!(
        actions["Action"]
            .to_string()
            .contains("ec2:DescribeInstances")
    );
}
