//! Every table of AWS.

use billhook_catalog::{Row, Table};

use crate::{account, budgets, ebs, ec2, prices, s3, vpc};

/// All tables, collected and derived, in the order of the services.
pub static TABLES: &[&Table] = &[
    account::Account::TABLE,
    ec2::region::Region::TABLE,
    ec2::instance::Instance::TABLE,
    ec2::instance_type::InstanceType::TABLE,
    ec2::instance_type::InstanceTypeOffering::TABLE,
    ec2::resize_option::ResizeOption::TABLE,
    ec2::instance_egress::InstanceEgress::TABLE,
    ec2::quiet_hours::QuietHours::TABLE,
    ec2::image::Image::TABLE,
    ec2::image::ImageSnapshot::TABLE,
    ec2::launch_template_image::LaunchTemplateImage::TABLE,
    ec2::address::Address::TABLE,
    ec2::network_interface::NetworkInterface::TABLE,
    ebs::volume::Volume::TABLE,
    ebs::attachment::Attachment::TABLE,
    ebs::snapshot::Snapshot::TABLE,
    ebs::type_option::TypeOption::TABLE,
    ebs::performance_option::PerformanceOption::TABLE,
    vpc::nat_gateway::NatGateway::TABLE,
    vpc::nat_gateway::NatGatewayAddress::TABLE,
    vpc::nat_gateway_cost::NatGatewayCost::TABLE,
    vpc::nat_gateway_subnet::NatGatewaySubnet::TABLE,
    vpc::subnet::Subnet::TABLE,
    vpc::route::RouteTable::TABLE,
    vpc::route::Route::TABLE,
    vpc::route::SubnetRouteTable::TABLE,
    vpc::endpoint::Endpoint::TABLE,
    vpc::endpoint::EndpointRouteTable::TABLE,
    vpc::traffic_cost::EndpointCost::TABLE,
    vpc::transit_gateway::TransitGateway::TABLE,
    vpc::transit_gateway::TransitGatewayAttachment::TABLE,
    vpc::traffic_cost::TransitGatewayAttachmentCost::TABLE,
    vpc::vpn_connection::VpnConnection::TABLE,
    s3::bucket::Bucket::TABLE,
    prices::collected::CollectedPrice::TABLE,
    budgets::budget::Budget::TABLE,
    budgets::notification::Notification::TABLE,
    budgets::subscriber::Subscriber::TABLE,
];
