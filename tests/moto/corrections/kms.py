"""AWS KMS: the keys that AWS services make are AWS's, not the customer's; KMS says when a key was last used: never, unless an
answer is planted that says otherwise; and an encrypted volume or snapshot always names its key."""

from __future__ import annotations

import json

from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.kms.models import Key
from moto.kms.responses import KmsResponse

# How moto describes the keys that it makes by itself.
_MADE_BY_A_SERVICE = ("Default key", "Default master key")


def apply() -> None:
    Key.key_manager = property(_manager, lambda self, value: None)
    KmsResponse.get_key_last_usage = _get_key_last_usage
    Volume.kms_key_id = Snapshot.kms_key_id = property(_key_of_storage, _set_key_of_storage)


def _manager(self: Key) -> str:
    return "AWS" if self.description.startswith(_MADE_BY_A_SERVICE) else "CUSTOMER"


def _key_of_storage(self: Volume | Snapshot) -> str | None:
    if self._kms_key_id or not self.encrypted:
        return self._kms_key_id
    return self.ec2_backend.default_kms_key_id or self.ec2_backend._create_default_encryption_key()


def _set_key_of_storage(self: Volume | Snapshot, key: str | None) -> None:
    self._kms_key_id = key


def _get_key_last_usage(self: KmsResponse) -> str:
    key_id = self._get_param("KeyId")
    self._validate_key_id(key_id)
    key = self.kms_backend.describe_key(self.kms_backend.get_key_id(key_id))
    made = key.to_dict()["KeyMetadata"]["CreationDate"]
    return json.dumps({"KeyId": key.id, "KeyLastUsage": {}, "TrackingStartDate": made, "KeyCreationDate": made})
