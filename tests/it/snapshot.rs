//! Snapshots: what is written comes back, and what cannot be read says why.

use std::fs;
use std::path::Path;

use billhook::snapshot::Snapshot;
use billhook::sql::Catalog;
use billhook_aws::ebs::volume::Volume;
use billhook_catalog::{ApiSpend, Collected, Key, frame_of};
use jiff::Timestamp;

fn catalog() -> Catalog {
    Catalog::new(billhook_aws::catalog::TABLES)
}

fn snapshot(size_gib: i64) -> Snapshot {
    let volume = Volume {
        id: Key {
            resource_id: "arn:1".to_owned(),
            account_id: "1".to_owned(),
            ..Key::default()
        },
        size_gib: Some(size_gib),
        ..Volume::default()
    };
    let collected = Collected {
        tables: [("aws_ebs_volume", frame_of([volume]))]
            .into_iter()
            .collect(),
        accounts: vec!["111122223333".to_owned()],
        spent: ApiSpend {
            cost_usd: Some(0.5),
            ..ApiSpend::default()
        },
        ..Collected::default()
    };
    let times = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    Snapshot::of(collected, "aws", "scan", times, &catalog())
}

fn sizes(folder: &Path) -> Vec<Option<i64>> {
    let snapshot = Snapshot::read(folder, &catalog()).unwrap_or_else(|error| panic!("{error}"));
    snapshot
        .tables
        .rows::<Volume>()
        .expect("volumes")
        .into_iter()
        .map(|volume| volume.size_gib)
        .collect()
}

#[test]
fn what_is_written_comes_back_and_replaces_what_was_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deep/snapshot");
    snapshot(8).write(&path).expect("written");
    assert_eq!(sizes(&path), [Some(8)]);
    snapshot(9).write(&path).expect("written again");
    assert_eq!(sizes(&path), [Some(9)]);
    let left: Vec<_> = fs::read_dir(folder.path().join("deep"))
        .expect("the folder")
        .collect();
    assert_eq!(left.len(), 1, "nothing is left beside it: {left:?}");
    let manifest = Snapshot::read(&path, &catalog())
        .expect("a snapshot")
        .manifest;
    assert_eq!(
        (manifest.scan_id.as_str(), manifest.spent.cost_usd),
        ("scan", Some(0.5))
    );
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("thesis.txt"), "do not lose this").expect("a file");
    let fault = snapshot(8)
        .write(folder.path())
        .expect_err("refused")
        .to_string();
    assert!(
        fault.ends_with("is there already and is no snapshot; name another folder"),
        "{fault}"
    );
    assert!(folder.path().join("thesis.txt").is_file());
}

#[test]
fn what_cannot_be_read_says_where_and_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("snapshot");
    snapshot(8).write(&path).expect("written");
    let fails = |expected: &str| {
        let fault = Snapshot::read(&path, &catalog())
            .expect_err(expected)
            .to_string();
        assert!(fault.contains(expected), "{fault}");
    };

    let manifest = fs::read_to_string(path.join("manifest.json")).expect("the manifest");
    fs::write(
        path.join("manifest.json"),
        manifest.replace("\"format_version\": 1", "\"format_version\": 2"),
    )
    .expect("a file");
    fails("format version 2 is newer than this billhook reads (1); update it");
    fs::write(path.join("manifest.json"), "{").expect("a file");
    fails("manifest.json: EOF while parsing");
    fs::write(path.join("manifest.json"), manifest).expect("a file");

    fs::write(path.join("aws_ebs_volume.parquet"), "not Parquet").expect("a file");
    fails("aws_ebs_volume.parquet: cannot be read as Parquet");
    fs::remove_file(path.join("aws_ebs_volume.parquet")).expect("removed");
    fs::write(
        path.join("aws_ebs_volume.ndjson"),
        "{\"size_gib\": 8}\n\n{\"size_gib\": \"big\"}\n",
    )
    .expect("a file");
    fails("aws_ebs_volume.ndjson:3: size_gib: \"big\" is not a whole number");
    fs::write(path.join("aws_ebs_volume.ndjson"), "{\"size_gib\": 8\n").expect("a file");
    fails("aws_ebs_volume.ndjson:1: is no JSON object");
    fs::remove_file(path.join("manifest.json")).expect("removed");
    fails("a snapshot is a folder that `billhook collect --snapshot` wrote");
}

#[test]
fn an_unknown_column_is_told_and_a_missing_one_is_unknown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("snapshot");
    snapshot(8).write(&path).expect("written");
    fs::remove_file(path.join("aws_ebs_volume.parquet")).expect("removed");
    let line =
        r#"{"resource_id":"arn:1","short_id":"1","account_id":"1","region":"r","colour":"red"}"#;
    fs::write(path.join("aws_ebs_volume.ndjson"), line).expect("a file");
    let read = Snapshot::read(&path, &catalog()).expect("a snapshot");
    assert_eq!(
        read.warnings,
        ["snapshot: aws_ebs_volume has no column colour; it is ignored"]
    );
    assert_eq!(
        read.tables.rows::<Volume>().expect("volumes")[0].size_gib,
        None
    );
}
