"""EC2 instances, images and volumes: attributes that AWS always gives and moto leaves out."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models.amis import Ami
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.elastic_block_store import EBSBackend, Volume
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response


def apply() -> None:
    _instances()
    _volumes()
    _images()
    # moto looks through the tags of all resources for those of one.
    TaggedEC2Resource.get_tags = _tags


def _instances() -> None:
    Instance.platform_details = "Linux/UNIX"
    Instance.usage_operation = "RunInstances"
    Instance.ena_support = True
    Instance.current_instance_boot_mode = "legacy-bios"
    Instance.cpu_options = property(_cpu_options)
    start = Instance.start

    def start_now(self: Instance) -> Any:
        self.launch_time = utcnow()
        return start(self)

    Instance.start = start_now


def _cpu_options(self: Instance) -> dict[str, int] | None:
    cpu = INSTANCE_TYPES.get(self.instance_type, {}).get("VCpuInfo")
    return cpu and {"CoreCount": cpu["DefaultCores"], "ThreadsPerCore": cpu["DefaultThreadsPerCore"]}


def _volumes() -> None:
    create = EBSBackend.create_volume

    def create_with_performance(self: EBSBackend, *args: Any, **kwargs: Any) -> Volume:
        volume = create(self, *args, **kwargs)
        if volume.volume_type == "gp3":
            volume.throughput = volume.throughput or 125
        if volume.volume_type == "gp2":
            # 3 a GiB, between 100 and 16,000: what DescribeVolumes gives for gp2.
            volume.iops = min(16_000, max(100, 3 * int(volume.size)))
        return volume

    EBSBackend.create_volume = create_with_performance


def _images() -> None:
    register = EC2Response.register_image

    def register_from_snapshot(self: EC2Response) -> ActionResult:
        """RegisterImage uses what it is given; moto makes a snapshot of its own and forgets the rest."""
        result = register(self)
        backend = self.ec2_backend
        image = backend.amis[result.result["ImageId"]]
        image.architecture = self._get_param("Architecture", "x86_64")
        image.virtualization_type = self._get_param("VirtualizationType", "hvm")
        image.root_device_type, image.hypervisor = "ebs", "xen"
        image.platform_details, image.usage_operation = "Linux/UNIX", "RunInstances"
        devices = self._get_param("BlockDeviceMappings", [])
        given = next((device["Ebs"]["SnapshotId"] for device in devices if "SnapshotId" in device.get("Ebs", {})), None)
        if given:
            backend.snapshots.pop(image.ebs_snapshot.id)
            image.ebs_snapshot = backend.snapshots[given]
        return result

    EC2Response.register_image = register_from_snapshot
    Ami.block_device_mappings = property(_block_device_mappings)


def _block_device_mappings(self: Ami) -> list[dict[str, Any]]:
    snapshot = self.ebs_snapshot
    device = {
        "SnapshotId": snapshot.id,
        "VolumeSize": snapshot.volume_size,
        "VolumeType": "gp3",
        "Encrypted": snapshot.encrypted,
    }
    return [{"DeviceName": self.root_device_name, "Ebs": device | {"DeleteOnTermination": True}}]


def _tags(self: TaggedEC2Resource) -> list[dict[str, str]]:
    tags = self.ec2_backend.tags.get(self.id, {})
    return [{"resource_id": self.id, "key": key, "value": value} for key, value in tags.items()]
