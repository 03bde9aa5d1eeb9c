"""Auto Scaling groups: one that is oversized, and those that only look so."""

from __future__ import annotations

from dataclasses import dataclass

from seeding.account import Account
from seeding.network import Network
from seeding.series import FIVE_MINUTES, between, samples, series

OVERSIZED_GROUP, PREVIOUS = "aws/ec2/oversized-group", "aws/ec2/previous-generation-instance"


@dataclass
class GroupPlan:
    """A group of two m5.2xlarge, how busy the busiest of them is, and what must or must not be found of it."""

    name: str
    cpu_percent: tuple[float, float]
    planted: list[str]
    why: str = ""
    with_policy: bool = False
    largest: int = 2


def plans() -> list[GroupPlan]:
    return [
        GroupPlan("web-asg", (6, 9), [OVERSIZED_GROUP]),
        GroupPlan("render-asg", (60, 80), [], "its busiest member uses most of its CPU"),
        GroupPlan("elastic-asg", (6, 9), [], "it scales with its load", with_policy=True, largest=6),
    ]


def plant_groups(account: Account, network: Network, image_id: str) -> None:
    for plan in plans():
        _plant_group(account, network, image_id, plan)


def _plant_group(account: Account, network: Network, image_id: str, plan: GroupPlan) -> None:
    region = network.region
    ec2, autoscaling = account.client("ec2", region), account.client("autoscaling", region)
    least = 1 if plan.with_policy else 2
    with account.days_ago(60):
        root = {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True}
        template = ec2.create_launch_template(
            LaunchTemplateName=plan.name,
            LaunchTemplateData={
                "ImageId": image_id,
                "InstanceType": "m5.2xlarge",
                "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": root}],
            },
        )["LaunchTemplate"]
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=plan.name,
            MinSize=least,
            MaxSize=plan.largest,
            DesiredCapacity=2,
            LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "1"},
            VPCZoneIdentifier=network.subnet_id,
        )
        if plan.with_policy:
            autoscaling.put_scaling_policy(
                AutoScalingGroupName=plan.name,
                PolicyName="half-busy",
                PolicyType="TargetTrackingScaling",
                TargetTrackingConfiguration={
                    "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
                    "TargetValue": 50.0,
                },
            )
    groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[plan.name])["AutoScalingGroups"]
    arn = groups[0]["AutoScalingGroupARN"]
    _keep_to_the_template(account, region, [member["InstanceId"] for member in groups[0]["Instances"]])
    _put_load(account, region, plan)
    account.plant(arn, *plan.planted)
    if not plan.planted:
        account.look_alike(arn, plan.why, OVERSIZED_GROUP)


def _put_load(account: Account, region: str, plan: GroupPlan) -> None:
    shapes = {
        "CPUUtilization": samples(between(*plan.cpu_percent, plan.name)),
        "NetworkIn": between(1e6, 2e6, f"{plan.name}-in"),
        "NetworkOut": between(1e6, 2e6, f"{plan.name}-out"),
        "EBSReadOps": between(10, 20, f"{plan.name}-reads"),
        "EBSWriteOps": between(100, 200, f"{plan.name}-writes"),
        "EBSReadBytes": between(1e5, 2e5, f"{plan.name}-read"),
        "EBSWriteBytes": between(1e6, 2e6, f"{plan.name}-written"),
    }
    dimensions = {"AutoScalingGroupName": plan.name}
    account.put_metrics(
        region,
        [
            series(account.now, "AWS/EC2", dimensions, metric, value, FIVE_MINUTES)
            for metric, value in shapes.items()
        ],
    )


def _keep_to_the_template(account: Account, region: str, members: list[str]) -> None:
    """The server gives members of a group volumes of its own choice."""
    filters = [{"Name": "attachment.instance-id", "Values": members}]
    for volume in account.client("ec2", region).describe_volumes(Filters=filters)["Volumes"]:
        account.set_attributes(region, volume["VolumeId"], volume_type="gp3", encrypted=True, iops=3000, throughput=125)
