//! The coverage matrix: one table an account, with a row a table and a column a region.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{Coverage, CoverageStatus};

use crate::report::digest::coverage_word;
use crate::report::money::count;
use crate::report::{Report, clean::clean};

/// With more accounts than this, only those are shown in full of which something was not read.
const ACCOUNTS_IN_FULL: usize = 5;
/// And of those not more than this: a page must open at once. The JSON has them all.
const MOST_MATRICES: usize = 25;

/// How an account was read.
pub(crate) struct Matrix {
    /// Account.
    pub account: String,
    /// Regions, `global` first.
    pub regions: Vec<String>,
    /// One row a table.
    pub rows: Vec<MatrixRow>,
    /// Cells that were read completely, and all.
    pub assessed: usize,
    /// Cells.
    pub cells: usize,
}

impl Matrix {
    /// Whether everything was read.
    pub(crate) fn is_complete(&self) -> bool {
        self.assessed == self.cells
    }
}

/// A table in an account.
pub(crate) struct MatrixRow {
    /// Table.
    pub table: String,
    /// One cell a region.
    pub cells: Vec<Cell>,
}

/// A table in a region of an account: the worst of its column groups.
pub(crate) struct Cell {
    /// Class in the style sheet.
    pub class: &'static str,
    /// A sign that does not depend on colour.
    pub sign: &'static str,
    /// In words, for all of its column groups.
    pub words: String,
    /// Rows read, where it was read.
    pub resources: String,
}

/// The matrices that are shown, and the accounts that are only named: as complete, or as too many.
pub(crate) struct Ledger {
    /// Shown in full.
    pub matrices: Vec<Matrix>,
    /// Read completely, and not shown in full because there are many accounts.
    pub complete: Vec<String>,
    /// Not read completely, and not shown because there are too many.
    pub left_out: Vec<String>,
}

/// The signs and what they mean, for the legend.
pub(crate) const LEGEND: &[(&str, &str, &str)] = &[
    (
        "cov-ok",
        "✓",
        "read completely, with the number of resources",
    ),
    (
        "cov-part",
        "◐",
        "read, but not for every resource or column",
    ),
    (
        "cov-no",
        "✕",
        "not read: denied, throttled, failed or stopped",
    ),
    (
        "cov-off",
        "–",
        "region not enabled, or not part of the scan",
    ),
];

/// The ledger of a report.
pub(crate) fn ledger(report: &Report) -> Ledger {
    let mut by_account: BTreeMap<&str, Vec<&Coverage>> = BTreeMap::new();
    for line in &report.coverage {
        by_account.entry(&line.account_id).or_default().push(line);
    }
    let in_full = by_account.len() <= ACCOUNTS_IN_FULL;
    let mut ledger = Ledger {
        matrices: Vec::new(),
        complete: Vec::new(),
        left_out: Vec::new(),
    };
    for (account, lines) in by_account {
        let account = clean(account).into_owned();
        let is_complete = lines
            .iter()
            .all(|line| line.status == CoverageStatus::Assessed);
        if is_complete && !in_full {
            ledger.complete.push(account);
        } else if ledger.matrices.len() >= MOST_MATRICES {
            ledger.left_out.push(account);
        } else {
            ledger.matrices.push(matrix(account, &lines));
        }
    }
    ledger
}

fn matrix(account: String, lines: &[&Coverage]) -> Matrix {
    let mut regions: Vec<&str> = lines
        .iter()
        .map(|line| line.region.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    regions.sort_by_key(|region| (*region != "global", *region));
    let mut tables: BTreeMap<&str, BTreeMap<&str, Vec<&Coverage>>> = BTreeMap::new();
    for line in lines {
        tables
            .entry(&line.table)
            .or_default()
            .entry(&line.region)
            .or_default()
            .push(line);
    }
    let rows: Vec<MatrixRow> = tables
        .into_iter()
        .map(|(table, by_region)| MatrixRow {
            table: clean(table).into_owned(),
            cells: regions
                .iter()
                .map(|region| cell(by_region.get(region).map_or(&[], Vec::as_slice)))
                .collect(),
        })
        .collect();
    let cells = || {
        rows.iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| !cell.sign.is_empty())
    };
    let (assessed, all) = (
        cells().filter(|cell| cell.class == "cov-ok").count(),
        cells().count(),
    );
    let regions = regions
        .into_iter()
        .map(|region| clean(region).into_owned())
        .collect();
    Matrix {
        account,
        regions,
        rows,
        assessed,
        cells: all,
    }
}

fn cell(groups: &[&Coverage]) -> Cell {
    let Some(first) = groups.first() else {
        return Cell {
            class: "cov-none",
            sign: "",
            words: "not applicable".to_owned(),
            resources: String::new(),
        };
    };
    let classes: BTreeSet<&str> = groups.iter().map(|group| class(group.status)).collect();
    let class = match classes.len() {
        1 => class(first.status),
        // Some column groups are there and some are not.
        _ if classes.contains("cov-ok") || classes.contains("cov-part") => "cov-part",
        _ => "cov-no",
    };
    let sign = LEGEND
        .iter()
        .find(|(name, _, _)| *name == class)
        .map_or("", |(_, sign, _)| sign);
    let statuses: BTreeSet<CoverageStatus> = groups.iter().map(|group| group.status).collect();
    let words = if statuses.len() == 1 {
        coverage_word(first.status).to_owned()
    } else {
        let each = groups.iter().map(|group| {
            format!(
                "{}: {}",
                clean(&group.column_group),
                coverage_word(group.status)
            )
        });
        each.collect::<Vec<_>>().join("; ")
    };
    let is_read = class == "cov-ok" || class == "cov-part";
    let resources = groups
        .iter()
        .map(|group| group.resources)
        .max()
        .unwrap_or(0);
    Cell {
        class,
        sign,
        words,
        resources: if is_read {
            count(resources)
        } else {
            String::new()
        },
    }
}

fn class(status: CoverageStatus) -> &'static str {
    match status {
        CoverageStatus::Assessed => "cov-ok",
        CoverageStatus::Partial => "cov-part",
        CoverageStatus::RegionDisabled
        | CoverageStatus::NotCollected
        | CoverageStatus::NothingBilled
        | CoverageStatus::ReadElsewhere => "cov-off",
        _ => "cov-no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(group: &str, status: CoverageStatus, resources: u64) -> Coverage {
        Coverage {
            account_id: "1".to_owned(),
            region: "r".to_owned(),
            table: "t".to_owned(),
            column_group: group.to_owned(),
            status,
            resources,
        }
    }

    #[test]
    fn a_cell_is_as_good_as_its_groups() {
        use CoverageStatus::*;
        for (statuses, class) in [
            (vec![Assessed], "cov-ok"),
            (vec![Assessed, Denied], "cov-part"),
            (vec![Partial], "cov-part"),
            (vec![Denied, Throttled], "cov-no"),
            (vec![Denied, NotCollected], "cov-no"),
            (vec![RegionDisabled], "cov-off"),
            (vec![], "cov-none"),
        ] {
            let lines: Vec<_> = statuses
                .iter()
                .map(|status| line("base", *status, 3))
                .collect();
            assert_eq!(
                cell(&lines.iter().collect::<Vec<_>>()).class,
                class,
                "{statuses:?}"
            );
        }
    }

    #[test]
    fn words_name_the_groups_that_differ() {
        let lines = [
            line("base", CoverageStatus::Assessed, 7),
            line("tags", CoverageStatus::Denied, 0),
        ];
        let cell = cell(&lines.iter().collect::<Vec<_>>());
        assert_eq!(cell.words, "base: read completely; tags: denied");
        assert_eq!(cell.resources, "7");
    }

    #[test]
    fn what_was_not_read_shows_no_count() {
        let lines = [line("base", CoverageStatus::Denied, 0)];
        assert_eq!(cell(&lines.iter().collect::<Vec<_>>()).resources, "");
    }
}
