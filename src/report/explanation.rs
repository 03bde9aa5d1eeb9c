//! Why a finding is as it is: what was looked at, by which thresholds, how its dollars were worked out, and what would change it.
//!
//! What all findings of a rule share stands once, with the rule ([`JudgedBy`]); prices stand once in the report. A finding has
//! its own figures and refers to these by number.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// By what a rule judges: the part of the explanation that its findings share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedBy {
    /// Values that could be set otherwise, and where each of them was set.
    pub thresholds: Vec<Threshold>,
    /// The conditions that make a resource one that the rule is about, in SQL.
    pub applies: Vec<String>,
    /// The conditions that make it a finding.
    pub conditions: Vec<RuleCondition>,
    /// Conditions inside the rule's WITH queries, in SQL: they decide what is counted before it is compared.
    pub behind: Vec<String>,
    /// The metrics that it needs.
    pub series: Vec<RuleSeries>,
}

/// A value that could be set otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Threshold {
    /// Name: a parameter of the rule, or what its `[needs]` ask for.
    pub name: String,
    /// The value in force.
    pub value: Value,
    /// Unit, for people; may be empty.
    pub unit: String,
    /// Where it was set: the rule's own default, a line of the configuration, an option.
    pub set_by: String,
    /// What it is.
    pub doc: String,
}

/// A condition of a rule's query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleCondition {
    /// The condition in SQL, with the values of parameters in their place.
    pub sql: String,
    /// What it says, in words; `{0}` and `{1}` stand for the finding's own values.
    pub holds: String,
    /// What would have to be for it not to hold; null where it cannot be said in words.
    pub changes: Option<String>,
    /// Names of the finding's own values, whose endings tell the unit (`cpu_max_percent`).
    pub values: Vec<String>,
    /// Where only one of several conditions has to hold: the number that these share. Null when it has to hold by itself.
    pub alternative: Option<usize>,
}

/// A series of a metric that a rule needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSeries {
    /// Metric.
    pub metric: String,
    /// Statistic within a period.
    pub statistic: String,
    /// Length of a period in seconds.
    pub period_seconds: u32,
    /// Length of the window in days.
    pub window_days: u32,
    /// Begin of the window, RFC 3339; empty when no finding has the series.
    pub window_start: String,
    /// End of the window, RFC 3339; empty when no finding has the series.
    pub window_end: String,
    /// Share of the window that must be known, 0 to 1; 0 for a metric that is used where it is known.
    pub coverage_min: f64,
}

/// Why one finding is as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// Age of the resource in days; null when it is not known.
    pub age_days: Option<f64>,
    /// The series that were looked at.
    pub series: Vec<SeriesSeen>,
    /// The conditions that held.
    pub conditions: Vec<ConditionMet>,
    /// How its amounts were worked out.
    pub calculations: Vec<Calculation>,
    /// How what is counted came out of what it saves by itself: the sum of the steps is `counted_savings_usd`.
    pub counting: Vec<CountingStep>,
    /// Fingerprints of the findings whose savings are counted here.
    pub absorbs: Vec<String>,
}

/// What a series came to for one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesSeen {
    /// Which of the rule's `series`, counted from 0.
    pub series: usize,
    /// Share of the window that is known, 0 to 1.
    pub coverage: f64,
    /// Its figures: `max`, `p995`, `p95`, `avg`, `min`, `sum`.
    pub figures: BTreeMap<String, f64>,
}

/// A condition that held for a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionMet {
    /// Which of the rule's `conditions`, counted from 0.
    pub condition: usize,
    /// The values that stand for `{0}` and `{1}`; empty when they are not known.
    pub values: Vec<Value>,
}

/// How an amount was worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calculation {
    /// The field of the finding: `monthly_savings_usd`, `at_stake_usd` or `monthly_cost_usd`.
    pub amount: String,
    /// The amount; null when it is not known. The sum of the lines, where there are any.
    pub usd: Option<f64>,
    /// The lines. Empty when the rule's query works the amount out by itself, or when nothing is charged: `remark` then says so.
    pub lines: Vec<CalculationStep>,
    /// What is to be said beside the lines; empty mostly.
    pub remark: String,
}

/// A line of a sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalculationStep {
    /// What is charged, or why nothing is, or why nobody can tell.
    pub what: String,
    /// Bare id of the resource whose line it is, where it is not the finding's own; empty mostly.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// How much of it; below 0 in what is subtracted. Null in a remark.
    pub quantity: Option<f64>,
    /// What the quantity counts (`h`, `GiB-month`); empty in a remark.
    pub unit: String,
    /// Which of the report's `prices`, counted from 0; null in a remark.
    pub price: Option<usize>,
    /// Its part of the sum; below 0 in what is subtracted. Null when not known.
    pub usd: Option<f64>,
}

/// A step from what a finding saves by itself to what is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountingStep {
    /// What happens.
    pub what: String,
    /// What it adds, or takes when below 0.
    pub usd: f64,
}

/// A price that an amount was worked out from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportPrice {
    /// What it is the price of, as the price book names it (`ec2 m5.large`).
    pub sku: String,
    /// The region whose price it is.
    pub region: String,
    /// What one unit is; empty when the price is not known.
    pub unit: String,
    /// US dollars for one unit; null when the price is not known.
    pub usd: Option<f64>,
    /// `exact`, `estimated` or `unknown`.
    pub basis: String,
    /// A day (`YYYY-MM-DD`) on which it is known to have held; empty when it has no date.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
}

/// What rules made of a resource, findings or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ResourceStory {
    /// ARN.
    pub resource_id: String,
    /// Bare id.
    pub short_id: String,
    /// Name for people; empty when it has none.
    pub name: String,
    /// Type (`AWS::EC2::Volume`); empty when it is not known.
    pub resource_type: String,
    /// Account; empty when it is not known.
    pub account_id: String,
    /// Region, or `global`; empty when it is not known.
    pub region: String,
    /// Who manages it and where to change it so that the change lasts; empty where nothing is known to manage it.
    #[serde(default)]
    pub change_at: String,
    /// List price of the resource a month; null when unknown.
    pub monthly_usd: Option<f64>,
    /// How that was worked out; null when nobody can say.
    pub calculation: Option<Calculation>,
    /// The prices that it refers to.
    pub prices: Vec<ReportPrice>,
    /// What each rule of its type made of it.
    pub verdicts: Vec<RuleVerdict>,
    /// What is to be said beside that; empty mostly.
    pub remark: String,
}

/// What a rule made of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleVerdict {
    /// Rule id.
    pub rule: String,
    /// Title.
    pub title: String,
    /// `found`, `clear`, `not judged` or `outside`.
    pub verdict: String,
    /// Why, where it is not judged; empty for others.
    pub reason: String,
}
