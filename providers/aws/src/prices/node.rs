//! What is priced by the hour of a node: caches, in-memory databases, warehouses, search domains.
//!
//! Sources: <https://aws.amazon.com/elasticache/pricing/>, <https://aws.amazon.com/memorydb/pricing/>,
//! <https://aws.amazon.com/redshift/pricing/>, <https://aws.amazon.com/opensearch-service/pricing/>.

use super::{Breakdown, Cost, NodeService, PriceLookup, Sku, Tariff};

/// Nodes of one type, all of which run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nodes<'a> {
    /// Whose nodes they are.
    pub service: NodeService,
    /// `cache.r7g.large`, `db.r7g.large`, `ra3.xlplus`, `r6g.large.search`, in the words of the service's API.
    pub node_type: &'a str,
    /// The engine where the service prices engines apart, else empty; see [`NodeService`].
    pub variant: &'a str,
    /// How many there are.
    pub count: f64,
}

impl<'a> Nodes<'a> {
    /// Nodes of ElastiCache; `engine` is `redis`, `valkey` or `memcached`, as the API says it.
    pub const fn elasticache(node_type: &'a str, engine: &'a str, count: f64) -> Self {
        Self::new(NodeService::ElastiCache, node_type, engine, count)
    }

    /// Nodes of MemoryDB; `engine` is `redis` or `valkey`, as the API says it.
    pub const fn memorydb(node_type: &'a str, engine: &'a str, count: f64) -> Self {
        Self::new(NodeService::MemoryDb, node_type, engine, count)
    }

    /// Compute nodes of Redshift. The leader node of a larger cluster is not billed.
    pub const fn redshift(node_type: &'a str, count: f64) -> Self {
        Self::new(NodeService::Redshift, node_type, "", count)
    }

    /// Nodes of OpenSearch, whatever their part in the domain; their EBS volumes are billed apart.
    pub const fn opensearch(node_type: &'a str, count: f64) -> Self {
        Self::new(NodeService::OpenSearch, node_type, "", count)
    }

    const fn new(service: NodeService, node_type: &'a str, variant: &'a str, count: f64) -> Self {
        Self {
            service,
            node_type,
            variant,
            count,
        }
    }

    /// The price of an hour of one of them.
    pub const fn hour(&self) -> Sku<'a> {
        Sku::node_hour(self.service, self.node_type, self.variant)
    }
}

/// A month of running nodes, without what they store. Unknown where nobody published a price of the type in the region.
pub fn node_monthly(prices: &dyn PriceLookup, region: &str, nodes: &Nodes<'_>) -> Cost {
    let price = prices.lookup(&nodes.hour(), region);
    Cost::monthly_from_hourly(nodes.count, price)
}

/// The line of [`node_monthly`], which says how many of what: `3 × cache.r7g.large, valkey`.
pub fn node_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    nodes: &Nodes<'a>,
) -> Breakdown<'a> {
    let what = match nodes.variant {
        "" => format!("{} × {}", nodes.count, nodes.node_type),
        variant => format!("{} × {}, {variant}", nodes.count, nodes.node_type),
    };
    let at = Tariff::new(prices, region);
    at.hours(what, nodes.count, nodes.hour()).into()
}

#[cfg(test)]
mod tests {
    use super::super::PriceBook;
    use super::*;

    fn monthly(region: &str, nodes: Nodes<'_>) -> Option<f64> {
        let book = PriceBook::embedded();
        let (cost, sum) = (
            node_monthly(book, region, &nodes),
            node_lines(book, region, &nodes),
        );
        assert_eq!(cost, sum.cost(), "the lines are the amount");
        cost.usd()
    }

    #[test]
    fn hours_times_nodes() {
        for (nodes, hourly) in [
            (Nodes::elasticache("cache.r6g.large", "redis", 3.0), 0.206),
            (Nodes::elasticache("cache.r6g.large", "valkey", 3.0), 0.1648),
            (Nodes::memorydb("db.r6g.large", "redis", 3.0), 0.309),
            (Nodes::memorydb("db.r6g.large", "valkey", 3.0), 0.2163),
            (Nodes::redshift("ra3.xlplus", 3.0), 1.086),
            (Nodes::opensearch("r6g.large.search", 3.0), 0.167),
        ] {
            let found = monthly("us-east-1", nodes).expect(nodes.node_type);
            let expected = hourly * 730.0 * 3.0;
            assert!((found - expected).abs() < 1e-9, "{nodes:?}: {found}");
        }
    }

    #[test]
    fn published_prices_across_regions() {
        let book = PriceBook::embedded();
        let hourly = |region, nodes: Nodes<'_>| {
            let price = book.lookup(&nodes.hour(), region);
            price.map(|price| price.usd)
        };
        for (region, nodes, usd) in [
            ("us-gov-west-1", Nodes::redshift("dc2.large", 1.0), 0.3),
            ("ap-northeast-1", Nodes::redshift("ra3.4xlarge", 1.0), 3.836),
            (
                "eu-west-1",
                Nodes::opensearch("m6g.large.search", 1.0),
                0.143,
            ),
            (
                "eu-west-1",
                Nodes::memorydb("db.t4g.small", "redis", 1.0),
                0.051,
            ),
            (
                "us-west-2",
                Nodes::elasticache("cache.t4g.small", "memcached", 1.0),
                0.032,
            ),
        ] {
            assert_eq!(hourly(region, nodes), Some(usd), "{nodes:?} in {region}");
        }
        let stored = |service, metric| {
            let price = book.service("us-east-1", service, metric);
            price.map(|price| (price.usd, price.unit))
        };
        let managed = stored("redshift", "managed_storage_gb_month");
        assert_eq!(managed, Some((0.024, "gb-month")));
        let volume = stored("opensearch", "ebs_gp3_gb_month");
        assert_eq!(volume, Some((0.122, "gb-month")));
    }

    #[test]
    fn what_has_no_price_is_unknown() {
        for nodes in [
            Nodes::elasticache("cache.r6g.large", "", 1.0),
            Nodes::elasticache("cache.r6g.enormous", "redis", 1.0),
            Nodes::redshift("ds2.xlarge", 1.0),
            Nodes::opensearch("ultrawarm1.medium.search", 1.0),
            Nodes::redshift("ra3.large", f64::NAN),
        ] {
            assert_eq!(monthly("us-east-1", nodes), None, "{nodes:?}");
        }
        let elsewhere = Nodes::memorydb("db.r6g.large", "redis", 1.0);
        assert_eq!(monthly("af-south-1", elsewhere), None, "not sold there");
    }

    #[test]
    fn a_line_says_how_many_of_what() {
        let book = PriceBook::embedded();
        let nodes = Nodes::elasticache("cache.t4g.small", "memcached", 2.0);
        let sum = node_lines(book, "us-west-2", &nodes);
        let [line] = sum.lines() else {
            panic!("{sum:?}");
        };
        assert_eq!(line.what, "2 × cache.t4g.small, memcached");
        let charge = line.charge.as_ref().expect("a charge");
        assert_eq!((charge.quantity, charge.unit), (1_460.0, "h"));
        assert_eq!(
            charge.sku.to_string(),
            "node:elasticache cache.t4g.small memcached"
        );
    }
}
