//! Two accounts of an organization in three regions, with every planted case and every look-alike between them, and their dollars
//! calculated by hand.
//!
//! Three rules flag an account that has nothing at all where this organization has something (a budget, a monitor). Their cases are
//! planted in accounts of their own: see `aws::an_account_without_budgets…` and `bill::a_bill_that_is_half_watched…`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::aws::{counted, found, planted};
use crate::moto::Moto;

mod costs;
mod savings;
mod stakes;

/// Hours of a month.
const MONTH: f64 = 730.0;

/// Where the dollars of a finding go.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    /// Into gross and net.
    Net,
    /// Into gross; into net only so much.
    Capped(f64),
    /// Into gross; net has them with the finding of this rule in the same account and region.
    In(&'static str),
    /// Into neither: it is no more than an upper bound.
    Bound,
}

/// Rule, region, name, what is saved in USD a month, where it goes.
type Line = (&'static str, &'static str, &'static str, f64, To);

/// What a scan of both accounts reported.
struct Accounts {
    report: Value,
    /// What `resource` costs by type, USD a month, as the snapshot has it.
    usd_by_type: BTreeMap<String, f64>,
}

impl Accounts {
    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.report["findings"].as_array().expect("findings").iter()
    }

    /// A figure that a finding shows; for what is measured and not planted to the last digit.
    fn evidence(&self, rule: &str, name: &str, column: &str) -> f64 {
        let mut of = self
            .findings()
            .filter(|finding| finding["rule"] == rule && finding["name"] == name);
        let figure = of
            .next()
            .and_then(|finding| finding["evidence"][column].as_f64());
        figure.unwrap_or_else(|| panic!("{rule} of {name} shows no {column}"))
    }

    /// What all resources of a type cost.
    fn resource_usd(&self, resource_type: &str) -> f64 {
        self.usd_by_type[resource_type]
    }

    /// A sum of one account.
    fn of_account(&self, id: &str, sum: &str) -> f64 {
        let accounts = self.report["accounts"].as_array().expect("accounts");
        let account = accounts.iter().find(|account| account["account_id"] == id);
        account
            .and_then(|account| account[sum].as_f64())
            .expect("a sum")
    }
}

/// Dollars and cents.
fn cents(usd: f64) -> f64 {
    // A half cent that binary fractions put just below itself is rounded up all the same.
    (usd * 100.0 + 1e-7).round() / 100.0
}

fn sum(lines: &[Line], part: impl Fn(f64, To) -> f64) -> f64 {
    lines.iter().map(|(.., usd, to)| part(*usd, *to)).sum()
}

fn net(lines: &[Line]) -> f64 {
    sum(lines, |usd, to| match to {
        To::Net => usd,
        To::Capped(most) => most,
        To::In(_) | To::Bound => 0.0,
    })
}

/// Each line is found with its dollars, and nothing else has any.
fn compare(accounts: &Accounts, account: &str, lines: &[Line]) {
    let key = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        (text("rule"), text("region"), text("name"))
    };
    let mut open: BTreeMap<(String, String, String), &Value> = accounts
        .findings()
        .filter(|finding| finding["account_id"] == account)
        // A saving of nothing is no claim.
        .filter(|finding| finding["monthly_savings_usd"].as_f64() > Some(0.0))
        .map(|finding| (key(finding), finding))
        .collect();
    let fingerprints: BTreeMap<&str, &str> = accounts
        .findings()
        .filter_map(|finding| Some((finding["fingerprint"].as_str()?, finding["rule"].as_str()?)))
        .collect();
    for (rule, region, name, usd, to) in lines {
        let what = format!("{rule} {region} {name}");
        let finding = open
            .remove(&((*rule).to_owned(), (*region).to_owned(), (*name).to_owned()))
            .unwrap_or_else(|| panic!("{what}: not found"));
        let figure = |name: &str| finding[name].as_f64().expect("a figure");
        let claimed = figure("monthly_savings_usd");
        assert!((claimed - usd).abs() < 1e-3, "{what}: {claimed} for {usd}");
        let counted = net(&[(*rule, *region, *name, *usd, *to)]);
        let counts = figure("counted_savings_usd");
        assert!(
            (counts - counted).abs() < 1e-3,
            "{what}: counts {counts} for {counted}"
        );
        assert_eq!(
            finding["savings_are_upper_bound"],
            *to == To::Bound,
            "{what}"
        );
        let absorbed = finding["absorbed_by"].as_str().map(|by| fingerprints[by]);
        let expected = match to {
            To::In(rule) => Some(*rule),
            _ => None,
        };
        assert_eq!(absorbed, expected, "{what}");
    }
    let open: Vec<_> = open.keys().collect();
    assert!(
        open.is_empty(),
        "savings that were not calculated: {open:?}"
    );
}

#[test]
fn every_case_of_two_accounts_is_found_and_every_dollar_is_derived() {
    let (moto, manifest) = Moto::with("estates");
    let id = |name: &str| manifest["ids"][name].as_str().expect("an id");
    let (management, live) = (
        manifest["accounts"][0].as_str().expect("an account"),
        id("shop-live"),
    );
    let billhook = moto.billhook();
    let not = ["--not-account", id("closed-door")];
    let scan = [
        "scan",
        "--organization",
        "--cost-explorer",
        "--snapshot",
        "snapshot",
    ];
    let run = billhook.expect(0, &[&scan[..], &not].concat());
    let report = billhook.report();

    // Everything that was planted, nothing else, and none of the look-alikes.
    assert_eq!(found(&report), planted(&manifest));
    for (rule, look_alikes) in manifest["look_alikes"].as_object().expect("look-alikes") {
        for (id, why) in look_alikes.as_object().expect("look-alikes of a rule") {
            let flagged = found(&report).get(rule).is_some_and(|ids| ids.contains(id));
            assert!(!flagged, "{rule} flags {id}: {why}");
        }
    }
    every_rule_has_both(&report, &manifest);
    assert_eq!(report["gaps"], json!([]));
    assert_eq!(
        report["scan"]["accounts"],
        json!(sorted([management, live]))
    );
    let regions = json!(["ap-southeast-2", "eu-west-1", "us-east-1"]);
    assert_eq!(report["scan"]["regions"], regions);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80));

    let said: BTreeMap<String, u64> =
        serde_json::from_value(report["scan"]["api_calls"].clone()).expect("counts");
    assert_eq!(said, counted(&moto.calls()));

    let sql = "SELECT resource_type, SUM(monthly_usd) AS usd FROM resource WHERE monthly_usd > 0 GROUP BY resource_type";
    let costs = billhook.expect(0, &["query", "snapshot", sql, "--format", "ndjson"]);
    let usd_by_type = costs
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a row"))
        .map(|row| {
            let resource_type = row["resource_type"].as_str().expect("a type");
            (
                resource_type.to_owned(),
                row["usd"].as_f64().expect("a sum"),
            )
        })
        .collect();
    let accounts = Accounts {
        report,
        usd_by_type,
    };

    let (services, machines) = (savings::of_services(&accounts), savings::of_machines());
    compare(&accounts, management, &services);
    compare(&accounts, live, &machines);
    totals(&accounts, (management, &services), (live, &machines));
    stakes::compare(&accounts);
}

/// The report's totals are the sums of the lines, to the cent.
fn totals(accounts: &Accounts, services: (&str, &[Line]), machines: (&str, &[Line])) {
    let usd = |sum: &str| accounts.report["summary"][sum].as_f64().expect("a sum");
    let lines = [services.1, machines.1].concat();
    let gross = sum(&lines, |usd, to| if to == To::Bound { 0.0 } else { usd });
    let bound = sum(&lines, |usd, to| if to == To::Bound { usd } else { 0.0 });
    assert_eq!(cents(usd("gross_monthly_savings_usd")), cents(gross));
    assert_eq!(cents(usd("net_monthly_savings_usd")), cents(net(&lines)));
    // Absorbed: a table 99.645, a node 7.30, IOPS 301.60, logs 1.065, three addresses 10.95; and 0.50 above a resource's own cost.
    assert_eq!(cents(gross - net(&lines)), 421.06);
    // Candidates for Graviton 108.04, snapshots 16 + 19, an image 4, images of containers 6.
    assert_eq!(cents(bound), 153.04);
    assert_eq!(cents(usd("upper_bound_monthly_usd")), 153.04);

    for ((account, lines), expected) in [(services, 7196.65), (machines, 3919.38)] {
        assert_eq!(cents(net(lines)), expected);
        let of_account = accounts.of_account(account, "net_monthly_savings_usd");
        assert_eq!(cents(of_account), expected);
    }

    // What it all costs.
    let (of_services, of_machines) = (costs::of_services(accounts), costs::of_machines());
    let cost = |account: &str| accounts.of_account(account, "estate_monthly_cost_usd");
    assert_eq!(cents(of_services), 11_608.65);
    assert_eq!(cents(of_machines), 9601.56);
    assert_eq!(cents(cost(services.0)), 11_608.65);
    assert_eq!(cents(cost(machines.0)), 9601.56);
    let estate = usd("estate_monthly_cost_usd");
    assert_eq!(cents(estate), cents(of_services + of_machines));
}

/// No rule is without a case here but for three, and those have theirs in scenarios of their own.
fn every_rule_has_both(report: &Value, manifest: &Value) {
    let names = |part: &str| -> BTreeSet<String> {
        let rules = manifest[part].as_object().expect("rules");
        rules.keys().cloned().collect()
    };
    let judged = report["rules"].as_array().expect("rules").iter();
    let judged: BTreeSet<String> = judged
        .map(|rule| rule["id"].as_str().expect("an id").to_owned())
        .collect();
    let without =
        |part: &str| -> Vec<String> { judged.difference(&names(part)).cloned().collect() };
    let elsewhere = [
        "aws/budgets/no-cost-budget",
        "aws/budgets/partial-coverage",
        "aws/ce/no-anomaly-monitor",
    ];
    assert_eq!(without("planted"), elsewhere);
    let elsewhere = [
        "aws/bill/egress-jump",
        "aws/bill/egress-share",
        "aws/ce/untagged-spend",
    ];
    assert_eq!(without("look_alikes"), elsewhere);
}

fn sorted(ids: [&str; 2]) -> Vec<&str> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}
