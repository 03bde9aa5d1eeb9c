//! What a job writes to stderr.

use super::*;

/// What stands on stderr, each line an object with the fields of a log line.
fn log_lines(stderr: &[u8]) -> Vec<serde_json::Value> {
    let lines = text(stderr);
    lines
        .lines()
        .map(|line| {
            let line: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
            let time = line["timestamp"].as_str().expect("an instant");
            time.parse::<jiff::Timestamp>().expect("an instant");
            assert!(time.ends_with('Z'), "not UTC: {time}");
            assert!(line["level"].is_string(), "{line}");
            assert!(line["message"].is_string(), "{line}");
            line
        })
        .collect()
}

#[test]
fn every_line_of_a_job_is_json() {
    let folder = folder();
    let json = ["--log-format", "json"];
    let usage = billhook(&folder)
        .args(["scan", "--frobnicate"])
        .args(json)
        .assert()
        .code(2);
    let [line] = &log_lines(&usage.get_output().stderr)[..] else {
        panic!("not one line");
    };
    assert!(
        line["message"]
            .as_str()
            .expect("text")
            .contains("--frobnicate")
    );
    // Without the accounts tables the answer is incomplete, which is a remark.
    let snapshot = demo_without("aws_ec2_image", &folder);
    let query = [
        "query",
        snapshot.as_str(),
        "SELECT COUNT(*) AS n FROM aws_ec2_image",
    ];
    let run = billhook(&folder).args(query).args(json).assert().code(0);
    let [line] = &log_lines(&run.get_output().stderr)[..] else {
        panic!("not one line");
    };
    assert_eq!(line["level"], "WARN");
    let run = billhook(&folder).args(["demo"]).args(json).assert().code(0);
    assert!(
        run.get_output().stderr.is_empty(),
        "no progress without a terminal"
    );
    let help = billhook(&folder)
        .args(["--help"])
        .args(json)
        .assert()
        .code(0);
    assert!(text(&help.get_output().stdout).contains("Usage:"));
    // Without a region and credentials there is enough to log.
    let run = billhook(&folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .args(["scan", "--region", "us-east-1", "-vv"])
        .args(json)
        .assert()
        .code(2);
    let lines = log_lines(&run.get_output().stderr);
    let last = lines.last().expect("a line");
    assert_eq!(last["level"], "ERROR");
}

#[test]
fn levels_are_set_in_several_ways() {
    let folder = folder();
    let run = billhook(&folder)
        .args(["demo", "-v", "--quiet"])
        .assert()
        .code(2);
    assert!(text(&run.get_output().stderr).contains("cannot be used with"));
    // A job's environment does not stand in the way of somebody who wants to see more.
    billhook(&folder)
        .env("BILLHOOK_LOG", "error")
        .args(["rules", "list", "-v"])
        .assert()
        .code(0);
    for good in ["--log-level=warn", "--log=warn", "-v", "-vv"] {
        billhook(&folder)
            .args(["rules", "list", good])
            .assert()
            .code(0);
    }
    let run = billhook(&folder)
        .args(["rules", "list", "--log-level", "loud[x]"])
        .assert()
        .code(2);
    assert!(text(&run.get_output().stderr).contains("write error, warn, info or debug"));
}

#[test]
fn a_failure_is_a_line_of_json_where_logs_are() {
    let folder = folder();
    let run = billhook(&folder)
        .args(["judge", "nowhere", "--log-format", "json"])
        .assert()
        .code(2);
    let line = text(&run.get_output().stderr);
    let line: serde_json::Value = serde_json::from_str(line.trim()).expect("one object");
    assert_eq!(line["level"], "ERROR");
}

#[test]
fn what_goes_over_the_wire_cannot_be_logged() {
    let folder = folder();
    let run = billhook(&folder)
        .args(["rules", "list", "--log", "aws_smithy_runtime::client=trace"])
        .assert()
        .code(2);
    assert!(text(&run.get_output().stderr).contains("requests and replies are not logged"));
}
