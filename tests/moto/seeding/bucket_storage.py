"""S3 buckets: old versions, storage class, downloads."""

from __future__ import annotations

from seeding.account import Account
from seeding.buckets import Bucket
from seeding.series import series

VERSIONS = "aws/s3/noncurrent-versions-kept"
STANDARD, HOTSPOT = "aws/s3/standard-without-lifecycle", "aws/s3/egress-hotspot"
_GIB = 2**30
_DAY = 86400
_HOURS_A_MONTH = 730


def plant_bucket_storage(account: Account, region: str) -> None:
    """One large bucket with everything, and one beside it that is tidy."""
    lake, tidy = Bucket(account, region, "lake"), Bucket(account, region, "tidy")
    account.plant(lake.arn, VERSIONS, STANDARD, HOTSPOT)

    client = account.client("s3", region)
    for bucket in (lake, tidy):
        client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    }
    client.put_bucket_lifecycle_configuration(Bucket=tidy.name, LifecycleConfiguration={"Rules": [rule]})
    account.look_alike(tidy.arn, "a rule removes old versions", VERSIONS)
    account.look_alike(tidy.arn, "with a lifecycle rule", STANDARD)
    account.look_alike(tidy.arn, "publishes no requests", HOTSPOT)

    midnight = account.now.replace(hour=0, minute=0, second=0)
    for bucket in (lake, tidy):
        stored = {"BucketName": bucket.name, "StorageType": "StandardStorage"}
        size = series(midnight, "AWS/S3", stored, "BucketSizeBytes", lambda _at: 20_000 * _GIB, period=_DAY, days=30)
        fetched = {"BucketName": bucket.name, "FilterId": "EntireBucket"}
        hourly = 9000 * _GIB / _HOURS_A_MONTH
        downloads = series(account.now, "AWS/S3", fetched, "BytesDownloaded", lambda _at: hourly)
        account.put_metrics(region, [size, *([downloads] if bucket is lake else [])])

    whole = "<MetricsConfiguration><Id>EntireBucket</Id></MetricsConfiguration>"
    part = "<MetricsConfiguration><Id>part</Id><Filter><Prefix>a/</Prefix></Filter></MetricsConfiguration>"
    operation = "ListBucketMetricsConfigurations"
    account.answer("s3", operation, region, _configurations(part + whole), contains=lake.name)
    for everywhere in account.regions():
        account.answer("s3", operation, everywhere, _configurations(""))


def _configurations(content: str) -> str:
    return (
        '<ListMetricsConfigurationsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<IsTruncated>false</IsTruncated>{content}</ListMetricsConfigurationsResult>"
    )
