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
    let cli = cli::Cli::parse();
    let log_format = cli.global.log_format;
    match command::run(cli, &Aws) {
        Ok(outcome) => outcome.code(),
        // Whoever reads our output has seen enough of it.
        Err(Failure::BrokenPipe) => Outcome::Complete.code(),
        Err(Failure::Message(message)) => {
            match log_format {
                cli::LogFormat::Text => eprintln!("billhook: {message}"),
                cli::LogFormat::Json => eprintln!(
                    "{}",
                    serde_json::json!({ "level": "ERROR", "message": message })
                ),
            }
            ExitCode::from(2)
        }
    }
}
