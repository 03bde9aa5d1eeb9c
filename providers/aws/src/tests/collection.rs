//! Whole collections over made-up accounts.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use billhook_catalog::{
    Collected, CoverageStatus, GapKind, Progress, Provider, Quiet, Row, Tables, Tag, Want,
};
use futures::future::BoxFuture;

use super::replies::{ACCOUNT, Asked, Reply, aws, nothing};
use crate::account::Account;
use crate::ebs::volume::Volume;
use crate::ec2::instance::Instance;
use crate::s3::bucket::Bucket;

pub(super) fn want(tables: &[(&'static str, &[&'static str])]) -> Want {
    let mut want = Want::new("2026-03-15T12:00:00Z".parse().unwrap());
    for (table, groups) in tables {
        want.add(table, "base");
        groups.iter().for_each(|group| want.add(table, group));
    }
    want
}

pub(super) fn rows<R: Row>(collected: &Collected) -> Vec<R> {
    let mut tables = Tables::default();
    tables.insert(R::TABLE.name, collected.tables[R::TABLE.name].clone());
    tables.rows().unwrap()
}

pub(super) fn status(
    collected: &Collected,
    table: &str,
    group: &str,
    region: &str,
) -> Option<(CoverageStatus, u64)> {
    let mut lines = collected
        .coverage
        .iter()
        .filter(|line| line.table == table && line.column_group == group && line.region == region);
    let line = lines.next()?;
    assert!(lines.next().is_none(), "one line each");
    Some((line.status, line.resources))
}

fn volumes(asked: &Asked) -> Reply {
    let volume =
        |id: &str| format!("<item><volumeId>{id}</volumeId><volumeType>gp3</volumeType></item>");
    let content = if asked.body.contains("NextToken=two") {
        format!("<volumeSet>{}</volumeSet>", volume("vol-2"))
    } else {
        format!(
            "<volumeSet>{}</volumeSet><nextToken>two</nextToken>",
            volume("vol-1")
        )
    };
    Reply::ec2("DescribeVolumes", &content)
}

#[tokio::test]
async fn pages_are_read_to_the_end_with_the_page_size_given() {
    let (aws, log) = aws(|asked| {
        if asked.what == "ec2:DescribeVolumes" {
            volumes(asked)
        } else {
            nothing()
        }
    });
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(rows::<Volume>(&collected).len(), 4, "two in each region");
    assert_eq!(collected.gaps, []);
    assert_eq!(collected.regions, ["eu-west-1", "us-east-1"]);
    assert_eq!(
        status(&collected, "aws_ebs_volume", "base", "eu-west-1"),
        Some((CoverageStatus::Assessed, 2))
    );
    let asked = log.of("ec2:DescribeVolumes");
    assert_eq!(asked.len(), 4);
    assert!(
        asked
            .iter()
            .all(|asked| asked.body.contains("MaxResults=1000"))
    );
    assert_eq!(collected.spent.calls["ec2:DescribeVolumes"], 4);
}

#[tokio::test]
async fn a_list_that_repeats_itself_is_a_gap_and_no_endless_loop() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeVolumes" => Reply::ec2(
            "DescribeVolumes",
            "<volumeSet/><nextToken>again</nextToken>",
        ),
        _ => nothing(),
    });
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(
        log.count("ec2:DescribeVolumes"),
        4,
        "the first page and the same one again, in two regions"
    );
    assert!(
        collected.gaps.iter().all(|gap| gap.kind == GapKind::Failed) && collected.gaps.len() == 2
    );
}

#[tokio::test]
async fn a_region_that_refuses_leaves_the_others_alone() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeVolumes" if asked.host.contains("eu-west-1") => Reply::ec2_error(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        "ec2:DescribeVolumes" => volumes(asked),
        _ => nothing(),
    });
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(rows::<Volume>(&collected).len(), 2);
    assert_eq!(collected.gaps.len(), 1);
    assert_eq!(collected.gaps[0].region.as_deref(), Some("eu-west-1"));
    let refused = status(&collected, "aws_ebs_volume", "base", "eu-west-1");
    assert_eq!(refused, Some((CoverageStatus::RegionDisabled, 0)));
}

#[tokio::test]
async fn a_region_that_is_asked_for_and_not_enabled_is_said_and_not_scanned() {
    let (aws, log) = aws(|asked| {
        if asked.what == "ec2:DescribeVolumes" {
            volumes(asked)
        } else {
            nothing()
        }
    });
    let mut want = want(&[("aws_ebs_volume", &[])]);
    want.regions = Some(
        ["us-east-1", "ap-east-1", "eu-wset-1"]
            .map(str::to_owned)
            .to_vec(),
    );
    let collected = aws.collect(&want, &Quiet).await;
    assert_eq!(collected.regions, ["us-east-1"]);
    assert_eq!(log.count("ec2:DescribeVolumes"), 2);
    let said: Vec<(&str, &str)> = collected
        .gaps
        .iter()
        .map(|gap| (gap.region.as_deref().unwrap(), gap.detail.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "ap-east-1",
                "region ap-east-1 is not enabled in this account"
            ),
            (
                "eu-wset-1",
                "there is no region eu-wset-1 in partition aws; is it misspelt?"
            ),
        ]
    );
    let disabled = status(&collected, "aws_ebs_volume", "base", "ap-east-1");
    assert_eq!(disabled, Some((CoverageStatus::RegionDisabled, 0)));
}

#[tokio::test]
async fn without_the_list_of_regions_the_usual_ones_are_read_and_it_is_said() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeRegions" => Reply::ec2_error(403, "UnauthorizedOperation", "no"),
        "ec2:DescribeVolumes" => volumes(asked),
        _ => nothing(),
    });
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(collected.regions.len(), 17);
    let [gap] = &collected.gaps[..] else {
        panic!("{:?}", collected.gaps)
    };
    assert_eq!(
        (gap.table.as_str(), gap.region.as_deref()),
        ("aws_ec2_region", None)
    );
    assert_eq!(gap.iam_action.as_deref(), Some("ec2:DescribeRegions"));
}

#[tokio::test]
async fn instance_types_are_read_only_where_an_instance_runs() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "ec2:DescribeInstances" => {
            let state = if asked.host.contains("eu-west-1") {
                "stopped"
            } else {
                "running"
            };
            let gone = "<item><instanceId>i-2</instanceId><instanceState><name>terminated</name></instanceState></item>";
            let instance = format!(
                "<item><instanceId>i-1</instanceId><instanceState><name>{state}</name></instanceState>\
                 <reason>User initiated (2026-03-01 12:00:00 GMT)</reason><launchTime>2026-02-01T00:00:00Z</launchTime>\
                 <rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName>\
                 <ebs><volumeId>vol-1</volumeId><attachTime>2024-01-01T00:00:00Z</attachTime></ebs></item>\
                 </blockDeviceMapping></item>{gone}"
            );
            let content = format!(
                "<reservationSet><item><instancesSet>{instance}</instancesSet></item></reservationSet>"
            );
            Reply::ec2("DescribeInstances", &content)
        }
        "ec2:DescribeInstanceTypes" => {
            let kind = "<item><instanceType>m7i.large</instanceType></item>";
            Reply::ec2(
                "DescribeInstanceTypes",
                &format!("<instanceTypeSet>{kind}</instanceTypeSet>"),
            )
        }
        _ => nothing(),
    });
    let collected = aws
        .collect(
            &want(&[("aws_ec2_instance", &[]), ("aws_ec2_instance_type", &[])]),
            &Quiet,
        )
        .await;
    assert_eq!(log.count("ec2:DescribeInstanceTypes"), 1);
    assert_eq!(collected.gaps, []);
    for (region, types) in [("eu-west-1", 0), ("us-east-1", 1)] {
        let line = status(&collected, "aws_ec2_instance_type", "base", region);
        assert_eq!(line, Some((CoverageStatus::Assessed, types)), "{region}");
    }
    let instances = rows::<Instance>(&collected);
    assert_eq!(instances.len(), 2, "those that are gone are left out");
    for instance in instances {
        let stopped = instance.id.region == "eu-west-1";
        assert_eq!(
            instance.id.created_at,
            "2024-01-01T00:00:00Z".parse().ok(),
            "older than its last launch"
        );
        assert_eq!(instance.launched_at, "2026-02-01T00:00:00Z".parse().ok());
        assert_eq!(
            instance.stopped_at,
            stopped.then(|| "2026-03-01T12:00:00Z".parse().unwrap())
        );
        let arn = format!("arn:aws:ec2:{}:{ACCOUNT}:instance/i-1", instance.id.region);
        assert_eq!(instance.id.resource_id, arn);
    }
}

async fn account(reply: Reply) -> (Account, Collected) {
    let (aws, _) = aws(move |asked| {
        if asked.what.starts_with("organizations:") {
            reply.clone()
        } else {
            nothing()
        }
    });
    let collected = aws
        .collect(&want(&[("aws_account", &["organization"])]), &Quiet)
        .await;
    (rows::<Account>(&collected).remove(0), collected)
}

#[tokio::test]
async fn an_account_knows_its_place_in_an_organization() {
    let organization = |payer: &str| {
        Reply::new(
            200,
            format!(r#"{{"Organization": {{"Id": "o-1", "MasterAccountId": "{payer}"}}}}"#),
        )
    };
    let (member, collected) = account(organization("999999999999")).await;
    assert_eq!(
        (member.kind.as_deref(), member.payer_account_id.as_deref()),
        (Some("member"), Some("999999999999"))
    );
    assert_eq!(collected.gaps, []);
    assert_eq!(
        account(organization(ACCOUNT)).await.0.kind.as_deref(),
        Some("payer")
    );

    let alone = Reply::json_error(
        400,
        "AWSOrganizationsNotInUseException",
        "Your account is not a member.",
    );
    let (alone, collected) = account(alone).await;
    assert_eq!(
        (alone.kind.as_deref(), alone.organization_id.as_deref()),
        (Some("stand-alone"), Some(""))
    );
    assert_eq!(collected.gaps, [], "to be in no organization is an answer");

    let (unknown, collected) = account(Reply::json_error(400, "AccessDeniedException", "no")).await;
    assert_eq!(
        (unknown.kind, unknown.id.short_id.as_str()),
        (None, ACCOUNT),
        "the row is there all the same"
    );
    assert_eq!(collected.gaps[0].column_group, "organization");
    assert_eq!(
        collected.gaps[0].iam_action.as_deref(),
        Some("organizations:DescribeOrganization")
    );
    assert_eq!(
        status(&collected, "aws_account", "base", "global"),
        Some((CoverageStatus::Assessed, 1))
    );
    assert_eq!(
        status(&collected, "aws_account", "organization", "global"),
        Some((CoverageStatus::Denied, 0))
    );
}

/// Two buckets in the listing: one with its region, one without.
fn buckets(asked: &Asked) -> Option<Reply> {
    (asked.what.starts_with("s3:/?") && !asked.what.contains("location")).then(|| {
        Reply::new(
            200,
            "<ListAllMyBucketsResult><Buckets><Bucket><Name>near</Name><BucketRegion>us-east-1</BucketRegion></Bucket>\
             <Bucket><Name>far</Name></Bucket></Buckets></ListAllMyBucketsResult>",
        )
    })
}

#[tokio::test]
async fn a_bucket_is_asked_in_its_own_region_and_its_silence_is_an_answer() {
    let (aws, log) = aws(|asked| {
        if let Some(reply) = buckets(asked) {
            return reply;
        }
        match asked.what.as_str() {
            "s3:far/?location" => Reply::s3_error(403, "AccessDenied", "no")
                .header("x-amz-bucket-region", "eu-west-1"),
            what if what.contains("?policy") => Reply::s3_error(404, "NoSuchBucketPolicy", "none"),
            what if what.contains("?lifecycle") => {
                Reply::s3_error(404, "NoSuchLifecycleConfiguration", "none")
            }
            what if what.contains("?publicAccessBlock") => {
                Reply::s3_error(404, "NoSuchPublicAccessBlockConfiguration", "none")
            }
            what if what.contains("?encryption") => Reply::s3_error(
                404,
                "ServerSideEncryptionConfigurationNotFoundError",
                "none",
            ),
            what if what.contains("?versioning") => Reply::new(200, "<VersioningConfiguration/>"),
            "tag:GetResources" if asked.host.contains("us-east-1") => Reply::new(
                200,
                r#"{"ResourceTagMappingList": [{"ResourceARN": "arn:aws:s3:::near",
                    "Tags": [{"Key": "team", "Value": "shop"}]}]}"#,
            ),
            "tag:GetResources" => Reply::new(200, r#"{"ResourceTagMappingList": []}"#),
            _ => nothing(),
        }
    });
    let groups: &[&str] = &[
        "tags",
        "encryption",
        "policy",
        "lifecycle",
        "versioning",
        "public-access",
    ];
    let collected = aws
        .collect(&want(&[("aws_s3_bucket", groups), ("tag", &[])]), &Quiet)
        .await;
    assert_eq!(collected.gaps, []);
    let buckets = rows::<Bucket>(&collected);
    let places: BTreeSet<(&str, &str)> = buckets
        .iter()
        .map(|bucket| (bucket.id.short_id.as_str(), bucket.id.region.as_str()))
        .collect();
    assert_eq!(
        places,
        BTreeSet::from([("near", "us-east-1"), ("far", "eu-west-1")])
    );
    for bucket in &buckets {
        assert_eq!(bucket.encryption.as_deref(), Some("none"));
        assert_eq!(
            (bucket.has_policy, bucket.denies_plain_http),
            (Some(false), Some(false))
        );
        assert_eq!(
            (
                bucket.lifecycle_rule_count,
                bucket.aborts_incomplete_uploads
            ),
            (Some(0), Some(false))
        );
        assert_eq!(bucket.versioning.as_deref(), Some("Disabled"));
        assert_eq!(bucket.public_access_blocked, Some(false));
        assert_eq!(
            bucket.incomplete_upload_count, None,
            "what is not wanted is not asked, and unknown"
        );
    }
    assert!(
        log.of("s3:far/?versioning")
            .iter()
            .all(|asked| asked.host.contains("eu-west-1"))
    );
    assert_eq!(log.of("s3:far/?uploads").len(), 0);
    let tags = rows::<Tag>(&collected);
    let tags: Vec<&str> = tags.iter().map(|tag| tag.resource_id.as_str()).collect();
    assert_eq!(tags, ["arn:aws:s3:::near"]);
    assert_eq!(log.count("tag:GetResources"), 2, "each region once");
}

#[tokio::test]
async fn a_bucket_that_refuses_is_one_gap_and_all_of_them_are_one_too() {
    let denied = |only: &'static str| {
        let (aws, _) = aws(move |asked| {
            if let Some(reply) = buckets(asked) {
                return reply;
            }
            match asked.what.as_str() {
                "s3:far/?location" => Reply::new(200, "<LocationConstraint/>"),
                what if what.starts_with(only) => Reply::s3_error(403, "AccessDenied", "no"),
                what if what.contains("?versioning") => Reply::new(
                    200,
                    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
                ),
                _ => nothing(),
            }
        });
        async move {
            aws.collect(&want(&[("aws_s3_bucket", &["versioning"])]), &Quiet)
                .await
        }
    };
    let one = denied("s3:far/?versioning").await;
    assert_eq!(one.gaps.len(), 1);
    assert_eq!(one.gaps[0].resource_id.as_deref(), Some("arn:aws:s3:::far"));
    assert_eq!(
        one.gaps[0].iam_action.as_deref(),
        Some("s3:GetBucketVersioning")
    );
    assert_eq!(
        status(&one, "aws_s3_bucket", "versioning", "us-east-1"),
        Some((CoverageStatus::Partial, 1))
    );
    assert_eq!(
        status(&one, "aws_s3_bucket", "base", "us-east-1"),
        Some((CoverageStatus::Assessed, 2))
    );
    let known: BTreeSet<(String, Option<String>)> = rows::<Bucket>(&one)
        .into_iter()
        .map(|bucket| (bucket.id.short_id, bucket.versioning))
        .collect();
    assert_eq!(
        known,
        BTreeSet::from([
            ("far".to_owned(), None),
            ("near".to_owned(), Some("Enabled".to_owned()))
        ])
    );

    let all = denied("s3:").await;
    assert_eq!(all.gaps.len(), 1, "{:?}", all.gaps);
    assert_eq!(all.gaps[0].resource_id, None);
    assert_eq!(
        status(&all, "aws_s3_bucket", "versioning", "us-east-1"),
        Some((CoverageStatus::Denied, 0))
    );
}

#[tokio::test]
async fn old_uploads_are_counted_as_far_as_they_are_listed() {
    fn page(count: usize, begun: &str, truncated: bool, marker: &str) -> Reply {
        let upload = format!(
            "<Upload><Key>k</Key><UploadId>u</UploadId><Initiated>{begun}</Initiated></Upload>"
        );
        Reply::new(
            200,
            format!(
                "<ListMultipartUploadsResult><IsTruncated>{truncated}</IsTruncated><NextKeyMarker>{marker}</NextKeyMarker>\
                 <NextUploadIdMarker>{marker}</NextUploadIdMarker>{}</ListMultipartUploadsResult>",
                upload.repeat(count)
            ),
        )
    }
    let (aws, log) = aws(|asked| {
        if let Some(reply) = buckets(asked) {
            return reply;
        }
        match asked.what.as_str() {
            "s3:far/?location" => Reply::new(200, "<LocationConstraint>EU</LocationConstraint>"),
            what if what.starts_with("s3:near/?uploads") => {
                page(2, "2026-03-01T00:00:00Z", false, "")
            }
            what if what.starts_with("s3:far/?uploads") => {
                let next = if what.contains("key-marker=b") {
                    "c"
                } else if what.contains("key-marker=a") {
                    "b"
                } else {
                    "a"
                };
                page(1000, "2026-03-15T11:00:00Z", true, next)
            }
            _ => nothing(),
        }
    });
    let collected = aws
        .collect(&want(&[("aws_s3_bucket", &["uploads"])]), &Quiet)
        .await;
    assert_eq!(collected.gaps, []);
    let mut buckets = rows::<Bucket>(&collected);
    buckets.sort_by(|a, b| a.id.short_id.cmp(&b.id.short_id));
    let [far, near] = &buckets[..] else {
        panic!("{buckets:?}")
    };
    assert_eq!(
        (near.incomplete_upload_count, near.stale_upload_count),
        (Some(2), Some(2))
    );
    assert_eq!(
        (near.oldest_upload_at, near.uploads_truncated),
        ("2026-03-01T00:00:00Z".parse().ok(), Some(false))
    );
    assert_eq!(
        (far.incomplete_upload_count, far.stale_upload_count),
        (Some(3000), Some(0))
    );
    assert_eq!(
        (far.id.region.as_str(), far.uploads_truncated),
        ("eu-west-1", Some(true))
    );
    assert_eq!(log.of("s3:far/?uploads").len(), 3);
}

/// Stops the scan when the first volumes are asked for.
#[derive(Default)]
pub(super) struct Stop(AtomicBool);

impl Progress for Stop {
    fn steps(&self, _total: u64) {}
    fn begin(&self, _step: &str) {}
    fn end(&self, _step: &str) {}
    fn call(&self, operation: &str) {
        self.0
            .fetch_or(operation == "ec2:DescribeVolumes", Ordering::SeqCst);
    }
    fn cancelled(&self) -> BoxFuture<'_, ()> {
        Box::pin(futures::future::poll_fn(|context| {
            if self.0.load(Ordering::SeqCst) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }))
    }
}

#[tokio::test]
async fn a_stopped_scan_keeps_what_it_has_and_says_what_is_missing() {
    let (aws, log) = aws(|asked| {
        if asked.what == "ec2:DescribeVolumes" {
            volumes(asked)
        } else {
            nothing()
        }
    });
    let want = want(&[
        ("aws_account", &[]),
        ("aws_ebs_volume", &[]),
        ("aws_ebs_snapshot", &["public"]),
    ]);
    let stop = Stop::default();
    let collected = aws.collect(&want, &stop).await;
    assert!(collected.interrupted);
    assert!(
        log.of("ec2:DescribeVolumes").len() < 4,
        "no further pages are read"
    );
    for region in ["eu-west-1", "us-east-1"] {
        for (table, group) in [
            ("aws_ebs_volume", "base"),
            ("aws_ebs_snapshot", "base"),
            ("aws_ebs_snapshot", "public"),
        ] {
            let line = status(&collected, table, group, region).map(|(status, _)| status);
            assert_eq!(
                line,
                Some(CoverageStatus::Cancelled),
                "{table} {group} {region}"
            );
        }
    }
    assert!(
        collected
            .gaps
            .iter()
            .all(|gap| gap.kind == GapKind::Cancelled)
    );
    assert!(collected.tables.contains_key("aws_ebs_volume"));
}

#[tokio::test]
async fn without_an_identity_everything_is_a_gap() {
    let (config, _) = super::replies::config(|_| {
        Reply::new(
            403,
            "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>",
        )
    });
    let aws = crate::Aws::with_config(config);
    let message = aws.identity().await.unwrap_err().message;
    assert!(
        message.contains("ExpiredToken: expired") && message.contains("aws sso login"),
        "{message}"
    );
    let collected = aws.collect(&want(&[("aws_ebs_volume", &[])]), &Quiet).await;
    assert_eq!(collected.gaps.len(), 1);
    assert!(collected.tables.is_empty() && collected.accounts.is_empty());
    let offline = crate::Aws::offline();
    assert!(offline.identity().await.is_err());
    assert_eq!(
        offline
            .collect(&want(&[("aws_ebs_volume", &[])]), &Quiet)
            .await
            .gaps[0]
            .kind,
        GapKind::NotCollected
    );
}
