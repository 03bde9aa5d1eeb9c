//! Search domains, from OpenSearch Service's answers to rows.

use billhook_catalog::{CoverageStatus, GapKind, Provider, Quiet, Row, Tables, Want};

use super::replies::{Asked, Reply, aws, nothing};
use crate::opensearch::domain::Domain;

/// As the log calls requests of a service that names its operations by path.
const LIST: &str = "s3:/2021-01-01/domain";
const DESCRIBE: &str = "s3:/2021-01-01/opensearch/domain-info";

fn want(groups: &[&'static str]) -> Want {
    let mut want = Want::new("2026-03-15T12:00:00Z".parse().unwrap());
    want.regions = Some(vec!["us-east-1".to_owned()]);
    want.add("aws_opensearch_domain", "base");
    for group in groups {
        want.add("aws_opensearch_domain", group);
        want.add("tag", "base");
    }
    want
}

fn names() -> Vec<String> {
    (1..=7).map(|number| format!("logs-{number}")).collect()
}

fn json(body: &serde_json::Value) -> Reply {
    Reply::new(200, body.to_string()).header("content-type", "application/json")
}

fn list() -> Reply {
    let names = names();
    let names: Vec<_> = names
        .iter()
        .map(|name| serde_json::json!({ "DomainName": name, "EngineType": "OpenSearch" }))
        .collect();
    json(&serde_json::json!({ "DomainNames": names }))
}

/// The domains that a request names, encrypted but for the first one.
fn describe(asked: &Asked) -> Reply {
    let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let statuses: Vec<_> = body["DomainNames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| {
            let name = name.as_str().unwrap();
            serde_json::json!({
                "DomainId": format!("123456789012/{name}"),
                "DomainName": name,
                "ARN": format!("arn:aws:es:us-east-1:123456789012:domain/{name}"),
                "Created": true,
                "Deleted": false,
                "Processing": name == "logs-2",
                "EngineVersion": "OpenSearch_2.11",
                "ClusterConfig": { "InstanceType": "r6g.large.search", "InstanceCount": 3, "ZoneAwarenessEnabled": false },
                "EncryptionAtRestOptions": { "Enabled": name != "logs-1" },
            })
        })
        .collect();
    json(&serde_json::json!({ "DomainStatusList": statuses }))
}

fn rows(collected: &billhook_catalog::Collected) -> Vec<Domain> {
    let mut tables = Tables::default();
    let name = Domain::TABLE.name;
    tables.insert(name, collected.tables[name].clone());
    tables.rows().unwrap()
}

#[tokio::test]
async fn domains_are_asked_about_five_at_a_time_and_for_their_tags_all_at_once() {
    let answer = |asked: &Asked| match asked.what.split('?').next().unwrap_or_default() {
        LIST => list(),
        DESCRIBE => describe(asked),
        "tag:GetResources" => json(&serde_json::json!({ "ResourceTagMappingList": [{
            "ResourceARN": "arn:aws:es:us-east-1:123456789012:domain/logs-3",
            "Tags": [{ "Key": "team", "Value": "search" }],
        }] })),
        _ => nothing(),
    };
    let (provider, log) = aws(answer);
    let collected = provider.collect(&want(&[]), &Quiet).await;
    assert_eq!(collected.gaps, []);
    assert_eq!(log.count(DESCRIBE), 2, "five and two");
    assert_eq!(log.count("tag:GetResources"), 0, "they were not wanted");
    let found = rows(&collected);
    let of = |name: &str| found.iter().find(|row| row.id.short_id == name).unwrap();
    assert_eq!(found.len(), 7);
    let plain = of("logs-1");
    assert_eq!(
        (plain.encrypted, plain.kms_key_id.as_deref()),
        (Some(false), Some(""))
    );
    assert_eq!(plain.state.as_deref(), Some("active"));
    assert_eq!(of("logs-2").state.as_deref(), Some("changing"));
    assert_eq!(
        (plain.zone_count, plain.master_count, plain.ebs_enabled),
        (Some(1), Some(0), None),
        "of volumes nothing was said"
    );
    assert_eq!(plain.https_enforced, None);

    let (provider, log) = aws(answer);
    let collected = provider.collect(&want(&["tags"]), &Quiet).await;
    assert_eq!(collected.gaps, []);
    let [asked] = &log.of("tag:GetResources")[..] else {
        panic!("one request for all of them");
    };
    assert!(asked.body.contains(r#"["es:domain"]"#), "{}", asked.body);
    assert_eq!(collected.tables["tag"].height(), 1);
}

#[tokio::test]
async fn names_alone_are_no_rows_and_it_is_said() {
    let (provider, _) = aws(|asked| match asked.what.as_str() {
        LIST => list(),
        DESCRIBE => Reply::json_error(403, "AccessDeniedException", "no")
            .header("content-type", "application/json"),
        _ => nothing(),
    });
    let collected = provider.collect(&want(&[]), &Quiet).await;
    let [gap] = &collected.gaps[..] else {
        panic!("{:?}", collected.gaps);
    };
    assert_eq!(gap.kind, GapKind::Denied);
    assert_eq!(gap.iam_action.as_deref(), Some("es:DescribeDomains"));
    let line = collected
        .coverage
        .iter()
        .find(|line| line.table == "aws_opensearch_domain" && line.region == "us-east-1");
    assert_eq!(line.map(|line| line.status), Some(CoverageStatus::Denied));
}
