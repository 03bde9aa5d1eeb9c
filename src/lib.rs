//! billhook finds the waste and the missing guards in a cloud account and says what they cost.
//!
//! This is the engine. It names no cloud: a [`billhook_catalog::Provider`] brings tables, and what could not be read. It prints
//! nothing either: the program around it (`main.rs`, `cli.rs`, `cli/`, `command/`) reads arguments and writes files.
//!
//! # A tour, in the order of the flow
//!
//! 1. [`config`] reads `billhook.toml`: which rules, which regions, what is exempted ([`exempt`]), which gaps are accepted.
//! 2. [`rule`] reads rules. A rule is a Markdown file; [`rule::parse()`] takes it apart, [`rule::compile()`] holds every name in
//!    it against the catalog, and a [`rule::RuleSet`] is what was selected. All SQL goes through the gate in [`sql`], which
//!    knows the tables as a [`sql::Catalog`] and lets nothing through that reads anything else, or that takes an unknown
//!    for an answer.
//! 3. [`plan`] turns rules into a [`billhook_catalog::Want`]: tables, column groups, metrics. Which calls are made, what they
//!    cost and which permissions they need all follow from it.
//! 4. The provider collects. What it brings home is kept as a [`snapshot`]; from here on nothing needs a network.
//! 5. [`facts`] adds what follows from the tables: ages, and what the provider derives (prices, relations, options). It keeps
//!    what is not known beside what is.
//! 6. [`judge`] applies the rules to the facts. Each resource of a rule's population is flagged, clear or not judged, and what
//!    is not judged has a reason. It is pure: no clock, no files, and no failure as a whole.
//! 7. [`effective`] takes list prices to what is really paid, and [`savings`] counts what acting on the findings ([`finding`]) would save, each dollar once.
//! 8. [`explain`] puts together why a finding is as it is, and finds the one that somebody asks about.
//! 9. [`assess`] goes all the way from a snapshot to a [`report::Report`], which is plain data, and [`report`] writes that as text,
//!    JSON, CSV or a page.
//!
//! # What to read first
//!
//! [`assess::assess`] is the flow in one function, and [`judge::judge`] the heart of it. Of the contract with a cloud,
//! [`billhook_catalog`] is the whole.
//!
//! # What always holds
//!
//! Unknown is never idle, never a pass and never 0. NULL means unknown and nothing else. A gap blocks the rules that read it, where it
//! is, and no more. `ARCHITECTURE.md` gives the reasons, and the test that holds each invariant.

pub mod assess;
pub mod config;
pub mod effective;
pub mod exempt;
pub mod explain;
pub mod facts;
pub mod finding;
pub mod judge;
pub mod plan;
pub mod report;
pub mod rule;
pub mod savings;
pub mod snapshot;
pub mod sql;
