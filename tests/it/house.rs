//! The invariants of the house, as far as a look at the sources can hold them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((
                    path.clone(),
                    fs::read_to_string(&path).expect("a source file"),
                ));
            }
        }
    }
    assert!(
        found.len() > 3,
        "{folder} has only {} source files",
        found.len()
    );
    found
}

/// The text without comments and without its unit tests.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap_or(text);
    body.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_library(path: &Path) -> bool {
    let below = path.strip_prefix(root()).expect("below the root");
    below != Path::new("src/main.rs")
        && below != Path::new("src/cli.rs")
        && !below.starts_with("src/cli")
        && !below.starts_with("src/command")
}

#[test]
fn only_the_aws_crate_names_the_aws_sdk() {
    for (path, text) in sources("src")
        .into_iter()
        .chain(sources("providers/catalog/src"))
    {
        for name in ["aws_sdk_", "aws_config", "aws_smithy_types"] {
            assert!(
                !code(&text).contains(name),
                "{} names {name}",
                path.display()
            );
        }
    }
}

#[test]
fn the_library_names_no_cloud() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| is_library(path))
    {
        assert!(
            !code(&text).contains("billhook_aws"),
            "{} names a provider",
            path.display()
        );
        assert!(
            !code(&text).contains("\"aws_"),
            "{} names a table of a cloud",
            path.display()
        );
    }
}

#[test]
fn only_the_commands_print() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| is_library(path))
    {
        for name in ["println!", "print!", "eprint", "io::stdout", "io::stderr"] {
            assert!(
                !code(&text).contains(name),
                "{} prints ({name})",
                path.display()
            );
        }
    }
    for (path, text) in sources("providers/aws/src")
        .into_iter()
        .chain(sources("providers/catalog/src"))
    {
        let is_test = path.to_string_lossy().ends_with("tests.rs");
        assert!(
            is_test || !code(&text).contains("println!"),
            "{} prints",
            path.display()
        );
    }
}

#[test]
fn judging_does_no_io_and_reads_no_clock() {
    let pure = [
        "src/judge",
        "src/savings.rs",
        "src/sql",
        "src/facts",
        "src/finding.rs",
    ];
    for (path, text) in sources("src") {
        let below = path.strip_prefix(root()).expect("below the root");
        if !pure.iter().any(|prefix| below.starts_with(prefix)) {
            continue;
        }
        for name in [
            "std::fs",
            "std::net",
            "std::env",
            "Timestamp::now",
            "SystemTime",
            "Instant::now",
            "tokio",
        ] {
            assert!(
                !code(&text).contains(name),
                "{} uses {name}",
                path.display()
            );
        }
    }
}

#[test]
fn renderers_take_the_report_and_nothing_else() {
    for (path, text) in sources("src/report") {
        for name in [
            "crate::facts",
            "crate::judge",
            "crate::snapshot",
            "crate::rule",
            "crate::sql",
            "polars",
        ] {
            assert!(
                !code(&text).contains(name),
                "{} uses {name}",
                path.display()
            );
        }
    }
}

/// Verbs that change an account. An operation that begins with one has no business in a scanner.
#[test]
fn no_operation_changes_an_account() {
    let reading = ["Describe", "Get", "List", "Head", "Lookup", "Search"];
    for table in billhook_aws::catalog::TABLES {
        for operation in table.groups.iter().flat_map(|group| group.reads) {
            let (_, verb) = operation.split_once(':').expect("service:Operation");
            assert!(
                reading.iter().any(|word| verb.starts_with(word)),
                "{}: {operation}",
                table.name
            );
        }
    }
    let changing = [
        ".create_",
        ".delete_",
        ".put_bucket",
        ".put_object",
        ".put_metric",
        ".modify_",
        ".terminate_",
        ".stop_",
        ".start_",
        ".release_",
        ".update_",
        ".run_instances",
    ];
    for (path, text) in sources("providers/aws/src") {
        for name in changing {
            // Fields that have names which look like one.
            let fields = [
                "delete_on_termination",
                "create_time",
                "create_date",
                "start_time",
                "create_volume_permission",
            ];
            let code = fields
                .iter()
                .fold(code(&text), |code, field| code.replace(field, ""));
            assert!(!code.contains(name), "{} calls {name}", path.display());
        }
    }
}

#[test]
fn references_point_to_resource_tables() {
    let tables: Vec<_> = billhook_catalog::GENERIC_TABLES
        .iter()
        .chain(billhook_aws::catalog::TABLES)
        .collect();
    for table in &tables {
        assert!(!table.doc.is_empty(), "{} is not documented", table.name);
        for column in table.columns() {
            assert!(
                !column.doc.is_empty(),
                "{}.{} is not documented",
                table.name,
                column.name
            );
            if let Some(target) = column.references {
                let target = tables.iter().find(|found| found.name == target);
                let is_resource =
                    target.is_some_and(|found| found.kind == billhook_catalog::Kind::Resource);
                assert!(
                    is_resource,
                    "{}.{} refers to no table of resources",
                    table.name, column.name
                );
            }
        }
        for (source, group) in table.sources() {
            let found = tables.iter().find(|found| found.name == source);
            assert!(
                found.is_some_and(|found| found.group(group).is_some()),
                "{} derives from {source}.{group}",
                table.name
            );
        }
    }
}

#[test]
fn modules_are_not_too_long() {
    for (folder, limit) in [("src", 550), ("providers", 550), ("tests", 750)] {
        for (path, text) in sources(folder) {
            let is_test = path.to_string_lossy().contains("tests");
            let limit = if is_test { 750 } else { limit };
            let lines = code(&text).lines().count();
            assert!(
                lines <= limit,
                "{} has {lines} lines without comments and tests",
                path.display()
            );
        }
    }
}

/// `cargo build` and `cargo test` share one build of the SDK and of Polars only while the tests' crates ask for no feature
/// that the program does not ask for: each such feature builds both a second time.
#[test]
fn the_program_and_the_tests_share_one_build() {
    let features = |edges: &str| -> BTreeSet<String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let format = ["--prefix", "none", "--format", "{p} [{f}]"];
        let tree = Command::new(cargo)
            .current_dir(root())
            .args([
                "tree",
                "--workspace",
                "--offline",
                "--locked",
                "--edges",
                edges,
            ])
            .args(format)
            .output()
            .expect("cargo runs the tests");
        assert!(
            tree.status.success(),
            "{}",
            String::from_utf8_lossy(&tree.stderr)
        );
        let lines = String::from_utf8(tree.stdout).expect("UTF-8");
        lines
            .lines()
            .map(|line| line.trim_end_matches(" (*)").to_owned())
            .collect()
    };
    let (program, tests) = (features("normal,build"), features("normal,build,dev"));
    let apart: Vec<_> = program.difference(&tests).collect();
    assert!(
        apart.is_empty(),
        "the tests' crates ask for more features of these; ask for them in Cargo.toml as well: {apart:#?}"
    );
}
