"""Which IAM action an operation needs, and the refusal of one that no policy allows.

The table is written from the AWS Service Authorization Reference alone, so that a scanner's own list of the permissions
that it needs can be held against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from call import Call
from errors import Refusal

# Operations whose action is not `service:Operation`. None: anybody who can sign a request may call it.
_ACTIONS: dict[str, str | None] = {
    "sts:GetCallerIdentity": None,
    "sts:GetSessionToken": None,
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketMetricsConfiguration": "s3:GetMetricsConfiguration",
    "s3:ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
    "s3:GetBucketAnalyticsConfiguration": "s3:GetAnalyticsConfiguration",
    "s3:ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
    "s3:GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
    "s3:ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "s3:GetBucketIntelligentTieringConfiguration": "s3:GetIntelligentTieringConfiguration",
    "s3:ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:HeadObject": "s3:GetObject",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "budgets:DescribeBudgetAction": "budgets:DescribeBudgetAction",
    "budgets:DescribeBudgetActionHistories": "budgets:DescribeBudgetActionHistories",
    "budgets:DescribeBudgetActionsForAccount": "budgets:DescribeBudgetActionsForAccount",
    "budgets:DescribeBudgetActionsForBudget": "budgets:DescribeBudgetActionsForBudget",
}
# Whole groups: the console-era permissions of AWS Budgets.
_ACTION_PREFIXES = {
    "budgets:Describe": "budgets:ViewBudget",
    "budgets:Create": "budgets:ModifyBudget",
    "budgets:Update": "budgets:ModifyBudget",
    "budgets:Delete": "budgets:ModifyBudget",
}


def iam_action(call: Call) -> str | None:
    """The IAM action that the operation needs; None when it needs none."""
    name = f"{call.service}:{call.operation}"
    if name in _ACTIONS:
        return _ACTIONS[name]
    for prefix, action in _ACTION_PREFIXES.items():
        if name.startswith(prefix):
            return action
    return name


@dataclass(frozen=True)
class Policy:
    """An identity-based policy that grants on every resource; anything finer is not understood, and said so."""

    allowed: list[re.Pattern[str]]
    denied: list[re.Pattern[str]]

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Policy:
        patterns: dict[str, list[re.Pattern[str]]] = {"Allow": [], "Deny": []}
        for statement in _as_list(document["Statement"]):
            unknown = set(statement) - {"Sid", "Effect", "Action", "Resource"}
            if unknown or _as_list(statement["Resource"]) != ["*"]:
                raise ValueError(f'only Effect, Action and Resource "*" are understood, not {statement}')
            patterns[statement["Effect"]] += [_pattern(action) for action in _as_list(statement["Action"])]
        return cls(patterns["Allow"], patterns["Deny"])

    def refusal_reason(self, action: str) -> str | None:
        """Why the action is refused, in AWS's words; None when it is allowed."""
        if any(pattern.fullmatch(action) for pattern in self.denied):
            return "with an explicit deny in an identity-based policy"
        if any(pattern.fullmatch(action) for pattern in self.allowed):
            return None
        return NOT_ALLOWED.format(action=action)


NOT_ALLOWED = "because no identity-based policy allows the {action} action"
DENIED_BY_ORGANIZATION = "with an explicit deny in a service control policy"


def refusal(call: Call, action: str, reason: str) -> Refusal:
    """The error that the called service answers when the action is refused."""
    if call.service == "sns":
        # Amazon SNS writes its own name in capitals.
        action, reason = (text.replace("sns:", "SNS:") for text in (action, reason))
    message = f"User: {call.caller_arn} is not authorized to perform: {action}{_on_resource(call)} {reason}"
    match call.service:
        case "ec2":
            return Refusal("UnauthorizedOperation", f"You are not authorized to perform this operation. {message}", 403)
        case "s3" | "s3control":
            return Refusal("AccessDenied", message, 403)
        case "sns":
            return Refusal("AuthorizationError", message, 403)
        case "organizations":
            return Refusal("AccessDeniedException", "You don't have permissions to access this resource.", 400)
    return (
        Refusal("AccessDenied", message, 403)
        if call.protocol in ("query", "rest-xml")
        else Refusal("AccessDeniedException", message, 400)
    )


def _on_resource(call: Call) -> str:
    match call.service:
        case "s3" if call.bucket:
            return f' on resource: "arn:aws:s3:::{call.bucket}"'
        case "sns":
            return f" on resource: {call.form('TopicArn') or '*'}"
        case "sts":
            return f" on resource: {call.form('RoleArn') or '*'}"
        case "budgets":
            return f" on resource: arn:aws:budgets::{call.account}:budget/*"
    return ""


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _pattern(action: str) -> re.Pattern[str]:
    return re.compile(re.escape(action).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
