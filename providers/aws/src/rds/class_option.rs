//! `aws_rds_graviton_option` and `aws_rds_successor_option`: the same size of another processor or generation.

use billhook_catalog::table;

table! {
    /// An instance on AWS's own processors (Graviton 2), one row an instance on others. Computed when judging.
    pub struct GravitonOption: link in "aws_rds_graviton_option" reads [] {
        /// The instance.
        resource_id: String => "aws_rds_instance",
        /// Whether its engine, version and class can move.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// The class to move to: the same size, vCPUs and no less memory. NULL when it cannot move.
        target_class: Option<String>,
        /// The present class for a month, list price, USD.
        monthly_usd: Option<f64>,
        /// The target's, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD; 0 or less where it does not pay.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_rds_instance"];
}

table! {
    /// An instance of an old generation in the one that follows on the same processor architecture, one row each. Computed
    /// when judging.
    pub struct SuccessorOption: link in "aws_rds_successor_option" reads [] {
        /// The instance.
        resource_id: String => "aws_rds_instance",
        /// The class to move to: the same size, vCPUs and no less memory. NULL when the next generation has none.
        target_class: Option<String>,
        /// The present class for a month, list price, USD.
        monthly_usd: Option<f64>,
        /// The target's, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD; 0 or less where it does not pay.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_rds_instance"];
}
