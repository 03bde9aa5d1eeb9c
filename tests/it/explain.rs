//! Why a number is what it is: the lines of the formulas, and `billhook explain`.

use std::path::Path;

use assert_cmd::Command;
use billhook::report::{Format, Report, TextOptions, render, text};
use billhook_aws::prices::ebs::{SnapshotTier, ebs_volume_lines, gp2_to_gp3, snapshot_lines};
use billhook_aws::prices::network::{
    interface_endpoint_processing_lines, internet_out_lines, nat_processing_lines,
    public_ipv4_lines,
};
use billhook_aws::prices::rds::{RdsStorage, rds_storage_lines};
use billhook_aws::prices::s3::{StorageClass, s3_storage_lines};
use billhook_aws::prices::{Breakdown, Cost, PriceBook};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::sample;

/// Each line is its quantity times its price, and together they are the amount.
fn adds_up(breakdown: &Breakdown<'_>, amount: Cost) -> Result<(), TestCaseError> {
    let mut sum = 0.0;
    for line in breakdown.lines() {
        if let (Some(charge), Some(usd)) = (&line.charge, line.cost.usd()) {
            let price = charge.price.expect("a known amount has a price").usd;
            prop_assert!((charge.quantity * price - usd).abs() < 1e-9);
        }
        sum += line.cost.usd().unwrap_or(f64::NAN);
    }
    match amount.usd() {
        Some(usd) => prop_assert!((sum - usd).abs() < 1e-6, "{sum} is not {usd}"),
        None => prop_assert!(sum.is_nan(), "{sum} is not unknown"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_lines_are_the_amount(
        size in 0_u32..20_000,
        iops in proptest::option::of(0_u32..256_000),
        throughput in proptest::option::of(0_u32..2_000),
        kind in proptest::sample::select(vec!["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard", "gp9"]),
        region in proptest::sample::select(vec!["us-east-1", "eu-central-1", "xx-nowhere-1"]),
        class in proptest::sample::select(vec![StorageClass::Standard, StorageClass::DeepArchive]),
        multi_az in any::<bool>(),
    ) {
        let book = PriceBook::embedded();
        let size = f64::from(size);
        let (iops, throughput) = (iops.map(f64::from), throughput.map(f64::from));
        let volume = ebs_volume_lines(book, region, kind, size, iops, throughput);
        adds_up(&volume, volume.cost())?;
        let change = gp2_to_gp3(book, region, size);
        adds_up(&change.lines, change.savings)?;
        let storage = RdsStorage {
            engine: "postgres", storage_type: kind, allocated_gib: size, iops, throughput_mibps: throughput, multi_az,
        };
        for breakdown in [
            snapshot_lines(book, region, SnapshotTier::Archive, size),
            nat_processing_lines(book, region, size),
            public_ipv4_lines(book, region, multi_az),
            internet_out_lines(book, region, size * 100.0),
            interface_endpoint_processing_lines(book, region, size * 1000.0),
            s3_storage_lines(book, region, class, size * 100.0),
            rds_storage_lines(book, region, &storage),
        ] {
            adds_up(&breakdown, breakdown.cost())?;
            adds_up(&volume.clone().minus(breakdown.clone()), volume.cost() - breakdown.cost())?;
        }
    }
}

/// What is printed of all findings of a report.
fn printed(report: &Report) -> String {
    let findings: Vec<_> = report.findings.iter().collect();
    let mut out = Vec::new();
    text::write_why(report, &findings, &TextOptions::default(), &mut out).expect("it is written");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn hostile_text_stays_text_on_one_line() {
    for report in [sample::report(), sample::hostile(), sample::hostile_why()] {
        for line in printed(&report).lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
    let page = |report: &Report| {
        let mut html = Vec::new();
        render(report, Format::Html, &mut html).expect("it is written");
        String::from_utf8(html).expect("UTF-8")
    };
    let html = page(&sample::hostile_why());
    let (_, data) = html.split_once("id=\"data\">").expect("the data");
    let data = &data[..data.find("</script>").expect("it ends")];
    assert!(data.contains("onerror=alert(1)"), "the texts are there");
    assert!(!data.contains(['<', '>', '&']));
    let why: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(
        why["why"]["findings"].as_array().map(Vec::len),
        Some(sample::report().findings.len())
    );
}

#[test]
fn a_report_of_an_older_version_is_read_and_says_that_it_cannot_explain() {
    let mut old = serde_json::to_value(sample::report()).expect("JSON");
    let fields = old.as_object_mut().expect("an object");
    fields.remove("prices");
    for finding in fields["findings"].as_array_mut().expect("findings") {
        finding.as_object_mut().expect("one").remove("explanation");
    }
    for rule in fields["rules"].as_array_mut().expect("rules") {
        rule.as_object_mut().expect("one").remove("judged_by");
    }
    let old = Report::parse(&old.to_string(), Path::new("report.json")).expect("still readable");
    assert!(printed(&old).contains("This report is too old to explain"));
    let mut html = Vec::new();
    render(&old, Format::Html, &mut html).expect("it is written");
    assert!(
        String::from_utf8(html)
            .expect("UTF-8")
            .contains("\"why\":null")
    );
}

/// billhook in a folder of its own.
fn explain(folder: &TempDir, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("billhook").expect("the binary");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("AWS_") || name.starts_with("BILLHOOK_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .arg("explain")
        .args(arguments)
        .assert()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn shown(assert: assert_cmd::assert::Assert) -> String {
    let run = assert.code(0);
    String::from_utf8(run.get_output().stdout.clone()).expect("UTF-8")
}

fn refused(assert: assert_cmd::assert::Assert) -> String {
    let run = assert.code(2);
    assert!(run.get_output().stdout.is_empty());
    String::from_utf8(run.get_output().stderr.clone()).expect("UTF-8")
}

#[test]
fn what_is_asked_about_is_found_or_suggested() {
    let folder = folder();
    let nothing = refused(explain(&folder, &["ml-notebook"]));
    assert!(nothing.contains("there is no billhook-out/report.json here; give --report FILE"));

    let by_name = shown(explain(&folder, &["ml-notebook", "--snapshot", "demo"]));
    for part in [
        "Idle instance\n",
        "Oversized instance\n",
        "Not what these rules are about",
        "730 h × $0.768 [1] =      $560.64",
        "  = savings a month",
    ] {
        assert!(by_name.contains(part), "{part} in {by_name}");
    }
    assert!(!by_name.contains('\u{1b}'));
    let one = shown(explain(&folder, &["dfe72e474a", "--snapshot", "demo"]));
    assert!(by_name.contains(one.trim()) && !one.contains("Oversized instance\n"));

    let near = refused(explain(&folder, &["ml-notebok", "--snapshot", "demo"]));
    assert!(
        near.contains("there is no finding and no resource ml-notebok"),
        "{near}"
    );
    assert!(near.contains("Did you mean ml-notebook"), "{near}");

    let json = shown(explain(
        &folder,
        &["dfe72e474a", "--snapshot", "demo", "--format", "json"],
    ));
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["findings"][0]["rule"], "aws/ec2/idle-instance");
    assert_eq!(
        json["rules"][0]["judged_by"]["thresholds"][0]["name"],
        "cpu_below_percent"
    );
    let price = &json["findings"][0]["explanation"]["calculations"][0]["lines"][0]["price"];
    let price = price.as_u64().expect("a number") as usize;
    assert_eq!(json["prices"][price]["usd"], 0.768);
}

#[test]
fn a_resource_without_a_finding_is_explained_too() {
    let folder = folder();
    let fine = shown(explain(
        &folder,
        &["storefront-web-1", "--snapshot", "demo"],
    ));
    for part in [
        "No finding: storefront-web-1 (i-0c8dcca18629063de)",
        "Judged and fine by",
        "Not what these rules are about",
        "(aws/ec2/long-stopped-instance)",
        "What it costs",
        "  = cost of the resource a month",
    ] {
        assert!(fine.contains(part), "{part} in {fine}");
    }
}

#[test]
fn a_threshold_says_where_it_was_set() {
    let folder = folder();
    let settings = "[scan]\nrules = [\"mine\"]\n\n[rules.\"aws/ec2/idle-instance\"]\ncpu_below_percent = 4.5\n";
    std::fs::write(folder.path().join("billhook.toml"), settings).expect("written");
    std::fs::create_dir_all(folder.path().join("mine/aws/ec2")).expect("a folder");
    let built_in = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/rules/aws/ec2/oversized-instance.md"
    );
    let own = folder.path().join("mine/aws/ec2/oversized-instance.md");
    std::fs::copy(built_in, own).expect("copied");
    let arguments = [
        "ml-notebook",
        "--snapshot",
        "demo",
        "--config",
        "billhook.toml",
    ];
    let text = shown(explain(&folder, &arguments));
    for part in [
        "cpu_below_percent = 4.5 %, set by: billhook.toml:5,",
        "network_below_mb = 5 MB a day, set by: default of the rule\n",
        "CPU max is 3.28 %, below 4.5 % (cpu_below_percent)",
        "saving_min_usd = $5.00 a month, set by: default of the rule, mine/aws/ec2/",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let raised = [&arguments[..], &["--lookback", "20"]].concat();
    let json = shown(explain(
        &folder,
        &[&raised[..], &["--format", "json"]].concat(),
    ));
    let json: Value = serde_json::from_str(&json).expect("JSON");
    // The snapshot knows 14 days only: nothing is found, and the story says why.
    assert_eq!(json["findings"], json!([]));
    let verdicts = json["resource"]["verdicts"].as_array().expect("verdicts");
    let reason = verdicts
        .iter()
        .find(|line| line["rule"] == "aws/ec2/idle-instance")
        .map(|line| line["reason"].as_str().unwrap_or_default().to_owned());
    assert!(
        reason
            .as_ref()
            .is_some_and(|reason| reason.contains("20 are asked for")),
        "{reason:?}"
    );
}

#[test]
fn discounts_and_commitments_are_a_step_of_their_own() {
    let folder = folder();
    let settings = "[prices.discounts]\ndefault = 10\n\n[prices.commitments]\nec2 = 50\n";
    std::fs::write(folder.path().join("paid.toml"), settings).expect("written");
    let arguments = ["8d6d5c18", "--snapshot", "demo", "--config", "paid.toml"];
    let text = shown(explain(&folder, &arguments));
    for part in [
        "  = savings a month                                                     $375.37",
        "These are list prices. $168.91 of it is really paid a month",
        "saves by itself, at list price                                      $375.37",
        "-$206.45",
        "counted in the net sum, a month                                     $168.91",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
