//! `aws_elb_load_balancer_activity`: what passes through a load balancer, whatever its type counts.

use billhook_catalog::table;

table! {
    /// What a load balancer serves, one row a load balancer: requests or flows by day, and its traffic extrapolated to a month
    /// of 730 hours.
    pub struct LoadBalancerActivity: link in "aws_elb_load_balancer_activity" reads [] {
        /// The load balancer.
        resource_id: String => "aws_elb_load_balancer",
        /// Whether it could serve anything: a network or gateway load balancer only with a registered target; an application
        /// load balancer always, since it may redirect or answer by itself. NULL when its targets are not known.
        can_serve: Option<bool>,
        /// What an application load balancer serves are `requests` (forwarded, redirected or answered by itself), the
        /// others serve `flows`.
        unit: Option<String>,
        /// What it served a day in the mean of the window. NULL when not measured.
        served_per_day: Option<f64>,
        /// GiB that it processes a month, both directions. NULL when not measured.
        processed_gib_month: Option<f64>,
        /// Price of sending that much to the internet, USD a month at list price. Some of it came in and some may have stayed
        /// in the region: an upper bound.
        internet_out_monthly_usd: Option<f64>,
        /// Price of moving the share of it between zones that crosses them when targets are picked in all zones evenly, USD a
        /// month at list price, both sides. 0 in a single zone.
        cross_zone_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`, of both.
        price_basis: Option<String>,
    }
    derived from ["aws_elb_load_balancer", "usage"];
}
