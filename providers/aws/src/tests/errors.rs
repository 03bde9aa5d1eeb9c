//! How refusals look in each protocol, and what becomes of them.

use billhook_catalog::{Gap, GapKind, Provider, Quiet, Want};

use super::replies::{ATTEMPTS, Asked, Reply, aws, nothing};

/// One operation of each protocol: EC2's XML, S3's XML, JSON, and the error that each speaks.
type Speak = fn(u16, &str, &str) -> Reply;
const PROTOCOLS: [(&str, &str, &str, Speak); 3] = [
    (
        "aws_ebs_volume",
        "ec2:DescribeVolumes",
        "ec2:DescribeVolumes",
        Reply::ec2_error,
    ),
    ("aws_s3_bucket", "s3:ListBuckets", "s3:/", Reply::s3_error),
    (
        "aws_budgets_budget",
        "budgets:DescribeBudgets",
        "budgets:DescribeBudgets",
        Reply::json_error,
    ),
];

fn want(table: &'static str) -> Want {
    let mut want = Want::new("2026-03-15T12:00:00Z".parse().unwrap());
    want.add(table, "base");
    want.regions = Some(vec!["us-east-1".to_owned()]);
    want
}

/// The one gap of a scan in which the operation is answered so, and the number of times that it was asked.
async fn gap(
    table: &'static str,
    operation: &str,
    asked_as: &'static str,
    reply: Reply,
) -> (Gap, u64, u64) {
    let (aws, log) = aws(move |asked: &Asked| {
        if asked.what.starts_with(asked_as) {
            reply.clone()
        } else {
            nothing()
        }
    });
    let collected = aws.collect(&want(table), &Quiet).await;
    let [gap] = &collected.gaps[..] else {
        panic!("{operation}: {:?}", collected.gaps)
    };
    let counted = collected
        .spent
        .calls
        .get(operation)
        .copied()
        .unwrap_or_default();
    (gap.clone(), counted, log.of(asked_as).len() as u64)
}

#[tokio::test]
async fn throttling_is_retried_counted_and_known_in_every_protocol() {
    let codes = [
        ("RequestLimitExceeded", 503),
        ("SlowDown", 503),
        ("ThrottlingException", 400),
    ];
    for ((table, operation, asked_as, speak), (code, status)) in PROTOCOLS.into_iter().zip(codes) {
        let (gap, counted, asked) = gap(
            table,
            operation,
            asked_as,
            speak(status, code, "Rate exceeded"),
        )
        .await;
        assert_eq!(
            (gap.kind, gap.iam_action),
            (GapKind::Throttled, None),
            "{operation}"
        );
        assert_eq!(gap.detail, format!("{code}: Rate exceeded"));
        assert_eq!((counted, asked), (ATTEMPTS, ATTEMPTS), "{operation}");
    }
}

#[tokio::test]
async fn a_denial_names_the_permission_and_is_not_retried() {
    let codes = [
        ("UnauthorizedOperation", 403),
        ("AccessDenied", 403),
        ("AccessDeniedException", 400),
    ];
    let actions = [
        "ec2:DescribeVolumes",
        "s3:ListAllMyBuckets",
        "budgets:ViewBudget",
    ];
    for (index, (table, operation, asked_as, speak)) in PROTOCOLS.into_iter().enumerate() {
        let (code, status) = codes[index];
        let (denied, _, asked) = gap(
            table,
            operation,
            asked_as,
            speak(status, code, "You may not."),
        )
        .await;
        assert_eq!((denied.kind, asked), (GapKind::Denied, 1), "{operation}");
        assert_eq!(denied.iam_action.as_deref(), Some(actions[index]));
        assert_eq!(
            (denied.table.as_str(), denied.column_group.as_str()),
            (table, "base")
        );
        let words = "You may not, with an explicit deny in a service control policy";
        let (by_organization, ..) =
            gap(table, operation, asked_as, speak(status, code, words)).await;
        assert_eq!(
            by_organization.kind,
            GapKind::DeniedByOrganization,
            "{operation}"
        );
    }
}

#[tokio::test]
async fn what_an_endpoint_does_not_offer_is_unsupported() {
    for (table, operation, asked_as, speak) in PROTOCOLS {
        let (gap, ..) = gap(
            table,
            operation,
            asked_as,
            speak(400, "UnsupportedOperation", "no"),
        )
        .await;
        assert_eq!(gap.kind, GapKind::Unsupported, "{operation}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_error_document_is_told_as_it_is() {
    for (table, operation, asked_as, _) in PROTOCOLS {
        let (gap, ..) = gap(
            table,
            operation,
            asked_as,
            Reply::new(500, "<!doctype html><title>oops</title>"),
        )
        .await;
        assert_eq!(gap.kind, GapKind::Failed, "{operation}");
        assert!(
            gap.detail.starts_with("HTTP status 500: "),
            "{operation}: {}",
            gap.detail
        );
    }
}

#[tokio::test]
async fn escape_sequences_of_a_service_do_not_reach_the_gap() {
    let reply = Reply::ec2_error(400, "InternalError", "red &#x1b;[31m alert&#xa;&#x7;");
    let (gap, ..) = gap(
        "aws_ebs_volume",
        "ec2:DescribeVolumes",
        "ec2:DescribeVolumes",
        reply,
    )
    .await;
    assert!(
        gap.detail.contains("alert") && !gap.detail.chars().any(char::is_control),
        "{:?}",
        gap.detail
    );
}
