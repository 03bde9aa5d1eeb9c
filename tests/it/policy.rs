//! The policy that is printed: it is enough, and nothing in it is too much.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Mutex;
use std::thread;

use billhook::plan;
use billhook::rule::{RuleSet, Selection, Settings};
use billhook::sql::Catalog;
use billhook_aws::Aws;
use billhook_catalog::Provider;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::moto::Moto;

/// Collections under way at once, each with credentials of its own.
const RUNS_AT_ONCE: usize = 3;

/// For each permission, the rules that read a table through it. Those that need the fewest others come first.
fn rules_by_permission() -> BTreeMap<String, Vec<String>> {
    let catalog = Catalog::new(billhook_aws::catalog::TABLES);
    let everything = Selection::new(&[], &[]).expect("no globs");
    let set = RuleSet::load(&[] as &[&str], &everything, &catalog, |_| {
        Settings::default()
    });
    let aws = Aws::offline();
    let mut rules: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for rule in &set.expect("rules that compile").rules {
        let want = plan::want(slice::from_ref(rule), &catalog, None, Timestamp::now());
        let others = plan::permissions(&want, &catalog, &aws).len();
        for (operation, tables) in plan::operations(&want, &catalog, &aws) {
            // What is asked in any case fills no table, and so leaves no gap.
            if let Some(permission) = aws.iam_action(&operation)
                && !tables.is_empty()
            {
                rules
                    .entry(permission)
                    .or_default()
                    .push((others, rule.id.clone()));
            }
        }
    }
    let in_order = |mut rules: Vec<(usize, String)>| {
        rules.sort();
        rules.dedup();
        rules.into_iter().map(|(_, id)| id).collect()
    };
    rules
        .into_iter()
        .map(|(permission, rules)| (permission, in_order(rules)))
        .collect()
}

/// Whether some rule leaves a gap that names the permission, once it alone is missing. The rules are tried one by one:
/// of the first ones the account may have nothing to read. What they said instead is the error.
fn is_missed(moto: &Moto, policy: &Value, missing: &str, rules: &[String]) -> Result<(), String> {
    let mut less = policy.clone();
    less["Statement"][0]["Action"]
        .as_array_mut()
        .expect("a list of actions")
        .retain(|action| action != missing);
    let key: String = missing
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let billhook = moto.billhook_with(&format!("AKIA{}", key.to_uppercase()));
    moto.policy_of(billhook.access_key(), &less);
    let mut said = String::new();
    for rule in rules {
        let run = billhook.run(&[
            "collect",
            "--snapshot",
            "snapshot",
            "--region",
            "us-east-1",
            "--cost-explorer",
            "--only",
            rule,
        ]);
        if run.code == 3 && run.stdout.contains(&format!("needs {missing}\n")) {
            return Ok(());
        }
        said += &format!("\n{rule}: {}\n{}{}", run.code, run.stdout, run.stderr);
    }
    Err(format!("without {missing} nothing is missing: {said}"))
}

#[test]
fn the_printed_policy_is_enough_and_nothing_in_it_is_too_much() {
    let (moto, _) = Moto::with("estate");
    let billhook = moto.billhook();
    let policy: Value = serde_json::from_str(
        &billhook
            .expect(0, &["permissions", "--cost-explorer"])
            .stdout,
    )
    .expect("a policy");
    moto.policy(policy.clone());
    billhook.expect(0, &["scan", "--cost-explorer"]);
    assert_eq!(billhook.report()["gaps"], json!([]));
    billhook.expect(0, &["doctor"]);

    let actions: Vec<String> =
        serde_json::from_value(policy["Statement"][0]["Action"].clone()).expect("a list");
    assert!(actions.len() > 20, "{actions:?}");
    let rules = rules_by_permission();
    let (rest, failures) = (Mutex::new(actions.iter()), Mutex::new(Vec::new()));
    let next = || rest.lock().expect("no test has panicked").next();
    thread::scope(|scope| {
        for _ in 0..RUNS_AT_ONCE {
            scope.spawn(|| {
                while let Some(missing) = next() {
                    let rules = rules.get(missing).map(Vec::as_slice).unwrap_or_default();
                    if let Err(failure) = is_missed(&moto, &policy, missing, rules) {
                        failures.lock().expect("no test has panicked").push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no test has panicked");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
