//! Warehouses and search domains: clusters of nodes that are billed by the hour.

use crate::opensearch::domain::Domain;
use crate::prices::PriceLookup;
use crate::redshift::cluster::Cluster;

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::opensearch::cost::domain_lines;
use super::super::redshift::cost::cluster_lines;
use super::{MONTHLY, Rows};

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for cluster in &estate.warehouses {
        let lines = cluster_lines(prices, cluster, &estate.measured);
        let amount = used.explained(&cluster.id, MONTHLY, &lines);
        out.add::<Cluster>(&cluster.id, None, String::new(), amount);
    }
    for domain in &estate.search_domains {
        let lines = domain_lines(prices, domain);
        let amount = used.explained(&domain.id, MONTHLY, &lines);
        out.add::<Domain>(&domain.id, None, String::new(), amount);
    }
}
