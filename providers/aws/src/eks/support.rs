//! `aws_eks_support`: whether the Kubernetes version of a cluster is still in standard support.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// Support of the Kubernetes version, one row a cluster. Computed when judging, from a dated list of AWS's release calendar.
    pub struct Support: link in "aws_eks_support" reads [] {
        /// The cluster.
        resource_id: String => "aws_eks_cluster",
        /// Minor version of Kubernetes (`1.34`).
        version: Option<String>,
        /// `standard`, `extended` (billed by the hour), `upgrade-due` (past standard support, and AWS was told to upgrade it instead of
        /// billing), or `ended` (past extended support too; AWS upgrades it at a time of its own). NULL when the calendar does not have
        /// the version, or when it is not known which of the two was chosen.
        support: Option<String>,
        /// When standard support ends: from that day on, midnight UTC, extended support is billed. NULL when the calendar does not have
        /// the version.
        standard_support_end_at: Option<Timestamp>,
        /// When extended support ends.
        extended_support_end_at: Option<Timestamp>,
        /// Whether AWS had not published the days when the list was made, so that they are worked out from the release of Kubernetes.
        dates_are_estimated: Option<bool>,
        /// Days that standard support has been over; 0 while it lasts.
        past_standard_support_days: Option<f64>,
        /// Surcharge of a month, USD; 0 when it is not billed.
        surcharge_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_eks_cluster"];
}
