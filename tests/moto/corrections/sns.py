"""Amazon SNS: e-mail and HTTP subscriptions wait until they are confirmed, and topics count both kinds;
other accounts' topics are refused.

To confirm one, give its ARN (`Subscribe` answers it) as the token of `ConfirmSubscription`.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from errors import AwsError

_UNCONFIRMED = {"email", "email-json", "http", "https"}


def apply() -> None:
    subscribe = SNSBackend.subscribe

    def subscribe_unconfirmed(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        subscription = subscribe(self, topic_arn, endpoint, protocol)
        if protocol not in _UNCONFIRMED:
            subscription.confirmed = True
        return subscription

    SNSBackend.subscribe = subscribe_unconfirmed
    Topic.subscriptions_confimed = property(lambda self: _count(self, confirmed=True), lambda self, value: None)
    Topic.subscriptions_pending = property(lambda self: _count(self, confirmed=False), lambda self, value: None)
    get_topic_attributes = SNSResponse.get_topic_attributes

    def get_own_topic_attributes(self: SNSResponse) -> ActionResult:
        _refuse_foreign(self, self._get_param("TopicArn"))
        return get_topic_attributes(self)

    SNSResponse.get_topic_attributes = get_own_topic_attributes
    SNSResponse.confirm_subscription = _confirm_subscription
    SNSResponse.list_subscriptions_by_topic = _list_subscriptions_by_topic


def _refuse_foreign(self: SNSResponse, topic_arn: str) -> None:
    """Of another account's topic nobody learns whether it exists."""
    if topic_arn.split(":")[4] != self.current_account:
        action = "SNS:GetTopicAttributes"
        raise AwsError(
            "AuthorizationError",
            f"User: arn:aws:sts::{self.current_account}:user/moto is not authorized to perform: {action} "
            f"on resource: {topic_arn} because no resource-based policy allows the {action} action",
            403,
        )


def _count(topic: Topic, confirmed: bool) -> int:
    return sum(
        item.topic.arn == topic.arn and item.confirmed is confirmed for item in topic.sns_backend.subscriptions.values()
    )


def _confirm_subscription(self: SNSResponse) -> ActionResult:
    self.backend.get_topic(self._get_param("TopicArn"))
    subscription = self.backend.subscriptions[self._get_param("Token")]
    subscription.confirmed = True
    return ActionResult({"SubscriptionArn": subscription.arn})


def _list_subscriptions_by_topic(self: SNSResponse) -> ActionResult:
    subscriptions, token = self.backend.list_subscriptions_by_topic(
        self._get_param("TopicArn"), next_token=self._get_param("NextToken")
    )
    return ActionResult({"Subscriptions": [_described(item) for item in subscriptions], "NextToken": token})


def _described(subscription: Subscription) -> dict[str, Any]:
    return {
        "SubscriptionArn": subscription.arn if subscription.confirmed else "PendingConfirmation",
        "Owner": subscription.owner,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic_arn,
    }
