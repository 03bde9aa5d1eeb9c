//! One collection while it runs: what is wanted, where rows go, and the ledger of what was read and what was not.

mod again;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use billhook_catalog::{
    BASE_GROUP, ColumnBuilder, Coverage, CoverageStatus, Gap, GapKind, Key, Place, Reused, Row,
    Table, Tag, Usage, UsageDaily, Want,
};
use polars::prelude::DataFrame;
use tokio::sync::OnceCell;

use crate::account::collect::Organization;
use crate::accounts::quiet::is_setting;
use crate::arn::Names;
use crate::call::Caller;
use crate::catalog::TABLES;
use crate::classify::Problem;
use crate::ec2::instance_type::Shared;
pub(crate) use crate::frames::{Frames, declared, sorted};
use crate::frames::{Rows, frame, rename};
use crate::prices::collected::CollectedPrice;
use crate::session::Clients;
pub(crate) use crate::tally::Tally;

/// The region of what belongs to none.
pub(crate) const GLOBAL: &str = "global";

/// Tables whose rows belong to no region.
const GLOBAL_TABLES: &[&str] = &[
    "aws_account",
    "aws_budgets_budget",
    "aws_budgets_notification",
    "aws_budgets_subscriber",
    "aws_ce_anomaly_monitor",
    "aws_ce_anomaly_subscriber",
    "aws_ce_commitment",
    "aws_ce_coverage",
    "aws_ce_service_cost",
    "aws_ce_untagged_cost",
    "aws_ce_usage",
    "aws_cloudfront_distribution",
];

/// Whether a table's rows belong to no region.
pub(crate) fn is_global(table: &Table) -> bool {
    GLOBAL_TABLES.contains(&table.name)
}

/// Whether a table is computed from metrics as they arrive.
fn is_of_metrics(table: &Table) -> bool {
    let mut reads = table.groups.iter().flat_map(|group| group.reads);
    reads.all(|operation| *operation == crate::metrics::OPERATION)
}

/// What was gathered so far.
#[derive(Default)]
struct Shelf {
    rows: BTreeMap<(&'static str, String), Rows>,
    gaps: Vec<Gap>,
    coverage: Vec<Coverage>,
    aliases: BTreeMap<String, String>,
    foreseen: BTreeMap<&'static str, u64>,
    reused: Reused,
}

/// What a collection brought home.
pub(crate) struct Harvest {
    /// Rows by table.
    pub(crate) tables: BTreeMap<&'static str, DataFrame>,
    /// What is missing.
    pub(crate) gaps: Vec<Gap>,
    /// How everything that was asked for ended.
    pub(crate) coverage: Vec<Coverage>,
}

/// One collection while it runs.
pub(crate) struct Scan<'a> {
    /// What is wanted.
    pub(crate) want: &'a Want,
    /// How resources are called.
    pub(crate) names: Names,
    /// The way to send a request.
    pub(crate) caller: Caller<'a>,
    /// The clients.
    pub(crate) clients: Clients,
    /// Regions that are read.
    pub(crate) regions: Vec<String>,
    /// How each of them came to be enabled, as far as AWS says.
    pub(crate) opt_in: BTreeMap<String, String>,
    /// Why the list of regions could not be read, if it could not.
    pub(crate) unlisted: Option<Problem>,
    /// Regions of them in which nothing was billed, and of which only the settings are read.
    pub(crate) quiet: BTreeSet<String>,
    /// Name of the account; empty when unknown.
    pub(crate) title: String,
    /// Tags of the account, where they were read.
    pub(crate) account_tags: Option<BTreeMap<String, String>>,
    /// Whether other accounts are read as well.
    pub(crate) is_one_of_several: bool,
    /// The account's place in its organization, once AWS has said so; asked once.
    pub(crate) organization: OnceCell<Result<Organization, Problem>>,
    /// Instance types that were read for any account.
    pub(crate) types: Arc<Shared>,
    shelf: Mutex<Shelf>,
}

impl<'a> Scan<'a> {
    /// Nothing read yet.
    pub(crate) fn new(want: &'a Want, names: Names, caller: Caller<'a>, clients: Clients) -> Self {
        Scan {
            want,
            names,
            caller,
            clients,
            regions: Vec::new(),
            opt_in: BTreeMap::new(),
            unlisted: None,
            quiet: BTreeSet::new(),
            title: String::new(),
            account_tags: None,
            is_one_of_several: false,
            organization: OnceCell::new(),
            types: Arc::default(),
            shelf: Mutex::default(),
        }
    }

    /// A step's name for people, with the account where there are several.
    pub(crate) fn step(&self, step: &str) -> String {
        if !self.is_one_of_several {
            return step.to_owned();
        }
        let account = if self.title.is_empty() {
            &self.names.account
        } else {
            &self.title
        };
        format!("{account} {step}")
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether any of the tables is wanted.
    pub(crate) fn wants_any(&self, tables: &[&Table]) -> bool {
        tables.iter().any(|table| self.want.wants(table.name))
    }

    /// Whether the group of the table is wanted.
    pub(crate) fn wants_group(&self, table: &Table, group: &str) -> bool {
        self.want.wants_group(table.name, group)
    }

    /// The shared columns of a resource of this account.
    pub(crate) fn key(&self, region: &str, resource_id: String, short_id: &str) -> Key {
        Key {
            resource_id,
            short_id: short_id.to_owned(),
            account_id: self.names.account.clone(),
            region: region.to_owned(),
            name: None,
            created_at: None,
        }
    }

    /// The shared columns of a link in this account.
    pub(crate) fn place(&self, region: &str) -> Place {
        Place {
            account_id: self.names.account.clone(),
            region: region.to_owned(),
        }
    }

    /// Keeps a row, if its table is wanted.
    pub(crate) fn put<R: Row>(&self, region: &str, row: R) {
        if self.want.wants(R::TABLE.name) {
            self.keep(region, row);
        }
    }

    /// Keeps a row.
    pub(crate) fn keep<R: Row>(&self, region: &str, row: R) {
        let mut shelf = self.shelf();
        let rows = shelf
            .rows
            .entry((R::TABLE.name, region.to_owned()))
            .or_insert_with(|| Rows {
                columns: Vec::new(),
                count: 0,
            });
        if rows.columns.is_empty() {
            rows.columns = R::TABLE
                .columns()
                .map(|column| ColumnBuilder::new(column.ty))
                .collect();
        }
        row.push(&mut rows.columns);
        rows.count += 1;
    }

    /// Keeps a resource's tags, if tags are wanted.
    pub(crate) fn put_tags<'t>(
        &self,
        table: &Table,
        key: &Key,
        tags: impl IntoIterator<Item = (Option<&'t str>, Option<&'t str>)>,
    ) {
        if !self.want.wants(Tag::TABLE.name) || !self.want.wants(table.name) {
            return;
        }
        for (name, value) in tags {
            let Some(name) = name else { continue };
            let tag = Tag {
                id: Place {
                    account_id: key.account_id.clone(),
                    region: key.region.clone(),
                },
                resource_id: key.resource_id.clone(),
                resource_type: table.resource_type.to_owned(),
                key: name.to_owned(),
                value: value.unwrap_or_default().to_owned(),
            };
            self.put(&key.region, tag);
        }
    }

    /// Says that a resource that references name `guessed` (as one of this account) is really called `real` (it is shared
    /// by another account).
    pub(crate) fn alias(&self, guessed: String, real: &str) {
        if guessed != real {
            self.shelf().aliases.insert(guessed, real.to_owned());
        }
    }

    /// Rows of a table in a region so far.
    pub(crate) fn count(&self, table: &Table, region: &str) -> u64 {
        self.shelf()
            .rows
            .get(&(table.name, region.to_owned()))
            .map_or(0, |rows| rows.count)
    }

    /// Records that something is missing.
    pub(crate) fn gap(
        &self,
        table: &str,
        group: &str,
        region: Option<&str>,
        resource: Option<&str>,
        problem: &Problem,
    ) {
        self.push_gap(Gap {
            table: table.to_owned(),
            column_group: group.to_owned(),
            account_id: self.names.account.clone(),
            region: region.map(str::to_owned),
            resource_id: resource.map(str::to_owned),
            metric: None,
            operation: problem.operation.to_owned(),
            iam_action: problem.iam_action(),
            kind: problem.kind,
            detail: problem.detail.clone(),
        });
    }

    /// Records a gap as it is.
    pub(crate) fn push_gap(&self, gap: Gap) {
        self.shelf().gaps.push(gap);
    }

    /// Writes a line of the ledger, in place of an earlier one.
    pub(crate) fn cover(
        &self,
        table: &str,
        group: &str,
        region: &str,
        status: CoverageStatus,
        resources: u64,
    ) {
        let mut shelf = self.shelf();
        shelf.coverage.retain(|line| {
            !(line.table == table && line.column_group == group && line.region == region)
        });
        shelf.coverage.push(Coverage {
            account_id: self.names.account.clone(),
            region: region.to_owned(),
            table: table.to_owned(),
            column_group: group.to_owned(),
            status,
            resources,
        });
    }

    /// Whether the ledger has a line of that group in a region.
    pub(crate) fn is_covered(&self, table: &Table, group: &str, region: &str) -> bool {
        self.shelf().coverage.iter().any(|line| {
            line.table == table.name && line.column_group == group && line.region == region
        })
    }

    /// How the reading of one table's column group ended in a region. A listing that failed takes the table's other
    /// groups with it: without the rows there is nobody to ask about.
    pub(crate) fn settle(
        &self,
        table: &Table,
        group: &str,
        region: &str,
        outcome: &Result<(), Problem>,
    ) {
        if !self.wants_group(table, group) {
            return;
        }
        let rows = self.count(table, region);
        match outcome {
            Ok(()) => self.cover(table.name, group, region, CoverageStatus::Assessed, rows),
            Err(problem) => {
                self.gap(table.name, group, Some(region), None, problem);
                if group == BASE_GROUP {
                    self.cover_table(table, region, problem);
                } else {
                    self.cover(table.name, group, region, status_of(problem), 0);
                }
            }
        }
    }

    /// Writes the same line for all wanted groups of a table whose rows could not be read, or not all of them.
    pub(crate) fn cover_table(&self, table: &Table, region: &str, problem: &Problem) {
        let rows = self.count(table, region);
        for group in self.want.tables.get(table.name).into_iter().flatten() {
            self.cover(table.name, group, region, status_of(problem), rows);
        }
    }

    /// How the reading of a column group ended that is asked for each resource by itself. Single failures are gaps of
    /// their resources; when all failed alike, it is one gap for the region.
    pub(crate) fn settle_each(&self, table: &Table, group: &str, region: &str, tally: Tally) {
        if !self.wants_group(table, group) {
            return;
        }
        let Tally { asked, failures } = tally;
        let read = asked - failures.len() as u64;
        let Some((_, first)) = failures.first() else {
            self.cover(table.name, group, region, CoverageStatus::Assessed, read);
            return;
        };
        let alike = failures
            .iter()
            .all(|(_, problem)| problem.kind == first.kind && problem.code == first.code);
        if read == 0 && alike && asked > 1 {
            self.gap(table.name, group, Some(region), None, first);
            self.cover(table.name, group, region, status_of(first), 0);
            return;
        }
        let status = if read == 0 {
            status_of(first)
        } else {
            CoverageStatus::Partial
        };
        for (resource, problem) in &failures {
            self.gap(table.name, group, Some(region), Some(resource), problem);
        }
        self.cover(table.name, group, region, status, read);
    }

    /// Says of the tables of quiet regions, but for their settings, that nothing was billed there.
    pub(crate) fn cover_quiet(&self) {
        for (table, groups) in self.collected_tables() {
            if is_global(table) || is_of_metrics(table) || is_setting(table) {
                continue;
            }
            for region in &self.quiet {
                for group in groups {
                    self.cover(table.name, group, region, CoverageStatus::NothingBilled, 0);
                }
            }
        }
    }

    /// Says of tables that another account of the collection answers for this one.
    pub(crate) fn cover_elsewhere(&self, tables: impl IntoIterator<Item = &'static Table>) {
        for table in tables {
            for group in self.want.tables.get(table.name).into_iter().flatten() {
                self.cover(table.name, group, GLOBAL, CoverageStatus::ReadElsewhere, 0);
            }
        }
    }

    /// Says of every regional table that the region is not enabled.
    pub(crate) fn cover_disabled(&self, region: &str) {
        for (table, groups) in self.collected_tables() {
            if !is_global(table) {
                for group in groups {
                    self.cover(table.name, group, region, CoverageStatus::RegionDisabled, 0);
                }
            }
        }
    }

    /// The tables of the account that are wanted and collected, with their wanted groups. Prices are nobody's.
    fn collected_tables(&self) -> impl Iterator<Item = (&'static Table, &BTreeSet<&'static str>)> {
        self.want.tables.iter().filter_map(|(name, groups)| {
            let table = TABLES.iter().find(|table| table.name == *name)?;
            let is_of_account = !table.is_derived() && table.name != CollectedPrice::TABLE.name;
            is_of_account.then_some((*table, groups))
        })
    }

    /// Fills in the lines of what was wanted and never begun: the scan was stopped, or nothing led there.
    pub(crate) fn cover_rest(&self) {
        let kind = if self.caller.is_cancelled() {
            GapKind::Cancelled
        } else {
            GapKind::NotCollected
        };
        let written: BTreeSet<(String, String, String)> = self
            .shelf()
            .coverage
            .iter()
            .map(|line| {
                (
                    line.table.clone(),
                    line.column_group.clone(),
                    line.region.clone(),
                )
            })
            .collect();
        let mut missing = Vec::new();
        for (table, groups) in self.collected_tables() {
            // Metrics that are only counted fill no table, and are not missed.
            if self.want.count_metrics_only && is_of_metrics(table) {
                continue;
            }
            let global = [GLOBAL.to_owned()];
            let regions = if is_global(table) {
                &global
            } else {
                self.regions.as_slice()
            };
            for region in regions {
                for group in groups {
                    if !written.contains(&(
                        table.name.to_owned(),
                        (*group).to_owned(),
                        region.clone(),
                    )) {
                        missing.push((table, *group, region.clone()));
                    }
                }
            }
        }
        for (table, group, region) in missing {
            let operation = table
                .group(group)
                .and_then(|group| group.reads.first())
                .copied()
                .unwrap_or_default();
            let detail = match kind {
                GapKind::Cancelled => "the scan was stopped before this was read",
                _ => "this was not read",
            };
            self.gap(
                table.name,
                group,
                Some(&region),
                None,
                &Problem::new(operation, kind, detail),
            );
            self.cover(table.name, group, &region, kind.into(), 0);
        }
    }

    /// Writes the ledger's lines of the tag table: as complete as the tables that carry the tags.
    pub(crate) fn cover_tags(&self) {
        if !self.want.wants(Tag::TABLE.name) {
            return;
        }
        let mut regions: Vec<&str> = self.regions.iter().map(String::as_str).collect();
        if self.collected_tables().any(|(table, _)| is_global(table)) {
            regions.push(GLOBAL);
        }
        for region in regions {
            let gaps = self
                .shelf()
                .gaps
                .iter()
                .filter(|gap| gap.table != CollectedPrice::TABLE.name)
                .any(|gap| gap.region.as_deref().is_none_or(|at| at == region));
            let status = if gaps {
                CoverageStatus::Partial
            } else {
                CoverageStatus::Assessed
            };
            self.cover(
                Tag::TABLE.name,
                BASE_GROUP,
                region,
                status,
                self.count(Tag::TABLE, region),
            );
        }
    }

    /// Takes the rows off the shelf, as frames by table and region.
    pub(crate) fn frames(&self) -> Frames {
        let mut shelf = self.shelf();
        let aliases = std::mem::take(&mut shelf.aliases);
        let mut frames = Frames::new();
        for ((name, region), rows) in &mut shelf.rows {
            let Some(table) = declared(name) else {
                continue;
            };
            let mut columns = std::mem::take(&mut rows.columns);
            if !aliases.is_empty() {
                rename(table, &mut columns, &aliases);
            }
            if !columns.is_empty() {
                frames
                    .entry(table.name)
                    .or_default()
                    .push((region.clone(), frame(table, columns)));
            }
        }
        frames
    }

    /// Ends the collection: everything on the shelf, and `frames`, which were taken off it before.
    pub(crate) fn harvest(self, mut frames: Frames) -> Harvest {
        for (name, parts) in self.frames() {
            frames.entry(name).or_default().extend(parts);
        }
        let mut tables = BTreeMap::new();
        let wanted = self.want.tables.keys().copied();
        for name in wanted.chain(frames.keys().copied().collect::<Vec<_>>()) {
            let Some(table) = declared(name).filter(|table| !table.is_derived()) else {
                continue;
            };
            let mut whole = billhook_catalog::empty_frame(table);
            for (_, part) in frames.remove(name).into_iter().flatten() {
                whole
                    .vstack_mut_owned(part)
                    .expect("parts of a table have its columns");
            }
            tables
                .entry(table.name)
                .or_insert_with(|| sorted(table, whole));
        }
        // Whoever wants metrics gets their tables, even where nothing is in them.
        if !self.want.metrics.is_empty() {
            for table in [Usage::TABLE, UsageDaily::TABLE] {
                let empty = || billhook_catalog::empty_frame(table);
                tables.entry(table.name).or_insert_with(empty);
            }
        }
        let shelf = self
            .shelf
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut harvest = Harvest {
            tables,
            gaps: shelf.gaps,
            coverage: shelf.coverage,
        };
        harvest.gaps.sort();
        harvest.gaps.dedup();
        harvest.coverage.sort();
        harvest
    }
}

/// The ledger's word for a failure.
pub(crate) fn status_of(problem: &Problem) -> CoverageStatus {
    if problem.region_disabled {
        CoverageStatus::RegionDisabled
    } else {
        problem.kind.into()
    }
}
