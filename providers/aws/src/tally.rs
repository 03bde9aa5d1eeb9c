//! How many of the requests for single resources went well.

use crate::classify::Problem;

/// Counts how the requests for single resources end.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Requests that were made.
    pub(crate) asked: u64,
    /// Those that failed, by resource.
    pub(crate) failures: Vec<(String, Problem)>,
}

impl Tally {
    /// Takes one outcome; gives the value, or `None` (unknown) for a failure.
    pub(crate) fn take<T>(&mut self, resource_id: &str, outcome: Result<T, Problem>) -> Option<T> {
        self.asked += 1;
        match outcome {
            Ok(value) => Some(value),
            Err(problem) => {
                self.failures.push((resource_id.to_owned(), problem));
                None
            }
        }
    }
}
