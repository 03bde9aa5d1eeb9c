//! The tests of many rules, as many at once as there are processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::example::{examples_fail, judged};
use super::generated::generated_fail;
use super::{ExampleFailure, Rule};
use crate::sql::Catalog;

/// Runs the examples of rules and the tests that every rule has. What fails, in the order of the rules.
pub fn run_tests(rules: &[Rule], catalog: &Catalog) -> Vec<ExampleFailure> {
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<(usize, Vec<ExampleFailure>)>> = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers.min(rules.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(rule) = rules.get(index) else { break };
                    let judged = judged(rule, catalog);
                    let mut failures = examples_fail(rule, &judged);
                    failures.extend(generated_fail(rule, &judged, catalog));
                    failed
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((index, failures));
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by_key(|(index, _)| *index);
    failed
        .into_iter()
        .flat_map(|(_, failures)| failures)
        .collect()
}
