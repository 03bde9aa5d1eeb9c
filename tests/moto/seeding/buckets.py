"""S3 buckets: encryption, TLS policies, incomplete uploads."""

from __future__ import annotations

import json
from typing import Any

from seeding.account import Account

ENCRYPTION, BUCKET_KEY = "aws/s3/bucket-without-default-encryption", "aws/s3/kms-bucket-without-bucket-key"
TLS, UPLOADS = "aws/s3/bucket-without-tls-policy", "aws/s3/incomplete-uploads-kept"
LEGACY = "aws/s3/legacy-unencrypted-objects"
_OWNED_BY_AWS = {"SSEAlgorithm": "AES256"}


class Bucket:
    """A bucket as it should be (encrypted, TLS only), from which each test case departs in one point."""

    def __init__(
        self,
        account: Account,
        region: str,
        name: str,
        encryption: dict[str, str] | None = _OWNED_BY_AWS,
        bucket_key: bool = False,
        denied_over_http: list[str] | None = None,
        age_days: float = 200,
    ):
        self._s3, self._account = account.client("s3", region), account
        self.name = f"billhook-test-{name}"
        self.arn = f"arn:aws:s3:::{self.name}"
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with account.days_ago(age_days):
            self._s3.create_bucket(Bucket=self.name, **place)
        if encryption:
            rule = {"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": bucket_key}
            self._s3.put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        if denied_over_http is None:
            denied_over_http = [self.arn, f"{self.arn}/*"]
        if denied_over_http:
            self._s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(_tls_only(denied_over_http)))

    def begin_uploads(self, count: int, days_ago: float) -> None:
        with self._account.days_ago(days_ago):
            for number in range(count):
                self._s3.create_multipart_upload(Bucket=self.name, Key=f"upload-{number}.bin")

    def abort_uploads(self, **scope: Any) -> None:
        self._put_rule({**scope, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}})

    def expire_objects(self, days: int) -> None:
        self._put_rule({"Filter": {"Prefix": ""}, "Expiration": {"Days": days}})

    def _put_rule(self, rule: dict[str, Any]) -> None:
        rule = {"ID": "rule", "Status": "Enabled", **rule}
        self._s3.put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration={"Rules": [rule]})


def _tls_only(resources: list[str]) -> dict[str, Any]:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resources,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [deny]}


def plant_buckets(account: Account, region: str, other_region: str) -> None:
    good = Bucket(account, region, "good")
    account.look_alike(good.arn, "encrypted with AES256", ENCRYPTION, BUCKET_KEY)
    account.look_alike(good.arn, "denies plain HTTP", TLS)
    account.look_alike(good.arn, "without uploads", UPLOADS)

    plain = Bucket(account, region, "plain", encryption=None)
    account.plant(plain.arn, ENCRYPTION)
    tags = {"TagSet": [{"Key": "team", "Value": "shop"}]}
    account.client("s3", region).put_bucket_tagging(Bucket=plain.name, Tagging=tags)

    key = account.client("kms", region).create_key()["KeyMetadata"]["Arn"]
    kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    account.plant(Bucket(account, region, "kms", encryption=kms).arn, BUCKET_KEY)
    account.look_alike(
        Bucket(account, region, "kms-with-key", encryption=kms, bucket_key=True).arn, "has a bucket key", BUCKET_KEY
    )

    account.plant(Bucket(account, region, "no-policy", denied_over_http=[]).arn, TLS)
    account.plant(Bucket(account, other_region, "no-policy-elsewhere", denied_over_http=[]).arn, TLS)
    account.plant(
        Bucket(account, region, "half-policy", denied_over_http=["arn:aws:s3:::billhook-test-half-policy/*"]).arn, TLS
    )

    # Ten years are before 2023 for a long time to come.
    account.plant(Bucket(account, region, "from-long-ago", age_days=3650).arn, LEGACY)
    rolling = Bucket(account, region, "rolling", age_days=3650)
    rolling.expire_objects(days=90)
    account.look_alike(rolling.arn, "no object is older than 90 days", LEGACY)
    account.look_alike(good.arn, "made when S3 encrypted everything", LEGACY)

    _plant_uploads(account, region, other_region)


def _plant_uploads(account: Account, region: str, other_region: str) -> None:
    for name, place in (("uploads", region), ("uploads-elsewhere", other_region)):
        kept = Bucket(account, place, name)
        kept.begin_uploads(3, days_ago=30)
        account.plant(kept.arn, UPLOADS)

    partly = Bucket(account, region, "uploads-partly-aborted")
    partly.begin_uploads(2, days_ago=30)
    partly.abort_uploads(Filter={"Prefix": "incoming/"})
    account.plant(partly.arn, UPLOADS)

    recent = Bucket(account, region, "uploads-recent")
    recent.begin_uploads(2, days_ago=2)
    account.look_alike(recent.arn, "begun 2 days ago", UPLOADS)

    aborted = Bucket(account, region, "uploads-aborted")
    aborted.begin_uploads(2, days_ago=30)
    aborted.abort_uploads(Filter={"Prefix": ""})
    account.look_alike(aborted.arn, "a lifecycle rule over the whole bucket aborts them", UPLOADS)
