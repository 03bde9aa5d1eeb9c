//! `[cache]`: what is kept between scans, and for how long.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde::Deserialize;

/// Settings of the cache of answers.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheSettings {
    /// Whether answers are kept and taken.
    pub enabled: bool,
    /// The folder; `None` is the user's cache folder.
    pub folder: Option<PathBuf>,
    /// How long what the cloud offers holds.
    pub offers: SignedDuration,
    /// How long series of metrics hold.
    pub metrics: SignedDuration,
    /// Whether the bill is asked once a day only.
    pub bill: bool,
}

impl Default for CacheSettings {
    fn default() -> Self {
        CacheSettings {
            enabled: true,
            folder: None,
            offers: SignedDuration::from_hours(7 * 24),
            metrics: SignedDuration::from_hours(6),
            bill: true,
        }
    }
}

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CacheTable {
    enabled: Option<bool>,
    folder: Option<PathBuf>,
    offers: Option<String>,
    metrics: Option<String>,
    bill: Option<bool>,
}

impl CacheSettings {
    /// From what is written. The error names the key.
    pub(super) fn of(table: CacheTable) -> Result<Self, String> {
        let usual = CacheSettings::default();
        let age = |key: &str, written: Option<String>, usual: SignedDuration| match written {
            None => Ok(usual),
            Some(text) => parse_age(&text).map_err(|fault| format!("[cache] {key}: {fault}")),
        };
        Ok(CacheSettings {
            enabled: table.enabled.unwrap_or(usual.enabled),
            folder: table.folder,
            offers: age("offers", table.offers, usual.offers)?,
            metrics: age("metrics", table.metrics, usual.metrics)?,
            bill: table.bill.unwrap_or(usual.bill),
        })
    }
}

/// An age in days, hours or minutes; 0 is none at all.
pub fn parse_age(text: &str) -> Result<SignedDuration, String> {
    let wrong = || "write an age such as 14d, 12h or 30m".to_owned();
    if text == "0" {
        return Ok(SignedDuration::ZERO);
    }
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let minutes = match unit {
        'd' => 24 * 60,
        'h' => 60,
        'm' => 1,
        _ => return Err(wrong()),
    };
    let count: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Ok(SignedDuration::from_mins(i64::from(count) * minutes))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn ages_are_written_for_people() {
        let of = |text: &str| Config::parse(text, "billhook.toml").map(|config| config.cache);
        let usual = of("").expect("a good configuration");
        assert!(usual.enabled && usual.bill);
        assert_eq!(
            (usual.offers.as_hours(), usual.metrics.as_hours()),
            (168, 6)
        );
        let own = of("[cache]\nenabled = false\nmetrics = \"30m\"\nfolder = \"kept\"\n");
        let own = own.expect("a good configuration");
        assert!(!own.enabled);
        assert_eq!(own.metrics.as_mins(), 30);
        assert_eq!(own.folder, Some("kept".into()));
        let fault = of("[cache]\noffers = \"soon\"\n").unwrap_err();
        assert_eq!(
            fault.0,
            "billhook.toml: [cache] offers: write an age such as 14d, 12h or 30m"
        );
    }
}
