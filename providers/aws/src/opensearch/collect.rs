//! Reads OpenSearch Service in one region.

use aws_sdk_opensearch::types::{
    ClusterConfig, DomainStatus, EbsOptions, NodeConfig, NodeOptionsNodeType,
};
use billhook_catalog::{BASE_GROUP, Row};

use crate::classify::Problem;
use crate::opensearch::domain::Domain;
use crate::scan::Scan;

/// Domains that one request may ask about.
const AT_A_TIME: usize = 5;

/// Everything of OpenSearch Service that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut rows = Vec::new();
    let outcome = domains(scan, region, &mut rows).await;
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Domain::TABLE, BASE_GROUP, region, &outcome);
}

/// The list has names only, so a few domains at a time are asked for the rest.
async fn domains(scan: &Scan<'_>, region: &str, rows: &mut Vec<Domain>) -> Result<(), Problem> {
    let client = scan.clients.opensearch(region);
    let request = client.list_domain_names().send();
    let listed = scan
        .caller
        .call(region, "es:ListDomainNames", request)
        .await?;
    let names: Vec<&str> = listed
        .domain_names()
        .iter()
        .filter_map(|domain| domain.domain_name())
        .collect();
    for names in names.chunks(AT_A_TIME) {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let request = client.describe_domains().set_domain_names(Some(names));
        let described = scan
            .caller
            .call(region, "es:DescribeDomains", request.send())
            .await?;
        let statuses = described.domain_status_list().iter();
        rows.extend(statuses.map(|status| row(scan, region, status)));
    }
    Ok(())
}

fn row(scan: &Scan<'_>, region: &str, status: &DomainStatus) -> Domain {
    let name = status.domain_name();
    let mut id = scan.key(region, status.arn().to_owned(), name);
    id.name = Some(name.to_owned());
    let (engine, version) = engine(status.engine_version());
    let at_rest = status.encryption_at_rest_options();
    let encrypted = at_rest.and_then(|options| options.enabled());
    let endpoint = status.domain_endpoint_options();
    let network = status
        .vpc_options()
        .and_then(|options| options.vpc_id())
        .unwrap_or_default();
    let described = Domain {
        id,
        state: Some(state(status).to_owned()),
        engine,
        engine_version: version,
        encrypted,
        kms_key_id: match encrypted {
            Some(false) => Some(String::new()),
            _ => at_rest
                .and_then(|options| options.kms_key_id())
                .map(str::to_owned),
        },
        node_to_node_encrypted: status
            .node_to_node_encryption_options()
            .and_then(|options| options.enabled()),
        https_enforced: endpoint.and_then(|options| options.enforce_https()),
        tls_policy: endpoint
            .and_then(|options| options.tls_security_policy())
            .map(|policy| policy.as_str().to_owned()),
        vpc_id: Some(network.to_owned()),
        ..Domain::default()
    };
    let described = match status.cluster_config() {
        Some(config) => with_nodes(described, config),
        None => described,
    };
    match status.ebs_options() {
        Some(options) => with_volumes(described, options),
        None => described,
    }
}

/// In the order in which one state hides the other.
fn state(status: &DomainStatus) -> &'static str {
    if status.deleted() == Some(true) {
        "deleting"
    } else if status.created() == Some(false) {
        "creating"
    } else if status.processing() == Some(true) || status.upgrade_processing() == Some(true) {
        "changing"
    } else {
        "active"
    }
}

/// `OpenSearch` and `2.11` of `OpenSearch_2.11`. A version without a name is one of Elasticsearch, as its own API wrote it.
fn engine(version: Option<&str>) -> (Option<String>, Option<String>) {
    match version.map(|version| {
        version
            .split_once('_')
            .unwrap_or(("Elasticsearch", version))
    }) {
        Some((engine, version)) => (Some(engine.to_owned()), Some(version.to_owned())),
        None => (None, None),
    }
}

/// Type and number of nodes that a domain may do without: an empty text and 0 where it has none.
fn optional(
    enabled: bool,
    kind: Option<&str>,
    count: Option<i32>,
) -> (Option<String>, Option<i64>) {
    if enabled {
        (kind.map(str::to_owned), count.map(i64::from))
    } else {
        (Some(String::new()), Some(0))
    }
}

fn with_nodes(domain: Domain, config: &ClusterConfig) -> Domain {
    let (master_type, master_count) = optional(
        config.dedicated_master_enabled() == Some(true),
        config.dedicated_master_type().map(|kind| kind.as_str()),
        config.dedicated_master_count(),
    );
    let (warm_type, warm_count) = optional(
        config.warm_enabled() == Some(true),
        config.warm_type().map(|kind| kind.as_str()),
        config.warm_count(),
    );
    let coordinators = config
        .node_options()
        .iter()
        .filter(|option| option.node_type() == Some(&NodeOptionsNodeType::Coordinator))
        .find_map(|option| option.node_config());
    let (coordinator_type, coordinator_count) = optional(
        coordinators.and_then(NodeConfig::enabled) == Some(true),
        coordinators
            .and_then(NodeConfig::r#type)
            .map(|kind| kind.as_str()),
        coordinators.and_then(NodeConfig::count),
    );
    let zones = config
        .zone_awareness_config()
        .and_then(|zones| zones.availability_zone_count());
    Domain {
        instance_type: config.instance_type().map(|kind| kind.as_str().to_owned()),
        instance_count: config.instance_count().map(i64::from),
        master_type,
        master_count,
        warm_type,
        warm_count,
        coordinator_type,
        coordinator_count,
        cold_storage: Some(
            config
                .cold_storage_options()
                .is_some_and(|options| options.enabled()),
        ),
        zone_count: config.zone_awareness_enabled().map(|aware| match aware {
            // Two unless said otherwise.
            true => zones.map_or(2, i64::from),
            false => 1,
        }),
        multi_az_with_standby: Some(config.multi_az_with_standby_enabled().unwrap_or(false)),
        ..domain
    }
}

fn with_volumes(domain: Domain, options: &EbsOptions) -> Domain {
    let Some(enabled) = options.ebs_enabled() else {
        return domain;
    };
    let kind = options.volume_type().map(|kind| kind.as_str());
    let provision = |types: &[&str], value: Option<i32>| match kind {
        Some(kind) if types.contains(&kind) => value.map(i64::from),
        Some(_) => Some(0),
        None => (!enabled).then_some(0),
    };
    Domain {
        ebs_enabled: Some(enabled),
        volume_type: if enabled {
            kind.map(str::to_owned)
        } else {
            Some(String::new())
        },
        volume_size_gib: if enabled {
            options.volume_size().map(i64::from)
        } else {
            Some(0)
        },
        provisioned_iops: provision(&["gp3", "io1"], options.iops()),
        provisioned_throughput_mibps: provision(&["gp3"], options.throughput()),
        ..domain
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_opensearch::types::{NodeOption, VolumeType, ZoneAwarenessConfig};

    use super::*;

    #[test]
    fn an_engine_has_a_name_and_a_version() {
        let of = |text: &str| {
            let (engine, version) = engine(Some(text));
            (engine.unwrap(), version.unwrap())
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(of("OpenSearch_2.11"), pair("OpenSearch", "2.11"));
        assert_eq!(of("Elasticsearch_7.10"), pair("Elasticsearch", "7.10"));
        assert_eq!(of("7.10"), pair("Elasticsearch", "7.10"));
        assert_eq!(engine(None), (None, None));
    }

    #[test]
    fn nodes_that_are_not_there_are_none_and_not_unknown() {
        let config = ClusterConfig::builder()
            .instance_type("r6g.large.search".into())
            .instance_count(3)
            .dedicated_master_enabled(false)
            .dedicated_master_count(3)
            .zone_awareness_enabled(true)
            .build();
        let plain = with_nodes(Domain::default(), &config);
        assert_eq!(
            (plain.master_type.as_deref(), plain.master_count),
            (Some(""), Some(0))
        );
        assert_eq!(
            (plain.warm_count, plain.coordinator_count),
            (Some(0), Some(0))
        );
        assert_eq!((plain.zone_count, plain.instance_count), (Some(2), Some(3)));

        let coordinator = NodeConfig::builder()
            .enabled(true)
            .r#type("m6g.large.search".into())
            .count(2)
            .build();
        let option = NodeOption::builder()
            .node_type(NodeOptionsNodeType::Coordinator)
            .node_config(coordinator)
            .build();
        let config = ClusterConfig::builder()
            .zone_awareness_enabled(true)
            .zone_awareness_config(
                ZoneAwarenessConfig::builder()
                    .availability_zone_count(3)
                    .build(),
            )
            .node_options(option)
            .build();
        let more = with_nodes(Domain::default(), &config);
        assert_eq!(
            (more.coordinator_type.as_deref(), more.coordinator_count),
            (Some("m6g.large.search"), Some(2))
        );
        assert_eq!((more.zone_count, more.instance_type), (Some(3), None));
    }

    #[test]
    fn volumes_that_are_not_there_have_no_size() {
        let of = |options: EbsOptions| {
            let domain = with_volumes(Domain::default(), &options);
            (
                domain.volume_type,
                domain.volume_size_gib,
                domain.provisioned_iops,
                domain.provisioned_throughput_mibps,
            )
        };
        let volume = |kind: VolumeType| {
            EbsOptions::builder()
                .ebs_enabled(true)
                .volume_type(kind)
                .volume_size(100)
                .iops(3000)
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(EbsOptions::builder().ebs_enabled(false).build()),
            (text(""), Some(0), Some(0), Some(0))
        );
        assert_eq!(
            of(volume(VolumeType::Gp3).build()),
            (text("gp3"), Some(100), Some(3000), None)
        );
        assert_eq!(
            of(volume(VolumeType::Gp2).build()),
            (text("gp2"), Some(100), Some(0), Some(0))
        );
        assert_eq!(
            of(EbsOptions::builder().build()),
            (None, None, None, None),
            "unknown"
        );
    }
}
