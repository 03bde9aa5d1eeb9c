//! Tags that one listing gives for all services.

use billhook_catalog::{CoverageStatus, GapKind, Provider, Quiet, Tag};

use super::collection::{rows, status, want};
use super::replies::{ACCOUNT, Asked, Reply, aws, nothing};

fn is_in_virginia(asked: &Asked) -> bool {
    asked.host.contains("us-east-1")
}

/// Two queues, in one region alone.
fn queues(asked: &Asked) -> Reply {
    let urls: Vec<String> = ["orders", "plain"]
        .into_iter()
        .filter(|_| is_in_virginia(asked))
        .map(|name| format!("\"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}\""))
        .collect();
    Reply::new(200, format!("{{\"QueueUrls\": [{}]}}", urls.join(",")))
}

fn tagged(name: &str, key: &str, value: &str, token: &str) -> Reply {
    Reply::new(
        200,
        format!(
            r#"{{"PaginationToken": "{token}", "ResourceTagMappingList": [{{
                "ResourceARN": "arn:aws:sqs:us-east-1:{ACCOUNT}:{name}",
                "Tags": [{{"Key": "{key}", "Value": "{value}"}}]}}]}}"#
        ),
    )
}

const WANTED: &[(&str, &[&str])] = &[("aws_sqs_queue", &["tags"]), ("tag", &[])];

#[tokio::test]
async fn one_listing_gives_the_tags_of_what_was_found() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "sqs:ListQueues" => queues(asked),
        // The second page has a queue that was made since.
        "tag:GetResources" if asked.body.contains("more") => tagged("newer", "team", "new", ""),
        "tag:GetResources" => tagged("orders", "team", "shop", "more"),
        _ => nothing(),
    });
    let collected = aws.collect(&want(WANTED), &Quiet).await;
    assert_eq!(collected.gaps, []);
    let tags = rows::<Tag>(&collected);
    assert_eq!(tags.len(), 1);
    let tag = &tags[0];
    assert!(tag.resource_id.ends_with(":orders"), "{tag:?}");
    assert_eq!((tag.key.as_str(), tag.value.as_str()), ("team", "shop"));
    assert_eq!(tag.resource_type, "AWS::SQS::Queue");
    assert_eq!(tag.id.region, "us-east-1");

    let asked = log.of("tag:GetResources");
    assert_eq!(asked.len(), 2, "nobody is asked where there is nothing");
    assert!(asked.iter().all(is_in_virginia));
    assert!(
        asked[0].body.contains(r#""ResourceTypeFilters":["sqs"]"#),
        "{}",
        asked[0].body
    );
    for (region, count) in [("us-east-1", 2), ("eu-west-1", 0)] {
        assert_eq!(
            status(&collected, "aws_sqs_queue", "tags", region),
            Some((CoverageStatus::Assessed, count))
        );
    }
}

#[tokio::test]
async fn a_refusal_is_a_gap_of_the_tags_alone() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "sqs:ListQueues" => queues(asked),
        "tag:GetResources" => Reply::json_error(
            400,
            "AccessDeniedException",
            "User: arn:aws:iam::1:user/u is not authorized to perform: tag:GetResources because no identity-based policy \
             allows the tag:GetResources action",
        ),
        _ => nothing(),
    });
    let collected = aws.collect(&want(WANTED), &Quiet).await;
    assert_eq!(collected.gaps.len(), 1, "{:?}", collected.gaps);
    let gap = &collected.gaps[0];
    assert_eq!(
        (gap.table.as_str(), gap.column_group.as_str()),
        ("aws_sqs_queue", "tags")
    );
    assert_eq!(
        (gap.kind, gap.region.as_deref()),
        (GapKind::Denied, Some("us-east-1"))
    );
    assert_eq!(gap.iam_action.as_deref(), Some("tag:GetResources"));
    let line = |group| status(&collected, "aws_sqs_queue", group, "us-east-1");
    assert_eq!(line("base"), Some((CoverageStatus::Assessed, 2)));
    assert_eq!(line("tags"), Some((CoverageStatus::Denied, 0)));
}

#[tokio::test]
async fn where_the_listing_failed_the_tags_are_missing_too() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "sqs:ListQueues" => Reply::json_error(400, "AccessDeniedException", "not authorized"),
        _ => nothing(),
    });
    let collected = aws.collect(&want(WANTED), &Quiet).await;
    assert_eq!(log.count("tag:GetResources"), 0);
    for region in ["us-east-1", "eu-west-1"] {
        for group in ["base", "tags"] {
            assert_eq!(
                status(&collected, "aws_sqs_queue", group, region),
                Some((CoverageStatus::Denied, 0))
            );
        }
    }
}
