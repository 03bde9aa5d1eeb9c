//! Gaps as the report tells them: a region that an organization closes is one gap, not one for each table.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{Coverage, CoverageStatus, EVERY_TABLE, Gap, GapKind, Table};

use crate::config::Accept;
use crate::facts::Facts;
use crate::report::ReportGap;
use crate::rule::Rule;

/// A place: account and region.
type Place = (String, String);

/// The gaps that concern the rules: what they read and could not be read, and what the snapshot never had. A gap in `prices`, the table
/// of newer prices, concerns everybody and holds up nobody: older ones are in their place.
pub(super) fn of_rules(
    rules: &[Rule],
    prices: Option<&'static Table>,
    facts: &Facts,
    accounts: &[String],
) -> Vec<Gap> {
    let of_prices = |gap: &Gap| prices.is_some_and(|table| table.name == gap.table);
    let of_everything = |gap: &Gap| gap.table == EVERY_TABLE;
    let mut gaps: Vec<Gap> = facts
        .gaps
        .iter()
        .filter(|gap| {
            of_prices(gap) || of_everything(gap) || rules.iter().any(|rule| concerns(gap, rule))
        })
        .cloned()
        .collect();
    let Some(ledger) = &facts.ledger else {
        return gaps;
    };
    let read: BTreeSet<(&str, &str)> = rules
        .iter()
        .flat_map(|rule| &rule.groups)
        .flat_map(|(table, groups)| groups.iter().map(move |group| (*table, *group)))
        .collect();
    for (table, column_group) in read {
        if ledger.asked(table, column_group) {
            continue;
        }
        gaps.extend(accounts.iter().map(|account| Gap {
            table: table.to_owned(),
            column_group: column_group.to_owned(),
            account_id: account.clone(),
            region: None,
            resource_id: None,
            metric: None,
            operation: "billhook:collect".to_owned(),
            iam_action: None,
            kind: GapKind::NotCollected,
            detail:
                "the snapshot was collected for other rules; collect it again for these".to_owned(),
        }));
    }
    gaps
}

/// Whether a rule reads what is missing. Tags are read for every resource: owners and exemptions are in them.
fn concerns(gap: &Gap, rule: &Rule) -> bool {
    if gap.table == "usage" {
        let metrics = &rule.needs.metrics;
        return match &gap.metric {
            Some(name) => metrics.iter().any(|need| need.metric.name == name),
            None => !metrics.is_empty(),
        };
    }
    let groups = rule.groups.get(gap.table.as_str());
    groups.is_some_and(|groups| {
        gap.column_group == "tags" || groups.contains(gap.column_group.as_str())
    }) || gap.table == "tag"
}

/// The gaps, with those of a closed region merged, and whether the configuration accepts them.
pub(super) fn for_report(gaps: &[Gap], coverage: &[Coverage], accept: &Accept) -> Vec<ReportGap> {
    let closed = closed_regions(coverage);
    let mut merged: BTreeMap<Place, Gap> = BTreeMap::new();
    let mut told = Vec::new();
    for gap in gaps {
        let place = gap
            .region
            .as_ref()
            .map(|region| (gap.account_id.clone(), region.clone()))
            .filter(|place| closed.contains(place) && gap.kind == GapKind::DeniedByOrganization);
        match place {
            Some(place) => {
                merged.entry(place).or_insert_with(|| Gap {
                    table: EVERY_TABLE.to_owned(),
                    column_group: EVERY_TABLE.to_owned(),
                    resource_id: None,
                    metric: None,
                    // No permission would help: the organization's word goes before it.
                    iam_action: None,
                    ..gap.clone()
                });
            }
            None => told.push(gap.clone()),
        }
    }
    told.extend(merged.into_values());
    told.into_iter()
        .map(|gap| ReportGap {
            accepted: accept.accepts(&gap),
            gap,
        })
        .collect()
}

/// Regions in which several tables are denied by an organization policy and nothing was found in any other.
fn closed_regions(coverage: &[Coverage]) -> BTreeSet<Place> {
    let place = |line: &Coverage| (line.account_id.clone(), line.region.clone());
    let mut denied: BTreeMap<Place, BTreeSet<&str>> = BTreeMap::new();
    for line in coverage {
        if line.status == CoverageStatus::DeniedByOrganization {
            denied.entry(place(line)).or_default().insert(&line.table);
        }
    }
    // A table that is partly denied may have rows from a call outside the region: they do not open it.
    for line in coverage.iter().filter(|line| line.resources > 0) {
        let elsewhere = |tables: &BTreeSet<&str>| !tables.contains(line.table.as_str());
        if denied.get(&place(line)).is_some_and(elsewhere) {
            denied.remove(&place(line));
        }
    }
    denied.retain(|_, tables| tables.len() > 1);
    denied.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(region: &str, table: &str, status: CoverageStatus, resources: u64) -> Coverage {
        Coverage {
            account_id: "1".to_owned(),
            region: region.to_owned(),
            table: table.to_owned(),
            column_group: "base".to_owned(),
            status,
            resources,
        }
    }

    fn gap(region: &str, table: &str) -> Gap {
        Gap {
            table: table.to_owned(),
            column_group: "base".to_owned(),
            account_id: "1".to_owned(),
            region: Some(region.to_owned()),
            resource_id: None,
            metric: None,
            operation: "ec2:DescribeVolumes".to_owned(),
            iam_action: Some("ec2:DescribeVolumes".to_owned()),
            kind: GapKind::DeniedByOrganization,
            detail: String::new(),
        }
    }

    #[test]
    fn a_closed_region_is_one_gap_and_a_single_denial_stays_what_it_is() {
        let denied = CoverageStatus::DeniedByOrganization;
        let coverage = [
            line("closed", "volumes", denied, 0),
            line("closed", "addresses", denied, 0),
            line("closed", "types", CoverageStatus::Assessed, 0),
            line("closed", "volumes", CoverageStatus::Assessed, 1),
            line("open", "volumes", denied, 0),
            line("open", "addresses", denied, 0),
            line("open", "instances", CoverageStatus::Assessed, 3),
        ];
        let gaps: Vec<Gap> = ["closed", "open"]
            .iter()
            .flat_map(|region| ["volumes", "addresses"].map(|table| gap(region, table)))
            .collect();
        let told = for_report(&gaps, &coverage, &Accept::default());
        let names: Vec<_> = told
            .iter()
            .map(|told| (told.gap.region.as_deref(), told.gap.table.as_str()))
            .collect();
        assert_eq!(
            names,
            [
                (Some("open"), "volumes"),
                (Some("open"), "addresses"),
                (Some("closed"), "*")
            ]
        );
        assert_eq!(told[2].gap.iam_action, None);
    }
}
