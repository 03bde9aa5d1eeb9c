//! Lengths as table cells.

/// A length as a cell. No list of AWS comes near the largest cell.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
