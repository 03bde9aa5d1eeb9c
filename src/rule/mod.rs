//! Rules: one Markdown file each, parsed, compiled against the catalog, tested by their own examples.

mod compile;
mod example;
mod example_table;
mod generated;
mod message;
mod needs;
mod parse;
mod scaffold;
mod set;
mod summary;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use billhook_catalog::Table;

use crate::finding::{Confidence, Severity};
use crate::sql::{Catalog, Checked, Literal};

pub use compile::{Settings, compile};
pub use example::{ExampleFailure, example_facts, run_examples};
pub use generated::run_generated;
pub use message::Template;
pub use needs::{MetricNeed, Needs};
pub use parse::{Example, ExpectLine, RuleText, Verdict, parse};
pub use scaffold::{id_fault, kinds, scaffold, table_for};
pub use set::{EMBEDDED, RuleFile, RuleSet, Selection, load_folder};
pub use summary::{CanSave, Summary};
pub use trial::run_tests;

/// What is wrong with a rule file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// File, as the user knows it.
    pub path: String,
    /// Line, counted from 1; 0 when it concerns the whole file.
    pub line: u64,
    /// Column, counted from 1; 0 when unknown.
    pub column: u64,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for RuleError {}

/// The words for people, as Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// What it finds.
    pub what_it_finds: String,
    /// Why it costs, or what the missing guard risks.
    pub why_it_costs: String,
    /// What to do.
    pub what_to_do: String,
    /// When it is wrong.
    pub when_it_is_wrong: String,
}

/// What a finding's action does to the resource, which decides how savings add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ends an instance, a gateway, a database: it and all that follows it is gone.
    Terminate,
    /// Deletes the resource.
    Delete,
    /// Gives an address back.
    Release,
    /// Moves it to another size.
    Resize,
    /// Changes its type in place; applies to what remains after an exclusive action.
    ChangeType,
    /// Runs it part of the time.
    Schedule,
    /// Shortens what is kept; applies to what remains after an exclusive action.
    SetRetention,
    /// Nothing that saves money by itself.
    None,
}

impl Action {
    /// The word for it, as in rule files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Terminate => "terminate",
            Action::Delete => "delete",
            Action::Release => "release",
            Action::Resize => "resize",
            Action::ChangeType => "change-type",
            Action::Schedule => "schedule",
            Action::SetRetention => "set-retention",
            Action::None => "none",
        }
    }

    /// Every action.
    pub const ALL: &'static [Action] = &[
        Action::Terminate,
        Action::Delete,
        Action::Release,
        Action::Resize,
        Action::ChangeType,
        Action::Schedule,
        Action::SetRetention,
        Action::None,
    ];

    /// Whether the resource is gone afterwards.
    pub fn removes(self) -> bool {
        matches!(self, Action::Terminate | Action::Delete | Action::Release)
    }

    /// Whether it applies to what another action leaves.
    pub fn is_additive(self) -> bool {
        matches!(self, Action::ChangeType | Action::SetRetention)
    }
}

/// A parameter of a rule, with the value that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Value in force.
    pub value: Literal,
    /// Value in the rule file.
    pub default: Literal,
    /// Unit, for people.
    pub unit: String,
    /// What it is.
    pub doc: String,
    /// Where the value in force was set, for people.
    pub set_by: String,
}

/// Members of the population that cannot be judged, and why.
#[derive(Clone, Debug)]
pub struct Unjudged {
    /// Yields the `resource_id`s and what the reason mentions.
    pub query: Checked,
    /// Why.
    pub reason: Template,
}

/// A rule that is ready to judge.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Id: its path under the rules folder.
    pub id: String,
    /// File that it came from, as the user knows it.
    pub path: String,
    /// Title.
    pub title: String,
    /// Kind of finding.
    pub kind: String,
    /// Severity, where a row does not say otherwise.
    pub severity: Severity,
    /// Confidence, where a row does not say otherwise.
    pub confidence: Confidence,
    /// What to do about it.
    pub action: Action,
    /// Whether its savings are those of the resource's children, so that it absorbs theirs.
    pub counts_children: bool,
    /// Whether what it saves is usage that a commitment may cover, where one can cover the resource at all. False for
    /// storage or traffic of such a resource.
    pub frees_commitments: bool,
    /// Rule whose findings say the same and more; where that is selected, this one is left out.
    pub rider_of: Option<String>,
    /// Table whose resources are judged.
    pub resource: &'static Table,
    /// Yields `resource_id` and `member` (in the population: true, false or NULL) for every resource.
    pub population: Checked,
    /// Members that cannot be judged.
    pub unjudged: Vec<Unjudged>,
    /// What must be known.
    pub needs: Needs,
    /// Parameters by name.
    pub params: BTreeMap<String, Param>,
    /// Where the values of the rule's file come from, for people.
    pub default_set_by: String,
    /// The query; yields offenders.
    pub query: Checked,
    /// The query as its author wrote it.
    pub query_text: String,
    /// Sentence for a finding.
    pub message: Template,
    /// The words for people.
    pub prose: Prose,
    /// Columns of its own table that predicates read: NULL there means not judged.
    pub decisive: Vec<&'static str>,
    /// Column groups that its verdicts depend on, by collected table; those behind derived tables included.
    pub groups: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// Examples.
    pub examples: Vec<Example>,
}

impl Rule {
    /// What a user has to ask for before the tables are read that it depends on.
    pub fn opt_ins(&self, catalog: &Catalog) -> BTreeSet<&'static str> {
        self.groups
            .keys()
            .filter_map(|table| catalog.table(table)?.opt_in)
            .collect()
    }

    /// Columns that its queries read, by table.
    pub fn reads(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut all = self.query.reads.clone();
        for checked in self
            .unjudged
            .iter()
            .map(|unjudged| &unjudged.query)
            .chain([&self.population])
        {
            for (table, columns) in &checked.reads {
                all.entry(table).or_default().extend(columns);
            }
        }
        all
    }
}
