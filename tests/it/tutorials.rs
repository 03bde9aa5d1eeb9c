//! The tutorials under docs/: what a reader would do is done, and what they are told to see is looked for.
//!
//! A block of `sh` is run, and must succeed, or fail where it says `fails`. Each line of a block of `text` must stand in what the block
//! before it printed. A block with `file=PATH` is written there. There are no other blocks, so none is left out.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A fenced block: its info string and its text.
struct Block {
    line: usize,
    info: String,
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        if ticks < 3 {
            continue;
        }
        let fence = "`".repeat(ticks);
        let mut inside = String::new();
        loop {
            let (_, line) = lines
                .next()
                .unwrap_or_else(|| panic!("line {}: never closed", index + 1));
            if line == fence {
                break;
            }
            inside.push_str(line);
            inside.push('\n');
        }
        found.push(Block {
            line: index + 1,
            info: line[ticks..].to_owned(),
            text: inside,
        });
    }
    found
}

/// Runs commands as a reader's shell does, with the billhook of this build. Whether they succeeded, and all that they printed.
fn shell(folder: &TempDir, commands: &str) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_billhook"));
    let own = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BILLHOOK_") {
            command.env_remove(name);
        }
    }
    let output = command
        .args(["-e", "-c", commands])
        .current_dir(folder.path())
        .env("PATH", format!("{own}:{path}"))
        .env("HOME", folder.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell");
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8(printed).expect("UTF-8"),
    )
}

/// Does what a tutorial says; how many commands and files that were.
fn follow(name: &str) -> (usize, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let text = fs::read_to_string(&path).expect(name);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut commands, mut files, mut printed) = (0, 0, String::new());
    for Block { line, info, text } in blocks(&text) {
        let at = format!("{name}:{line}");
        if let Some((_, file)) = info.split_once(" file=") {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, text).expect("a file");
            files += 1;
            continue;
        }
        match info.as_str() {
            "sh" | "sh fails" => {
                let (succeeded, output) = shell(&folder, &text);
                assert_eq!(succeeded, info == "sh", "{at}:\n{text}\n{output}");
                printed = output;
                commands += 1;
            }
            "text" => {
                for wanted in text.lines() {
                    assert!(
                        printed.lines().any(|line| line.contains(wanted.trim())),
                        "{at}: \"{wanted}\" is not in\n{printed}"
                    );
                }
            }
            other => panic!("{at}: nobody runs a block of \"{other}\""),
        }
    }
    (commands, files)
}

#[test]
fn a_rule_of_ones_own_comes_out_as_it_is_written() {
    let (commands, files) = follow("a-rule-of-your-own.md");
    assert!(commands >= 8 && files == 2, "{commands} {files}");
}

#[test]
fn a_rule_over_three_tables_comes_out_as_it_is_written() {
    let (commands, files) = follow("a-rule-over-three-tables.md");
    assert!(commands >= 5 && files == 1, "{commands} {files}");
}

/// What is left out, or would be by mistake, is noticed.
#[test]
fn blocks_are_taken_apart() {
    let found =
        blocks("a\n````markdown file=x.md\n```sql\nSELECT\n```\n````\n```sh fails\nfalse\n```\n");
    let infos: Vec<&str> = found.iter().map(|block| block.info.as_str()).collect();
    assert_eq!(infos, ["markdown file=x.md", "sh fails"]);
    assert_eq!(found[0].text, "```sql\nSELECT\n```\n");
    assert_eq!(found[1].line, 7);
}
