//! What is kept comes back; what is damaged does not.

use super::*;

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("billhook-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn entry(usd: Option<f64>) -> Entry {
    Entry {
        usd,
        unit: usd.map_or(String::new(), |_| "hour".to_owned()),
        reason: usd.map_or("not listed".to_owned(), |_| String::new()),
        read_at: "2026-11-01T10:00:00Z".parse().expect("an instant"),
    }
}

fn entries(prices: &[(&str, Option<f64>)]) -> Entries {
    let entries = prices.iter();
    entries
        .map(|(text, usd)| (text.parse().expect("a price"), entry(*usd)))
        .collect()
}

#[test]
fn answers_are_kept_beside_older_ones() {
    let folder = Folder::new("keeps");
    let cache = Cache::new(&folder.0);
    let first = entries(&[
        ("node:dax dax.r4.large", Some(0.2)),
        ("node:dax dax.r4.x", None),
    ]);
    cache
        .write("eu-west-1", "node:dax", &first)
        .expect("written");
    let second = entries(&[("node:dax dax.r4.large", Some(0.3))]);
    cache
        .write("eu-west-1", "node:dax", &second)
        .expect("written");
    let mut warnings = Vec::new();
    let kept = cache.read("eu-west-1", "node:dax", &mut warnings);
    let expected = entries(&[
        ("node:dax dax.r4.large", Some(0.3)),
        ("node:dax dax.r4.x", None),
    ]);
    assert_eq!((kept, warnings.len()), (expected, 0));
    assert!(
        cache
            .read("eu-west-2", "node:dax", &mut warnings)
            .is_empty()
    );
    assert!(warnings.is_empty(), "what is not there is no damage");

    let (all, warnings) = cache.all();
    assert_eq!((all.len(), warnings.len()), (2, 0));
    assert_eq!(all[0].0, "eu-west-1");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.0.join("eu-west-1/node-dax.json");
        let mode = fs::metadata(path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let files = fs::read_dir(folder.0.join("eu-west-1")).expect("a folder");
    assert_eq!(files.count(), 1, "nothing is left beside the file");
}

#[test]
fn a_damaged_file_is_none_and_is_told() {
    let folder = Folder::new("damaged");
    let cache = Cache::new(&folder.0);
    let price = entries(&[("ec2 m5.large", Some(0.1))]);
    cache.write("us-east-1", "ec2", &price).expect("written");
    let path = folder.0.join("us-east-1/ec2.json");
    let whole = fs::read_to_string(&path).expect("a file");
    for damaged in [
        String::new(),
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"version\": 1", "\"version\": 2"),
        whole.replace("us-east-1", "us-east-2"),
    ] {
        fs::write(&path, damaged).expect("written");
        let mut warnings = Vec::new();
        assert!(cache.read("us-east-1", "ec2", &mut warnings).is_empty());
        assert!(
            warnings[0].contains("us-east-1/ec2.json: kept prices cannot be read"),
            "{warnings:?}"
        );
    }
    for senseless in ["-0.1", "0.0"] {
        fs::write(&path, whole.replace("0.1", senseless)).expect("written");
        assert!(cache.read("us-east-1", "ec2", &mut Vec::new()).is_empty());
    }
    cache
        .write("us-east-1", "ec2", &price)
        .expect("written over it");
    assert_eq!(cache.read("us-east-1", "ec2", &mut Vec::new()), price);
}
