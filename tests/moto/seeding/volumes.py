"""EBS volumes: unattached, unencrypted, of an old type, and those that only look so."""

from __future__ import annotations

from typing import Any

from seeding.account import Account, tags
from seeding.series import HOUR, series

UNATTACHED, UNENCRYPTED, GP2 = "aws/ebs/unattached-volume", "aws/ebs/unencrypted-volume", "aws/ebs/gp2-volume"


def make_volume(account: Account, region: str, name: str, age_days: float, **options: Any) -> str:
    """An encrypted gp3 volume of 100 GiB, unless the options say otherwise."""
    settings = {"Size": 100, "VolumeType": "gp3", "Encrypted": True, "AvailabilityZone": f"{region}a"} | options
    with account.days_ago(age_days):
        answer = account.client("ec2", region).create_volume(**settings, TagSpecifications=tags("volume", name))
    return answer["VolumeId"]


def attach(account: Account, region: str, volume_id: str, instance_id: str, device: str, days_ago: float) -> None:
    with account.days_ago(days_ago):
        account.client("ec2", region).attach_volume(VolumeId=volume_id, InstanceId=instance_id, Device=device)


def volume_arn(account: Account, region: str, id: str) -> str:
    return account.arn("ec2", region, f"volume/{id}")


def plant_unattached(account: Account, region: str) -> None:
    def plant(name: str, age_days: float, **options: Any) -> str:
        id = make_volume(account, region, name, age_days, **options)
        account.plant(volume_arn(account, region, id), UNATTACHED)
        return id

    plant("orphan", 60)
    plant("orphan-fast", 90, Size=200, Iops=6000, Throughput=250)
    plant("orphan-io2", 45, VolumeType="io2", Iops=4000)
    _put_operations(account, region, plant("detached-9-days-ago", 100), until_days_ago=9)

    new = make_volume(account, region, "new", 1)
    account.look_alike(volume_arn(account, region, new), "created yesterday", UNATTACHED)
    recent = make_volume(account, region, "detached-2-days-ago", 100)
    _put_operations(account, region, recent, until_days_ago=2)
    account.look_alike(
        volume_arn(account, region, recent), "reported operations until 2 days ago: it was attached then", UNATTACHED
    )


def _put_operations(account: Account, region: str, id: str, until_days_ago: float) -> None:
    account.put_metrics(
        region,
        [
            series(
                account.now, "AWS/EBS", {"VolumeId": id}, metric, lambda _at: 42, HOUR, until_days_ago=until_days_ago
            )
            for metric in ("VolumeReadOps", "VolumeWriteOps", "VolumeReadBytes", "VolumeWriteBytes")
        ],
    )


def plant_on_instance(account: Account, region: str, instance_id: str) -> str:
    """The volumes of a busy instance. Gives the id of the unencrypted one."""

    def plant(name: str, device: str, *rules: str, **options: Any) -> str:
        id = make_volume(account, region, name, 150, **options)
        attach(account, region, id, instance_id, device, 149)
        account.plant(volume_arn(account, region, id), *rules)
        account.look_alike(volume_arn(account, region, id), "attached", UNATTACHED)
        return id

    unencrypted = plant("plain", "/dev/sdf", UNENCRYPTED, Encrypted=False)
    plant("gp2-large", "/dev/sdg", GP2, VolumeType="gp2", Size=500)
    plant("gp2-small", "/dev/sdh", GP2, VolumeType="gp2", Size=100)
    break_even = plant("gp2-break-even", "/dev/sdi", VolumeType="gp2", Size=200)
    account.look_alike(volume_arn(account, region, break_even), "gp3 with 250 MiB/s would cost more at this size", GP2)
    gp3 = plant("gp3", "/dev/sdj")
    account.look_alike(volume_arn(account, region, gp3), "gp3 already", GP2)
    account.look_alike(volume_arn(account, region, gp3), "encrypted", UNENCRYPTED)
    return unencrypted


def plant_rider(account: Account, region: str, instance_id: str, name: str) -> None:
    """A data volume of a stopped or idle instance: in use, so nothing is wrong with it by itself."""
    id = make_volume(account, region, name, 190, Size=300)
    attach(account, region, id, instance_id, "/dev/sdf", 189)
    account.look_alike(volume_arn(account, region, id), "attached, though its instance is stopped or idle", UNATTACHED)
