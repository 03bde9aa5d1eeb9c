//! `[prices.discounts]` and `[prices.commitments]` of `billhook.toml`.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::Provider;
use toml::Spanned;

use crate::config::{COST_EXPLORER, ConfigError};

/// A table of percentages as it is written, with the places of its keys and values.
pub(crate) type Written = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

/// Percentages by service.
pub(super) type Percents = BTreeMap<String, Percent>;

/// The discount of every service that has none of its own.
const DEFAULT: &str = "default";

/// The key in `[prices.commitments]` that says where coverage is read for services that have no percentage there.
const SOURCE: &str = "source";

/// A percentage, and where it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percent {
    /// 0 to 100.
    pub percent: f64,
    /// Line in the file, from 1.
    pub line: usize,
}

/// What the configuration says of discounts and commitments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Percent off the list price, by service (`ec2`) or `default`.
    pub discounts: BTreeMap<String, Percent>,
    /// Percent of the usage that commitments cover, by service.
    pub commitments: BTreeMap<String, Percent>,
    /// Whether coverage that was read from the account counts for services without a percentage.
    pub reads_coverage: bool,
    /// The file, for messages.
    file: String,
}

impl Settings {
    /// Reads both tables; `text` and `file` are the whole configuration and its name, for messages.
    pub(crate) fn read(
        discounts: Written,
        mut commitments: Written,
        text: &str,
        file: &str,
    ) -> Result<Self, ConfigError> {
        let source = commitments
            .keys()
            .find(|key| key.as_ref() == SOURCE)
            .cloned();
        let mut reads_coverage = false;
        if let Some(key) = source {
            let value = commitments.remove(&key);
            let word = value.as_ref().and_then(|value| value.get_ref().as_str());
            if word != Some(COST_EXPLORER) {
                return Err(ConfigError(format!(
                    "{file}:{}: [prices.commitments] source: coverage can be read from \"{COST_EXPLORER}\" only",
                    line(text, &key)
                )));
            }
            reads_coverage = true;
        }
        Ok(Settings {
            discounts: percents("prices.discounts", discounts, text, file)?,
            commitments: percents("prices.commitments", commitments, text, file)?,
            reads_coverage,
            file: file.to_owned(),
        })
    }

    /// Holds the keys against what the cloud has: a misspelt one would silently change nothing.
    pub fn check(&self, provider: &dyn Provider) -> Result<(), ConfigError> {
        let service = |name: &'static str| service_of(provider.name(), name);
        let services: BTreeSet<&str> = provider
            .tables()
            .iter()
            .filter(|table| !table.resource_type.is_empty())
            .map(|table| service(table.name))
            .collect();
        let committable: BTreeSet<&str> =
            provider.committable().iter().map(|t| service(t)).collect();
        let listed = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        for (key, Percent { line, .. }) in &self.discounts {
            if key != DEFAULT && !services.contains(key.as_str()) {
                return Err(ConfigError(format!(
                    "{}:{line}: [prices.discounts] {key}: there is no such service; there are {DEFAULT}, {}",
                    self.file,
                    listed(&services)
                )));
            }
        }
        for (key, Percent { line, .. }) in &self.commitments {
            if !committable.contains(key.as_str()) {
                let problem = if services.contains(key.as_str()) {
                    "no Savings Plan or reserved instance covers it"
                } else {
                    "there is no such service"
                };
                return Err(ConfigError(format!(
                    "{}:{line}: [prices.commitments] {key}: {problem}; commitments can cover {}",
                    self.file,
                    listed(&committable)
                )));
            }
        }
        Ok(())
    }
}

/// The service of a table: `ec2` of `aws_ec2_instance`.
pub(crate) fn service_of<'t>(provider: &str, table: &'t str) -> &'t str {
    let rest = table
        .strip_prefix(provider)
        .and_then(|rest| rest.strip_prefix('_'))
        .unwrap_or(table);
    rest.split('_').next().unwrap_or(rest)
}

fn line<T>(text: &str, at: &Spanned<T>) -> usize {
    text.get(..at.span().start)
        .map_or(0, |before| before.matches('\n').count() + 1)
}

fn percents(
    table: &str,
    written: Written,
    text: &str,
    file: &str,
) -> Result<Percents, ConfigError> {
    let mut percents = Percents::new();
    for (key, value) in written {
        let line = line(text, &value);
        let number = match value.get_ref() {
            toml::Value::Integer(number) => Some(*number as f64),
            toml::Value::Float(number) => Some(*number),
            _ => None,
        };
        let key = key.into_inner();
        match number.filter(|percent| (0.0..=100.0).contains(percent)) {
            Some(percent) => percents.insert(key, Percent { percent, line }),
            None => {
                return Err(ConfigError(format!(
                    "{file}:{line}: [{table}] {key}: give a percentage from 0 to 100, not {}",
                    value.get_ref()
                )));
            }
        };
    }
    Ok(percents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn fault(text: &str) -> String {
        Config::parse(text, "billhook.toml").unwrap_err().0
    }

    #[test]
    fn percentages_are_read_with_their_lines() {
        let text =
            "[prices.discounts]\ndefault = 7\nec2 = 12.5\n\n[prices.commitments]\nec2 = 60\n";
        let config = Config::parse(text, "billhook.toml").expect("a good configuration");
        let percent = |percent, line| Percent { percent, line };
        assert_eq!(config.prices.discounts["default"], percent(7.0, 2));
        assert_eq!(config.prices.discounts["ec2"], percent(12.5, 3));
        assert_eq!(config.prices.commitments["ec2"], percent(60.0, 6));
    }

    #[test]
    fn what_is_no_percentage_is_refused_with_its_line() {
        for (value, shown) in [
            ("101", "101"),
            ("-1", "-1"),
            ("nan", "nan"),
            ("inf", "inf"),
            ("true", "true"),
            ("\"15%\"", "\"15%\""),
        ] {
            assert_eq!(
                fault(&format!(
                    "[scan]\nonly = []\n[prices.discounts]\nec2 = {value}\n"
                )),
                format!(
                    "billhook.toml:4: [prices.discounts] ec2: give a percentage from 0 to 100, not {shown}"
                )
            );
        }
        assert!(
            fault("[prices]\ndiscount = { ec2 = 5 }\n")
                .starts_with("billhook.toml:2:1: unknown field `discount`"),
            "{}",
            fault("[prices]\ndiscount = { ec2 = 5 }\n")
        );
    }

    #[test]
    fn coverage_is_read_from_cost_explorer_or_not_at_all() {
        let text = "[prices.commitments]\nsource = \"cost-explorer\"\nec2 = 60\n";
        let config = Config::parse(text, "billhook.toml").expect("a good configuration");
        assert!(config.prices.reads_coverage);
        assert_eq!(config.prices.commitments["ec2"].percent, 60.0);
        for wrong in ["\"bill\"", "7"] {
            let fault = fault(&format!("[prices.commitments]\nsource = {wrong}\n"));
            assert!(
                fault.starts_with("billhook.toml:2: [prices.commitments] source: "),
                "{fault}"
            );
        }
    }

    #[test]
    fn the_service_is_the_second_word_of_a_table() {
        assert_eq!(service_of("aws", "aws_ec2_instance"), "ec2");
        assert_eq!(service_of("aws", "aws_account"), "account");
        assert_eq!(service_of("other", "aws_ec2_instance"), "aws");
    }
}
