//! Prices that are newer than the book: read from a price list, kept, and used.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use billhook_aws::prices::{PriceBook, PriceLookup};
use serde_json::{Value, json};

use crate::moto::{Billhook, Moto};

/// The rows that a command printed, one JSON object a line.
fn rows(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object"))
        .collect()
}

fn price_calls(moto: &Moto) -> usize {
    let calls = moto.calls();
    calls
        .iter()
        .filter(|call| call["service"] == "pricing")
        .count()
}

fn refresh(billhook: &Billhook, more: &[&str]) -> Vec<Value> {
    let mut args = vec!["prices", "refresh", "--region", "us-east-1"];
    args.extend(["--format", "ndjson"]);
    args.extend(more);
    rows(&billhook.expect(0, &args).stdout)
}

fn row<'r>(rows: &'r [Value], price: &str, region: &str) -> &'r Value {
    rows.iter()
        .find(|row| row["price"] == price && row["region"] == region)
        .unwrap_or_else(|| panic!("no row for {price} in {region}: {rows:?}"))
}

#[test]
fn named_prices_are_read_once_and_then_kept() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    let named = [
        "--region",
        "eu-west-1",
        "--sku",
        "ec2 m5.large",
        "--sku",
        "ec2 m5.xlarge",
        "--sku",
        "ec2 m5.large RunInstances:0002",
        "--sku",
        "ec2 m5.large RunInstances/dedicated",
        "--sku",
        "ec2 c5.large",
        "--sku",
        "ec2 m5.huge",
        "--sku",
        "ebs gp3 throughput_mibps_month_over_125",
        "--sku",
        "network vpc_interface_endpoint data_gb_next_4pb",
        "--sku",
        "rds db.r6g.large aurora-mysql:io-optimized/none/single-az",
        "--sku",
        "service cost_explorer api_request",
    ];
    let read = refresh(&billhook, &named);
    assert_eq!(read.len(), 20, "{read:?}");
    for (price, region, usd, status, unit) in [
        ("ec2 m5.large", "us-east-1", 0.0912, "changed", "hour"),
        ("ec2 m5.large", "eu-west-1", 0.107, "same", "hour"),
        ("ec2 m5.xlarge", "us-east-1", 0.192, "same", "hour"),
        (
            "ec2 m5.large RunInstances:0002",
            "us-east-1",
            0.188,
            "new",
            "hour",
        ),
        (
            "ec2 m5.large RunInstances:0002",
            "eu-west-1",
            0.199,
            "new",
            "hour",
        ),
        (
            "ec2 m5.large RunInstances/dedicated",
            "us-east-1",
            0.102,
            "new",
            "hour",
        ),
        (
            "ebs gp3 throughput_mibps_month_over_125",
            "us-east-1",
            0.04,
            "same",
            "mibps-month",
        ),
        (
            "network vpc_interface_endpoint data_gb_next_4pb",
            "us-east-1",
            0.006,
            "same",
            "gb",
        ),
        (
            "rds db.r6g.large aurora-mysql:io-optimized/none/single-az",
            "us-east-1",
            0.338,
            "same",
            "hour",
        ),
    ] {
        let row = row(&read, price, region);
        assert_eq!(
            (&row["usd"], &row["status"], &row["unit"], &row["read"]),
            (&json!(usd), &json!(status), &json!(unit), &json!("now")),
            "{row}"
        );
    }
    for (price, reason) in [
        ("ec2 c5.large", "several numbers"),
        ("ec2 m5.huge", "does not hold it"),
        (
            "service cost_explorer api_request",
            "does not know its entry",
        ),
    ] {
        let row = row(&read, price, "us-east-1");
        assert_eq!(
            (&row["status"], &row["usd"]),
            (&json!("not available"), &Value::Null)
        );
        assert!(
            row["reason"]
                .as_str()
                .is_some_and(|why| why.contains(reason)),
            "{row}"
        );
    }
    assert!(price_calls(&moto) > 0);

    // What was answered is kept, what there is not as well.
    let again = refresh(&billhook, &named);
    assert_eq!(
        price_calls(&moto),
        0,
        "fresh prices are not asked for again"
    );
    assert_eq!(row(&again, "ec2 m5.large", "us-east-1")["read"], "cache");
    assert_eq!(again.len(), read.len());

    // Old ones are.
    refresh(&billhook, &["--ttl", "0", "--sku", "ec2 m5.large"]);
    assert_eq!(price_calls(&moto), 1);

    let file = billhook.path(".cache/billhook/prices/us-east-1/ec2.json");
    fs::write(&file, "{ half").expect("written");
    let run = billhook.expect(
        0,
        &[
            "prices",
            "refresh",
            "--region",
            "us-east-1",
            "--sku",
            "ec2 m5.large",
        ],
    );
    assert!(
        run.stderr.contains("ec2.json: kept prices cannot be read"),
        "{}",
        run.stderr
    );
    assert_eq!(price_calls(&moto), 1);
    for expected in ["changed", "0.0912", "1 prices: 1 read with 1 calls"] {
        assert!(run.stdout.contains(expected), "{expected}:\n{}", run.stdout);
    }
}

#[test]
fn a_price_is_shown_as_it_is_built_in_and_as_it_was_read() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    refresh(
        &billhook,
        &[
            "--sku",
            "ec2 m5.large",
            "--sku",
            "ec2 m5.large RunInstances:0002",
        ],
    );
    let show = |price: &str| {
        let args = [
            "prices",
            "show",
            price,
            "--region",
            "us-east-1",
            "--format",
            "ndjson",
        ];
        rows(&billhook.expect(0, &args).stdout)
    };
    let found = show("ec2 m5.large");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (
            &found[0]["book_usd"],
            &found[0]["cached_usd"],
            &found[0]["unit"]
        ),
        (&json!(0.096), &json!(0.0912), &json!("hour"))
    );
    assert_eq!(found[0]["cached_source"], "AWS Price List");
    assert_eq!(found[0]["book_basis"], "exact");
    let windows = show("ec2 m5.large RunInstances:0002");
    assert_eq!(
        (&windows[0]["book_usd"], &windows[0]["cached_usd"]),
        (&Value::Null, &json!(0.188))
    );
    assert!(show("ec2 m5*").len() > 20);
    assert_eq!(show("nat hour")[0]["price"], "network nat_gateway hour");
    let table = billhook.expect(0, &["prices", "show", "ebs gp3", "--region", "eu-west-1"]);
    assert!(table.stdout.contains("(3 rows)"), "{}", table.stdout);

    for (args, message) in [
        (
            &["prices", "show", "ec2 m5.lagre"][..],
            "the nearest are: ec2 m5.large",
        ),
        (
            &["prices", "show", "ec2 m5.large", "--region", "eu-wset-1"][..],
            "there is no price in a region eu-wset-1",
        ),
        (
            &["prices", "refresh", "--sku", "ec2 m5.large"][..],
            "name the regions",
        ),
        (
            &[
                "prices",
                "refresh",
                "--region",
                "us-east-1",
                "--sku",
                "ec2 m5.large",
                "--ttl",
                "2 weeks",
            ][..],
            "14d",
        ),
    ] {
        let run = billhook.expect(2, args);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn throttling_passes_and_what_was_read_before_a_failure_is_kept() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    moto.faults(json!([{ "kind": "throttle", "service": "pricing", "count": 2 }]));
    refresh(&billhook, &["--sku", "ec2 m5.large"]);
    assert_eq!(price_calls(&moto), 3, "two refusals, then the answer");

    // The volumes answer, the load balancers do not.
    moto.faults(json!([{ "kind": "deny", "service": "pricing", "contains": "AWSELB" }]));
    let named = [
        "--sku",
        "ebs gp2 storage_gb_month",
        "--sku",
        "network alb lb_hour",
    ];
    let args = [&["prices", "refresh", "--region", "us-east-1"], &named[..]].concat();
    let run = billhook.expect(3, &args);
    assert!(
        run.stderr.contains("needs pricing:GetProducts"),
        "{}",
        run.stderr
    );
    moto.faults(json!([]));
    let calls = price_calls(&moto);
    let read = refresh(&billhook, &named);
    assert_eq!(
        row(&read, "ebs gp2 storage_gb_month", "us-east-1")["read"],
        "cache"
    );
    assert_eq!(
        row(&read, "network alb lb_hour", "us-east-1")["read"],
        "now"
    );
    assert!(price_calls(&moto) < calls, "only what was missing");

    // A broken answer is none: what it would have said of other prices nobody knows.
    moto.faults(json!([{ "kind": "partial", "service": "pricing" }]));
    let run = billhook.expect(
        3,
        &[
            "prices",
            "refresh",
            "--region",
            "us-east-1",
            "--sku",
            "network nat_gateway hour",
        ],
    );
    assert!(run.stderr.contains("no JSON"), "{}", run.stderr);
}

/// What an account's resources cost a month, by the name of the instance or volume.
fn costs(billhook: &Billhook, folder: &str) -> Vec<(String, String, Value, Value)> {
    let sql = "SELECT name, region, monthly_usd, price_basis FROM resource \
               WHERE name IN ('linux', 'windows', 'fast', 'spare') ORDER BY name, region";
    let run = billhook.expect(0, &["query", folder, sql, "--format", "ndjson"]);
    let text = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    rows(&run.stdout)
        .iter()
        .map(|row| {
            (
                text(row, "name"),
                text(row, "region"),
                row["monthly_usd"].clone(),
                row["price_basis"].clone(),
            )
        })
        .collect()
}

fn usd(costs: &[(String, String, Value, Value)], name: &str, region: &str) -> Option<f64> {
    let found = costs.iter().find(|cost| cost.0 == name && cost.1 == region);
    found.expect("a resource").2.as_f64()
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-9)
}

#[test]
fn a_scan_with_todays_prices_knows_windows_and_a_snapshot_of_it_gives_the_same_again() {
    let (moto, _) = Moto::with("priced");
    let billhook = moto.billhook();
    let scan = |more: &[&str], folder: &str| {
        let args = [&["scan", "--snapshot", folder][..], more].concat();
        billhook.expect(0, &args);
        billhook.report()
    };
    scan(&[], "book");
    assert_eq!(price_calls(&moto), 0, "nobody asked for it");
    let before = costs(&billhook, "book");
    assert!(near(usd(&before, "linux", "us-east-1"), 0.096 * 730.0));
    assert_eq!(
        usd(&before, "windows", "us-east-1"),
        None,
        "never the price of Linux"
    );

    let report = scan(&["--live-prices"], "live");
    let calls = price_calls(&moto);
    assert!(calls > 0);
    assert_eq!(report["gaps"], json!([]));
    assert_eq!(
        report["scan"]["api_calls"]["pricing:GetProducts"],
        json!(calls)
    );
    let after = costs(&billhook, "live");
    assert!(
        near(usd(&after, "linux", "us-east-1"), 0.0912 * 730.0),
        "{after:?}"
    );
    assert!(near(usd(&after, "linux", "eu-west-1"), 0.107 * 730.0));
    assert!(near(usd(&after, "windows", "us-east-1"), 0.188 * 730.0));
    // 100 GiB at 0.08, 100 MiB/s beyond the included ones at 0.04.
    assert!(near(usd(&after, "fast", "us-east-1"), 12.0));
    assert!(near(usd(&after, "spare", "us-east-1"), 0.005 * 730.0));
    let newest = report["scan"]["price_date"]["newest"]
        .as_str()
        .expect("a day");
    let begin = report["scan"]["started_at"].as_str().expect("an instant");
    assert_eq!(newest, &begin[..10], "read today");

    // The same dollars without any network, and without the prices that were kept.
    drop(moto);
    fs::remove_dir_all(billhook.path(".cache")).expect("kept prices");
    billhook.expect(0, &["judge", "live"]);
    let again = billhook.report();
    for part in [
        "summary",
        "findings",
        "rules",
        "not_judged",
        "gaps",
        "coverage",
    ] {
        assert_eq!(again[part], report[part], "{part}");
    }
    assert_eq!(costs(&billhook, "live"), after);
}

#[test]
fn without_a_price_list_the_book_remains_and_a_gap_says_so() {
    let (moto, _) = Moto::with("priced");
    let billhook = moto.billhook();
    moto.faults(json!([{ "kind": "deny", "service": "pricing" }]));
    billhook.expect(0, &["scan"]);
    let book = billhook.report();
    let run = billhook.expect(3, &["scan", "--live-prices", "--snapshot", "denied"]);
    let report = billhook.report();
    let gaps = report["gaps"].as_array().expect("a list");
    assert!(!gaps.is_empty());
    for gap in gaps {
        assert_eq!(
            (
                &gap["table"],
                &gap["operation"],
                &gap["kind"],
                &gap["iam_action"]
            ),
            (
                &json!("aws_price"),
                &json!("pricing:GetProducts"),
                &json!("denied"),
                &json!("pricing:GetProducts")
            )
        );
    }
    assert!(run.stdout.contains("pricing:GetProducts"), "{}", run.stdout);
    // No rule is held up by it.
    assert_eq!(report["rules"], book["rules"]);
    assert!(near(
        usd(&costs(&billhook, "denied"), "linux", "us-east-1"),
        0.096 * 730.0
    ));

    // Whoever accepts the gap has a complete scan.
    let accept = "[[accept.gaps]]\noperation = \"pricing:*\"\nreason = \"the book will do\"\n";
    fs::write(billhook.path("billhook.toml"), accept).expect("written");
    billhook.expect(0, &["scan", "--live-prices"]);
}

#[test]
fn prices_are_asked_for_only_when_somebody_wants_them() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    for command in [&["permissions"][..], &["plan", "--offline"][..]] {
        let plain = billhook.expect(0, command).stdout;
        assert!(!plain.contains("pricing:GetProducts"), "{plain}");
        let live = billhook
            .expect(0, &[command, &["--live-prices"]].concat())
            .stdout;
        assert!(live.contains("pricing:GetProducts"), "{live}");
    }
    assert_eq!(price_calls(&moto), 0);
}

#[test]
fn the_prices_of_a_snapshot_are_those_that_it_needs() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    let args = [
        "prices",
        "refresh",
        "--snapshot",
        "demo",
        "--format",
        "ndjson",
    ];
    let read = rows(&billhook.expect(0, &args).stdout);
    let of = |price: &str, region: &str| row(&read, price, region)["status"].clone();
    assert_eq!(of("ec2 m5.large", "us-east-1"), "changed");
    assert_eq!(of("ebs gp3 storage_gb_month", "eu-west-1"), "same");
    assert_eq!(
        of("network nat_gateway hour", "ap-southeast-2"),
        "not available"
    );
    assert!(read.iter().all(|row| row["region"] != "sa-east-1"));
    let narrow = rows(
        &billhook
            .expect(0, &[&args[..], &["--region", "eu-west-1"]].concat())
            .stdout,
    );
    assert!(!narrow.is_empty() && narrow.iter().all(|row| row["region"] == "eu-west-1"));
}

#[test]
fn a_contracts_rates_go_before_every_list_price() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    let write = |name: &str, text: &str| fs::write(billhook.path(name), text).expect("written");
    let sql = "SELECT SUM(monthly_usd) AS usd FROM resource WHERE resource_type = 'AWS::EC2::NatGateway' AND region = 'us-east-1'";
    let usd = || {
        let run = billhook.expect(0, &["query", "demo", sql, "--format", "ndjson"]);
        rows(&run.stdout)[0]["usd"].as_f64().expect("known")
    };
    let before = usd();
    write(
        "billhook.toml",
        "[prices]\nrates = \"contract/rates.csv\"\n",
    );
    fs::create_dir_all(billhook.path("contract")).expect("a folder");
    let head = "price,region,usd,unit,as_of\n";
    write(
        "contract/rates.csv",
        &format!("{head}network nat_gateway hour,us-east-1,0.09,hour,2026-10-01\n"),
    );
    assert!(
        (usd() - 2.0 * before).abs() < 1e-6,
        "0.09 in place of 0.045: {before}"
    );
    for (line, message) in [
        (
            "network nat_gateway hour,us-east-1,x,hour,",
            "contract/rates.csv:2: usd \"x\"",
        ),
        (
            "network nat_gate hour,us-east-1,1,hour,",
            "contract/rates.csv:2: there is no price",
        ),
        (
            "network nat_gateway hour,us-east-1,1,month,",
            "contract/rates.csv:2: network nat_gateway hour is priced by the unit hour",
        ),
    ] {
        write("contract/rates.csv", &format!("{head}{line}\n"));
        for command in [&["judge", "demo"][..], &["query", "demo", sql][..]] {
            let run = billhook.expect(2, command);
            assert!(run.stderr.contains(message), "{}", run.stderr);
        }
    }
    fs::remove_file(billhook.path("contract/rates.csv")).expect("a file");
    let run = billhook.expect(2, &["judge", "demo"]);
    assert!(
        run.stderr.contains("rates.csv: cannot read the rates"),
        "{}",
        run.stderr
    );
}

#[test]
fn replies_are_kept_as_they_came() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    refresh(
        &billhook,
        &[
            "--sku",
            "ebs gp2 storage_gb_month",
            "--save-replies",
            "replies",
        ],
    );
    let files: Vec<_> = fs::read_dir(billhook.path("replies"))
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    assert_eq!(files.len(), 2, "seven volume types in pages of six");
    let entries: usize = files.iter().map(|path| entries(path)).sum();
    assert_eq!(entries, 7);
}

fn entries(path: &Path) -> usize {
    let text = fs::read_to_string(path).expect("a file");
    let reply: Value = serde_json::from_str(&text).expect("JSON");
    let list = reply["PriceList"].as_array().expect("a list");
    for entry in list {
        let entry: Value = serde_json::from_str(entry.as_str().expect("text")).expect("JSON");
        assert_eq!(entry["product"]["productFamily"], "Storage");
    }
    list.len()
}

/// The generator of the book reads recorded answers with code of its own: both must read them alike.
#[test]
fn the_book_can_be_made_of_recorded_answers() {
    let moto = Moto::start();
    let billhook = moto.billhook();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir(billhook.path("answers")).expect("a folder");
    for region in ["us-east-1", "eu-west-1"] {
        let entries =
            fs::read_to_string(root.join(format!("fixtures/http/pricing/{region}.ndjson")))
                .expect("recorded entries");
        let answer =
            json!({ "FormatVersion": "aws_v1", "PriceList": entries.lines().collect::<Vec<_>>() });
        let path = billhook.path(&format!("answers/{region}.json"));
        fs::write(path, answer.to_string()).expect("written");
    }
    let prices = root.join("providers/aws/prices");
    let generate = |more: &[&std::ffi::OsStr]| {
        let run = std::process::Command::new(crate::moto::python())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(prices.join("generate.py"))
            .arg("--book")
            .arg(prices.join("book.bin"))
            .args(more)
            .output()
            .expect("the generator runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (run.status.code(), text(run.stdout), text(run.stderr))
    };
    // The book that is compiled in is what its own facts give.
    let book = prices.join("book.bin");
    let (code, _, errors) = generate(&["--out".as_ref(), book.as_ref(), "--check".as_ref()]);
    assert_eq!(code, Some(0), "{errors}");

    let (answers, newer) = (billhook.path("answers"), billhook.path("book.bin"));
    let (code, said, errors) = generate(&[
        "--from-price-list".as_ref(),
        answers.as_ref(),
        "--out".as_ref(),
        newer.as_ref(),
    ]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        said.contains("several numbers: ec2 c5.large  us-east-1"),
        "{said}"
    );
    let newer = fs::read(newer).expect("a book").leak();
    let newer = PriceBook::parse(newer).expect("a book");
    assert_ne!(newer.facts_digest(), PriceBook::embedded().facts_digest());
    let listed: Vec<_> = newer
        .rows()
        .filter(|row| row.price.source == "AWS Price List")
        .collect();
    assert!(listed.len() > 70, "{}", listed.len());
    let mut args = vec!["prices".to_owned(), "refresh".to_owned()];
    args.extend(
        [
            "--format",
            "ndjson",
            "--region",
            "us-east-1",
            "--region",
            "eu-west-1",
        ]
        .map(str::to_owned),
    );
    let names: BTreeSet<String> = listed.iter().map(|row| row.sku.to_string()).collect();
    for name in names {
        args.extend(["--sku".to_owned(), name]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let read = rows(&billhook.expect(0, &args).stdout);
    assert_eq!(read.len(), listed.len());
    for book in &listed {
        let live = row(&read, &book.sku.to_string(), book.region);
        assert_eq!(
            (&live["usd"], &live["unit"]),
            (&json!(book.price.usd), &json!(book.price.unit)),
            "{live}"
        );
        assert_eq!(
            book.price.as_of.map(|day| day.to_string()).as_deref(),
            Some("2026-10-12")
        );
    }
    // All others are as they were.
    let others = |book: &PriceBook| {
        book.rows()
            .filter(|row| row.price.source != "AWS Price List")
            .count()
    };
    let replaced = listed
        .iter()
        .filter(|row| PriceBook::embedded().lookup(&row.sku, row.region).is_some());
    assert_eq!(
        others(&newer) + replaced.count(),
        others(PriceBook::embedded())
    );

    fs::write(billhook.path("answers/half.json"), "{\"PriceList\": [\"{").expect("written");
    let (code, _, errors) = generate(&[
        "--from-price-list".as_ref(),
        answers.as_ref(),
        "--out".as_ref(),
        billhook.path("never.bin").as_ref(),
    ]);
    assert_eq!(code, Some(2));
    assert!(
        errors.contains("half.json: is no answer of GetProducts"),
        "{errors}"
    );
    assert!(!billhook.path("never.bin").exists());
}
