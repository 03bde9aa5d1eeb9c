//! The command line, as a user runs it.

mod jobs;
mod own_rules;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// billhook in an empty folder, without the environment's credentials.
fn billhook(folder: &TempDir) -> Command {
    let mut command = Command::cargo_bin("billhook").expect("the binary");
    command.current_dir(folder.path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_")
            || name.to_string_lossy().starts_with("BILLHOOK_")
        {
            command.env_remove(name);
        }
    }
    command.env("HOME", folder.path()).env("NO_COLOR", "1");
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn the_demo_needs_nothing_and_exits_with_0() {
    let folder = folder();
    let run = billhook(&folder).arg("demo").assert().code(0);
    let summary = text(&run.get_output().stdout);
    assert!(
        summary.lines().all(|line| line.chars().count() <= 80),
        "wider than 80 columns:\n{summary}"
    );
    assert!(!summary.contains('\u{1b}'), "colour without a terminal");
    assert!(folder.path().join("billhook-out/report.html").is_file());
    let report =
        fs::read_to_string(folder.path().join("billhook-out/report.json")).expect("report.json");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert!(
        report["summary"]["net_monthly_savings_usd"]
            .as_f64()
            .expect("a number")
            > 100.0
    );
    assert!(
        !report["gaps"].as_array().expect("a list").is_empty(),
        "the demo shows a gap"
    );
}

#[cfg(unix)]
#[test]
fn what_is_written_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    billhook(&folder).args(["demo", "--quiet"]).assert().code(0);
    for name in ["report.html", "report.json"] {
        let file = fs::metadata(folder.path().join("billhook-out").join(name)).expect(name);
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn fail_on_makes_findings_an_exit_code() {
    let folder = folder();
    billhook(&folder)
        .args(["demo", "--fail-on", "high"])
        .assert()
        .code(1);
    billhook(&folder)
        .args(["demo", "--fail-on", "critical"])
        .assert()
        .code(0);
    let wrong = billhook(&folder)
        .args(["demo", "--fail-on", "severe"])
        .assert()
        .code(2);
    assert!(
        text(&wrong.get_output().stderr)
            .contains("'severe' is not one of info, low, medium, high, critical")
    );
}

#[test]
fn an_account_full_of_gaps_is_incomplete_and_says_what_is_missing() {
    let folder = folder();
    let run = billhook(&folder)
        .args(["judge", &fixture("accounts/gaps")])
        .assert()
        .code(3);
    let summary = text(&run.get_output().stdout);
    let report =
        fs::read_to_string(folder.path().join("billhook-out/report.json")).expect("report.json");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let actions: Vec<&str> = report["gaps"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|gap| gap["iam_action"].as_str())
        .collect();
    assert!(!actions.is_empty());
    assert!(
        actions.iter().any(|action| summary.contains(action)),
        "no action of {actions:?} in:\n{summary}"
    );
    assert!(!report["not_judged"].as_array().expect("a list").is_empty());
}

#[test]
fn an_empty_account_is_complete() {
    let folder = folder();
    billhook(&folder)
        .args(["judge", &fixture("accounts/empty")])
        .assert()
        .code(0);
}

#[test]
fn what_cannot_run_exits_with_2_and_says_what_to_do() {
    let folder = folder();
    let fails = |args: &[&str], expected: &str| {
        let run = billhook(&folder).args(args).assert().code(2);
        let message = text(&run.get_output().stderr);
        assert!(message.contains(expected), "{args:?}: {message}");
    };
    fails(
        &["judge", "nowhere"],
        "a snapshot is a folder that `billhook collect --snapshot` wrote",
    );
    fails(
        &["judge", &fixture("accounts/empty"), "--only", "aws/none/*"],
        "no rule is selected",
    );
    fails(
        &[
            "judge",
            &fixture("accounts/empty"),
            "--config",
            "absent.toml",
        ],
        "absent.toml: cannot read the configuration",
    );
    fails(
        &["rules", "show", "aws/ec2/none"],
        "there is no rule aws/ec2/none",
    );
    fails(
        &["rules", "check", "nowhere"],
        "nowhere: cannot read the rules folder",
    );
    fails(
        &["rules", "check", &fixture("rules/broken")],
        "two-statements.md:27:1: expected exactly one SELECT",
    );
    fails(&["tables", "aws_none"], "there is no table aws_none");
    fails(
        &["query", "demo", "SELECT * FROM '/etc/passwd'"],
        "there is no table /etc/passwd",
    );
    fails(&["report", "nowhere.json"], "nowhere.json");
    fails(&["scan", "--format", "docx"], "docx");
    fails(
        &["scan", "--min-savings", "much"],
        "write an amount of dollars",
    );
    fs::write(
        folder.path().join("bad.toml"),
        "[rules.\"aws/ec2/idle-instnace\"]\nenabled = false\n",
    )
    .expect("a file");
    fails(&["demo", "--only", "x"], "unexpected argument");
    fails(
        &["judge", &fixture("accounts/empty"), "--config", "bad.toml"],
        "there is no such rule",
    );
}

#[test]
fn without_credentials_a_scan_says_so() {
    let folder = folder();
    let run = billhook(&folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .args(["scan", "--region", "us-east-1"])
        .assert()
        .code(2);
    let message = text(&run.get_output().stderr);
    assert!(message.contains("credentials"), "{message}");
    assert!(
        !folder.path().join("billhook-out").exists(),
        "nothing is written"
    );
}

#[test]
fn a_broken_configuration_names_the_line() {
    let folder = folder();
    fs::write(
        folder.path().join("billhook.toml"),
        "[scan]\nreginos = []\n",
    )
    .expect("a file");
    let run = billhook(&folder).args(["rules", "list"]).assert().code(2);
    assert!(text(&run.get_output().stderr).contains("billhook.toml:2:1: unknown field `reginos`"));
}

#[test]
fn a_configured_parameter_changes_the_verdict() {
    let folder = folder();
    let count = |config: &str| -> u64 {
        fs::write(folder.path().join("billhook.toml"), config).expect("a file");
        // The demo's own snapshot, judged under the user's configuration.
        let _ = billhook(&folder)
            .args(["judge", "demo", "--only", "aws/ec2/idle-instance"])
            .assert();
        let report = fs::read_to_string(folder.path().join("billhook-out/report.json"))
            .expect("report.json");
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        report["findings"].as_array().expect("a list").len() as u64
    };
    let usual = count("");
    assert!(usual > 0);
    assert_eq!(
        count("[rules.\"aws/ec2/idle-instance\"]\ncpu_below_percent = 0.0\n"),
        0
    );
}

#[test]
fn a_report_can_be_written_again_in_other_formats() {
    let folder = folder();
    billhook(&folder)
        .args(["demo", "--format", "json", "--quiet"])
        .assert()
        .code(0);
    let csv = billhook(&folder)
        .args(["report", "billhook-out/report.json", "--format", "csv"])
        .assert()
        .code(0);
    let csv = text(&csv.get_output().stdout);
    assert!(
        csv.lines().count() > 20 && csv.starts_with("status,severity,"),
        "{csv}"
    );
    let formats = [
        "report",
        "billhook-out/report.json",
        "--format",
        "text,html",
        "--out",
        "again",
    ];
    billhook(&folder).args(formats).assert().code(0);
    assert!(
        folder.path().join("again/report.text").is_file()
            || folder.path().join("again/report.txt").is_file()
    );
    assert!(folder.path().join("again/report.html").is_file());
}

#[test]
fn a_question_is_answered_in_four_formats() {
    let folder = folder();
    let ask = |format: &str| {
        let sql = "SELECT volume_type, COUNT(*) AS volumes FROM aws_ebs_volume GROUP BY volume_type ORDER BY volume_type";
        let run = billhook(&folder)
            .args(["query", "demo", sql, "--format", format])
            .assert()
            .code(0);
        text(&run.get_output().stdout)
    };
    assert!(ask("table").starts_with("volume_type"));
    assert!(ask("csv").starts_with("volume_type,volumes\n"));
    let line = ask("ndjson").lines().next().expect("a line").to_owned();
    let first = serde_json::from_str::<serde_json::Value>(&line).expect("JSON");
    assert!(first["volumes"].is_number());
    let array = serde_json::from_str::<serde_json::Value>(&ask("json")).expect("JSON");
    let rows = array.as_array().expect("an array");
    assert_eq!(rows[0], first);
    assert_eq!(rows.len(), ask("ndjson").lines().count());
    let none = billhook(&folder)
        .args([
            "query",
            "demo",
            "SELECT region FROM aws_ebs_volume WHERE region = 'none'",
        ])
        .args(["--format", "json"])
        .assert()
        .code(0);
    assert_eq!(
        text(&none.get_output().stdout),
        "[]\n",
        "no rows are an array too"
    );
}

#[test]
fn the_permissions_of_a_rule_are_the_least() {
    let folder = folder();
    let policy = |args: &[&str]| -> Vec<String> {
        let run = billhook(&folder)
            .arg("permissions")
            .args(args)
            .assert()
            .code(0);
        let policy: serde_json::Value =
            serde_json::from_slice(&run.get_output().stdout).expect("JSON");
        assert!(
            policy.to_string().len() <= 6144,
            "over the size limit of a managed policy"
        );
        let actions = policy["Statement"][0]["Action"].as_array().expect("a list");
        actions
            .iter()
            .map(|action| action.as_str().expect("text").to_owned())
            .collect()
    };
    assert_eq!(
        policy(&["--only", "aws/ebs/unencrypted-volume"]),
        ["ec2:DescribeRegions", "ec2:DescribeVolumes"]
    );
    let all = policy(&[]);
    assert!(
        all.contains(&"budgets:ViewBudget".to_owned())
            && all.contains(&"s3:GetEncryptionConfiguration".to_owned())
    );
    assert!(
        !all.iter()
            .any(|action| action.starts_with("sts:GetCallerIdentity")),
        "needs no permission"
    );
}

#[test]
fn help_fits_and_lists_every_verb() {
    let folder = folder();
    let run = billhook(&folder).arg("--help").assert().code(0);
    let help = text(&run.get_output().stdout);
    for verb in [
        "demo",
        "scan",
        "collect",
        "judge",
        "report",
        "rules",
        "tables",
        "query",
        "plan",
        "permissions",
        "doctor",
    ] {
        assert!(
            help.contains(&format!("  {verb} ")),
            "{verb} is missing in:\n{help}"
        );
    }
    assert!(help.contains("Exit codes"));
    let scan = billhook(&folder).args(["scan", "--help"]).assert().code(0);
    let scan = text(&scan.get_output().stdout);
    for heading in ["Scope:", "Rules:", "Output:", "General:"] {
        assert!(scan.contains(heading), "{heading} is missing in:\n{scan}");
    }
}

#[test]
fn every_table_is_documented() {
    let folder = folder();
    let run = billhook(&folder).arg("tables").assert().code(0);
    let list = text(&run.get_output().stdout);
    assert!(list.lines().count() >= 30, "{list}");
    let run = billhook(&folder)
        .args(["tables", "aws_ebs_volume"])
        .assert()
        .code(0);
    let volume = text(&run.get_output().stdout);
    assert!(
        volume.contains("size_gib")
            && volume.contains("ec2:DescribeVolumes")
            && volume.contains("VolumeReadOps")
    );
}

const PUBLIC_IMAGE: &str = r#"```toml
severity = "high"
kind = "guard"
action = "none"
confidence = "high"
resource = "aws_ec2_image"
message = "{name} is public"
```

# Public image

## What it finds
An image that anyone may launch.

## Why it costs
It gives away what is inside.

## What to do
Make it private.

## When it is wrong
It is meant to be public.

## Query

```sql
SELECT resource_id FROM aws_ec2_image WHERE public = TRUE
```
"#;

#[test]
fn rules_that_a_snapshot_was_not_collected_for_make_it_incomplete() {
    let folder = folder();
    let rules = folder.path().join("mine/team");
    fs::create_dir_all(&rules).expect("a folder");
    let snapshot = demo_without("aws_ec2_image", &folder);
    fs::write(rules.join("public-image.md"), PUBLIC_IMAGE).expect("a rule");
    let run = billhook(&folder)
        .args(["judge", &snapshot, "--rules", "mine", "--only", "team/*"])
        .assert()
        .code(3);
    let summary = text_of_gaps(&folder);
    assert_eq!(
        summary,
        ["aws_ec2_image not-collected", "aws_ec2_image not-collected"]
    );
    assert!(text(&run.get_output().stdout).contains("not collected"));
    let asked = billhook(&folder)
        .args([
            "query",
            &snapshot,
            "SELECT COUNT(*) AS n FROM aws_ec2_image",
        ])
        .assert()
        .code(0);
    let warning = text(&asked.get_output().stderr);
    assert!(
        warning.contains("aws_ec2_image was not collected"),
        "{warning}"
    );
    // A gap that none of the selected rules reads is none of theirs.
    billhook(&folder)
        .args(["judge", &snapshot, "--only", "aws/ebs/unencrypted-volume"])
        .assert()
        .code(0);
}

/// The demo as if a table had never been asked for. Returns the folder's path.
fn demo_without(table: &str, folder: &TempDir) -> String {
    let (from, to) = (fixture("accounts/demo"), folder.path().join("snapshot"));
    fs::create_dir_all(&to).expect("a folder");
    for entry in fs::read_dir(from).expect("the demo") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name");
        if path.extension().is_some_and(|ending| ending == "ndjson")
            && path.file_stem().is_some_and(|stem| stem != table)
        {
            fs::copy(&path, to.join(name)).expect("a copy");
        } else if name == "manifest.json" {
            let text = fs::read_to_string(&path).expect("text");
            let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let coverage = manifest["coverage"].as_array_mut().expect("a list");
            coverage.retain(|line| line["table"] != table);
            fs::write(to.join(name), manifest.to_string()).expect("a manifest");
        }
    }
    to.display().to_string()
}

/// The gaps of the last report, each as its table and kind.
fn text_of_gaps(folder: &TempDir) -> Vec<String> {
    let report = fs::read_to_string(folder.path().join("billhook-out/report.json"));
    let report: serde_json::Value =
        serde_json::from_str(&report.expect("report.json")).expect("JSON");
    let gaps = report["gaps"].as_array().expect("a list");
    let word = |gap: &serde_json::Value, name: &str| gap[name].as_str().expect("text").to_owned();
    gaps.iter()
        .map(|gap| format!("{} {}", word(gap, "table"), word(gap, "kind")))
        .collect()
}

#[test]
fn shells_are_told_commands_options_and_rules() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = billhook(&folder)
            .args(["completions", shell])
            .assert()
            .code(0);
        let script = text(&run.get_output().stdout);
        // Of these, two complete what stands without an option.
        let knows_ids = ["bash", "zsh"].contains(&shell);
        let ids = ["aws/ec2/idle-instance"].into_iter().filter(|_| knows_ids);
        for word in ["doctor", "log-format"].into_iter().chain(ids) {
            assert!(script.contains(word), "{word} is missing for {shell}");
        }
    }
    let script = billhook(&folder)
        .args(["completions", "bash"])
        .assert()
        .code(0);
    fs::write(
        folder.path().join("billhook.bash"),
        &script.get_output().stdout,
    )
    .expect("a file");
    // What bash itself offers for the id of a rule.
    let offered = std::process::Command::new("bash")
        .current_dir(folder.path())
        .args([
            "-c",
            "source billhook.bash; COMP_WORDS=(billhook rules show aws/vpc/idle-n); COMP_CWORD=3; \
             _billhook billhook aws/vpc/idle-n show; printf '%s\\n' \"${COMPREPLY[@]}\"",
        ])
        .output()
        .expect("bash");
    assert_eq!(
        text(&offered.stdout),
        "aws/vpc/idle-nat-gateway\n",
        "{}",
        text(&offered.stderr)
    );
}
