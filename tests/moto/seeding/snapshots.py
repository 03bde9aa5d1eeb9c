"""EBS snapshots and images: old, unencrypted, public, shared, and those that only look forgotten."""

from __future__ import annotations

from typing import Any

from seeding.account import Account, tags
from seeding.volumes import make_volume

OLD, UNENCRYPTED = "aws/ebs/old-snapshot", "aws/ebs/unencrypted-snapshot"
_PARTNER_ACCOUNT = "210987654321"


def make_image(account: Account, region: str, name: str, age_days: float) -> str:
    """An image with an encrypted snapshot whose volume is gone: needed, however old it is."""
    snapshot_id = _make_snapshot(account, region, f"{name}-root", age_days, keep_volume=False)
    with account.days_ago(age_days):
        answer = account.client("ec2", region).register_image(
            Name=name,
            Architecture="x86_64",
            VirtualizationType="hvm",
            RootDeviceName="/dev/sda1",
            BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot_id, "VolumeType": "gp3"}}],
            TagSpecifications=tags("image", name),
        )
    account.look_alike(account.snapshot_arn(region, snapshot_id), "an image needs it", OLD)
    return answer["ImageId"]


def plant_old(account: Account, region: str, other_region: str) -> None:
    def look_alike(id: str, why: str) -> None:
        account.look_alike(account.snapshot_arn(region, id), why, OLD)

    for name, age_days in (("before-migration", 400), ("old-release", 120)):
        id = _make_snapshot(account, region, name, age_days, keep_volume=False)
        account.plant(account.snapshot_arn(region, id), OLD)
        account.look_alike(account.snapshot_arn(region, id), "encrypted", UNENCRYPTED)

    look_alike(_make_snapshot(account, region, "of-living-volume", 300, keep_volume=True), "its volume exists")
    look_alike(_make_snapshot(account, region, "recent", 10, keep_volume=False), "10 days old")
    look_alike(_copy(account, region, other_region, 150), "a copy: AWS gives it the placeholder volume vol-ffffffff")
    backup = {"aws:backup:source-resource": f"arn:aws:ec2:{region}:{account.id}:volume/vol-0123456789abcdef0"}
    description = "This snapshot is created by the AWS Backup service."
    look_alike(_make_snapshot(account, region, "backup", 200, False, description, **backup), "made by AWS Backup")
    lifecycle = {"aws:dlm:lifecycle-policy-id": "policy-0123456789abcdef0", "dlm:managed": "true"}
    description = "Created for policy: policy-0123456789abcdef0 schedule: Default Schedule"
    look_alike(
        _make_snapshot(account, region, "lifecycle", 200, False, description, **lifecycle),
        "made by Data Lifecycle Manager",
    )
    shared = _make_snapshot(account, region, "shared-encrypted", 200, keep_volume=False)
    _share(account, region, shared, UserIds=[_PARTNER_ACCOUNT])
    look_alike(shared, "shared with another account")


def plant_unencrypted(account: Account, region: str, volume_id: str) -> None:
    """Of an unencrypted volume that exists."""
    for name, sharing in (
        ("plain", {}),
        ("public", {"GroupNames": ["all"]}),
        ("shared", {"UserIds": [_PARTNER_ACCOUNT]}),
    ):
        with account.days_ago(20):
            answer = account.client("ec2", region).create_snapshot(
                VolumeId=volume_id, TagSpecifications=tags("snapshot", name)
            )
        if sharing:
            _share(account, region, answer["SnapshotId"], **sharing)
        account.plant(account.snapshot_arn(region, answer["SnapshotId"]), UNENCRYPTED)


def _make_snapshot(
    account: Account,
    region: str,
    name: str,
    age_days: float,
    keep_volume: bool,
    description: str = "",
    **more_tags: str,
) -> str:
    ec2 = account.client("ec2", region)
    if keep_volume:
        volume_id = _any_encrypted_attached_volume(account, region)
    else:
        volume_id = make_volume(account, region, f"{name}-source", age_days, Size=80)
    with account.days_ago(age_days):
        answer = ec2.create_snapshot(
            VolumeId=volume_id, Description=description or name, TagSpecifications=tags("snapshot", name, **more_tags)
        )
    if not keep_volume:
        ec2.delete_volume(VolumeId=volume_id)
    return answer["SnapshotId"]


def _any_encrypted_attached_volume(account: Account, region: str) -> str:
    filters = [{"Name": "status", "Values": ["in-use"]}, {"Name": "encrypted", "Values": ["true"]}]
    return account.client("ec2", region).describe_volumes(Filters=filters)["Volumes"][0]["VolumeId"]


def _copy(account: Account, region: str, from_region: str, age_days: float) -> str:
    source = _make_snapshot(account, from_region, "copy-source", age_days, keep_volume=True)
    account.look_alike(account.snapshot_arn(from_region, source), "its volume exists", OLD)
    with account.days_ago(age_days):
        answer = account.client("ec2", region).copy_snapshot(
            SourceSnapshotId=source,
            SourceRegion=from_region,
            Description="copy",
            TagSpecifications=tags("snapshot", "copy"),
        )
    return answer["SnapshotId"]


def _share(account: Account, region: str, id: str, **sharing: Any) -> None:
    account.client("ec2", region).modify_snapshot_attribute(
        SnapshotId=id, Attribute="createVolumePermission", OperationType="add", **sharing
    )
