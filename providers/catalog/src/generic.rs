//! The tables that span every cloud and every service.

use jiff::Timestamp;

use crate::{Row, Table, table};

table! {
    /// Tags of all resources, one row a tag. A resource without tags has no row.
    pub struct Tag: link in "tag" reads [] {
        /// Resource that carries the tag.
        resource_id: String,
        /// Type of that resource (`AWS::EC2::Volume`).
        resource_type: String,
        /// Tag key, case as in the account.
        key: String,
        /// Tag value.
        value: String,
    }
    absence is evidence;
}

table! {
    /// How much a resource was used: one row a resource, metric, statistic, period and window. A rule sees the rows
    /// that its own `[needs]` ask for and no others. A row is there once the cloud answered completely for it.
    pub struct Usage: link in "usage" reads ["cloudwatch:GetMetricData"] {
        /// Resource that was measured.
        resource_id: String,
        /// Namespace of the metric.
        namespace: String,
        /// Name of the metric.
        metric: String,
        /// Statistic within a period: Average, Maximum, Minimum, Sum or SampleCount.
        statistic: String,
        /// Length of a period in seconds.
        period_seconds: i64,
        /// Length of the window in days.
        window_days: i64,
        /// Begin of the window.
        window_start: Timestamp,
        /// End of the window.
        window_end: Timestamp,
        /// Periods in the window.
        expected_points: i64,
        /// Periods with a point.
        got_points: i64,
        /// Share of the window that is known, 0 to 1. Silence counts as known where the metric's silence means zero.
        coverage: f64,
        /// Smallest point. NULL without points, except 0 where silence means zero; so for all that follow.
        min: Option<f64>,
        /// Mean of the points.
        avg: Option<f64>,
        /// Median.
        p50: Option<f64>,
        /// 90th percentile (nearest rank), as all that follow.
        p90: Option<f64>,
        /// 95th percentile.
        p95: Option<f64>,
        /// 99th percentile.
        p99: Option<f64>,
        /// 99.5th percentile.
        p995: Option<f64>,
        /// Largest point.
        max: Option<f64>,
        /// Sum of the points.
        sum: Option<f64>,
        /// Instant of the last point; NULL without points.
        last_at: Option<Timestamp>,
    }
}

table! {
    /// The same by day (UTC), for conditions that must hold on every day. The first and last day of a window may be partial.
    pub struct UsageDaily: link in "usage_daily" reads ["cloudwatch:GetMetricData"] {
        /// Resource that was measured.
        resource_id: String,
        /// Name of the metric.
        metric: String,
        /// Statistic within a period.
        statistic: String,
        /// Length of a period in seconds.
        period_seconds: i64,
        /// Length of the window in days.
        window_days: i64,
        /// Begin of the day.
        day_utc: Timestamp,
        /// The day's sum (Sum, SampleCount), largest (Maximum), smallest (Minimum) or mean (Average) point.
        value: Option<f64>,
        /// Share of the day's periods that is known, 0 to 1.
        coverage: f64,
    }
}

table! {
    /// Every resource of every service: what it is, what it belongs to, what it costs.
    pub struct Resource: link in "resource" reads [] {
        /// The ARN.
        resource_id: String,
        /// Provider (`aws`).
        provider: String,
        /// Type (`AWS::EC2::Volume`).
        resource_type: String,
        /// Bare id.
        short_id: String,
        /// Name for people; empty when it has none.
        name: String,
        /// Resource that it belongs to; NULL when none is known.
        parent_resource_id: Option<String>,
        /// What manages it (`autoscaling:NAME`, `cloudformation:STACK`, `eks:CLUSTER`); empty when nothing is known to.
        managed_by: String,
        /// List price of a month (730 hours) in its present state, USD. NULL when unknown, never 0 for unknown.
        monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: String,
    }
}

table! {
    /// The graph that savings are counted along: what goes when its parent goes.
    pub struct Relation: link in "relation" reads [] {
        /// Resource that is acted upon.
        parent_resource_id: String,
        /// Resource that is affected.
        child_resource_id: String,
        /// What links them: `attached-volume`, `address`, `image-snapshot`, …
        kind: String,
        /// Whether the child is deleted along with the parent.
        follows_parent: Option<bool>,
    }
}

/// The tables that every provider fills.
pub static GENERIC_TABLES: &[&Table] = &[
    Tag::TABLE,
    Usage::TABLE,
    UsageDaily::TABLE,
    Resource::TABLE,
    Relation::TABLE,
];
