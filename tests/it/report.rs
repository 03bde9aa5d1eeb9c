//! What is rendered from a report: summary, JSON and its schema, CSV and the page. The page's behaviour is tested in
//! `browser.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use billhook::report::{self, Format, ReadError, Report, SCHEMA_VERSION, TextOptions};
use billhook_catalog::{CoverageStatus, GapKind};
use proptest::prelude::*;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::sample;

fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    report::render(report, format, &mut out).expect("writing to memory succeeds");
    String::from_utf8(out).expect("every format is UTF-8")
}

fn samples() -> [(&'static str, Report); 5] {
    [
        ("small", sample::report()),
        ("empty", sample::empty()),
        ("hostile", sample::hostile()),
        ("discounted", sample::discounted()),
        ("large", sample::large(400)),
    ]
}

#[test]
fn formats_are_named() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(*format));
    }
    assert_eq!(
        "pdf".parse::<Format>(),
        Err("'pdf' is not one of text, json, html, csv".to_owned())
    );
    let extensions: Vec<_> = Format::ALL
        .iter()
        .map(|format| format.extension())
        .collect();
    assert_eq!(extensions, ["txt", "json", "html", "csv"]);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for (_, report) in samples() {
        for format in Format::ALL {
            assert!(
                rendered(&report, *format) == rendered(&report.clone(), *format),
                "{format}"
            );
        }
    }
}

// ---- text ----

#[test]
fn text_golden() {
    insta::assert_snapshot!("summary", rendered(&sample::report(), Format::Text));
    insta::assert_snapshot!(
        "summary_discounted",
        rendered(&sample::discounted(), Format::Text)
    );
    insta::assert_snapshot!(
        "summary_of_nothing",
        rendered(&sample::empty(), Format::Text)
    );
}

fn text(report: &Report, width: usize, colour: bool) -> String {
    let mut out = Vec::new();
    report::text::write(report, &TextOptions { width, colour }, &mut out)
        .expect("writing to memory succeeds");
    String::from_utf8(out).expect("text is UTF-8")
}

/// The text without the sequences that colour it; fails on any other ESC.
fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        let end = after
            .find(|c: char| !matches!(c, '[' | ';' | '0'..='9'))
            .expect("a sequence ends");
        assert_eq!(&after[end..=end], "m", "only colours: {after:.20}");
        rest = &after[end + 1..];
    }
    plain + rest
}

#[test]
fn text_never_exceeds_its_width_nor_carries_control_characters() {
    for (name, report) in samples() {
        for width in [0, 76, 79, 80, 200] {
            let widest = width.clamp(76, 80);
            let plain = text(&report, width, false);
            for line in plain.lines() {
                assert!(
                    line.width() <= widest,
                    "{name}: {} columns: {line}",
                    line.width()
                );
                assert!(!line.chars().any(char::is_control), "{name}: {line:?}");
                assert_eq!(line.trim_end(), line, "{name}: blanks at the end");
            }
            assert_eq!(
                without_colour(&text(&report, width, true)),
                plain,
                "{name}: colour changes no text"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_the_account_breaks_a_format(words in prop::collection::vec(any::<String>(), 12), usd in any::<f64>()) {
        let mut report = sample::report();
        for (index, finding) in report.findings.iter_mut().enumerate() {
            finding.name = words[index % words.len()].clone();
            finding.message = words[(index + 1) % words.len()].repeat(7);
            finding.rule = words[(index + 2) % words.len()].clone();
            finding.kind = words[(index + 3) % words.len()].clone();
            finding.owner = Some(words[(index + 4) % words.len()].clone());
            finding.monthly_cost_usd = Some(usd);
            finding.at_stake_usd = Some(usd);
        }
        report.scan.accounts = words.clone();
        for line in rendered(&report, Format::Text).lines() {
            prop_assert!(line.width() <= 80, "{}", line);
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
        let page = rendered(&report, Format::Html);
        prop_assert_eq!(page.matches("<script").count(), 2);
        prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
        rows(&rendered(&report, Format::Csv));
        let json: Value = serde_json::from_str(&rendered(&report, Format::Json)).unwrap();
        prop_assert!(schema_validator().is_valid(&json));
    }
}

// ---- JSON ----

fn schema_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report-v1.json")
}

fn schema_validator() -> jsonschema::Validator {
    jsonschema::validator_for(&report::json::schema()).expect("the schema is a schema")
}

#[test]
fn the_published_schema_is_that_of_the_code() {
    let current =
        serde_json::to_string_pretty(&report::json::schema()).expect("a schema is JSON") + "\n";
    let path = schema_path();
    if std::env::var_os("BILLHOOK_UPDATE").is_some() {
        std::fs::write(&path, &current).expect("the schema can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == current,
        "{} is not the schema of the code. If the change is meant, and no reader of the old shape is misled by it \
         (else raise SCHEMA_VERSION), write it anew: BILLHOOK_UPDATE=1 cargo test --workspace --test it report::",
        path.display()
    );
}

#[test]
fn every_report_keeps_to_the_schema() {
    let validator = schema_validator();
    for (name, report) in samples() {
        let json: Value =
            serde_json::from_str(&rendered(&report, Format::Json)).expect("it is JSON");
        let errors: Vec<_> = validator
            .iter_errors(&json)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let validator = schema_validator();
    let report: Value =
        serde_json::from_str(&rendered(&sample::report(), Format::Json)).expect("it is JSON");
    let wrong: [(&str, Value); 5] = [
        ("/schema_version", 2.into()),
        ("/findings/0/severity", "dreadful".into()),
        ("/findings/0/counted_savings_usd", Value::Null),
        ("/gaps/0/kind", "bored".into()),
        ("/coverage/0/status", "fine".into()),
    ];
    for (pointer, value) in wrong {
        let mut report = report.clone();
        *report.pointer_mut(pointer).expect("the field is there") = value;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
}

#[test]
fn the_schema_knows_every_kind_of_gap_and_coverage() {
    let validator = schema_validator();
    let mut report = sample::report();
    use GapKind as G;
    for kind in [
        G::Denied,
        G::DeniedByOrganization,
        G::Throttled,
        G::Failed,
        G::TimedOut,
        G::Cancelled,
        G::OverBudget,
        G::NotCollected,
        G::Unsupported,
    ] {
        report.gaps[0].gap.kind = kind;
        report.coverage[0].status = CoverageStatus::from(kind);
        assert!(
            validator.is_valid(&serde_json::to_value(&report).expect("it is JSON")),
            "{kind}"
        );
    }
    for status in [
        CoverageStatus::Assessed,
        CoverageStatus::Partial,
        CoverageStatus::RegionDisabled,
        CoverageStatus::NothingBilled,
        CoverageStatus::ReadElsewhere,
    ] {
        report.coverage[0].status = status;
        assert!(
            validator.is_valid(&serde_json::to_value(&report).expect("it is JSON")),
            "{status:?}"
        );
    }
}

#[test]
fn what_was_written_is_read_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, report) in samples() {
        let path = folder.path().join(name);
        std::fs::write(&path, rendered(&report, Format::Json)).expect("the report is written");
        assert_eq!(
            Report::read(&path).expect("the report is read"),
            report,
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let path = Path::new("old/report.json");
    let good = rendered(&sample::report(), Format::Json);
    let lines = |text: &str| text.lines().count();

    let newer = good.replacen("\"schema_version\": 1", "\"schema_version\": 7", 1);
    let error = Report::parse(&newer, path).unwrap_err();
    assert!(matches!(error, ReadError::Version { found: 7, .. }));
    assert_eq!(
        error.to_string(),
        "old/report.json: the report has schema version 7, and this billhook reads version 1. \
         Use the billhook that wrote it, or a newer one"
    );
    let older = good.replacen("\"schema_version\": 1", "\"schema_version\": 0", 1);
    assert!(
        Report::parse(&older, path)
            .unwrap_err()
            .to_string()
            .contains("Judge its snapshot again")
    );

    let cut = &good[..good.find("render-farm-7").expect("it is there")];
    let error = Report::parse(cut, path).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("old/report.json:{}:", lines(cut))),
        "{error}"
    );
    assert!(error.contains("EOF"), "{error}");

    let odd = good.replacen("\"severity\": \"high\"", "\"severity\": \"dreadful\"", 1);
    let place = good[..good.find("\"severity\": \"high\"").expect("it is there")]
        .lines()
        .count();
    let error = Report::parse(&odd, path).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("old/report.json:{place}:")),
        "{error}"
    );
    assert!(
        error.contains("dreadful") && error.contains("critical"),
        "{error}"
    );
    assert!(
        error.ends_with("Give a report.json that billhook wrote"),
        "{error}"
    );
    assert_eq!(
        error.matches("line").count(),
        0,
        "the place is said once: {error}"
    );

    for (text, part) in [
        ("", "EOF"),
        ("[]", "schema_version"),
        ("{}", "schema_version"),
        ("rule,title", "expected"),
    ] {
        let error = Report::parse(text, path).unwrap_err().to_string();
        assert!(
            error.contains("this is not a report") && error.contains(part),
            "{text}: {error}"
        );
    }
    let error = Report::read(Path::new("/nonexistent/report.json"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot read the report /nonexistent/report.json: "),
        "{error}"
    );
}

#[test]
fn a_sum_that_is_no_number_is_refused_and_an_unknown_amount_is_null() {
    let mut report = sample::report();
    report.findings[0].monthly_cost_usd = Some(f64::NAN);
    let json: Value = serde_json::from_str(&rendered(&report, Format::Json)).expect("it is JSON");
    assert_eq!(json["findings"][0]["monthly_cost_usd"], Value::Null);

    report.findings[3].counted_savings_usd = f64::INFINITY;
    let error = report::render(&report, Format::Json, &mut Vec::new()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("findings[3].counted_savings_usd"),
        "{error}"
    );
    report.summary.net_monthly_savings_usd = f64::NAN;
    let error = report::render(&report, Format::Json, &mut Vec::new()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("summary.net_monthly_savings_usd"),
        "{error}"
    );
    assert_eq!(SCHEMA_VERSION, 1);
}

// ---- CSV ----

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| {
            row.expect("a row of the same width")
                .iter()
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

#[test]
fn csv_golden() {
    let mut report = sample::report();
    report.findings.truncate(8);
    insta::assert_snapshot!("findings_csv", rendered(&report, Format::Csv));
}

#[test]
fn csv_has_a_documented_column_for_every_cell_and_a_row_for_every_finding() {
    for (name, report) in samples() {
        let rows = rows(&rendered(&report, Format::Csv));
        assert_eq!(rows.len(), report.findings.len() + 1, "{name}");
        let names: Vec<_> = report::csv::COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(rows[0], names);
    }
}

#[test]
fn csv_sums_to_the_total() {
    let report = sample::large(400);
    let rows = rows(&rendered(&report, Format::Csv));
    let column = rows[0]
        .iter()
        .position(|name| name == "counted_savings_usd")
        .expect("the column is there");
    let sum: f64 = rows[1..]
        .iter()
        .map(|row| row[column].parse::<f64>().expect("a number"))
        .sum();
    assert!(
        (sum - report.summary.net_monthly_savings_usd).abs() < 0.05,
        "{sum}"
    );
}

#[test]
fn csv_cells_are_never_formulas() {
    let mut report = sample::hostile();
    report.findings[0].monthly_savings_usd = Some(-12.5);
    let text = rendered(&report, Format::Csv);
    let numbers = [
        "monthly_cost_usd",
        "monthly_savings_usd",
        "counted_savings_usd",
        "at_stake_usd",
    ];
    let rows = rows(&text);
    let mut defused = 0;
    for row in &rows[1..] {
        for (cell, column) in row.iter().zip(&rows[0]) {
            if numbers.contains(&column.as_str()) {
                assert!(
                    cell.is_empty() || cell.parse::<f64>().is_ok(),
                    "{column}: {cell}"
                );
            } else {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
                    "{column}: {cell}"
                );
                defused += usize::from(cell.starts_with("'=") || cell.starts_with("'@"));
            }
        }
    }
    assert!(defused > 10, "{defused}");
    assert!(text.contains(",-12.5000,"));
}

// ---- the page ----

#[test]
fn the_page_is_one_file_with_a_strict_policy() {
    for (name, report) in samples() {
        let page = rendered(&report, Format::Html);
        let (_, policy) = page
            .split_once("Content-Security-Policy\" content=\"")
            .expect("a policy");
        let policy = &policy[..policy.find('"').expect("it ends")];
        let policy = policy.replace("&#39;", "'");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{name}: {policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
            "{name}: {policy}"
        );
        for tag in tags(&page) {
            let fetching = [
                "img", "image", "iframe", "object", "embed", "base", "audio", "video", "source",
                "use",
            ];
            assert!(!fetching.contains(&self::name(tag)), "{name}: <{tag}>");
            assert!(
                !tag.starts_with("link ") || tag.contains("href=\"data:"),
                "{name}: <{tag}>"
            );
        }
    }
}

/// The tags that open an element, as a browser would find them: what stands between `<` and `>`, but not in the raw
/// text of style and script. Fails on what the page's policy would refuse.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let tag = &after[..after.find('>').expect("a tag ends")];
        rest = &after[tag.len()..];
        if tag.starts_with('/') {
            continue;
        }
        let name = name(tag);
        if name == "script" || name == "style" {
            rest = &rest[rest.find(&format!("</{name}>")).expect("raw text ends")..];
        }
        // What is quoted is a value, not an attribute.
        let attributes: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        for attribute in attributes.split_whitespace().skip(1) {
            assert!(
                !attribute.to_ascii_lowercase().starts_with("on"),
                "an event handler: <{tag}>"
            );
            assert!(!attribute.starts_with("style="), "an inline style: <{tag}>");
            assert!(
                !attribute.starts_with("src="),
                "something to fetch: <{tag}>"
            );
        }
        tags.push(tag);
    }
    tags
}

fn name(tag: &str) -> &str {
    tag.split([' ', '\n', '/']).next().unwrap_or_default()
}

fn elements(page: &str) -> Vec<&str> {
    tags(page).into_iter().map(name).collect()
}

#[test]
fn nothing_of_the_account_becomes_markup() {
    let harmless = rendered(&sample::report(), Format::Html);
    let harmless: BTreeSet<_> = elements(&harmless).into_iter().collect();
    let page = rendered(&sample::hostile(), Format::Html);
    let hostile: BTreeSet<_> = elements(&page).into_iter().collect();
    let added: Vec<_> = hostile.difference(&harmless).collect();
    assert!(
        added.is_empty(),
        "elements that only the hostile report has: {added:?}"
    );
    assert_eq!(
        elements(&page)
            .iter()
            .filter(|name| **name == "script")
            .count(),
        2
    );
    for control in ['\u{1b}', '\u{7}', '\0', '\u{9b}'] {
        assert!(!page.contains(control), "{control:?}");
    }
    // Only links in the page, and http(s) links of rules.
    for (at, _) in page.match_indices("href=\"") {
        let address = &page[at + 6..];
        let address = &address[..address.find('"').expect("it ends")];
        assert!(
            ["#", "https://", "http://", "data:image/svg+xml,"]
                .iter()
                .any(|start| address.starts_with(start)),
            "{address}"
        );
    }
}

#[test]
fn the_embedded_findings_are_complete() {
    let report = sample::hostile();
    let page = rendered(&report, Format::Html);
    let (_, data) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .expect("the data");
    let data = &data[..data.find("</script>").expect("it ends")];
    for unsafe_in_markup in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
        assert!(!data.contains(unsafe_in_markup), "{unsafe_in_markup:?}");
    }
    let data: Value = serde_json::from_str(data).expect("it is JSON");
    let findings = data["findings"].as_array().expect("an array");
    assert_eq!(findings.len(), report.findings.len());
    for (row, finding) in findings.iter().zip(&report.findings) {
        assert_eq!(row.as_array().map(Vec::len), Some(28));
        assert_eq!(row[23], finding.fingerprint);
        assert_eq!(row[24].is_null(), finding.exemption.is_none());
        assert_eq!(row[13].as_f64(), finding.monthly_savings_usd);
        assert_eq!(row[14].as_f64(), finding.effective_savings_usd);
        assert_eq!(
            row[25].as_array().map(Vec::len),
            Some(2 * finding.tags.len())
        );
        assert_eq!(
            row[26].as_array().map(Vec::len),
            Some(2 * finding.evidence.len())
        );
        assert_eq!(
            row[27].as_i64().is_some_and(|place| place >= 0),
            finding.change_at.is_some()
        );
    }
    // The absorbed volume refers to the idle instance by its place.
    assert_eq!(findings[3][22], 0);
}

#[test]
fn the_page_says_what_matters_without_its_script() {
    let report = sample::report();
    let page = rendered(&report, Format::Html);
    let (page, _) = page.split_once("<script").expect("a script");
    for part in [
        "$479.22",
        "$483.98",
        "$1,843.20",
        "$54.00",
        "render-farm-7 never passed 2.1 % CPU",
        "snap-0aaaaaaaaaaaaaaaa is unencrypted",
        "younger than 14 days",
        "<code>ec2:DescribeNatGateways</code>",
        "The exemption of i-0eeeeeeeeeeeeeeee expired",
        "12 of 340 found, 320 clear, 8 not judged",
        "could not be applied",
        "needs JavaScript",
        "role=\"img\"",
        "<a href=\"https://example.com/manual\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // A permission that would not help is not asked for.
    let (_, policy) = page
        .split_once("<pre>{")
        .expect("a policy that grants what is missing");
    let policy = &policy[..policy.find("</pre>").expect("it ends")];
    assert!(policy.contains("ec2:DescribeNatGateways"));
    assert!(!policy.contains("ec2:DescribeInstances") && !policy.contains("cloudwatch"));
}

#[test]
fn list_price_stands_beside_what_is_paid_only_where_they_differ() {
    let shown = |report: &Report| {
        let page = rendered(report, Format::Html);
        let (page, _) = page.split_once("<script").expect("a script");
        page.to_owned()
    };
    let page = shown(&sample::discounted());
    // 0.36 × 312.40 and 0.36 × 140.16 for instances, and 0.9 × 4.76 for a volume and 0.9 × 3.65 for each of six addresses.
    for part in [
        "$186.92",
        "After discounts and commitments; at list price $479.22.",
        "at list price $483.98; each finding by itself",
        "list $312.40",
        "$1,658.88",
        "after the discounts and commitments that the configuration names",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let page = shown(&sample::report());
    for part in ["at list price $", "commitments", ">list $"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn a_report_from_before_discounts_is_read_at_list_price() {
    let report = sample::report();
    let mut older = serde_json::to_value(&report).expect("JSON");
    let summary = older["summary"].as_object_mut().expect("an object");
    summary.retain(|name, _| !name.starts_with("list_") && !name.starts_with("effective_"));
    for finding in older["findings"].as_array_mut().expect("an array") {
        let finding = finding.as_object_mut().expect("an object");
        finding.retain(|name, _| !name.starts_with("effective_"));
    }
    let read = Report::parse(&older.to_string(), Path::new("older.json")).expect("a report");
    assert_eq!(read, report);
    // What is missing besides is still a mistake, at its place.
    older["summary"]
        .as_object_mut()
        .expect("an object")
        .remove("net_monthly_savings_usd");
    let fault = Report::parse(&older.to_string(), Path::new("older.json")).unwrap_err();
    assert!(fault.to_string().contains("missing field"), "{fault}");
}

#[test]
fn ten_thousand_findings_are_a_few_megabytes() {
    let page = rendered(&sample::large(10_000), Format::Html);
    assert!(page.len() < 7_000_000, "{} bytes", page.len());
    // And they are data, not elements.
    assert!(
        elements(&page).len() < 2_000,
        "{} elements",
        elements(&page).len()
    );
}
