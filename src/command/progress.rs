//! Progress on stderr while an account is read, and Ctrl-C.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use billhook_catalog::Progress;
use futures::future::BoxFuture;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;

use super::log;
use crate::cli::Global;

/// A bar of steps (region × service) and a count of calls; silent when stderr is not a terminal.
pub(super) struct Bar {
    bar: ProgressBar,
    calls: AtomicU64,
    stop: watch::Receiver<bool>,
}

impl Bar {
    /// Starts it, and listens for Ctrl-C: the first ends the collection cleanly, a second one ends the process.
    pub(super) fn start(global: &Global) -> Self {
        let shown = io::stderr().is_terminal() && !global.quiet;
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {bar:24} {pos}/{len} {wide_msg}")
            .expect("a well-formed template");
        bar.set_style(style);
        if shown {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        let (send, stop) = watch::channel(false);
        let global = global.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if send.send_replace(true) {
                    std::process::exit(130);
                }
                log::remark(
                    &global,
                    "stopping; what was read so far is kept (Ctrl-C again ends at once)",
                );
            }
        });
        Bar {
            bar,
            calls: AtomicU64::new(0),
            stop,
        }
    }

    /// What is done after reading.
    pub(super) fn say(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    /// Takes it off the screen.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn steps(&self, total: u64) {
        self.bar.set_length(total);
    }

    fn begin(&self, step: &str) {
        self.bar.set_message(format!(
            "{step}, {} calls",
            self.calls.load(Ordering::Relaxed)
        ));
        tracing::debug!(step, "begin");
    }

    fn end(&self, step: &str) {
        self.bar.inc(1);
        tracing::debug!(step, "end");
    }

    fn call(&self, operation: &str) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(operation, "call");
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        let mut stop = self.stop.clone();
        Box::pin(async move {
            if stop.wait_for(|stopped| *stopped).await.is_err() {
                futures::future::pending::<()>().await;
            }
        })
    }
}
