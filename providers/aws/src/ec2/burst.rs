//! Burstable types (T family) and `aws_ec2_burst_demand`: how many CPU credits an instance would have needed on them.
//!
//! A burstable type earns credits at its baseline and spends them on what it uses. One credit is one vCPU for one minute. A
//! day's earnings can be saved up. In *standard* mode an empty balance throttles; in *unlimited* mode (the default of T3 and
//! later) another day's earnings can be borrowed, and what is used beyond that is charged at once
//! (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html>).

use billhook_catalog::table;

use super::successor::family_name;

/// Minutes of a day: as many times its baseline a type can save up.
const MINUTES_PER_DAY: f64 = 1_440.0;

table! {
    /// CPU credits that an instance would have needed on burstable types, one row an instance, window and baseline. Computed
    /// while the 5-minute means of its CPU arrive; a period that is not known counts as the busiest one that is.
    pub struct BurstDemand: link in "aws_ec2_burst_demand" reads ["cloudwatch:GetMetricData"] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// Length of the window in days.
        window_days: i64,
        /// Baseline of the burstable type, vCPUs: what it may use all the time.
        baseline_vcpus: f64,
        /// Share of the window that is known, 0 to 1.
        coverage: f64,
        /// The most credits (vCPU minutes) that a busy stretch took beyond what was earned meanwhile. A type that has saved up
        /// more never runs out.
        credits_needed: Option<f64>,
        /// Credits that unlimited mode would have charged for in the window.
        surplus_credits_charged: Option<f64>,
    }
}

/// Baseline by family and size, vCPUs: vCPUs × baseline a vCPU. T3, T3a and T4g are alike.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html>
const T2: &[(&str, f64)] = &[
    ("nano", 0.05),
    ("micro", 0.1),
    ("small", 0.2),
    ("medium", 0.4),
    ("large", 0.6),
    ("xlarge", 0.9),
    ("2xlarge", 1.35),
];
const T3: &[(&str, f64)] = &[
    ("nano", 0.1),
    ("micro", 0.2),
    ("small", 0.4),
    ("medium", 0.4),
    ("large", 0.6),
    ("xlarge", 1.6),
    ("2xlarge", 3.2),
];

/// The baseline of a burstable type, vCPUs. None for other types, and for burstable ones that are not known here.
pub(crate) fn baseline_vcpus(instance_type: &str) -> Option<f64> {
    let family = family_name(instance_type)?;
    let size = &instance_type[family.len() + 1..];
    let sizes = match family {
        "t2" => T2,
        "t3" | "t3a" | "t4g" => T3,
        _ => return None,
    };
    let found = sizes.iter().find(|(name, _)| *name == size)?;
    Some(found.1)
}

/// Every baseline, ascending.
pub(crate) fn baselines() -> Vec<f64> {
    let mut all: Vec<f64> = T2.iter().chain(T3).map(|(_, vcpus)| *vcpus).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// Credits that a type can save up.
pub(crate) fn most_credits(baseline_vcpus: f64) -> f64 {
    MINUTES_PER_DAY * baseline_vcpus
}

/// What a load asks of a type with a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Credits {
    /// The most that a stretch took beyond what was earned meanwhile.
    pub(crate) needed: f64,
    /// What unlimited mode would have charged for.
    pub(crate) charged: f64,
}

/// Runs a load through a type that begins with all the credits that it can save up. `loads` are vCPUs in use, one for each
/// period of so many minutes.
pub(crate) fn credits(
    loads: impl Iterator<Item = f64>,
    minutes: f64,
    baseline_vcpus: f64,
) -> Credits {
    let limit = 2.0 * most_credits(baseline_vcpus);
    // What is missing to a full balance: it never falls below nothing, since more cannot be saved, so its highest is the
    // largest sum of use beyond earnings over any stretch. With unlimited mode it never rises above the limit either.
    let (mut missing, mut borrowed) = (0.0_f64, 0.0_f64);
    let mut credits = Credits::default();
    for load in loads {
        let beyond = (load - baseline_vcpus) * minutes;
        missing = (missing + beyond).max(0.0);
        credits.needed = credits.needed.max(missing);
        borrowed = (borrowed + beyond).max(0.0);
        if borrowed > limit {
            credits.charged += borrowed - limit;
            borrowed = limit;
        }
    }
    credits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn baselines_are_what_aws_earns_an_hour() {
        // Credits an hour, as AWS lists them, are the baseline times 60.
        for (name, an_hour) in [
            ("t2.nano", 3.0),
            ("t2.xlarge", 54.0),
            ("t2.2xlarge", 81.0),
            ("t3.nano", 6.0),
            ("t3.micro", 12.0),
            ("t3a.small", 24.0),
            ("t3.medium", 24.0),
            ("t4g.large", 36.0),
            ("t3.xlarge", 96.0),
            ("t3.2xlarge", 192.0),
        ] {
            let baseline = baseline_vcpus(name).expect(name);
            assert!((baseline * 60.0 - an_hour).abs() < 1e-9, "{name}");
        }
        // And the most that a t3.large can save up is 864.
        let large = baseline_vcpus("t3.large").expect("known");
        assert!((most_credits(large) - 864.0).abs() < 1e-9);
        for name in ["m5.large", "t1.micro", "t3", "t3.huge", ""] {
            assert_eq!(baseline_vcpus(name), None, "{name}");
        }
        let all = baselines();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
        assert!(all.contains(&0.6) && all.contains(&3.2));
    }

    #[test]
    fn a_load_at_the_baseline_needs_nothing() {
        let steady = credits((0..4032).map(|_| 0.6), 5.0, 0.6);
        assert_eq!(steady, Credits::default());
    }

    #[test]
    fn a_burst_takes_what_it_uses_beyond_the_baseline() {
        // Two vCPUs for two hours on a t3.large: (2 − 0.6) × 120 minutes.
        let load = |step: usize| if step < 24 { 2.0 } else { 0.0 };
        let burst = credits((0..288).map(load), 5.0, 0.6);
        assert!((burst.needed - 168.0).abs() < 1e-9, "{burst:?}");
        assert_eq!(burst.charged, 0.0);
        // Twice the same with no rest between is twice as much; with a day between it is not.
        let twice = |rest: usize| {
            let load = move |step: usize| {
                if step < 24 || (24 + rest..48 + rest).contains(&step) {
                    2.0
                } else {
                    0.0
                }
            };
            credits((0..1000).map(load), 5.0, 0.6).needed
        };
        assert!((twice(0) - 336.0).abs() < 1e-9);
        assert!((twice(288) - 168.0).abs() < 1e-9);
    }

    #[test]
    fn unlimited_mode_charges_beyond_two_days_of_earnings() {
        // One vCPU all day on 0.6: 24 credits an hour beyond what is earned. 1,728 can be saved and borrowed, which is 72
        // hours; the remaining 264 of 336 hours are charged for.
        let always = credits((0..4032).map(|_| 1.0), 5.0, 0.6);
        assert!((always.needed - 336.0 * 24.0).abs() < 1e-6, "{always:?}");
        assert!((always.charged - 264.0 * 24.0).abs() < 1e-6, "{always:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Against the definition: the largest sum over any stretch.
        #[test]
        fn needed_is_the_largest_sum_of_any_stretch(
            loads in proptest::collection::vec(0.0..4.0_f64, 0..60),
            baseline in 0.05..3.2_f64,
        ) {
            let mut largest = 0.0_f64;
            for begin in 0..loads.len() {
                let mut sum = 0.0;
                for load in &loads[begin..] {
                    sum += (load - baseline) * 5.0;
                    largest = largest.max(sum);
                }
            }
            let found = credits(loads.iter().copied(), 5.0, baseline);
            prop_assert!((found.needed - largest).abs() < 1e-6, "{} {}", found.needed, largest);
        }

        /// A balance that is simulated step by step, the way AWS describes it, falls by just as much.
        #[test]
        fn the_balance_falls_by_what_is_needed(
            loads in proptest::collection::vec(0.0..1.0_f64, 1..200),
        ) {
            let (baseline, most) = (0.4, most_credits(0.4));
            let (mut balance, mut lowest) = (most, most);
            for load in &loads {
                balance = (balance + (baseline - load) * 5.0).min(most);
                lowest = lowest.min(balance);
            }
            let found = credits(loads.iter().copied(), 5.0, baseline);
            prop_assert!((most - lowest - found.needed).abs() < 1e-6);
        }

        #[test]
        fn more_load_never_needs_less(
            loads in proptest::collection::vec(0.0..4.0_f64, 1..80),
            more in 0.0..2.0_f64,
        ) {
            let one = credits(loads.iter().copied(), 5.0, 0.2);
            let other = credits(loads.iter().map(|load| load + more), 5.0, 0.2);
            prop_assert!(other.needed >= one.needed - 1e-9);
            prop_assert!(other.charged >= one.charged - 1e-6);
        }
    }
}
