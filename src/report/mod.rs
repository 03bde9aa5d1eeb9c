//! The report: plain, versioned data. Every output format is a function of it, and of nothing else.

pub mod csv;
pub mod html;
pub mod json;
pub mod money;
pub mod text;

mod account;
mod chart;
mod clean;
mod digest;
mod explanation;
pub(crate) mod figure;
mod older;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::str::FromStr;

use billhook_catalog::{Coverage, Gap};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Confidence, PriceBasis, Severity};

pub use account::ReportAccount;
pub use explanation::{
    Calculation, CalculationStep, ConditionMet, CountingStep, Explanation, JudgedBy, ReportPrice,
    ResourceStory, RuleCondition, RuleSeries, RuleVerdict, SeriesSeen, Threshold,
};
pub use json::ReadError;
pub use text::TextOptions;

/// A way to write a report. Each is a function of the report and of nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A summary for people, 80 columns wide, without colour (see [`text::write`] for colour).
    Text,
    /// The report itself; the shape is published as `schema/report-v1.json`.
    Json,
    /// One self-contained page for people.
    Html,
    /// One row a finding.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] = &[Format::Text, Format::Json, Format::Html, Format::Csv];

    /// The word for it on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Html => "html",
            Format::Csv => "csv",
        }
    }

    /// Extension of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Text => "txt",
            other => other.as_str(),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| {
                let words: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
                format!("'{word}' is not one of {}", words.join(", "))
            })
    }
}

/// Writes the report in a format.
pub fn render(report: &Report, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, &TextOptions::default(), out),
        Format::Json => json::write(report, out),
        Format::Html => html::write(report, out),
        Format::Csv => csv::write(report, out),
    }
}

/// Version of the report's shape. It changes when a reader of the old shape could be misled.
pub const SCHEMA_VERSION: u32 = 1;

/// A finished scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always 1 for this shape.
    #[schemars(range(min = 1, max = 1))]
    pub schema_version: u32,
    /// What was scanned, when, and what that took.
    pub scan: Scan,
    /// Totals.
    pub summary: Summary,
    /// What was found, most money first; absorbed and exempted findings included.
    pub findings: Vec<ReportFinding>,
    /// Every rule that was applied.
    pub rules: Vec<ReportRule>,
    /// What could not be judged, and why.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read, and why.
    #[schemars(with = "Vec<GapSchema>")]
    pub gaps: Vec<ReportGap>,
    /// What was read, and what not.
    #[schemars(with = "Vec<CoverageSchema>")]
    pub coverage: Vec<Coverage>,
    /// Remarks on the configuration: exemptions that have expired or match nothing, parameters of unknown rules.
    pub notices: Vec<String>,
    /// The prices that the findings' amounts were worked out from. Absent in reports of older versions.
    #[serde(default)]
    pub prices: Vec<ReportPrice>,
    /// The accounts, each with its sums. Absent in reports of older versions.
    #[serde(default)]
    pub accounts: Vec<ReportAccount>,
}

/// What was scanned, when, and what that took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scan {
    /// Identifies the scan, also in its logs.
    pub id: String,
    /// Version of billhook that judged.
    pub billhook_version: String,
    /// Begin of the collection, RFC 3339 in UTC.
    pub started_at: String,
    /// End of the collection; ages and windows are counted from `started_at`.
    pub finished_at: String,
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions, without `global`.
    pub regions: Vec<String>,
    /// Longest window of utilization metrics that a rule looked at, in days.
    pub window_days: u32,
    /// Dates of the list prices that were used; null when none was.
    pub price_date: Option<PriceDate>,
    /// Requests by operation.
    pub api_calls: BTreeMap<String, u64>,
    /// What the metrics among those requests cost, USD at list price; null when unknown. Requests to S3 have a price too,
    /// less than a cent for a thousand buckets, and are left out.
    pub api_cost_usd: Option<f64>,
    /// What was not asked, since answers of earlier scans were young enough; null when everything was asked.
    #[serde(default)]
    pub reused: Option<Reuse>,
    /// Whether the collection was stopped before its end.
    pub interrupted: bool,
}

/// What answers of earlier scans saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reuse {
    /// Requests, by operation; those for metrics aside.
    pub api_calls: BTreeMap<String, u64>,
    /// Series of metrics.
    pub metrics: u64,
    /// What asking would have cost, USD at list price; null when unknown.
    pub saved_usd: Option<f64>,
    /// When the oldest of the answers was read, RFC 3339 in UTC.
    pub oldest_at: String,
}

/// Dates of list prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceDate {
    /// Oldest (`YYYY-MM-DD`).
    pub oldest: String,
    /// Newest (`YYYY-MM-DD`).
    pub newest: String,
}

/// Totals. Exempted findings are in none of the sums. Sums are effective: after the discounts and commitments that the
/// configuration names. The same sums at list price are beside them as `list_…`; without discounts and commitments both are equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Sum of all monthly savings, each finding by itself; overlaps count twice.
    pub gross_monthly_savings_usd: f64,
    /// Monthly savings counted once: what doing everything would save.
    pub net_monthly_savings_usd: f64,
    /// Egress spend at stake a month: what hotspots pass through, counted once a resource. Not savings.
    pub egress_at_stake_usd: f64,
    /// Savings that are only known as an upper bound (snapshots at their full size); in neither gross nor net.
    pub upper_bound_monthly_usd: f64,
    /// Findings (not absorbed, not exempted) whose monthly savings are unknown, and so are missing in the sums.
    pub findings_without_price: u64,
    /// Net savings by confidence: `high`, `medium`, `low`.
    pub net_by_confidence: BTreeMap<Confidence, f64>,
    /// Monthly savings of exempted findings.
    pub exempted_monthly_savings_usd: f64,
    /// `gross_monthly_savings_usd` at list price.
    pub list_gross_monthly_savings_usd: f64,
    /// `net_monthly_savings_usd` at list price.
    pub list_net_monthly_savings_usd: f64,
    /// `egress_at_stake_usd` at list price.
    pub list_egress_at_stake_usd: f64,
    /// `upper_bound_monthly_usd` at list price.
    pub list_upper_bound_monthly_usd: f64,
    /// `exempted_monthly_savings_usd` at list price.
    pub list_exempted_monthly_savings_usd: f64,
    /// Always `USD`.
    pub currency: String,
    /// Active findings by severity.
    pub findings_by_severity: BTreeMap<Severity, u64>,
    /// Active findings by kind.
    pub findings_by_kind: BTreeMap<String, u64>,
    /// List price of a month of all resources whose price is known.
    pub estate_monthly_cost_usd: f64,
    /// The same after discounts. What commitments cover is in it at the discounted price.
    pub effective_estate_monthly_cost_usd: f64,
    /// Share of the resources that can cost money whose price is known, 0 to 1; null without any.
    pub estate_priced_ratio: Option<f64>,
    /// Resources that were read.
    pub estate_resources: u64,
}

impl Summary {
    /// Whether a sum at list price differs from the effective one, so that both have to be shown.
    pub fn differs_from_list(&self) -> bool {
        let pairs = [
            (
                self.net_monthly_savings_usd,
                self.list_net_monthly_savings_usd,
            ),
            (
                self.gross_monthly_savings_usd,
                self.list_gross_monthly_savings_usd,
            ),
            (self.egress_at_stake_usd, self.list_egress_at_stake_usd),
            (
                self.upper_bound_monthly_usd,
                self.list_upper_bound_monthly_usd,
            ),
            (
                self.exempted_monthly_savings_usd,
                self.list_exempted_monthly_savings_usd,
            ),
        ];
        pairs.iter().any(|(effective, list)| effective != list)
    }

    /// Net savings as a share of what the estate costs, both after discounts; `None` without an estate that costs something.
    pub fn net_share_of_estate(&self) -> Option<f64> {
        let cost = self.effective_estate_monthly_cost_usd;
        (cost > 0.0).then(|| self.net_monthly_savings_usd / cost)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportFinding {
    /// Rule id.
    pub rule: String,
    /// The rule's title.
    pub title: String,
    /// The rule's kind: `idle`, `over-provisioned`, `egress`, `guard`, `unencrypted`, `generation`, `retention`, …
    pub kind: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Account.
    pub account_id: String,
    /// Region, or `global`.
    pub region: String,
    /// ARN.
    pub resource_id: String,
    /// Bare id.
    pub short_id: String,
    /// Type (`AWS::EC2::Volume`).
    pub resource_type: String,
    /// Name for people; empty when it has none.
    pub name: String,
    /// Owner, from the first owner tag that is set, else that of the account; null when unowned.
    pub owner: Option<String>,
    /// Where the owner is from: `tag` (of the resource), `account-tag`, or `configuration` (`[owners]`); empty when unowned, and in reports of
    /// older versions.
    #[serde(default)]
    pub owner_source: String,
    /// What manages the resource, where something is known to.
    pub managed_by: Option<String>,
    /// Who manages it and where to change it so that the change lasts, in a sentence; null where nothing is known to manage it.
    /// Absent in reports of older versions.
    #[serde(default)]
    pub change_at: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// What was found, in a sentence.
    pub message: String,
    /// The figures behind it, by name.
    pub evidence: BTreeMap<String, serde_json::Value>,
    /// What to do: `terminate`, `delete`, `release`, `resize`, `change-type`, `schedule`, `set-retention`, `none`.
    pub action: String,
    /// List price of the resource a month; null when unknown.
    pub monthly_cost_usd: Option<f64>,
    /// What this finding by itself would save a month at list price; null when unknown or not a saving.
    pub monthly_savings_usd: Option<f64>,
    /// What of that would come off the bill, after discounts and commitments; null when unknown or not a saving.
    pub effective_savings_usd: Option<f64>,
    /// Why that, and `effective_at_stake_usd`, differ from the list price, in words; null when they do not.
    pub effective_basis: Option<String>,
    /// What is counted in the net total, effective; 0 when absorbed or exempted. An upper bound counts nothing of its own. A
    /// finding counts no less than those that it absorbs.
    pub counted_savings_usd: f64,
    /// Whether the savings are only an upper bound.
    pub savings_are_upper_bound: bool,
    /// Spend at stake a month at list price (hotspots); null for others.
    pub at_stake_usd: Option<f64>,
    /// The same after discounts.
    pub effective_at_stake_usd: Option<f64>,
    /// Where the dollars come from.
    pub price_basis: PriceBasis,
    /// Fingerprint of the finding that already counts these savings; null when none does.
    pub absorbed_by: Option<String>,
    /// Identifies the finding from scan to scan.
    pub fingerprint: String,
    /// Why it is exempted; null when it is active.
    pub exemption: Option<Exemption>,
    /// Why it is as it is. Null or absent in reports of older versions.
    #[serde(default)]
    pub explanation: Option<Explanation>,
}

/// The word for a resource that nobody is known to own.
pub const UNOWNED: &str = "unowned";

/// Whether a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It stands.
    Active,
    /// Another finding already counts its savings.
    Absorbed,
    /// It is accepted, for a reason. Goes before absorbed.
    Exempted,
}

impl Status {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Absorbed => "absorbed",
            Status::Exempted => "exempted",
        }
    }
}

impl ReportFinding {
    /// Whether it stands, and if not, why.
    pub fn status(&self) -> Status {
        match (&self.exemption, &self.absorbed_by) {
            (Some(_), _) => Status::Exempted,
            (None, Some(_)) => Status::Absorbed,
            (None, None) => Status::Active,
        }
    }

    /// The owner, or the word for none.
    pub fn owner_or_none(&self) -> &str {
        self.owner.as_deref().unwrap_or(UNOWNED)
    }

    /// Name for people, else the bare id.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.short_id
        } else {
            &self.name
        }
    }

    /// Whether it stands: neither exempted nor absorbed.
    pub fn is_active(&self) -> bool {
        self.status() == Status::Active
    }
}

/// Why a finding is exempted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exemption {
    /// `configuration` or `tag`.
    pub source: String,
    /// The reason that was given.
    pub reason: String,
    /// Last day (`YYYY-MM-DD`); null when it does not expire.
    pub expires: Option<String>,
    /// Who answers for it; null when nobody was named.
    pub owner: Option<String>,
}

/// A rule, with what it came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportRule {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Severity, where the rule's rows do not say otherwise.
    pub severity: Severity,
    /// Type of the resources that it judges.
    pub resource_type: String,
    /// Markdown: what it finds.
    pub what_it_finds: String,
    /// Markdown: why it costs.
    pub why_it_costs: String,
    /// Markdown: what to do.
    pub what_to_do: String,
    /// Markdown: when it is wrong.
    pub when_it_is_wrong: String,
    /// Resources that it is about. Null when the rule itself failed or its table could not be read.
    pub population: Option<u64>,
    /// Of those: flagged.
    pub flagged: u64,
    /// Of those: looked at and clear.
    pub clear: u64,
    /// Of those: not judged.
    pub not_judged: u64,
    /// By what it judges. Empty in reports of older versions.
    #[serde(default)]
    pub judged_by: JudgedBy,
}

/// Something that a rule could not judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotJudged {
    /// Rule id.
    pub rule: String,
    /// Account; null when it concerns all.
    pub account_id: Option<String>,
    /// Region; null when it concerns all.
    pub region: Option<String>,
    /// ARN, where it is one resource; null for a whole scope.
    pub resource_id: Option<String>,
    /// Why.
    pub reason: String,
}

/// A gap, and whether the configuration accepts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportGap {
    /// What could not be read.
    #[serde(flatten)]
    pub gap: Gap,
    /// Whether the configuration accepts it; an accepted gap does not make the scan incomplete.
    pub accepted: bool,
}

/// Shape of [`ReportGap`] in the published schema.
#[derive(JsonSchema)]
#[schemars(rename = "Gap")]
#[allow(dead_code)]
struct GapSchema {
    /// Table whose rows or columns are missing.
    table: String,
    /// Column group that is missing; `base` when the rows themselves are.
    column_group: String,
    /// Account.
    account_id: String,
    /// Region; null is every region of the account.
    region: Option<String>,
    /// ARN, where it is one resource only.
    resource_id: Option<String>,
    /// Name of the metric, where the table is `usage`.
    metric: Option<String>,
    /// API operation that failed.
    operation: String,
    /// Permission that would close it, where one would.
    iam_action: Option<String>,
    /// Why.
    #[schemars(extend("enum" = ["denied", "denied-by-organization", "throttled", "failed", "timed-out", "cancelled",
        "over-budget", "not-collected", "unsupported"]))]
    kind: String,
    /// The service's own words.
    detail: String,
    /// Whether the configuration accepts it.
    accepted: bool,
}

/// Shape of a coverage line in the published schema.
#[derive(JsonSchema)]
#[schemars(rename = "Coverage")]
#[allow(dead_code)]
struct CoverageSchema {
    /// Account.
    account_id: String,
    /// Region, or `global`.
    region: String,
    /// Table.
    table: String,
    /// Column group.
    column_group: String,
    /// How it ended.
    #[schemars(extend("enum" = ["assessed", "partial", "denied", "denied-by-organization", "throttled", "failed",
        "cancelled", "over-budget", "region-disabled", "not-collected", "nothing-billed", "read-elsewhere"]))]
    status: String,
    /// Rows read.
    resources: u64,
}
