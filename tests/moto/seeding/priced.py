"""Things with prices that are read live: two systems, two regions, volumes and addresses."""

from __future__ import annotations

from seeding.account import Account, tags
from seeding.instances import run_instances
from seeding.network import make_network
from seeding.snapshots import make_image


def plant_priced(account: Account, main: str, other: str) -> None:
    """In the main region a Linux and a Windows instance, a volume with more throughput than gp3 includes, and an address that
    nothing uses; in the other one a Linux instance."""
    for region, names in ((main, ["linux", "windows"]), (other, ["linux"])):
        network = make_network(account, region, "priced", 20)
        image_id = make_image(account, region, "base", 100)
        with account.days_ago(30):
            ids = {name: run_instances(account, network, image_id, name, "m5.large")[0] for name in names}
        if windows := ids.get("windows"):
            attributes = {"platform_details": "Windows", "usage_operation": "RunInstances:0002", "platform": "windows"}
            account.set_attributes(region, windows, **attributes)
    ec2 = account.client("ec2", main)
    with account.days_ago(30):
        ec2.create_volume(
            AvailabilityZone=f"{main}a",
            Size=100,
            VolumeType="gp3",
            Iops=3000,
            Throughput=225,
            Encrypted=True,
            TagSpecifications=tags("volume", "fast"),
        )
        ec2.allocate_address(Domain="vpc", TagSpecifications=tags("elastic-ip", "spare"))
