"""Streams, queues, file systems, image repositories, secrets, inference endpoints, distributions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.series import series

IDLE_STREAM, PLAIN_STREAM = "aws/kinesis/idle-stream", "aws/kinesis/unencrypted-stream"
PLAIN_QUEUE = "aws/sqs/unencrypted-queue"
IDLE_FILES, PLAIN_FILES = "aws/efs/idle-file-system", "aws/efs/unencrypted-file-system"
STALE, NO_LIFECYCLE = "aws/ecr/stale-images", "aws/ecr/repository-without-lifecycle"
UNUSED_SECRET, IDLE_ENDPOINT = "aws/secretsmanager/unused-secret", "aws/sagemaker/idle-endpoint"
HOTSPOT = "aws/cloudfront/egress-hotspot"
_GIB = 2**30
_HOURS_A_MONTH = 730


def plant_managed(account: Account, region: str) -> None:
    plant_streams(account, region)
    plant_queues(account, region)
    plant_file_systems(account, region)
    plant_repositories(account, region)
    plant_secrets(account, region)
    plant_endpoints(account, region)
    plant_distributions(account)


def plant_streams(account: Account, region: str) -> None:
    names = {"silent": "KMS", "clicks": "NONE"}
    arns = {name: account.arn("kinesis", region, f"stream/{name}") for name in names}
    summaries = [
        {
            "StreamName": name,
            "StreamARN": arns[name],
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "StreamCreationTimestamp": _ago(account, 200),
        }
        for name in names
    ]
    listed = {"StreamNames": list(names), "StreamSummaries": summaries, "HasMoreStreams": False}
    account.answer("kinesis", "ListStreams", region, listed)
    for summary, encryption in zip(summaries, names.values(), strict=True):
        described = summary | {
            "RetentionPeriodHours": 24,
            "EnhancedMonitoring": [],
            "EncryptionType": encryption,
            "OpenShardCount": 4,
            "ConsumerCount": 0,
        }
        if encryption == "KMS":
            described["KeyId"] = account.arn("kms", region, "alias/aws/kinesis")
        contains = summary["StreamARN"]
        answer = {"StreamDescriptionSummary": described}
        account.answer("kinesis", "DescribeStreamSummary", region, answer, contains=contains)
    _put(account, region, "AWS/Kinesis", {"StreamName": "clicks"}, "IncomingBytes", 1e6)
    account.plant(arns["silent"], IDLE_STREAM)
    account.plant(arns["clicks"], PLAIN_STREAM)
    account.look_alike(arns["clicks"], "written to every hour", IDLE_STREAM)
    account.look_alike(arns["silent"], "encrypted with KMS", PLAIN_STREAM)


def plant_queues(account: Account, region: str) -> None:
    client = account.client("sqs", region)
    for name, attributes, why in (
        ("orders", {"SqsManagedSseEnabled": "false"}, ""),
        ("orders-dead", {"SqsManagedSseEnabled": "true"}, "encrypted by SQS"),
        ("payments.fifo", {"KmsMasterKeyId": "alias/aws/sqs", "FifoQueue": "true"}, "encrypted by KMS"),
    ):
        client.create_queue(QueueName=name, Attributes=attributes)
        arn = account.arn("sqs", region, name)
        if why:
            account.look_alike(arn, why, PLAIN_QUEUE)
        else:
            account.plant(arn, PLAIN_QUEUE)


def plant_file_systems(account: Account, region: str) -> None:
    systems = [
        _file_system(account, region, "fs-0aaaaaaaaaaaaaaa1", "nobody-s", True),
        _file_system(account, region, "fs-0aaaaaaaaaaaaaaa2", "shared", False),
    ]
    account.answer("elasticfilesystem", "DescribeFileSystems", region, {"FileSystems": systems})
    idle, used = (system["FileSystemArn"] for system in systems)
    used_id = {"FileSystemId": systems[1]["FileSystemId"]}
    _put(account, region, "AWS/EFS", used_id, "ClientConnections", 120)
    account.plant(idle, IDLE_FILES)
    account.look_alike(idle, "encrypted", PLAIN_FILES)
    account.plant(used, PLAIN_FILES)
    account.look_alike(used, "two clients", IDLE_FILES)


def _file_system(account: Account, region: str, id: str, name: str, encrypted: bool) -> dict[str, Any]:
    key = {"KmsKeyId": account.arn("kms", region, "key/efs")} if encrypted else {}
    return {
        "OwnerId": account.id,
        "CreationToken": name,
        "FileSystemId": id,
        "FileSystemArn": account.arn("elasticfilesystem", region, f"file-system/{id}"),
        "CreationTime": _ago(account, 300),
        "LifeCycleState": "available",
        "Name": name,
        "NumberOfMountTargets": 2,
        "SizeInBytes": {"Value": 200 * _GIB, "ValueInIA": 0, "ValueInStandard": 200 * _GIB, "ValueInArchive": 0},
        "PerformanceMode": "generalPurpose",
        "Encrypted": encrypted,
        "ThroughputMode": "bursting",
        "Tags": [{"Key": "Name", "Value": name}],
    } | key


def plant_repositories(account: Account, region: str) -> None:
    counts = {"builds": 60, "base": 3}
    repositories = [
        {
            "repositoryArn": account.arn("ecr", region, f"repository/{name}"),
            "registryId": account.id,
            "repositoryName": name,
            "repositoryUri": f"{account.id}.dkr.ecr.{region}.amazonaws.com/{name}",
            "createdAt": _ago(account, 600),
            "imageTagMutability": "MUTABLE",
            "encryptionConfiguration": {"encryptionType": "AES256"},
        }
        for name in counts
    ]
    account.answer("ecr", "DescribeRepositories", region, {"repositories": repositories})
    for name, count in counts.items():
        # All were pushed long ago; those of the base image are pulled every day.
        pulled = {"lastRecordedPullTime": _ago(account, 1)} if name == "base" else {}
        images = [
            {
                "registryId": account.id,
                "repositoryName": name,
                "imageDigest": f"sha256:{number:064x}",
                "imageSizeInBytes": _GIB,
                "imagePushedAt": _ago(account, 300),
            }
            | pulled
            for number in range(count)
        ]
        contains = f'"{name}"'
        account.answer("ecr", "DescribeImages", region, {"imageDetails": images}, contains=contains)
        policy = {"registryId": account.id, "repositoryName": name, "lifecyclePolicyText": "{}"}
        if name == "base":
            account.answer("ecr", "GetLifecyclePolicy", region, policy, contains=contains)
    builds, base = (repository["repositoryArn"] for repository in repositories)
    # moto knows no repository of that name, which is an error of its own: it has to be there.
    account.client("ecr", region).create_repository(repositoryName="builds")
    account.plant(builds, STALE, NO_LIFECYCLE)
    account.look_alike(base, "pulled every day", STALE)
    account.look_alike(base, "has a lifecycle policy", NO_LIFECYCLE)


def plant_secrets(account: Account, region: str) -> None:
    secrets = {
        "never-read": {},
        "read-lately": {"LastAccessedDate": _ago(account, 3)},
        "of-rds": {"OwningService": "rds"},
        "new": {"CreatedDate": _ago(account, 10)},
    }
    entries = [
        {
            "ARN": account.arn("secretsmanager", region, f"secret:{name}-AbCdEf"),
            "Name": name,
            "CreatedDate": _ago(account, 400),
            "Tags": [{"Key": "team", "Value": "shop"}],
        }
        | more
        for name, more in secrets.items()
    ]
    account.answer("secretsmanager", "ListSecrets", region, {"SecretList": entries})
    arns = {entry["Name"]: entry["ARN"] for entry in entries}
    account.plant(arns["never-read"], UNUSED_SECRET)
    account.look_alike(arns["read-lately"], "read 3 days ago", UNUSED_SECRET)
    account.look_alike(arns["of-rds"], "managed by RDS", UNUSED_SECRET)
    account.look_alike(arns["new"], "10 days old", UNUSED_SECRET)


def plant_endpoints(account: Account, region: str) -> None:
    names = ("experiment", "ranking")
    summaries = [
        {
            "EndpointName": name,
            "EndpointArn": account.arn("sagemaker", region, f"endpoint/{name}"),
            "CreationTime": _ago(account, 60),
            "LastModifiedTime": _ago(account, 60),
            "EndpointStatus": "InService",
        }
        for name in names
    ]
    account.answer("sagemaker", "ListEndpoints", region, {"Endpoints": summaries})
    for summary in summaries:
        variant = {"VariantName": "main", "CurrentInstanceCount": 2, "DesiredInstanceCount": 2}
        described = summary | {"EndpointConfigName": summary["EndpointName"], "ProductionVariants": [variant]}
        contains = f'"{summary["EndpointName"]}"'
        account.answer("sagemaker", "DescribeEndpoint", region, described, contains=contains)
    used = {"EndpointName": "ranking", "VariantName": "main"}
    _put(account, region, "AWS/SageMaker", used, "Invocations", 40)
    idle, busy = (summary["EndpointArn"] for summary in summaries)
    account.plant(idle, IDLE_ENDPOINT)
    account.look_alike(busy, "invoked every hour", IDLE_ENDPOINT)


def plant_distributions(account: Account) -> None:
    ids = {"E2VIDEO00000001": 20_000, "E2DOCS000000001": 5}
    items = "".join(_distribution(account, id) for id in ids)
    listed = (
        '<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>'
        f"<MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>{len(ids)}</Quantity>"
        f"<Items>{items}</Items></DistributionList>"
    )
    account.answer("cloudfront", "ListDistributions", "us-east-1", listed)
    for id, gib_a_month in ids.items():
        dimensions = {"DistributionId": id, "Region": "Global"}
        hourly = gib_a_month * _GIB / _HOURS_A_MONTH
        _put(account, "us-east-1", "AWS/CloudFront", dimensions, "BytesDownloaded", hourly)
    video, docs = (f"arn:aws:cloudfront::{account.id}:distribution/{id}" for id in ids)
    account.plant(video, HOTSPOT)
    account.look_alike(docs, "5 GiB a month", HOTSPOT)


def _distribution(account: Account, id: str) -> str:
    modified = (account.now - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    none = "<Quantity>0</Quantity>"
    return (
        f"<DistributionSummary><Id>{id}</Id><ARN>arn:aws:cloudfront::{account.id}:distribution/{id}</ARN>"
        f"<Status>Deployed</Status><LastModifiedTime>{modified}</LastModifiedTime>"
        f"<DomainName>{id.lower()}.cloudfront.net</DomainName><Aliases>{none}</Aliases>"
        "<Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id><DomainName>b.s3.amazonaws.com</DomainName>"
        "</Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId>"
        "<ViewerProtocolPolicy>https-only</ViewerProtocolPolicy><Compress>true</Compress></DefaultCacheBehavior>"
        f"<CacheBehaviors>{none}</CacheBehaviors><CustomErrorResponses>{none}</CustomErrorResponses>"
        "<Comment></Comment><PriceClass>PriceClass_100</PriceClass><Enabled>true</Enabled>"
        "<ViewerCertificate><CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate></ViewerCertificate>"
        f"<Restrictions><GeoRestriction><RestrictionType>none</RestrictionType>{none}</GeoRestriction></Restrictions>"
        "<WebACLId></WebACLId><HttpVersion>http2</HttpVersion><IsIPV6Enabled>true</IsIPV6Enabled>"
        "<Staging>false</Staging></DistributionSummary>"
    )


def _ago(account: Account, days: float) -> float:
    return (account.now - timedelta(days=days)).timestamp()


def _put(
    account: Account, region: str, namespace: str, dimensions: dict[str, str], metric: str, value: float
) -> None:
    account.put_metrics(region, [series(account.now, namespace, dimensions, metric, lambda _at: value)])
