"""EBS snapshots: whose and who may restore them, and the placeholder volume that a copy carries."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot
from moto.ec2.responses import EC2Response

# https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html: an arbitrary id "that should not be used".
_PLACEHOLDER_VOLUME = "vol-ffffffff"


def apply() -> None:
    copy = EBSBackend.copy_snapshot

    def copy_snapshot(self: EBSBackend, *args: Any, **kwargs: Any) -> Snapshot:
        snapshot = copy(self, *args, **kwargs)
        snapshot.volume = SimpleNamespace(id=_PLACEHOLDER_VOLUME, size=snapshot.volume.size)
        return snapshot

    EBSBackend.copy_snapshot = copy_snapshot
    EC2Response.describe_snapshots = _describe_snapshots


def _describe_snapshots(self: EC2Response) -> ActionResult:
    owners, restorers = self._get_param("OwnerIds", []), self._get_param("RestorableByUserIds", [])
    snapshots = self.ec2_backend.describe_snapshots(
        self._get_param("SnapshotIds", []), self._filters_from_querystring()
    )
    listed = [
        item
        for item in snapshots
        if (not owners or _names(item.owner_id, owners, self.current_account))
        and (not restorers or any(_may_restore(item, user, self.current_account) for user in restorers))
    ]
    return ActionResult({"Snapshots": listed})


def _names(account: str, users: list[str], current: str) -> bool:
    return account in users or (account == current and "self" in users)


def _may_restore(snapshot: Snapshot, user: str, current: str) -> bool:
    if user == "all":
        return "all" in snapshot.create_volume_permission_groups
    account = current if user == "self" else user
    return account == snapshot.owner_id or account in snapshot.create_volume_permission_userids
