//! `aws_rds_extended_support`: whether a database's version is still in standard support.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// Support of the engine version, one row an instance of MySQL, PostgreSQL, Aurora MySQL or Aurora PostgreSQL. Computed
    /// when judging, from a dated list of AWS's support calendars.
    pub struct ExtendedSupport: link in "aws_rds_extended_support" reads [] {
        /// The instance.
        resource_id: String => "aws_rds_instance",
        /// Major version (`8.0`, `13`). NULL when it could not be read from the version.
        major_version: Option<String>,
        /// `standard`, `extended` (billed by vCPU and hour), `declined` (past standard support, and AWS was told to upgrade it instead
        /// of billing), or `ended`. NULL when the calendar does not have the version.
        support: Option<String>,
        /// Last day of standard support, at midnight UTC. NULL when the calendar does not have the version.
        standard_support_end_at: Option<Timestamp>,
        /// Days that standard support has been over; 0 while it lasts.
        past_standard_support_days: Option<f64>,
        /// vCPUs that extended support is billed for, those of a standby included; 0 when it is not billed. NULL when not known.
        billed_vcpus: Option<i64>,
        /// Surcharge of a month, USD; 0 when it is not billed.
        surcharge_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_rds_instance"];
}
