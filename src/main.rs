//! billhook: the command line. This file alone knows which clouds there are.

mod cli;
mod command;

use std::process::ExitCode;

use clap::Parser;

use command::{Cloud, Failure, Outcome};

/// AWS, the one cloud so far.
struct Aws;

impl Cloud for Aws {
    fn connect(
        &self,
        profile: Option<String>,
    ) -> futures::future::BoxFuture<'_, Box<dyn billhook_catalog::Provider>> {
        Box::pin(async move {
            let options = billhook_aws::ConnectOptions { profile };
            Box::new(billhook_aws::Aws::connect(options).await)
                as Box<dyn billhook_catalog::Provider>
        })
    }

    fn wire_log_targets(&self) -> &'static [&'static str] {
        billhook_aws::WIRE_LOG_TARGETS
    }

    fn offline(&self) -> Box<dyn billhook_catalog::Provider> {
        Box::new(billhook_aws::Aws::offline())
    }
}

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(fault) => return misused(&fault),
    };
    let log_format = cli.global.log_format;
    match command::run(cli, &Aws) {
        Ok(outcome) => outcome.code(),
        // Whoever reads our output has seen enough of it.
        Err(Failure::BrokenPipe) => Outcome::Complete.code(),
        Err(Failure::Message(message)) => {
            match log_format {
                cli::LogFormat::Text => eprintln!("billhook: {message}"),
                cli::LogFormat::Json => eprintln!("{}", command::log::line("ERROR", &message)),
            }
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments, or shows the help that was asked for. Where the log is to be JSON, so is this.
fn misused(fault: &clap::Error) -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let wants_json = arguments.iter().any(|word| word == "--log-format=json")
        || arguments
            .windows(2)
            .any(|pair| pair[0] == "--log-format" && pair[1] == "json");
    if fault.use_stderr() && wants_json {
        let message = fault.render().to_string();
        let message = message.trim().trim_start_matches("error: ");
        eprintln!("{}", command::log::line("ERROR", message));
    } else {
        // Where nobody reads it, nothing can be told.
        let _ = fault.print();
    }
    ExitCode::from(u8::try_from(fault.exit_code()).unwrap_or(2))
}
