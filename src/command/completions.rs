//! `completions`: what a shell needs to complete a command line.

use std::io::{self, Write};

use billhook::rule::EMBEDDED;
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};

use super::{Failure, Outcome};
use crate::cli::{Cli, CompletionsArgs};

/// Prints the script.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut with_rule_ids(Cli::command()),
        "billhook",
        &mut script,
    );
    io::stdout().lock().write_all(&script)?;
    Ok(Outcome::Complete)
}

/// With the ids of the built-in rules where one is asked for. Only the script has them: a rule of one's own can be shown too.
fn with_rule_ids(command: Command) -> Command {
    let ids: Vec<&'static str> = EMBEDDED
        .iter()
        .map(|(path, _)| path.trim_end_matches(".md"))
        .collect();
    command.mut_subcommand("rules", |rules| {
        rules.mut_subcommand("show", |show| {
            show.mut_arg("id", |id| id.value_parser(PossibleValuesParser::new(ids)))
        })
    })
}
