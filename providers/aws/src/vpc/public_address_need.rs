//! `aws_vpc_public_address_need`: whether instances behind load balancers need their public addresses.

use billhook_catalog::table;

table! {
    /// Public IPv4 addresses of instances that are registered with a load balancer, one row a running instance that has one: whether
    /// anything can come or go by it. Computed when judging.
    pub struct PublicAddressNeed: link in "aws_vpc_public_address_need" reads [] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// A load balancer that it stands behind; of several, the first in the order of their ARNs.
        load_balancer_resource_id: String => "aws_elb_load_balancer",
        /// `assigned` (AWS gave it one when it was started), `elastic` (an Elastic IP address) or `own-range` (an Elastic IP address of the
        /// account's own range, which AWS does not charge for).
        address_kind: String,
        /// Whether a route leads from its subnet to an internet gateway, without which nothing comes or goes by the address. NULL when the
        /// routes of its subnet were not read, or when it has several interfaces.
        has_internet_route: Option<bool>,
        /// Where the default route of its subnet leads: `nat-gateway`, `gateway`, `transit-gateway`, `interface`, …; `none` without
        /// one. NULL as above.
        default_route: Option<String>,
        /// List price of a month of the address, USD.
        monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_ec2_instance", "aws_elb_target", "aws_ec2_address", "aws_vpc_route", "aws_vpc_route_table", "aws_vpc_subnet", "aws_vpc_subnet_route_table"];
}
