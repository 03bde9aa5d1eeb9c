//! What must be known of a resource before a rule may judge it.

use std::collections::BTreeMap;

use billhook_catalog::{Metric, Statistic, Table};
use serde::Deserialize;
use toml::Spanned;

/// One series of a metric that a rule needs.
#[derive(Clone, Debug)]
pub struct MetricNeed {
    /// Name of the need in the rule.
    pub name: String,
    /// The metric.
    pub metric: &'static Metric,
    /// Statistic.
    pub statistic: Statistic,
    /// Period in seconds.
    pub period_seconds: u32,
    /// Window in days, after `--lookback`.
    pub days: u32,
    /// Window in days as the rule asks for it.
    pub declared_days: u32,
    /// Share of the window that must be known, 0 to 1.
    pub coverage: f64,
    /// Whether it is only read where it is there.
    pub optional: bool,
    /// Whether the daily values are needed too.
    pub daily: bool,
    /// The coarse need that decides where this one applies, and the highest 90th percentile there.
    pub refines: Option<(String, f64)>,
}

/// Everything that a rule needs.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Lowest age in days.
    pub age_days: Option<f64>,
    /// Metrics, the coarse ones before those that refine them.
    pub metrics: Vec<MetricNeed>,
}

impl Needs {
    /// The longest window, in days; 0 without metrics.
    pub fn window_days(&self) -> u32 {
        self.metrics.iter().map(|need| need.days).max().unwrap_or(0)
    }

    /// The need of that name.
    pub fn metric(&self, name: &str) -> Option<&MetricNeed> {
        self.metrics.iter().find(|need| need.name == name)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MetricHead {
    metric: Option<String>,
    statistic: Statistic,
    period_seconds: u32,
    days: u32,
    #[serde(default = "default_coverage")]
    coverage: f64,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    daily: bool,
    refines: Option<String>,
    p90_at_most: Option<f64>,
}

fn default_coverage() -> f64 {
    0.9
}

/// Reads `[needs]`. The error says what is wrong, and of which need.
pub(super) fn read(
    head: &BTreeMap<String, Spanned<toml::Value>>,
    table: &'static Table,
    lookback_days: Option<u32>,
) -> Result<Needs, (String, String)> {
    let mut needs = Needs::default();
    for (name, value) in head {
        let need = one(name, value.get_ref(), table, lookback_days);
        match need.map_err(|message| (name.clone(), message))? {
            Need::Age(days) => needs.age_days = Some(days),
            Need::Metric(need) => needs.metrics.push(need),
        }
    }
    for need in &needs.metrics {
        if let Some((coarse, _)) = &need.refines {
            let wrong = |message: String| (need.name.clone(), message);
            let base = needs.metric(coarse).ok_or_else(|| {
                wrong(format!("[needs] {}: there is no need {coarse}", need.name))
            })?;
            if base.refines.is_some() {
                return Err(wrong(format!(
                    "[needs] {}: {coarse} refines another need itself",
                    need.name
                )));
            }
        }
    }
    needs.metrics.sort_by(|a, b| {
        a.refines
            .is_some()
            .cmp(&b.refines.is_some())
            .then_with(|| a.name.cmp(&b.name))
    });
    Ok(needs)
}

/// One entry of `[needs]`.
enum Need {
    Age(f64),
    Metric(MetricNeed),
}

fn one(
    name: &str,
    value: &toml::Value,
    table: &'static Table,
    lookback_days: Option<u32>,
) -> Result<Need, String> {
    if name == "age_days" {
        let days = value
            .as_float()
            .or(value.as_integer().map(|days| days as f64));
        return Ok(Need::Age(
            days.ok_or("[needs] age_days must be a number of days")?,
        ));
    }
    let series: MetricHead = value
        .clone()
        .try_into()
        .map_err(|fault: toml::de::Error| format!("[needs] {name}: {}", fault.message()))?;
    let metric_name = series.metric.as_deref().unwrap_or(name);
    let metric = table.metric(metric_name).ok_or_else(|| {
        let known: Vec<&str> = table.metrics.iter().map(|metric| metric.name).collect();
        format!(
            "[needs] {name}: {} has no metric {metric_name}; it has: {}",
            table.name,
            known.join(", ")
        )
    })?;
    if !matches!(series.period_seconds, 60 | 300 | 3600 | 86400) {
        return Err(format!(
            "[needs] {name}: period_seconds must be 60, 300, 3600 or 86400"
        ));
    }
    if series.days == 0 || series.days > 455 || !(0.0..=1.0).contains(&series.coverage) {
        return Err(format!(
            "[needs] {name}: days must be 1 to 455 and coverage 0 to 1"
        ));
    }
    let refines = match (series.refines, series.p90_at_most) {
        (None, None) => None,
        (Some(coarse), Some(limit)) => Some((coarse, limit)),
        _ => {
            return Err(format!(
                "[needs] {name}: refines and p90_at_most go together"
            ));
        }
    };
    Ok(Need::Metric(MetricNeed {
        name: name.to_owned(),
        metric,
        statistic: series.statistic,
        period_seconds: series.period_seconds,
        days: lookback_days.map_or(series.days, |days| days.max(series.days)),
        declared_days: series.days,
        coverage: series.coverage,
        optional: series.optional,
        daily: series.daily,
        refines,
    }))
}
