//! `aws_ec2_quiet_hours`: weekly schedules on which an instance could be off.

use billhook_catalog::table;

table! {
    /// Weekly schedules on which an instance could be off, one row an instance and schedule: of all schedules of a kind, the one on
    /// which its CPU is lowest in the hours that it would be off. From the hourly peaks of its CPU, in UTC.
    pub struct QuietHours: link in "aws_ec2_quiet_hours" reads ["cloudwatch:GetMetricData"] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// Length of the window in days.
        window_days: i64,
        /// `workdays` (on for 12 hours on five days in a row) or `days` (on for 14 hours on every day).
        schedule: String,
        /// Hours of a week that it would be off: 108 or 70.
        off_hours_a_week: i64,
        /// Hour of the day (UTC) at which it would be switched on; NULL when there are hours of the week of which nothing is known, as all
        /// that follow.
        on_from_hour_utc: Option<i64>,
        /// First of the five days on which it would be switched on (`Monday`); empty when on every day.
        on_from_day: Option<String>,
        /// Highest CPU in the hours that it would be off, percent.
        cpu_off_max_percent: Option<f64>,
        /// Highest CPU in the hours that it would be on, percent.
        cpu_on_max_percent: Option<f64>,
    }
}
