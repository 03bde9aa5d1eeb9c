//! A file of kept answers: a line of JSON that says what it holds and when that was read, then the frames as Parquet.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use jiff::Timestamp;
use polars::prelude::{DataFrame, ParquetReader, ParquetWriter, SerReader};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::private::write_private;

/// Raised when files of an older form would be misread.
const VERSION: u32 = 1;

/// The ending of such files.
pub(crate) const ENDING: &str = "answers";

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    version: u32,
    what: String,
    read_at: Timestamp,
    calls: BTreeMap<String, u64>,
    /// Names and lengths of the frames, in their order.
    frames: Vec<(String, usize)>,
    /// Of everything behind this line, in hex.
    sha256: String,
}

/// Kept answers.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// What was asked, in all that an answer depends on.
    pub(crate) what: String,
    /// When it was answered.
    pub(crate) read_at: Timestamp,
    /// Requests that it took.
    pub(crate) calls: BTreeMap<String, u64>,
    /// The answers, by name.
    pub(crate) frames: BTreeMap<String, DataFrame>,
}

impl Kept {
    /// Reads what was kept of a question; `None` when there is nothing that can be used. What is damaged is remarked on.
    pub(crate) fn read(path: &Path, what: &str) -> Option<Self> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return None,
            Err(fault) => return ignored(path, &fault),
        };
        let line = bytes.iter().position(|byte| *byte == b'\n');
        let (head, body) = bytes.split_at(line.unwrap_or(bytes.len()));
        let body = body.get(1..).unwrap_or_default();
        let head: Head = match serde_json::from_slice(head) {
            Ok(head) => head,
            Err(fault) => return ignored(path, &fault),
        };
        // Another question, or another version's way of asking it.
        if head.version != VERSION || head.what != what {
            return None;
        }
        if head.sha256 != hash(body) {
            return ignored(path, &"it was changed or cut off");
        }
        let (mut frames, mut at) = (BTreeMap::new(), 0_usize);
        for (name, length) in head.frames {
            let end = at.saturating_add(length);
            let Some(part) = body.get(at..end) else {
                return ignored(path, &"it is cut off");
            };
            match ParquetReader::new(Cursor::new(part)).finish() {
                Ok(frame) => frames.insert(name, frame),
                Err(fault) => return ignored(path, &fault),
            };
            at = end;
        }
        Some(Kept {
            what: head.what,
            read_at: head.read_at,
            calls: head.calls,
            frames,
        })
    }

    /// Writes it, readable by its owner alone.
    pub(crate) fn write(mut self, path: &Path) -> io::Result<()> {
        let (mut body, mut frames) = (Vec::new(), Vec::new());
        for (name, frame) in &mut self.frames {
            let begin = body.len();
            ParquetWriter::new(&mut body)
                .finish(frame)
                .map_err(io::Error::other)?;
            frames.push((name.clone(), body.len() - begin));
        }
        let head = Head {
            version: VERSION,
            what: self.what,
            read_at: self.read_at,
            calls: self.calls,
            frames,
            sha256: hash(&body),
        };
        let mut bytes = serde_json::to_vec(&head)?;
        bytes.push(b'\n');
        bytes.extend(body);
        write_private(path, &bytes)
    }
}

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn ignored<T>(path: &Path, fault: &dyn std::fmt::Display) -> Option<T> {
    tracing::warn!(
        "{}: kept answers cannot be read ({fault}); everything in it is asked anew",
        path.display()
    );
    None
}

#[cfg(test)]
mod tests {
    use polars::prelude::df;

    use super::*;

    fn kept() -> Kept {
        let one = df!["a" => [1, 2], "b" => [Some("x"), None]].unwrap();
        let other = df!["c" => [0.5]].unwrap();
        Kept {
            what: "a question".to_owned(),
            read_at: "2026-03-15T12:00:00Z".parse().unwrap(),
            calls: BTreeMap::from([("ce:GetCostAndUsage".to_owned(), 3)]),
            frames: BTreeMap::from([("one".to_owned(), one), ("other".to_owned(), other)]),
        }
    }

    #[test]
    fn what_is_written_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("123456789012/eu-west-1/bill.answers");
        assert!(
            Kept::read(&path, "a question").is_none(),
            "nothing there yet"
        );
        kept().write(&path).unwrap();
        let back = Kept::read(&path, "a question").unwrap();
        assert!(back.frames["one"].equals_missing(&kept().frames["one"]));
        assert!(back.frames["other"].equals_missing(&kept().frames["other"]));
        assert_eq!((back.read_at, back.calls), (kept().read_at, kept().calls));
        assert!(Kept::read(&path, "another question").is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
        }
    }

    #[test]
    fn what_is_damaged_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.answers");
        kept().write(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let cut = &whole[..whole.len() / 2];
        for damaged in [&flipped[..], cut, b"", b"{}\n", b"\xff\xfe"] {
            fs::write(&path, damaged).unwrap();
            assert!(Kept::read(&path, "a question").is_none());
        }
        kept().write(&path).unwrap();
        assert!(Kept::read(&path, "a question").is_some(), "written anew");
    }
}
