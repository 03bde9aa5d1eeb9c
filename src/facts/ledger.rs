//! What was collected where: a table that was never collected is not an empty table.

use std::collections::{HashMap, HashSet};

use billhook_catalog::{Coverage, CoverageStatus};

/// The coverage lines, by table and column group.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    places: HashMap<(String, String), HashSet<(String, String)>>,
    elsewhere: HashMap<(String, String), HashSet<(String, String)>>,
    accounts: HashSet<String>,
}

impl Ledger {
    /// From coverage lines; a place with any line counts as asked for: what went wrong there is a gap.
    pub fn new(coverage: &[Coverage]) -> Self {
        let mut ledger = Ledger::default();
        for line in coverage {
            let key = (line.table.clone(), line.column_group.clone());
            let place = (line.account_id.clone(), line.region.clone());
            let places = if line.status == CoverageStatus::ReadElsewhere {
                &mut ledger.elsewhere
            } else {
                &mut ledger.places
            };
            places.entry(key).or_default().insert(place);
            ledger.accounts.insert(line.account_id.clone());
        }
        ledger
    }

    /// Whether the group was asked for anywhere.
    pub fn asked(&self, table: &str, group: &str) -> bool {
        self.places
            .contains_key(&(table.to_owned(), group.to_owned()))
    }

    /// Whether another account of the scan answers for this one.
    pub fn read_elsewhere(&self, table: &str, group: &str, account: &str) -> bool {
        self.elsewhere
            .get(&(table.to_owned(), group.to_owned()))
            .is_some_and(|places| places.iter().any(|(found, _)| found == account))
    }

    /// Whether the group was asked for where a resource of that account and region would look.
    pub fn asked_at(&self, table: &str, group: &str, account: &str, region: &str) -> bool {
        let Some(places) = self.places.get(&(table.to_owned(), group.to_owned())) else {
            return false;
        };
        let at = |region: &str| places.contains(&(account.to_owned(), region.to_owned()));
        at(region)
            || at("global")
            || (region == "global" && places.iter().any(|(found, _)| found == account))
    }
}
