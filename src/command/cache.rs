//! `cache`: what is kept between runs, and where.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use billhook::config::Config;
use billhook_catalog::AnswerCache;
use serde::Deserialize;

use super::{Cloud, Failure, Outcome, setup};
use crate::cli::{CacheArgs, CacheCommand};

/// The ending of the files.
const ENDING: &str = "answers";

/// Where things are kept unless somebody says otherwise: in the user's cache folder. None when there is none.
pub(super) fn user_folder(name: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let base = absolute("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            absolute("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            Some(absolute("HOME")?.join("Library/Caches"))
        } else {
            Some(absolute("HOME")?.join(".cache"))
        }
    });
    Some(base?.join("billhook").join(name))
}

/// The folder of answers that arguments or configuration name, else the user's.
fn folder(args: &CacheArgs, config: &Config) -> Option<PathBuf> {
    args.cache
        .clone()
        .or_else(|| config.cache.folder.clone())
        .or_else(|| user_folder("answers"))
}

/// How answers are kept; `None` when they are not.
pub(super) fn answers(args: &CacheArgs, config: &Config) -> Option<AnswerCache> {
    if args.no_cache || !config.cache.enabled {
        return None;
    }
    Some(AnswerCache {
        folder: folder(args, config)?,
        offers: config.cache.offers,
        metrics: config.cache.metrics,
        bill: config.cache.bill,
    })
}

/// Runs the sub-command.
pub(super) fn cache(command: &CacheCommand, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let (CacheCommand::Show(args) | CacheCommand::Clear(args)) = command;
    let config = setup::config(args.config.as_deref(), cloud.offline().as_ref())?;
    let args = CacheArgs {
        no_cache: false,
        cache: args.cache.clone(),
    };
    let folder = folder(&args, &config).ok_or_else(|| {
        Failure::new("there is no cache folder of the user: HOME is not set. Name one with --cache")
    })?;
    let files = files(&folder)
        .map_err(|fault| Failure::new(format!("{}: cannot be read: {fault}", folder.display())))?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", folder.display())?;
    match command {
        CacheCommand::Show(_) => {
            for file in &files {
                show(file, &folder, &mut out)?;
            }
            let bytes: u64 = files.iter().map(|file| size(file)).sum();
            writeln!(out, "{} files, {}", files.len(), shown(bytes))?;
        }
        CacheCommand::Clear(_) => {
            for file in &files {
                fs::remove_file(file).map_err(|fault| {
                    Failure::new(format!("{}: cannot be removed: {fault}", file.display()))
                })?;
            }
            writeln!(out, "{} files removed", files.len())?;
        }
    }
    Ok(Outcome::Complete)
}

/// What the first line of a file says, as far as it is for people.
#[derive(Deserialize)]
struct Head {
    read_at: String,
}

fn show(file: &Path, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    let read = fs::File::open(file).and_then(|file| BufReader::new(file).read_line(&mut line));
    let head = read
        .ok()
        .and_then(|_| serde_json::from_str::<Head>(&line).ok());
    let when = head.map_or("damaged".to_owned(), |head| head.read_at);
    let name = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    writeln!(
        out,
        "  {when:22}  {:>9}  {}",
        shown(size(file)),
        name.display()
    )
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |file| file.len())
}

fn shown(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

/// The files of answers below a folder, in order; none when there is no such folder. Nothing else in it is ours.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(current) = folders.pop() {
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
            Err(fault) => return Err(fault),
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            // A link is none of ours either.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|ending| ending == ENDING) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
