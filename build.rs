//! Walks `rules/` and `fixtures/accounts/demo/` and emits the lists of files that the binary embeds.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    embed(&root, "rules", "md", &out.join("rules.rs"))?;
    embed(&root, "fixtures/accounts/demo", "", &out.join("demo.rs"))
}

/// Writes a slice expression of (path under `folder`, content) for every file below it with that extension.
fn embed(root: &Path, folder: &str, extension: &str, out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={folder}");
    let base = root.join(folder);
    let mut files = Vec::new();
    if base.is_dir() {
        walk(&base, &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let name = file
            .strip_prefix(&base)
            .expect("found below it")
            .to_string_lossy()
            .replace('\\', "/");
        let wanted =
            extension.is_empty() || file.extension().is_some_and(|found| found == extension);
        if wanted && name != "README.md" {
            writeln!(
                list,
                "    ({name:?}, include_str!({:?})),",
                file.display().to_string()
            )
            .expect("a String takes all");
        }
    }
    list.push(']');
    fs::write(out, list)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
