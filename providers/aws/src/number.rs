//! Lengths as table cells, and the units between what AWS counts in and what tables say.

/// Bytes of a GiB, which AWS bills as a GB.
pub(crate) const BYTES_PER_GIB: f64 = 1_073_741_824.0;
/// MiB of a GiB.
pub(crate) const MIB_PER_GIB: f64 = 1024.0;

/// A length as a cell. No list of AWS comes near the largest cell.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
