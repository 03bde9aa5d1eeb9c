//! Finding a price, by its general name or by what it is for.

use super::ebs::EbsMetric;
use super::rds::RdsInstance;
use super::sku::{NodeService, Sku};
use super::{GLOBAL, Price};

/// Something that knows prices.
pub trait PriceLookup {
    /// The price of `sku` in `region`; None when it is unknown. Nothing is taken from another region.
    fn lookup(&self, sku: &Sku<'_>, region: &str) -> Option<Price<'_>>;

    /// USD an hour of an instance type, Linux on demand, shared tenancy. Other systems, licences and tenancies cost
    /// something else that this price says nothing about.
    fn ec2_linux_hour(&self, region: &str, instance_type: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::ec2_linux_hour(instance_type), region)
    }

    /// A price of a volume type (`gp3`, `io2`, …) or of `snapshot`.
    fn ebs(&self, region: &str, volume_type: &str, metric: EbsMetric) -> Option<Price<'_>> {
        self.lookup(&Sku::ebs(volume_type, metric), region)
    }

    /// USD an hour of a database instance, both instances of a Multi-AZ deployment together.
    fn rds_instance_hour(&self, region: &str, instance: &RdsInstance<'_>) -> Option<Price<'_>> {
        self.lookup(&Sku::rds_instance_hour(instance)?, region)
    }

    /// USD an hour of one node; `variant` as [`NodeService`] says.
    fn node_hour(
        &self,
        region: &str,
        service: NodeService,
        node_type: &str,
        variant: &str,
    ) -> Option<Price<'_>> {
        self.lookup(&Sku::node_hour(service, node_type, variant), region)
    }

    /// USD an hour of a NAT gateway.
    fn nat_gateway_hour(&self, region: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::network("nat_gateway", "hour"), region)
    }

    /// USD a GB that a NAT gateway processes, whichever way it goes.
    fn nat_gateway_gb(&self, region: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::network("nat_gateway", "data_gb"), region)
    }

    /// USD an hour of a public IPv4 address that is in use, or of an idle one (an Elastic IP that is not associated).
    fn public_ipv4_hour(&self, region: &str, in_use: bool) -> Option<Price<'_>> {
        self.lookup(
            &Sku::network(
                "public_ipv4",
                if in_use { "in_use_hour" } else { "idle_hour" },
            ),
            region,
        )
    }

    /// USD a GB between Availability Zones of a region, on each of the two sides.
    fn inter_az_gb_each_direction(&self, region: &str) -> Option<Price<'_>> {
        self.lookup(
            &Sku::network("data_transfer", "inter_az_gb_each_direction"),
            region,
        )
    }

    /// USD a GB from one region to another, billed to the sender.
    fn inter_region_gb(&self, from: &str, to: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::inter_region_gb(to), from)
    }

    /// A price of another service in a region, such as `secretsmanager` and `secret_month`.
    fn service(&self, region: &str, service: &str, metric: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::service(service, metric), region)
    }

    /// A price of a service that is the same everywhere, such as `cost_explorer` and `api_request`.
    fn global_service(&self, service: &str, metric: &str) -> Option<Price<'_>> {
        self.lookup(&Sku::service(service, metric), GLOBAL)
    }
}
