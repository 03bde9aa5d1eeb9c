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
        /// Mean of the points of the busiest hour, whenever it begins; NULL where a period is an hour or longer.
        busiest_hour_avg: Option<f64>,
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
        /// What manages it (`autoscaling:NAME`, `cloudformation:STACK`, `eks:CLUSTER`); empty when nothing is known to. Where
        /// several do, the one that is the first to undo a change.
        managed_by: String,
        /// Who manages it and where to change it so that the change lasts, in a sentence; empty when nothing is known to.
        change_at: String,
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

table! {
    /// Prices that the amounts of a report were worked out from, one row a price and region; those that were looked for and
    /// are not known have a row too.
    pub struct PriceUsed: link in "price" reads [] {
        /// What it is the price of, as the price book names it (`ec2 m5.large`). `region` is the region whose price it is, and
        /// `account_id` is empty for a list price.
        sku: String,
        /// What one unit is, as the price book names it (`hour`, `gb-month`); empty when the price is not known.
        unit: String,
        /// US dollars for one unit. NULL when the price is not known.
        usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: String,
        /// A day (`YYYY-MM-DD`) on which it is known to have held; empty when it has no date, or is not known.
        as_of: String,
        /// Where it was read; empty when it is not known.
        source: String,
    }
}

table! {
    /// How amounts were worked out, line by line: the sum over the lines of an amount and a resource is that amount. One
    /// without lines is 0 because nothing is charged for such a thing.
    pub struct CalculationLine: link in "calculation" reads [] {
        /// The resource.
        resource_id: String,
        /// The amount that is explained, as table and column (`resource.monthly_usd`).
        amount: String,
        /// Number of the line, from 1.
        line: i64,
        /// What is charged, or why nothing is, or why nobody can tell.
        what: String,
        /// How much of it; below 0 in what is subtracted. NULL in a line that is a remark.
        quantity: Option<f64>,
        /// What the quantity counts (`h`, `GiB-month`); empty in a remark.
        unit: String,
        /// The price, as in `price`; empty in a remark.
        sku: String,
        /// The region of the price, as in `price`; empty in a remark.
        price_region: String,
        /// Its part of the sum, US dollars; below 0 in what is subtracted. NULL when not known.
        usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: String,
    }
}

/// The tables that every provider fills.
pub static GENERIC_TABLES: &[&Table] = &[
    Tag::TABLE,
    Usage::TABLE,
    UsageDaily::TABLE,
    Resource::TABLE,
    Relation::TABLE,
    PriceUsed::TABLE,
    CalculationLine::TABLE,
];
