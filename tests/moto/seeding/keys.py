"""KMS keys: forgotten, and in use in every way that shows; a topic and queues that name them, with tags."""

from __future__ import annotations

from seeding.account import Account

UNUSED_KEY, PLAIN_QUEUE = "aws/kms/unused-key", "aws/sqs/unencrypted-queue"


def plant_keys(account: Account, region: str) -> None:
    forgotten = _key(account, region, "forgotten", age_days=400, used_days_ago=None)
    account.plant(forgotten, UNUSED_KEY)

    for name, why in (("of-queue", "a queue names its alias"), ("of-topic", "a topic names its id")):
        key = _key(account, region, name, age_days=400, used_days_ago=None)
        account.look_alike(key, why, UNUSED_KEY)
        if name == "of-queue":
            queue = {"KmsMasterKeyId": "alias/of-queue"}
            account.client("sqs", region).create_queue(QueueName="invoices", Attributes=queue)
            account.look_alike(account.arn("sqs", region, "invoices"), "encrypted by KMS", PLAIN_QUEUE)
        else:
            topic = {"KmsMasterKeyId": _id(key)}
            account.client("sns", region).create_topic(Name="alarms", Attributes=topic)

    used = _key(account, region, "used", age_days=400, used_days_ago=3)
    account.look_alike(used, "used 3 days ago", UNUSED_KEY)
    new = _key(account, region, "new", age_days=20, used_days_ago=None)
    account.look_alike(new, "20 days old", UNUSED_KEY)
    granted = _key(account, region, "granted", age_days=400, used_days_ago=None)
    role = f"arn:aws:iam::{account.id}:role/service"
    account.client("kms", region).create_grant(KeyId=_id(granted), GranteePrincipal=role, Operations=["Decrypt"])
    account.look_alike(granted, "has a grant", UNUSED_KEY)
    disabled = _key(account, region, "disabled", age_days=400, used_days_ago=None)
    account.client("kms", region).disable_key(KeyId=_id(disabled))
    account.look_alike(disabled, "disabled already", UNUSED_KEY)


def plant_tagged_queue(account: Account, region: str) -> None:
    """Whose it is, and that Terraform made it, stands in tags that no listing of SQS shows."""
    tags = {"team": "shop", "terraform": "shop/queues"}
    client = account.client("sqs", region)
    client.create_queue(QueueName="tagged", Attributes={"SqsManagedSseEnabled": "false"}, tags=tags)
    account.plant(account.arn("sqs", region, "tagged"), PLAIN_QUEUE)


def _id(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def _key(account: Account, region: str, name: str, age_days: float, used_days_ago: float | None) -> str:
    client = account.client("kms", region)
    with account.days_ago(age_days):
        key = client.create_key(Description=name)["KeyMetadata"]
    client.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
    if used_days_ago is not None:
        # Without an answer of its own a key was never used.
        made, at = (account.now.timestamp() - days * 86400 for days in (age_days, used_days_ago))
        last = {"Operation": "Decrypt", "Timestamp": at}
        usage = {"KeyId": key["KeyId"], "KeyLastUsage": last, "TrackingStartDate": made, "KeyCreationDate": made}
        account.answer("kms", "GetKeyLastUsage", region, usage, contains=key["KeyId"])
    return key["Arn"]
