//! Regions in which nothing was billed.
//!
//! An account has some seventeen regions and uses two or three. Cost Explorer answers with one request for the whole organization
//! which account used anything where, at whatever price: a line is there as soon as there is usage, and be it free. What has no line
//! has had no volume, address, gateway or instance since the window began, so only the region's own settings are read there.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::Table;

use crate::call::Caller;
use crate::ce::collect::COST_AND_USAGE;
use crate::ce::collect::costs::used_by_region;
use crate::ce::month::Months;
use crate::classify::Problem;
use crate::session::{Clients, global_region};

/// Regional tables that are read in quiet regions too: guards that are there whether anything runs or not.
const SETTINGS: &[&str] = &["aws_ec2_region"];

/// Whether a table is read in quiet regions too.
pub(crate) fn is_setting(table: &Table) -> bool {
    SETTINGS.contains(&table.name)
}

/// Where each account has used anything.
#[derive(Debug)]
pub(crate) struct Used {
    regions: BTreeMap<String, BTreeSet<String>>,
    since: String,
}

impl Used {
    /// Those of an account's regions in which it used nothing. None for an account of which the answer says nothing at all: a new
    /// one, or one of another organization.
    pub(super) fn quiet(&self, account: &str, regions: &[String]) -> BTreeSet<String> {
        let Some(used) = self.regions.get(account) else {
            return BTreeSet::new();
        };
        let quiet = regions.iter().filter(|region| !used.contains(*region));
        quiet.cloned().collect()
    }

    /// A remark for people.
    pub(super) fn notice(&self, account: &str, quiet: &BTreeSet<String>) -> String {
        let names: Vec<&str> = quiet.iter().map(String::as_str).collect();
        format!(
            "account {account}: nothing was used since {} in {} (Cost Explorer, which lags by up to a day), so only settings were \
             read there",
            self.since,
            names.join(", ")
        )
    }
}

/// Asks where anything was used, with the caller's own credentials: those of a management account see all of its members.
pub(super) async fn used(
    clients: &Clients,
    caller: &Caller<'_>,
    partition: &str,
    months: &Months,
) -> Result<Used, Problem> {
    if partition == "aws-us-gov" {
        let detail = "Cost Explorer has no endpoint here";
        return Err(Problem::new(
            COST_AND_USAGE,
            billhook_catalog::GapKind::Unsupported,
            detail,
        ));
    }
    let region = global_region(clients.home());
    let mut regions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    used_by_region(clients, caller, region, months, |account, region| {
        regions
            .entry(account.to_owned())
            .or_default()
            .insert(region.to_owned());
    })
    .await?;
    let since = months.until_today().start().to_owned();
    Ok(Used { regions, since })
}
