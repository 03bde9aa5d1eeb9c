"""Attached volumes that nobody uses, volumes with very many snapshots, unencrypted images, and those that only look so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account, tags
from seeding.series import HOUR, series
from seeding.snapshots import make_image
from seeding.volumes import attach, make_volume, volume_arn

IDLE, FREQUENT, UNENCRYPTED = "aws/ebs/idle-volume", "aws/ebs/frequent-snapshots", "aws/ec2/unencrypted-image"
UNUSED = "aws/ec2/unused-image"
UNENCRYPTED_SNAPSHOT = "aws/ebs/unencrypted-snapshot"
_MANY_A_DAY, _DAYS = 5, 6


def plant_idle(account: Account, region: str, instance_id: str) -> None:
    """Volumes of a busy instance, by how much they are used."""
    devices = iter("qrst")

    def make(name: str, age_days: float = 150) -> str:
        id = make_volume(account, region, name, age_days, Size=50)
        attach(account, region, id, instance_id, f"/dev/sd{next(devices)}", age_days - 1)
        return id

    def look_alike(id: str, why: str) -> None:
        account.look_alike(volume_arn(account, region, id), why, IDLE)

    forgotten = make("forgotten-disk")
    _put_operations(account, region, forgotten, a_day=0)
    account.plant(volume_arn(account, region, forgotten), IDLE)
    weekly = make("read-twice-a-day")
    _put_operations(account, region, weekly, a_day=2)
    look_alike(weekly, "two operations a day")
    new = make("new-disk", age_days=5)
    _put_operations(account, region, new, a_day=0)
    look_alike(new, "created 5 days ago")


def _put_operations(account: Account, region: str, id: str, a_day: float) -> None:
    account.put_metrics(
        region,
        [
            series(
                account.now, "AWS/EBS", {"VolumeId": id}, metric, lambda at: a_day / 2 if at.hour == 3 else 0, HOUR
            )
            for metric in ("VolumeReadOps", "VolumeWriteOps")
        ],
    )


def plant_many_snapshots(account: Account, region: str, instance_id: str) -> None:
    """Two volumes of an instance: one with a snapshot every few hours, one with a daily one."""
    ec2 = account.client("ec2", region)

    def make(name: str, device: str, days: list[float]) -> str:
        id = make_volume(account, region, name, 60, Size=20)
        attach(account, region, id, instance_id, device, 59)
        for days_ago in days:
            with account.days_ago(days_ago):
                ec2.create_snapshot(VolumeId=id, Description=name)
        return volume_arn(account, region, id)

    often = [day + hour / _MANY_A_DAY for day in range(_DAYS) for hour in range(_MANY_A_DAY)]
    account.plant(make("every-few-hours", "/dev/sdu", often), FREQUENT)
    account.look_alike(make("daily", "/dev/sdv", [1, 2, 3]), "a snapshot a day", FREQUENT)


def plant_images(account: Account, region: str) -> None:
    """Images by when they were last launched, and what names them."""
    ec2: Any = account.client("ec2", region)

    def make(name: str, launched_days_ago: float | None) -> tuple[str, str]:
        id = make_image(account, region, name, 200)
        if launched_days_ago is not None:
            at = (account.now - timedelta(days=launched_days_ago)).isoformat()
            account.set_attributes(region, id, last_launched_time=at.replace("+00:00", "Z"))
        return id, f"arn:aws:ec2:{region}::image/{id}"

    account.plant(make("release-1", 150)[1], UNUSED)
    recent = make("release-2", 20)[1]
    account.look_alike(recent, "launched 20 days ago", UNUSED)
    account.look_alike(recent, "its snapshot is encrypted", UNENCRYPTED)
    id, named = make("golden", 150)
    ec2.create_launch_template(LaunchTemplateName="golden", LaunchTemplateData={"ImageId": id})
    account.look_alike(named, "a launch template names it", UNUSED)
    id, shared = make("for-partner", 150)
    ec2.modify_image_attribute(ImageId=id, LaunchPermission={"Add": [{"UserId": "210987654321"}]})
    account.look_alike(shared, "shared", UNUSED)


def plant_unencrypted_image(account: Account, region: str) -> None:
    """An image of an unencrypted snapshot, whose volume is gone."""
    ec2: Any = account.client("ec2", region)
    volume_id = make_volume(account, region, "plain-image-source", 40, Size=8, Encrypted=False)
    with account.days_ago(40):
        snapshot_id = ec2.create_snapshot(VolumeId=volume_id, Description="of a plain image")["SnapshotId"]
        image_id = ec2.register_image(
            Name="plain",
            Architecture="x86_64",
            VirtualizationType="hvm",
            RootDeviceName="/dev/sda1",
            BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot_id, "VolumeType": "gp3"}}],
            TagSpecifications=tags("image", "plain"),
        )["ImageId"]
    ec2.delete_volume(VolumeId=volume_id)
    account.plant(f"arn:aws:ec2:{region}::image/{image_id}", UNENCRYPTED)
    account.plant(account.snapshot_arn(region, snapshot_id), UNENCRYPTED_SNAPSHOT)
