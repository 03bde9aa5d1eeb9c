"""EBS volumes with more IOPS and throughput than they use, and those that only look so."""

from __future__ import annotations

from typing import Any

from seeding.account import Account
from seeding.series import FIVE_MINUTES, series
from seeding.volumes import attach, make_volume, volume_arn

OVERPROVISIONED, IO1 = "aws/ebs/overprovisioned-iops", "aws/ebs/io1-volume"
_MIB = 2**20


def plant_performance(account: Account, region: str, instance_id: str) -> None:
    """The fast volumes of a busy instance."""
    devices = iter("klmnop")

    def plant(name: str, *rules: str, **options: Any) -> str:
        id = make_volume(account, region, name, 150, **options)
        attach(account, region, id, instance_id, f"/dev/sd{next(devices)}", 149)
        account.plant(volume_arn(account, region, id), *rules)
        return id

    def look_alike(id: str, why: str, *rules: str) -> None:
        account.look_alike(volume_arn(account, region, id), why, *rules)

    lazy = plant("gp3-lazy", OVERPROVISIONED, Size=200, Iops=12000, Throughput=500)
    _put_load(account, region, lazy, operations_a_second=900, mib_a_second=30)
    look_alike(lazy, "gp3", IO1)

    busy = plant("gp3-busy", Size=200, Iops=12000, Throughput=500)
    _put_load(account, region, busy, operations_a_second=9500, mib_a_second=350)
    look_alike(busy, "four fifths of its IOPS are in use", OVERPROVISIONED)

    both = plant("io1-lazy", OVERPROVISIONED, IO1, Size=100, VolumeType="io1", Iops=5000)
    _put_load(account, region, both, operations_a_second=300, mib_a_second=10)

    unmeasured = plant("io1-unmeasured", IO1, Size=100, VolumeType="io1", Iops=4000)
    look_alike(unmeasured, "no figures", OVERPROVISIONED)


def _put_load(account: Account, region: str, id: str, operations_a_second: float, mib_a_second: float) -> None:
    """A quarter reads, the rest writes."""
    operations, data = operations_a_second * FIVE_MINUTES, mib_a_second * FIVE_MINUTES * _MIB
    shares = {
        "VolumeReadOps": operations / 4,
        "VolumeWriteOps": operations * 3 / 4,
        "VolumeReadBytes": data / 4,
        "VolumeWriteBytes": data * 3 / 4,
    }
    account.put_metrics(
        region,
        [
            series(account.now, "AWS/EBS", {"VolumeId": id}, metric, lambda _at, value=value: value, FIVE_MINUTES)
            for metric, value in shares.items()
        ],
    )
