//! How much room a right-sized machine keeps.

use std::fmt;
use std::str::FromStr;

/// How careful right-sizing is: which percentile of CPU counts as the need, and what share of a target stays free. The
/// four are those that AWS Compute Optimizer offers
/// (<https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html>); nothing in them belongs to
/// one cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RightsizingProfile {
    /// CPU at its 99.5th percentile, 20 % of CPU and memory free.
    #[default]
    Default,
    /// CPU at its 95th percentile, 30 % of CPU and memory free.
    Balanced,
    /// CPU at its 90th percentile, nothing of it and 10 % of memory free: for what may be slow at times.
    Aggressive,
    /// CPU at its 99.5th percentile, 30 % of CPU and memory free.
    Performance,
}

/// The percentiles of `usage` that CPU can be sized by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CpuPercentile {
    /// The 90th.
    P90,
    /// The 95th.
    P95,
    /// The 99.5th.
    P995,
}

impl CpuPercentile {
    /// As a number of percent.
    pub fn percent(self) -> f64 {
        match self {
            CpuPercentile::P90 => 90.0,
            CpuPercentile::P95 => 95.0,
            CpuPercentile::P995 => 99.5,
        }
    }
}

impl RightsizingProfile {
    /// Every profile.
    pub const ALL: &'static [RightsizingProfile] = &[
        RightsizingProfile::Default,
        RightsizingProfile::Balanced,
        RightsizingProfile::Aggressive,
        RightsizingProfile::Performance,
    ];

    /// The word for it, as in the configuration and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            RightsizingProfile::Default => "default",
            RightsizingProfile::Balanced => "balanced",
            RightsizingProfile::Aggressive => "aggressive",
            RightsizingProfile::Performance => "performance",
        }
    }

    /// The percentile of CPU that a target must have room for.
    pub fn cpu_percentile(self) -> CpuPercentile {
        match self {
            RightsizingProfile::Default | RightsizingProfile::Performance => CpuPercentile::P995,
            RightsizingProfile::Balanced => CpuPercentile::P95,
            RightsizingProfile::Aggressive => CpuPercentile::P90,
        }
    }

    /// Share of a target's CPU that stays free at that percentile, percent.
    pub fn cpu_headroom_percent(self) -> f64 {
        match self {
            RightsizingProfile::Default => 20.0,
            RightsizingProfile::Balanced | RightsizingProfile::Performance => 30.0,
            RightsizingProfile::Aggressive => 0.0,
        }
    }

    /// Share of a target's memory that stays free at the highest use that was seen, percent.
    pub fn memory_headroom_percent(self) -> f64 {
        match self {
            RightsizingProfile::Default => 20.0,
            RightsizingProfile::Balanced | RightsizingProfile::Performance => 30.0,
            RightsizingProfile::Aggressive => 10.0,
        }
    }
}

impl fmt::Display for RightsizingProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RightsizingProfile {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|profile| profile.as_str() == word);
        found.copied().ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|profile| profile.as_str()).collect();
            format!(
                "'{word}' is no right-sizing profile; there are {}",
                known.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_figures() {
        let figures: Vec<(&str, f64, f64, f64)> = RightsizingProfile::ALL
            .iter()
            .map(|profile| {
                (
                    profile.as_str(),
                    profile.cpu_percentile().percent(),
                    profile.cpu_headroom_percent(),
                    profile.memory_headroom_percent(),
                )
            })
            .collect();
        assert_eq!(
            figures,
            [
                ("default", 99.5, 20.0, 20.0),
                ("balanced", 95.0, 30.0, 30.0),
                ("aggressive", 90.0, 0.0, 10.0),
                ("performance", 99.5, 30.0, 30.0),
            ]
        );
    }

    #[test]
    fn a_profile_is_known_by_its_word() {
        for profile in RightsizingProfile::ALL {
            assert_eq!(profile.as_str().parse(), Ok(*profile));
        }
        let fault = "fast".parse::<RightsizingProfile>().unwrap_err();
        assert_eq!(
            fault,
            "'fast' is no right-sizing profile; there are default, balanced, aggressive, performance"
        );
    }
}
