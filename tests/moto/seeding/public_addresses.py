"""Public addresses of instances behind load balancers."""

from __future__ import annotations

from seeding.account import Account

NO_NEED = "aws/vpc/public-address-without-need"


def plant_public_addresses(account: Account, region: str, addressed_id: str, hidden_id: str) -> None:
    """`addressed_id` has an Elastic IP address and no route to an internet gateway; it joins `hidden_id`, which has no public
    address, behind the load balancer `busy`."""
    balancing = account.client("elbv2", region)
    group = balancing.describe_target_groups(Names=["busy"])["TargetGroups"][0]["TargetGroupArn"]
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": addressed_id}])
    account.plant(account.arn("ec2", region, f"instance/{addressed_id}"), NO_NEED)
    account.look_alike(account.arn("ec2", region, f"instance/{hidden_id}"), "it has no public address", NO_NEED)


def spare_without_load_balancer(account: Account, region: str, instance_id: str) -> None:
    """An instance with an Elastic IP address, behind nothing."""
    arn = account.arn("ec2", region, f"instance/{instance_id}")
    account.look_alike(arn, "behind no load balancer", NO_NEED)
