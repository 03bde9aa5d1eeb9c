//! Rules of one's own: listed, begun, checked, tested, and in place of built-in ones.

use super::*;

#[test]
fn the_list_of_rules_fits_and_is_data_too() {
    let folder = folder();
    let list = |args: &[&str]| {
        let run = billhook(&folder)
            .args(["rules", "list"])
            .args(args)
            .assert()
            .code(0);
        text(&run.get_output().stdout)
    };
    let people = list(&[]);
    for line in people.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(
        people.contains("Needs 14 days, 2 metrics; can save: savings"),
        "{people}"
    );
    let words = people.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("Unencrypted volume. Needs nothing beyond the inventory; can save: nothing"),
        "{people}"
    );
    assert!(!people.contains('–'), "a dash is for tables: {people}");
    let array: serde_json::Value =
        serde_json::from_str(&list(&["--format", "json"])).expect("JSON");
    let rules = array.as_array().expect("an array");
    let lines = list(&["--format", "ndjson"]);
    let first = lines.lines().next().expect("a line");
    assert_eq!(
        rules[0],
        serde_json::from_str::<serde_json::Value>(first).expect("JSON")
    );
    assert_eq!(lines.lines().count(), rules.len());
    let idle = rules
        .iter()
        .find(|rule| rule["id"] == "aws/ebs/idle-volume")
        .expect("a rule");
    assert_eq!(idle["age_days"], 14.0);
    assert_eq!(idle["metrics"], 2);
    assert_eq!(idle["can_save"], "savings");
    assert_eq!(list(&["--markdown"]), list(&["--format", "markdown"]));
    let show = billhook(&folder)
        .args(["rules", "show", "aws/ce/anomaly-monitor-without-subscriber"])
        .assert()
        .code(0);
    let shown = text(&show.get_output().stdout);
    assert!(shown.contains("needs      an age of 1 day\n"), "{shown}");
}

#[test]
fn a_rule_to_begin_with_can_be_tested_at_once_and_is_never_overwritten() {
    let folder = folder();
    let new = |args: &[&str]| billhook(&folder).args(["rules", "new"]).args(args).assert();
    new(&["team/volume-without-owner"]).code(0);
    let path = folder.path().join("rules/team/volume-without-owner.md");
    let written = fs::read_to_string(&path).expect("the rule");
    assert!(
        written.contains("resource = \"aws_ebs_volume\""),
        "{written}"
    );
    fs::write(&path, format!("{written}<!-- mine -->\n")).expect("a file");
    let again = new(&["team/volume-without-owner"]).code(2);
    assert!(text(&again.get_output().stderr).contains("there is such a file already"));
    assert!(
        fs::read_to_string(&path)
            .expect("the rule")
            .ends_with("<!-- mine -->\n")
    );
    // The first folder of the configuration, wherever the command runs.
    fs::create_dir_all(folder.path().join("conf")).expect("a folder");
    fs::write(
        folder.path().join("conf/b.toml"),
        "[scan]\nrules = [\"../ours\"]\n",
    )
    .expect("a file");
    new(&[
        "team/quiet",
        "--resource",
        "aws_vpc_nat_gateway",
        "--kind",
        "idle",
        "--config",
        "conf/b.toml",
    ])
    .code(0);
    assert!(folder.path().join("ours/team/quiet.md").is_file());
    for ours in ["rules", "ours"] {
        billhook(&folder)
            .args(["rules", "check", ours])
            .assert()
            .code(0);
        let test = billhook(&folder)
            .args(["rules", "test", ours])
            .assert()
            .code(0);
        assert_eq!(
            text(&test.get_output().stdout),
            "1 rule, 1 example, 0 failures\n"
        );
    }
    // Both ways of naming a folder: the configuration's is relative to its file.
    for args in [["--config", "conf/b.toml"], ["--rules", "ours"]] {
        let run = billhook(&folder)
            .args(["rules", "show", "team/quiet"])
            .args(args)
            .assert()
            .code(0);
        assert!(text(&run.get_output().stdout).contains("aws_vpc_nat_gateway"));
    }
    for (args, expected) in [
        (&["Team/Volume"][..], "is no rule id"),
        (&["../volume"], "is no rule id"),
        (&["team/thing"], "add --resource TABLE"),
        (
            &["team/x", "--resource", "tag"],
            "no such table of resources",
        ),
        (&["team/x", "--kind", "odd"], "invalid value 'odd'"),
    ] {
        let run = new(args).code(2);
        let message = text(&run.get_output().stderr);
        assert!(message.contains(expected), "{args:?}: {message}");
    }
}

/// A rule of one's own, with one thing put in the place of another.
fn changed_rule(from: &str, to: &str, folder: &TempDir) {
    let rules = folder.path().join("mine/team");
    fs::create_dir_all(&rules).expect("a folder");
    assert!(PUBLIC_IMAGE.contains(from));
    fs::write(rules.join("image.md"), PUBLIC_IMAGE.replace(from, to)).expect("a rule");
}

#[test]
fn a_mistake_in_a_rule_names_line_and_column() {
    let folder = folder();
    for (from, to, place) in [
        ("\"guard\"", "\"gaurd\"", "3:8: kind: 'gaurd'"),
        (
            "aws_ec2_image\"",
            "aws_ec2_imgae\"",
            "6:12: resource: there is no table",
        ),
        (
            "{name} is public",
            "{name} is {pubic}",
            "7:22: message: {pubic}",
        ),
        (
            "message =",
            "applies = \"state = 'x' AND sate = 'y'\"\nmessage =",
            "7:28: applies: there is no column sate",
        ),
        (
            "message =",
            "needs.age_days = \"old\"\nmessage =",
            "7:18: [needs] age_days",
        ),
        (
            "WHERE public = TRUE",
            "WHERE public = TRUE\n  AND publik = TRUE",
            "28:7: there is no column publik",
        ),
        (
            "WHERE public = TRUE",
            "WHERE",
            "27:43: Expected: an expression, found: EOF",
        ),
        (
            "SELECT resource_id",
            "SELECT resource_id, 'x' AS at_stake_usd",
            "27:28: the column at_stake_usd",
        ),
        (
            "FROM aws_ec2_image WHERE",
            "FROM aws_ec2_imgae WHERE",
            "27:25: there is no table",
        ),
        (
            "It is meant to be public.",
            "",
            "21:1: the section ## When it is wrong is missing or empty",
        ),
    ] {
        changed_rule(from, to, &folder);
        let run = billhook(&folder)
            .args(["rules", "check", "mine"])
            .assert()
            .code(2);
        let message = text(&run.get_output().stderr);
        assert!(
            message.contains(&format!("image.md:{place}")),
            "{to}: {message}"
        );
        // The same when the folder is a part of a command that judges.
        let run = billhook(&folder)
            .args(["judge", "demo", "--rules", "mine"])
            .assert()
            .code(2);
        assert!(text(&run.get_output().stderr).contains(&format!("image.md:{place}")));
    }
    let other = folder.path().join("mine/team/bytes.md");
    fs::write(&other, [0xff, 0xfe]).expect("a file");
    let run = billhook(&folder)
        .args(["rules", "check", "mine"])
        .assert()
        .code(2);
    assert!(
        text(&run.get_output().stderr).contains("bytes.md: "),
        "the file is named"
    );
}

#[test]
fn a_negative_amount_is_a_fault_of_the_rule() {
    let folder = folder();
    let rules = folder.path().join("mine/team");
    fs::create_dir_all(&rules).expect("a folder");
    let judged = |amount: &str, code: i32| -> serde_json::Value {
        let query = format!("SELECT resource_id, {amount} FROM aws_ebs_volume");
        let rule = PUBLIC_IMAGE
            .replace("\"aws_ec2_image\"", "\"aws_ebs_volume\"")
            .replace("action = \"none\"", "action = \"delete\"")
            .replace(
                "SELECT resource_id FROM aws_ec2_image WHERE public = TRUE",
                &query,
            );
        fs::write(rules.join("less.md"), rule).expect("a rule");
        billhook(&folder)
            .args([
                "judge", "demo", "--rules", "mine", "--only", "team/*", "--out", "out",
            ])
            .assert()
            .code(code);
        let report = fs::read(folder.path().join("out/report.json")).expect("a report");
        serde_json::from_slice(&report).expect("JSON")
    };
    for column in ["monthly_savings_usd", "at_stake_usd"] {
        let report = judged(&format!("-5.0 AS {column}"), 3);
        assert_eq!(report["findings"], serde_json::json!([]));
        let notice = report["notices"].to_string();
        let start = format!("team/less: the rule failed: its {column} of arn:aws:ec2:");
        assert!(notice.contains(&start), "{notice}");
        assert!(
            notice.contains(" is -$5.00: an amount is never below 0;"),
            "{notice}"
        );
    }
    // Noise of a difference is none.
    let report = judged("0.1 + 0.2 - 0.30000000000000009 AS monthly_savings_usd", 0);
    let findings = report["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    let savings = findings.iter().map(|one| &one["monthly_savings_usd"]);
    assert!(savings.clone().all(|usd| usd == 0.0), "{report}");
    assert_eq!(
        report["summary"]["gross_monthly_savings_usd"],
        report["summary"]["net_monthly_savings_usd"]
    );
}

#[test]
fn a_rule_of_ones_own_replaces_a_built_in_one() {
    let folder = folder();
    let rules = folder.path().join("mine/aws/ec2");
    fs::create_dir_all(&rules).expect("a folder");
    fs::write(rules.join("idle-instance.md"), PUBLIC_IMAGE).expect("a rule");
    let run = billhook(&folder)
        .args(["rules", "show", "aws/ec2/idle-instance", "--rules", "mine"])
        .assert()
        .code(0);
    assert!(text(&run.get_output().stdout).starts_with("Public image\n"));
    // A parameter that only the built-in one has is told of where it stands.
    fs::write(
        folder.path().join("billhook.toml"),
        "[scan]\nrules = [\"mine\"]\n\n[rules.\"aws/ec2/idle-instance\"]\ncpu_below_percent = 1.0\n",
    )
    .expect("a file");
    let run = billhook(&folder).args(["rules", "list"]).assert().code(2);
    let message = text(&run.get_output().stderr);
    assert!(
        message.contains("billhook.toml:5, [rules.\"aws/ec2/idle-instance\"]: there is no parameter cpu_below_percent; the rule has none"),
        "{message}"
    );
}
