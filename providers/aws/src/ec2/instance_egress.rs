//! `aws_ec2_instance_egress`: what an instance sends.

use billhook_catalog::table;

table! {
    /// What a running instance sends, one row each: extrapolated to a month of 730 hours, and what it would cost if all of it went
    /// to the internet.
    pub struct InstanceEgress: link in "aws_ec2_instance_egress" reads [] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// GiB that it sends a month on all interfaces, to anywhere: to the internet, to its neighbours, to S3. NULL when not measured.
        sent_gib_month: Option<f64>,
        /// What that costs when all of it goes to the internet, USD at list price: an upper bound.
        internet_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_ec2_instance", "usage"];
}
