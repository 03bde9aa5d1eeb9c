//! From list prices to what is really paid: discounts, and usage that commitments cover.
//!
//! Rules and the price book speak of list prices. Two things stand between them and the bill, and `billhook.toml` knows both:
//!
//! - A **discount** (`[prices.discounts]`) takes its share off everything of a service: savings, spend at stake and upper bounds alike.
//! - A **commitment** (Savings Plans, reserved instances) is paid whether it is used or not. Usage that it covers and that goes
//!   away frees a piece of the commitment and takes nothing off the bill, unless other usage that was not covered moves
//!   into its place. Whether there is such usage, hour by hour, is not known here, so the covered share counts as not saved: the
//!   effective figure is the cautious one. Storage, addresses, gateways and traffic cannot be covered, so no commitment touches them.
//!
//! So what ending usage saves is list × (1 − discount) × (1 − covered), and for everything that no commitment can cover
//! list × (1 − discount).

mod settings;

use std::collections::{BTreeSet, HashMap, HashSet};

use billhook_catalog::{CommitmentCoverage, Provider, Table};

pub use settings::{Percent, Settings};
pub(crate) use settings::{Written, service_of};

/// What is really paid for a resource, against its list price.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// The service that it belongs to (`ec2`); empty when that is unknown.
    pub service: &'static str,
    /// Discount, percent of the list price.
    pub discount_percent: f64,
    /// Share of its usage that commitments cover, percent; 0 for what they cannot cover.
    pub covered_percent: f64,
    /// Where the covered share comes from; empty when it is 0.
    pub coverage_source: &'static str,
}

impl Terms {
    /// What a dollar of list price costs on the bill, commitments aside: 0 to 1.
    pub fn spend(&self) -> f64 {
        1.0 - self.discount_percent / 100.0
    }

    /// What a dollar of list price that is no longer used takes off the bill: 0 to 1.
    pub fn usage(&self) -> f64 {
        self.spend() * (1.0 - self.covered_percent / 100.0)
    }
}

/// The terms of every resource.
#[derive(Clone, Debug)]
pub struct Prices {
    settings: Settings,
    coverage: Vec<CommitmentCoverage>,
    provider: &'static str,
    tables: HashMap<&'static str, &'static Table>,
    committable: HashSet<&'static str>,
}

impl Prices {
    /// The terms that the configuration gives, and for commitments that it does not name those that were read.
    pub fn new(
        provider: &dyn Provider,
        settings: &Settings,
        coverage: &[CommitmentCoverage],
    ) -> Self {
        let mut tables = HashMap::new();
        for table in provider.tables() {
            if !table.resource_type.is_empty() {
                tables.entry(table.resource_type).or_insert(*table);
            }
        }
        Prices {
            settings: settings.clone(),
            coverage: if settings.reads_coverage {
                coverage.to_vec()
            } else {
                Vec::new()
            },
            provider: provider.name(),
            tables,
            committable: provider.committable().iter().copied().collect(),
        }
    }

    /// Whether list prices are all that is known, so that effective and list are the same.
    pub fn are_list(&self) -> bool {
        let none = |percents: &settings::Percents| percents.values().all(|p| p.percent == 0.0);
        none(&self.settings.discounts)
            && none(&self.settings.commitments)
            && self.coverage.iter().all(|line| line.percent == 0.0)
    }

    /// The terms of a resource of a table.
    pub fn of_table(&self, table: &Table, account_id: &str) -> Terms {
        let service = service_of(self.provider, table.name);
        let discounts = &self.settings.discounts;
        let discount = discounts.get(service).or_else(|| discounts.get("default"));
        let (covered_percent, coverage_source) = if self.committable.contains(table.name) {
            self.covered(service, account_id)
        } else {
            (0.0, "")
        };
        Terms {
            service,
            discount_percent: discount.map_or(0.0, |discount| discount.percent),
            covered_percent,
            coverage_source,
        }
    }

    /// The terms of a resource by its type (`AWS::EC2::Volume`); list prices for a type that no table has.
    pub fn of_type(&self, resource_type: &str, account_id: &str) -> Terms {
        self.tables
            .get(resource_type)
            .map_or_else(Terms::default, |table| self.of_table(table, account_id))
    }

    /// Share of a service's usage that commitments cover, and who says so. The configuration goes before what was read.
    fn covered(&self, service: &str, account_id: &str) -> (f64, &'static str) {
        if let Some(percent) = self.settings.commitments.get(service) {
            let source = if percent.percent > 0.0 {
                "configuration"
            } else {
                ""
            };
            return (percent.percent, source);
        }
        let read = self
            .coverage
            .iter()
            .find(|line| line.service == service && line.account_id == account_id);
        read.map_or((0.0, ""), |line| {
            (line.percent.clamp(0.0, 100.0), line.source)
        })
    }
}

/// Why an effective amount is not the list price, in words; `None` where it is the list price. `frees_commitments` is whether
/// the amount is usage that ends, so that commitments matter.
pub fn basis<'t>(
    terms: impl IntoIterator<Item = &'t Terms>,
    frees_commitments: bool,
) -> Option<String> {
    let mut clauses = BTreeSet::new();
    for term in terms {
        if term.discount_percent > 0.0 {
            clauses.insert((
                0,
                format!(
                    "{} % discount on {}",
                    percent(term.discount_percent),
                    term.service
                ),
            ));
        }
        if frees_commitments && term.covered_percent > 0.0 {
            clauses.insert((
                1,
                format!(
                    "commitments cover {} % of the usage of {} ({}) and are paid for all the same",
                    percent(term.covered_percent),
                    term.service,
                    term.coverage_source
                ),
            ));
        }
    }
    let clauses: Vec<String> = clauses.into_iter().map(|(_, clause)| clause).collect();
    (!clauses.is_empty()).then(|| clauses.join("; "))
}

/// `15`, `12.5`: at most two decimals.
fn percent(percent: f64) -> String {
    let text = format!("{percent:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(discount_percent: f64, covered_percent: f64) -> Terms {
        Terms {
            service: "ec2",
            discount_percent,
            covered_percent,
            coverage_source: "configuration",
        }
    }

    #[test]
    fn discounts_take_off_everything_and_commitments_only_usage() {
        let both = terms(10.0, 60.0);
        assert!((both.spend() - 0.9).abs() < 1e-12);
        assert!((both.usage() - 0.36).abs() < 1e-12);
        assert_eq!(
            (terms(100.0, 0.0).usage(), terms(0.0, 100.0).usage()),
            (0.0, 0.0)
        );
        assert_eq!(Terms::default().usage(), 1.0);
    }

    #[test]
    fn the_basis_says_why_once() {
        assert_eq!(basis([&terms(0.0, 0.0)], true), None);
        assert_eq!(
            basis([&terms(12.5, 0.0), &terms(12.5, 0.0)], true).as_deref(),
            Some("12.5 % discount on ec2")
        );
        assert_eq!(
            basis([&terms(10.0, 60.0)], true).as_deref(),
            Some(
                "10 % discount on ec2; commitments cover 60 % of the usage of ec2 (configuration) and are paid for all the same"
            )
        );
        assert_eq!(basis([&terms(0.0, 60.0)], false), None);
    }
}
