//! What collecting writes and judging reads: a folder with `manifest.json` and one Parquet file a table.
//!
//! A table may also be NDJSON (`<table>.ndjson`, one object a line, instants in RFC 3339), which people can write: that is
//! how the demo account is kept. A snapshot is complete in itself: judging it needs no network and gives the same report.

mod ndjson;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use billhook_catalog::{ApiSpend, Collected, Coverage, Gap, ScopedAccount, Table, Tables, conform};
use jiff::Timestamp;
use polars::prelude::{ParquetReader, ParquetWriter, SerReader};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sql::Catalog;

/// Version of the layout. A reader refuses a newer one and reads every older one.
pub const FORMAT_VERSION: u32 = 1;

const MANIFEST: &str = "manifest.json";

/// What a snapshot says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout.
    pub format_version: u32,
    /// Hash of the tables' declarations when it was written, in hex; empty when written by hand.
    #[serde(default)]
    pub catalog_hash: String,
    /// Version of billhook that wrote it; empty when written by hand.
    #[serde(default)]
    pub billhook_version: String,
    /// Provider (`aws`).
    pub provider: String,
    /// Identifies the scan.
    pub scan_id: String,
    /// Begin of the collection; ages and windows count from it.
    pub started_at: Timestamp,
    /// End of the collection.
    pub finished_at: Timestamp,
    /// Accounts that were asked.
    pub accounts: Vec<String>,
    /// All accounts of the scope, and how far each was read. Empty in snapshots of older versions.
    #[serde(default)]
    pub estate: Vec<ScopedAccount>,
    /// Remarks of the collection.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Regions that were asked, without `global`.
    pub regions: Vec<String>,
    /// What was asked for, and how it ended.
    pub coverage: Vec<Coverage>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What it took.
    pub spent: ApiSpend,
    /// Whether the collection was stopped before its end.
    #[serde(default)]
    pub interrupted: bool,
}

/// A collection at rest.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its tables.
    pub tables: Tables,
    /// Remarks of the reader: columns that it does not know.
    pub warnings: Vec<String>,
}

/// A snapshot that cannot be read or written. The message names the file, and the line where there is one.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct SnapshotError {
    /// File or folder.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

fn fail(path: impl AsRef<Path>, message: impl ToString) -> SnapshotError {
    SnapshotError {
        path: path.as_ref().display().to_string(),
        message: message.to_string(),
    }
}

/// Hash of the tables' declarations, in hex: tells whether a snapshot was written by the same catalog.
pub fn catalog_hash(catalog: &Catalog) -> String {
    let mut hash = Sha256::new();
    for table in catalog.tables() {
        hash.update(table.name);
        for column in table.columns() {
            hash.update(format!("\0{} {}", column.name, column.ty));
        }
        hash.update("\n");
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Snapshot {
    /// From what a provider collected.
    pub fn of(
        collected: Collected,
        provider: &str,
        scan_id: &str,
        times: (Timestamp, Timestamp),
        catalog: &Catalog,
    ) -> Self {
        let mut tables = Tables::default();
        for (name, frame) in collected.tables {
            tables.insert(name, frame);
        }
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            catalog_hash: catalog_hash(catalog),
            billhook_version: env!("CARGO_PKG_VERSION").to_owned(),
            provider: provider.to_owned(),
            scan_id: scan_id.to_owned(),
            started_at: times.0,
            finished_at: times.1,
            accounts: collected.accounts,
            estate: collected.estate,
            notices: collected.notices,
            regions: collected.regions,
            coverage: collected.coverage,
            gaps: collected.gaps,
            spent: collected.spent,
            interrupted: collected.interrupted,
        };
        Snapshot {
            manifest,
            tables,
            warnings: Vec::new(),
        }
    }

    /// Reads a folder.
    pub fn read(folder: &Path, catalog: &Catalog) -> Result<Self, SnapshotError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|fault| {
            fail(&path, format!("cannot read it ({fault}); a snapshot is a folder that `billhook collect --snapshot` wrote"))
        })?;
        let manifest = parse_manifest(&path, &text)?;
        let mut snapshot = Snapshot {
            manifest,
            tables: Tables::default(),
            warnings: Vec::new(),
        };
        for table in catalog.tables() {
            let parquet = folder.join(format!("{}.parquet", table.name));
            let lines = folder.join(format!("{}.ndjson", table.name));
            if parquet.is_file() {
                let file = File::open(&parquet).map_err(|fault| fail(&parquet, fault))?;
                let frame = ParquetReader::new(file).finish().map_err(|fault| {
                    fail(
                        &parquet,
                        format!("cannot be read as Parquet ({fault}); collect the snapshot again"),
                    )
                })?;
                snapshot.warn_of_unknown(
                    table,
                    frame.get_column_names().iter().map(|name| name.as_str()),
                );
                let frame = conform(table, &frame).map_err(|fault| fail(&parquet, fault))?;
                snapshot.tables.insert(table.name, frame);
            } else if lines.is_file() {
                let text = fs::read_to_string(&lines).map_err(|fault| fail(&lines, fault))?;
                snapshot.insert_lines(table, &lines.display().to_string(), &text)?;
            }
        }
        Ok(snapshot)
    }

    /// Reads a snapshot from files in memory, as (name, content); all tables are NDJSON.
    pub fn embedded(files: &[(&str, &str)], catalog: &Catalog) -> Result<Self, SnapshotError> {
        let content = |name: &str| {
            files
                .iter()
                .find(|(found, _)| *found == name)
                .map(|(_, content)| *content)
        };
        let text = content(MANIFEST).ok_or_else(|| fail(MANIFEST, "is missing"))?;
        let manifest = parse_manifest(Path::new(MANIFEST), text)?;
        let mut snapshot = Snapshot {
            manifest,
            tables: Tables::default(),
            warnings: Vec::new(),
        };
        for table in catalog.tables() {
            let name = format!("{}.ndjson", table.name);
            if let Some(text) = content(&name) {
                snapshot.insert_lines(table, &name, text)?;
            }
        }
        Ok(snapshot)
    }

    fn insert_lines(
        &mut self,
        table: &'static Table,
        path: &str,
        text: &str,
    ) -> Result<(), SnapshotError> {
        let (frame, unknown) =
            ndjson::read(table, text).map_err(|(line, message)| SnapshotError {
                path: format!("{path}:{line}"),
                message,
            })?;
        self.warn_of_unknown(table, unknown.iter().map(String::as_str));
        self.tables.insert(table.name, frame);
        Ok(())
    }

    fn warn_of_unknown<'a>(&mut self, table: &Table, names: impl Iterator<Item = &'a str>) {
        for name in names.filter(|name| table.column(name).is_none()) {
            self.warnings.push(format!(
                "snapshot: {} has no column {name}; it is ignored",
                table.name
            ));
        }
    }

    /// Writes the snapshot in place of one that stands there. It is written beside and then renamed: a failure leaves
    /// what was there. A folder that holds something else is refused.
    pub fn write(&self, folder: &Path) -> Result<(), SnapshotError> {
        let occupied = folder.is_dir()
            && !folder.join(MANIFEST).is_file()
            && fs::read_dir(folder)
                .map_err(|fault| fail(folder, fault))?
                .next()
                .is_some();
        if occupied || folder.is_file() {
            return Err(fail(
                folder,
                "is there already and is no snapshot; name another folder",
            ));
        }
        let parent = match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|fault| fail(&parent, fault))?;
        let beside = tempfile::Builder::new()
            .prefix(".billhook-snapshot-")
            .tempdir_in(&parent)
            .map_err(|fault| fail(&parent, format!("cannot write there: {fault}")))?;
        for (name, frame) in self.tables.iter() {
            let path = beside.path().join(format!("{name}.parquet"));
            let file = private_file(&path).map_err(|fault| fail(&path, fault))?;
            ParquetWriter::new(file)
                .finish(&mut frame.clone())
                .map_err(|fault| fail(&path, fault))?;
        }
        let path = beside.path().join(MANIFEST);
        let text =
            serde_json::to_string_pretty(&self.manifest).map_err(|fault| fail(&path, fault))?;
        private_file(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|fault| fail(&path, fault))?;
        let old = parent.join(format!(".billhook-snapshot-old-{}", std::process::id()));
        let replaces = folder.is_dir();
        if replaces {
            fs::rename(folder, &old).map_err(|fault| fail(folder, fault))?;
        }
        let finished = beside.keep();
        fs::rename(&finished, folder).map_err(|fault| {
            // Put back what was there: the new one stays beside it, named in the message.
            let _ = fs::rename(&old, folder);
            fail(
                folder,
                format!("cannot rename {} to it: {fault}", finished.display()),
            )
        })?;
        if replaces {
            fs::remove_dir_all(&old).map_err(|fault| fail(&old, fault))?;
        }
        Ok(())
    }
}

fn parse_manifest(path: &Path, text: &str) -> Result<Manifest, SnapshotError> {
    let version: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|fault| fail(path, fault))?;
    let version = version
        .get("format_version")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    if version > u64::from(FORMAT_VERSION) {
        return Err(fail(
            path,
            format!(
                "format version {version} is newer than this billhook reads ({FORMAT_VERSION}); update it"
            ),
        ));
    }
    serde_json::from_str(text).map_err(|fault| fail(path, fault))
}

/// A new file that only its owner may read: a snapshot names everything in an account.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes a file beside its place and renames it, readable by its owner alone.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Temporary files are made readable by their owner alone, and keep that when they are renamed.
    let mut beside = tempfile::Builder::new()
        .prefix(".billhook-")
        .tempfile_in(folder)?;
    io::copy(&mut Cursor::new(content), &mut beside)?;
    beside.persist(path).map_err(|fault| fault.error)?;
    Ok(())
}
