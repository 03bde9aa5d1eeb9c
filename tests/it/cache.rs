//! Answers that are kept between scans: the second scan asks less and finds the same.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::aws::counted;
use crate::moto::{Billhook, Moto};

/// The files of kept answers below a folder.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(kept(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What was found and what was not judged, ages aside: they are counted to the second.
fn verdicts(report: &Value) -> Vec<Value> {
    let cents = |value: &Value| value.as_f64().map(|usd| (usd * 100.0).round());
    let findings = report["findings"].as_array().expect("findings");
    let mut found: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!([
                finding["rule"],
                finding["resource_id"],
                finding["severity"],
                cents(&finding["monthly_savings_usd"]),
                cents(&finding["counted_savings_usd"]),
                finding["absorbed_by"],
            ])
        })
        .collect();
    assert!(!found.is_empty());
    // Findings of the same worth may change places.
    found.sort_by_key(Value::to_string);
    let parts = ["rules", "not_judged", "gaps", "coverage"].iter();
    found.extend(parts.map(|part| report[part].clone()));
    found
}

/// Scans with what is kept; the report, and the calls that the server saw.
fn scan(moto: &Moto, billhook: &Billhook, args: &[&str]) -> (Value, Vec<Value>) {
    moto.calls();
    billhook.caching(0, &[&["scan", "--region", "us-east-1"], args].concat());
    (billhook.report(), moto.calls())
}

fn metrics(calls: &[Value]) -> u64 {
    let asked = calls.iter();
    asked
        .filter_map(|call| call["metrics_requested"].as_u64())
        .sum()
}

#[test]
fn the_second_scan_asks_less_and_finds_the_same() {
    let (moto, _) = Moto::with("estate");
    let billhook = moto.billhook();
    let (first, calls) = scan(&moto, &billhook, &[]);
    assert_eq!(first["scan"]["reused"], Value::Null);
    let asked = counted(&calls);
    let bought = metrics(&calls);
    assert!(bought > 10 && asked["ec2:DescribeInstanceTypes"] > 0);

    let (second, calls) = scan(&moto, &billhook, &[]);
    assert_eq!(verdicts(&second), verdicts(&first));
    let again = counted(&calls);
    assert_eq!(metrics(&calls), 0, "every series was kept");
    for operation in [
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstanceTypeOfferings",
        "cloudwatch:GetMetricData",
    ] {
        assert!(!again.contains_key(operation), "{operation} again");
    }
    assert_eq!(
        again["ec2:DescribeInstances"], asked["ec2:DescribeInstances"],
        "what the account has is asked each time"
    );
    let reused = &second["scan"]["reused"];
    let summary = billhook
        .caching(0, &["report", "billhook-out/report.json"])
        .stdout;
    assert!(summary.contains("Saved by earlier answers"), "{summary}");
    assert!(
        summary.contains("metrics, the oldest answer of"),
        "{summary}"
    );
    for line in summary.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert_eq!(reused["metrics"], bought);
    let saved = reused["saved_usd"].as_f64().expect("dollars");
    assert!((saved - bought as f64 * 0.01 / 1_000.0).abs() < 1e-9);
    assert_eq!(
        reused["api_calls"]["ec2:DescribeInstanceTypes"],
        asked["ec2:DescribeInstanceTypes"]
    );
    // What the report says was asked is what the server was asked.
    let said: u64 = second["scan"]["api_calls"]
        .as_object()
        .expect("counts")
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(said, calls.len() as u64);

    let plan = billhook
        .caching(0, &["plan", "--region", "us-east-1"])
        .stdout;
    assert!(
        plan.contains("A scan would buy at most 0 metrics"),
        "{plan}"
    );
    assert!(
        plan.contains(&format!("and {bought} metrics whose answers are kept")),
        "{plan}"
    );

    // Nobody else may read it, and what is the same for everybody does not say whose it was.
    let folder = billhook.path(".cache/billhook/answers");
    let files = kept(&folder);
    #[cfg(unix)]
    for file in &files {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let types = folder.join("aws/us-east-1/aws_ec2_instance_type.answers");
    assert!(files.contains(&types), "{files:?}");

    // A damaged file is remarked on, read anew and written again.
    let series = files
        .iter()
        .find(|file| file.ends_with("us-east-1/metrics.answers"))
        .expect("the kept series");
    let whole = fs::read(series).expect("a file");
    fs::write(series, &whole[..whole.len() - 7]).expect("a file");
    let run = billhook.caching(0, &["scan", "--region", "us-east-1"]);
    assert!(
        run.stderr.contains("kept answers cannot be read"),
        "{}",
        run.stderr
    );
    // Those of what belongs to no region are in a file of their own, which is whole.
    let anew = metrics(&moto.calls());
    assert!(anew > bought / 2 && anew <= bought, "{anew} of {bought}");
    assert_eq!(verdicts(&billhook.report()), verdicts(&first));
    assert!(fs::read(series).expect("a file").len() >= whole.len());

    // A question that differs is asked: a longer window is another series.
    let (_, calls) = scan(
        &moto,
        &billhook,
        &["--lookback", "20", "--only", "aws/ec2/idle-instance"],
    );
    assert!(metrics(&calls) > 0);

    let (unkept, calls) = scan(&moto, &billhook, &["--no-cache"]);
    assert_eq!(unkept["scan"]["reused"], Value::Null);
    assert_eq!(metrics(&calls), bought);

    let show = billhook.caching(0, &["cache", "show"]).stdout;
    assert!(
        show.contains("us-east-1/metrics") && !show.contains("damaged"),
        "{show}"
    );
    billhook.caching(0, &["cache", "clear"]);
    assert_eq!(kept(&folder), Vec::<PathBuf>::new());
}

#[test]
fn the_bill_is_asked_once_a_day() {
    let (moto, _) = Moto::with("billed");
    let billhook = moto.billhook();
    let bill = [
        "--cost-explorer",
        "--only",
        "aws/ce/*",
        "--only",
        "aws/bill/*",
    ];
    let to_bill = |calls: &[Value]| calls.iter().filter(|call| call["service"] == "ce").count();
    let (first, calls) = scan(&moto, &billhook, &bill);
    let requests = to_bill(&calls);
    assert!(requests >= 5, "{requests}");
    let (second, calls) = scan(&moto, &billhook, &bill);
    // A day may end between the two.
    let day = |report: &Value| {
        report["scan"]["started_at"].as_str().expect("an instant")[..10].to_owned()
    };
    if day(&first) == day(&second) {
        assert_eq!(to_bill(&calls), 0);
        assert_eq!(verdicts(&second), verdicts(&first));
        let saved = second["scan"]["reused"]["saved_usd"]
            .as_f64()
            .expect("dollars");
        assert!(
            (saved - requests as f64 * 0.01).abs() < 1e-9,
            "{saved} for {requests}"
        );
        let plan = [&["plan", "--region", "us-east-1"], &bill[..]].concat();
        let plan = billhook.caching(0, &plan).stdout;
        assert!(
            !plan
                .split_once("Besides")
                .expect("a list")
                .1
                .contains("ce:Get"),
            "{plan}"
        );
    }
    // Costs without an owner depend on what an owner is.
    fs::write(
        billhook.path("billhook.toml"),
        "[report]\nowner_tags = [\"squad\"]\n",
    )
    .expect("a file");
    let (_, calls) = scan(&moto, &billhook, &bill);
    assert!(to_bill(&calls) > 0);
    // Whoever wants no kept bill says so.
    fs::write(billhook.path("billhook.toml"), "[cache]\nbill = false\n").expect("a file");
    let (_, calls) = scan(&moto, &billhook, &bill);
    assert_eq!(to_bill(&calls), requests);
}
