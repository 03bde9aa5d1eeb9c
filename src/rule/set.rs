//! Sets of rules: those in the binary, those in a user's folders, and which of them are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{Rule, RuleError, Settings, compile, parse};
use crate::sql::Catalog;

/// A rule file that has not been read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Id.
    pub id: String,
    /// File, as the user knows it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The rule files in the binary, as (path under `rules/`, text).
pub static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules in the binary.
fn embedded() -> Vec<RuleFile> {
    EMBEDDED
        .iter()
        .map(|(path, text)| RuleFile {
            id: path.trim_end_matches(".md").to_owned(),
            path: format!("rules/{path}"),
            text: (*text).to_owned(),
        })
        .collect()
}

/// The rule files below a folder; a `README.md` is none, and neither is what is hidden. Ids are paths under the folder. An
/// error names the file where it is one.
pub fn load_folder(folder: &Path) -> io::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == "md")
                && !path.ends_with("README.md")
            {
                let id = path
                    .strip_prefix(folder)
                    .unwrap_or(&path)
                    .with_extension("");
                files.push(RuleFile {
                    id: id.to_string_lossy().replace('\\', "/"),
                    path: path.display().to_string(),
                    text: fs::read_to_string(&path).map_err(|fault| {
                        io::Error::new(fault.kind(), format!("{}: {fault}", path.display()))
                    })?,
                });
            }
        }
    }
    files.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(files)
}

/// The binary's rule files and those of `folders`, by id; a later one overrides an earlier one of the same id.
fn all_files(folders: &[impl AsRef<Path>]) -> Result<BTreeMap<String, RuleFile>, RuleError> {
    let mut files: BTreeMap<String, RuleFile> = embedded()
        .into_iter()
        .map(|file| (file.id.clone(), file))
        .collect();
    for folder in folders {
        let found =
            load_folder(folder.as_ref()).map_err(|fault| unreadable(folder.as_ref(), &fault))?;
        files.extend(found.into_iter().map(|file| (file.id.clone(), file)));
    }
    Ok(files)
}

/// Which rules are wanted.
#[derive(Clone, Debug)]
pub struct Selection {
    only: Option<GlobSet>,
    skip: GlobSet,
}

impl Selection {
    /// From the globs of `--only` and `--skip`; no `only` is all. The error names the glob.
    pub fn new(only: &[String], skip: &[String]) -> Result<Self, String> {
        Ok(Selection {
            only: if only.is_empty() {
                None
            } else {
                Some(globs(only)?)
            },
            skip: globs(skip)?,
        })
    }

    /// Whether a rule is wanted.
    pub fn wants(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.is_match(id)) && !self.skip.is_match(id)
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(
            Glob::new(pattern)
                .map_err(|fault| format!("'{pattern}' is not a glob over rule ids: {fault}"))?,
        );
    }
    set.build().map_err(|fault| fault.to_string())
}

/// Rules, compiled, by id.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The rules, sorted by id.
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// Reads the binary's rules and those of `folders`, keeps the wanted ones and compiles them. Every error of every file is returned.
    pub fn load(
        folders: &[impl AsRef<Path>],
        selection: &Selection,
        catalog: &Catalog,
        settings: impl Fn(&str) -> Settings,
    ) -> Result<Self, Vec<RuleError>> {
        let files = all_files(folders).map_err(|error| vec![error])?;
        RuleSet::compile(
            files.into_values().filter(|file| selection.wants(&file.id)),
            catalog,
            settings,
        )
    }

    /// The ids of the binary's rules and those of `folders`, without reading what the rules say.
    pub fn ids(folders: &[impl AsRef<Path>]) -> Result<BTreeSet<String>, RuleError> {
        Ok(all_files(folders)?.into_keys().collect())
    }

    /// Compiles rule files.
    pub fn compile(
        files: impl IntoIterator<Item = RuleFile>,
        catalog: &Catalog,
        settings: impl Fn(&str) -> Settings,
    ) -> Result<Self, Vec<RuleError>> {
        let mut set = RuleSet::default();
        let mut errors = Vec::new();
        for file in files {
            let compiled = parse(&file.id, &file.path, &file.text)
                .and_then(|text| compile(&text, catalog, &settings(&file.id)));
            match compiled {
                Ok(rule) => set.rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        set.rules.sort_by(|a, b| a.id.cmp(&b.id));
        if errors.is_empty() {
            Ok(set)
        } else {
            Err(errors)
        }
    }

    /// Without the rules that another one of the set speaks for.
    #[must_use]
    pub fn without_riders(mut self) -> Self {
        let ids: BTreeSet<String> = self.rules.iter().map(|rule| rule.id.clone()).collect();
        self.rules.retain(|rule| {
            let spoken_for = rule
                .rider_of
                .as_ref()
                .is_some_and(|other| ids.contains(other));
            !spoken_for
        });
        self
    }

    /// The rule of that id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// The error for a folder that cannot be read.
fn unreadable(folder: &Path, fault: &io::Error) -> RuleError {
    RuleError {
        path: folder.display().to_string(),
        line: 0,
        column: 0,
        message: format!("cannot read the rules folder: {fault}"),
    }
}
