//! Prices that were read, kept from one run to the next: one file for each region and section.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::key::SkuKey;
use crate::private::write_private;

/// Raised when files of an older form would be misread.
const VERSION: u32 = 1;

/// What was answered for one price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// US dollars for one `unit`; absent when there is no price that can be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) usd: Option<f64>,
    /// The book's unit; empty without a price.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    /// Why there is no price; empty with one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
    /// When it was answered.
    pub(crate) read_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    region: String,
    section: String,
    /// By name and variant.
    prices: BTreeMap<String, Entry>,
}

/// Entries by price.
pub(crate) type Entries = BTreeMap<SkuKey, Entry>;

/// The prices of a folder.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// In a folder, which need not exist.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn path(&self, region: &str, section: &str) -> PathBuf {
        let section = section.replace(':', "-");
        self.folder.join(region).join(format!("{section}.json"))
    }

    /// What was answered for a section of a region. A file that cannot be read counts as none, and is remarked on.
    pub(crate) fn read(&self, region: &str, section: &str, warnings: &mut Vec<String>) -> Entries {
        let path = self.path(region, section);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Entries::new(),
            Err(fault) => {
                warnings.push(ignored(&path, &fault));
                return Entries::new();
            }
        };
        match serde_json::from_slice::<File>(&text) {
            Ok(file)
                if file.version == VERSION && file.region == region && file.section == section =>
            {
                let prices = file.prices.into_iter();
                prices
                    .filter_map(|(name, entry)| {
                        let key = format!("{section} {name}").parse().ok()?;
                        is_sensible(&entry).then_some((key, entry))
                    })
                    .collect()
            }
            Ok(_) => {
                warnings.push(ignored(
                    &path,
                    &"it is of another version, region or section",
                ));
                Entries::new()
            }
            Err(fault) => {
                warnings.push(ignored(&path, &fault));
                Entries::new()
            }
        }
    }

    /// Keeps answers, beside those that are there already.
    pub(crate) fn write(&self, region: &str, section: &str, entries: &Entries) -> io::Result<()> {
        let mut prices = BTreeMap::new();
        for (key, entry) in self
            .read(region, section, &mut Vec::new())
            .iter()
            .chain(entries)
        {
            let name = format!("{} {}", key.name, key.variant);
            prices.insert(name.trim_end().to_owned(), entry.clone());
        }
        let file = File {
            version: VERSION,
            region: region.to_owned(),
            section: section.to_owned(),
            prices,
        };
        let text = serde_json::to_vec_pretty(&file)?;
        write_private(&self.path(region, section), &text)
    }

    /// Everything in the folder, by region, and remarks on what cannot be read.
    pub(crate) fn all(&self) -> (Vec<(String, SkuKey, Entry)>, Vec<String>) {
        let (mut found, mut warnings) = (Vec::new(), Vec::new());
        for region in names(&self.folder) {
            for file in names(&self.folder.join(&region)) {
                let Some(section) = file.strip_suffix(".json") else {
                    continue;
                };
                let section = section.replace("node-", "node:");
                let entries = self.read(&region, &section, &mut warnings);
                found.extend(
                    entries
                        .into_iter()
                        .map(|(key, entry)| (region.clone(), key, entry)),
                );
            }
        }
        (found, warnings)
    }
}

fn is_sensible(entry: &Entry) -> bool {
    entry.usd.is_none_or(|usd| usd.is_finite() && usd > 0.0)
}

fn ignored(path: &Path, fault: &dyn std::fmt::Display) -> String {
    format!(
        "{}: kept prices cannot be read ({fault}); they are read anew",
        path.display()
    )
}

/// Names in a folder, sorted; none when there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
