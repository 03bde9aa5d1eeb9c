//! One file a verb. Only this folder and `main.rs` print.

mod cache;
mod collect;
mod completions;
mod doctor;
mod explain;
mod judge;
pub(crate) mod log;
mod output;
mod permissions;
mod plan;
mod prices;
mod progress;
mod query;
mod report;
mod rules;
mod setup;
mod tables;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use billhook_catalog::Provider;
use futures::future::BoxFuture;

use crate::cli::{Cli, Command};

/// A cloud that can be read.
pub(crate) trait Cloud: Sync {
    /// With the credentials that the environment gives.
    fn connect(&self, profile: Option<String>) -> BoxFuture<'_, Box<dyn Provider>>;
    /// Log targets that write what goes over the wire below `info`.
    fn wire_log_targets(&self) -> &'static [&'static str];
    /// Without credentials: tables, prices and permissions only.
    fn offline(&self) -> Box<dyn Provider>;
}

/// How a command ended; the exit codes are a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All was done.
    Complete,
    /// There are findings at or above `--fail-on`.
    Findings,
    /// It ran, but something could not be read.
    Incomplete,
}

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Outcome::Complete => 0,
            Outcome::Findings => 1,
            Outcome::Incomplete => 3,
        })
    }
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads stdout any more.
    BrokenPipe,
    /// What is wrong and what to do.
    Message(String),
}

impl Failure {
    /// From a message.
    pub(crate) fn new(message: impl Display) -> Self {
        Failure::Message(message.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(fault: io::Error) -> Self {
        if fault.kind() == io::ErrorKind::BrokenPipe {
            Failure::BrokenPipe
        } else {
            Failure::new(fault)
        }
    }
}

/// Runs a command.
pub(crate) fn run(cli: Cli, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let scan_id = uuid::Uuid::now_v7().simple().to_string();
    log::start(&cli.global, &scan_id, cloud.wire_log_targets())?;
    let global = &cli.global;
    match cli.command {
        Command::Demo(args) => judge::demo(&args, global, cloud),
        Command::Scan(args) => collect::scan(&args, global, cloud, &scan_id),
        Command::Collect(args) => collect::collect(&args, global, cloud, &scan_id),
        Command::Judge(args) => judge::judge(&args, global, cloud),
        Command::Explain(args) => explain::explain(&args, global, cloud),
        Command::Report(args) => report::report(&args, global),
        Command::Rules(command) => rules::rules(&command, cloud),
        Command::Tables(args) => tables::tables(&args, cloud),
        Command::Query(args) => query::query(&args, global, cloud),
        Command::Plan(args) => plan::plan(&args, global, cloud),
        Command::Permissions(args) => permissions::permissions(&args, cloud),
        Command::Doctor(args) => doctor::doctor(&args, global, cloud),
        Command::Prices(command) => prices::prices(&command, global, cloud),
        Command::Cache(command) => cache::cache(&command, cloud),
        Command::Completions(args) => completions::completions(&args),
    }
}
