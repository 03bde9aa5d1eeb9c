//! Whether a burstable type bears a load, and whether a burstable instance's own figures can be trusted.

use crate::ec2::burst::{BurstDemand, most_credits};
use crate::prices::{Cost, HOURS_PER_MONTH};

use super::super::measured::{COVERAGE_MIN, Measured};
use super::candidates::Candidate;
use super::eligibility::{Reason, Source};
use super::pricing::{self, Terms};

/// Share of the credits that can be saved up which standard mode may spend: a tenth stays in reserve.
const SPENDABLE: f64 = 0.90;
/// A balance below this many credits has run out: one credit is a vCPU for one minute.
const RUN_OUT: f64 = 1.0;
const HOURS_PER_DAY: f64 = 24.0;

/// How a burstable type would bear a load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Burst {
    /// Whether it does so on what it earns, so that standard mode is enough.
    pub(super) is_standard: bool,
    /// Surplus credits that unlimited mode charges for, a month.
    pub(super) credits: f64,
    /// What they cost.
    pub(super) surplus: Cost,
}

impl Burst {
    /// The mode that it takes.
    pub(super) fn mode(self) -> &'static str {
        if self.is_standard {
            "standard"
        } else {
            "unlimited"
        }
    }
}

/// How a candidate would bear the load that needs these credits; None when that is not known, or it is not burstable.
pub(super) fn borne_by(
    candidate: &Candidate<'_>,
    demand: &[BurstDemand],
    vcpus: f64,
    terms: Terms<'_>,
) -> Option<Burst> {
    let baseline = candidate.baseline_vcpus?;
    let on_earnings = Burst {
        is_standard: true,
        credits: 0.0,
        surplus: Cost::ZERO,
    };
    // A load of all present vCPUs is within the baseline.
    if baseline >= vcpus {
        return Some(on_earnings);
    }
    let same = |row: &&BurstDemand| (row.baseline_vcpus - baseline).abs() < 1e-9;
    let known = demand.iter().filter(|row| row.coverage >= COVERAGE_MIN);
    let row = known.filter(same).max_by_key(|row| row.window_days)?;
    if row.credits_needed? <= SPENDABLE * most_credits(baseline) {
        return Some(on_earnings);
    }
    let hours = row.window_days as f64 * HOURS_PER_DAY;
    let credits = row.surplus_credits_charged? * HOURS_PER_MONTH / hours;
    let surplus = pricing::surplus_cost(credits, candidate.family, terms);
    surplus.usd()?;
    Some(Burst {
        is_standard: false,
        credits,
        surplus,
    })
}

/// Why the CPU figures of a burstable instance do not tell what it needs; None when they do. One that ran out of credits was
/// held down to its baseline, and one that is charged for more wants a larger type, not a smaller one.
pub(super) fn doubt(source: &Source<'_>, measured: &Measured) -> Option<Reason> {
    if source.kind.burstable != Some(true) {
        return None;
    }
    let id = source.resource_id;
    let lowest = measured
        .covered(id, "CPUCreditBalance", "Minimum")
        .and_then(|series| series.min);
    let charged = measured
        .sums(id, "CPUSurplusCreditsCharged")
        .filter(|series| series.is_covered())
        .and_then(|series| series.sum);
    match (lowest, charged) {
        (Some(lowest), _) if lowest < RUN_OUT => Some(
            "burstable type whose CPU credits ran out: its CPU figures do not show what it wants"
                .to_owned(),
        ),
        (_, Some(charged)) if charged > 0.0 => {
            Some("burstable type that is charged for surplus CPU credits".to_owned())
        }
        (Some(_), Some(_)) => None,
        _ => Some("burstable type whose CPU credits are not measured".to_owned()),
    }
}

/// Surplus credits that a burstable instance pays for, a month. None where it was not measured; 0 for other types.
pub(super) fn surplus_paid(source: &Source<'_>, measured: &Measured) -> Option<f64> {
    if source.kind.burstable != Some(true) {
        return Some(0.0);
    }
    let charged = measured.sums(source.resource_id, "CPUSurplusCreditsCharged")?;
    charged.sum_a_month().filter(|_| charged.is_covered())
}
