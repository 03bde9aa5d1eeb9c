//! Logs: to stderr, with the scan's id on every line.

use std::io;

use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::Failure;
use crate::cli::{Global, LogFormat};

/// A remark on stderr that no log level hides, in the form of the log.
pub(super) fn remark(global: &Global, message: &str) {
    match global.log_format {
        LogFormat::Text => eprintln!("billhook: {message}"),
        LogFormat::Json => eprintln!("{}", line("WARN", message)),
    }
}

/// A line of a log in JSON, with the fields that every line has.
pub(crate) fn line(level: &str, message: &str) -> serde_json::Value {
    serde_json::json!({
        "timestamp": jiff::Timestamp::now().to_string(),
        "level": level,
        "message": message,
    })
}

/// Starts logging. `wire_targets` log requests and replies below `info`, where account data and signatures would stand,
/// and are never let below it. The id is a field of a span that the whole run is in.
pub(super) fn start(global: &Global, scan_id: &str, wire_targets: &[&str]) -> Result<(), Failure> {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => &global.log,
        (false, 1) => "info",
        (false, _) => "debug",
    };
    let wrong = |why: &str| {
        Failure::new(format!(
            "--log {level}: {why}; write error, warn, info or debug, or billhook=debug"
        ))
    };
    // A filter that names one of them more closely than is done below would win.
    if level.contains('[') || wire_targets.iter().any(|name| level.contains(name)) {
        return Err(wrong("requests and replies are not logged"));
    }
    let mut filter: EnvFilter = level.parse().map_err(|fault| wrong(&format!("{fault}")))?;
    let below_info = filter
        .max_level_hint()
        .is_none_or(|hint| hint > LevelFilter::INFO);
    // At other levels they would repeat at length what becomes an error or a gap.
    let wire = if below_info { "info" } else { "error" };
    for name in wire_targets {
        filter = filter.add_directive(
            format!("{name}={wire}")
                .parse()
                .expect("a well-formed directive"),
        );
    }
    let layer = fmt::layer().with_writer(io::stderr).with_target(false);
    let layer = match global.log_format {
        LogFormat::Text => layer
            .with_ansi(super::output::stderr_colour(global))
            .boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .init();
    let span = tracing::error_span!("scan", id = scan_id);
    // The span lives as long as the process: every line of every thread that inherits it carries the id.
    std::mem::forget(span.entered());
    Ok(())
}
