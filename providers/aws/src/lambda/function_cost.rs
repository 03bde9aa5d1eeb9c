//! `aws_lambda_function_cost`: what running a function costs.

use billhook_catalog::table;

table! {
    /// Cost of running a Lambda function, one row a function, extrapolated from the window that was measured to a month of 730
    /// hours.
    pub struct FunctionCost: link in "aws_lambda_function_cost" reads [] {
        /// The function.
        resource_id: String => "aws_lambda_function",
        /// Invocations a month. NULL when not measured.
        invocations_month: Option<f64>,
        /// Memory times time that it ran a month, GB-seconds. NULL when not measured.
        gb_seconds_month: Option<f64>,
        /// Price of these GB-seconds, USD a month at the list price of the first tier, without the free ones.
        compute_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_lambda_function", "usage"];
}
