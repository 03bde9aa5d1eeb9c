"""Instances: oversized, idle, long stopped, and those that only look so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from seeding.account import Account, tags
from seeding.network import Network
from seeding.series import FIVE_MINUTES, HOUR, Value, between, samples, series

OFF_HOURS = "aws/ec2/off-hours-instance"
IDLE, OVERSIZED, STOPPED = "aws/ec2/idle-instance", "aws/ec2/oversized-instance", "aws/ec2/long-stopped-instance"
PREVIOUS, GRAVITON = "aws/ec2/previous-generation-instance", "aws/ec2/graviton-candidate"
CREDITS = "aws/ec2/burst-credits-charged"
_MIB = 2**20


@dataclass
class Load:
    """What an instance does: CPU in percent, bytes in and out an hour, operations on its disks a second."""

    cpu: Callable[[datetime], Value]
    network_bytes_an_hour: Callable[[datetime], float]
    disk_operations: float = 0.0
    period: int = HOUR
    days: float = 16
    known: Callable[[datetime], bool] = field(default=lambda _at: True)
    # Memory in use, percent, as the CloudWatch agent reports it; None without an agent.
    memory: float | None = None
    # Surplus CPU credits that are charged an hour; None for a type that has no credits.
    surplus_credits: float | None = None


@dataclass
class Plan:
    """An instance, how old it is, and what must or must not be found of it."""

    name: str
    instance_type: str
    age_days: float
    load: Load | None = None
    planted: list[str] = field(default_factory=list)
    look_alike: list[str] = field(default_factory=list)
    why: str = ""
    restarted_days_ago: float | None = None
    stopped_days_ago: float | None = None


def plant_instances(account: Account, network: Network, image_id: str, plans: list[Plan]) -> dict[str, str]:
    """Their ids, by name."""
    return {plan.name: plant_instance(account, network, image_id, plan) for plan in plans}


def plant_instance(account: Account, network: Network, image_id: str, plan: Plan) -> str:
    ec2, region = account.client("ec2", network.region), network.region
    with account.days_ago(plan.age_days):
        id = run_instances(account, network, image_id, plan.name, plan.instance_type)[0]
    if plan.stopped_days_ago is not None:
        with account.days_ago(plan.stopped_days_ago):
            ec2.stop_instances(InstanceIds=[id])
    if plan.restarted_days_ago is not None:
        with account.days_ago(plan.restarted_days_ago):
            ec2.stop_instances(InstanceIds=[id])
            ec2.start_instances(InstanceIds=[id])
    if plan.load:
        _put_load(account, region, id, plan.load)
        if plan.load.memory is not None:
            _put_memory(account, region, id, image_id, plan.instance_type, plan.load)
    arn = account.arn("ec2", region, f"instance/{id}")
    account.plant(arn, *plan.planted)
    account.look_alike(arn, plan.why, *plan.look_alike)
    return id


def run_instances(
    account: Account, network: Network, image_id: str, name: str, instance_type: str, count: int = 1
) -> list[str]:
    """Each with an encrypted gp3 root volume and no public address."""
    root = {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True}
    answer = account.client("ec2", network.region).run_instances(
        ImageId=image_id,
        InstanceType=instance_type,
        MinCount=count,
        MaxCount=count,
        SubnetId=network.subnet_id,
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": root}],
        TagSpecifications=tags("instance", name, environment="test") + tags("volume", f"{name}-root"),
    )
    return [instance["InstanceId"] for instance in answer["Instances"]]


def _put_load(account: Account, region: str, id: str, load: Load) -> None:
    periods_an_hour = HOUR / load.period

    def bytes_a_period(at: datetime) -> Value:
        return round(load.network_bytes_an_hour(at) / periods_an_hour)

    operations = load.disk_operations * load.period
    shapes: dict[str, Callable[[datetime], Value]] = {
        "CPUUtilization": load.cpu,
        "NetworkIn": bytes_a_period,
        "NetworkOut": bytes_a_period,
        "EBSReadOps": lambda _at: operations / 4,
        "EBSWriteOps": lambda _at: operations,
        "EBSReadBytes": lambda _at: operations / 4 * 16_384,
        "EBSWriteBytes": lambda _at: operations * 16_384,
    }

    if load.surplus_credits is not None:
        shapes["CPUSurplusCreditsCharged"] = lambda _at: load.surplus_credits / periods_an_hour

    def shape_where_known(shape: Callable[[datetime], Value]) -> Callable[[datetime], Value]:
        return lambda at: shape(at) if load.known(at) else None

    account.put_metrics(
        region,
        [
            series(account.now, "AWS/EC2", {"InstanceId": id}, metric, shape_where_known(shape), load.period, load.days)
            for metric, shape in shapes.items()
        ],
    )


def _put_memory(
    account: Account, region: str, id: str, image_id: str, instance_type: str, load: Load
) -> None:
    """As the agent publishes it with the dimensions of the example in AWS's documentation."""
    dimensions = {"InstanceId": id, "ImageId": image_id, "InstanceType": instance_type}
    memory = between(load.memory - 5, load.memory, f"{id}-memory")
    account.put_metrics(
        region,
        [series(account.now, "CWAgent", dimensions, "mem_used_percent", memory, load.period, load.days)],
    )


def _idle_load(name: str, **others: object) -> Load:
    """At most 2.6 % CPU, and about 2 MB a day in and out together."""
    return Load(samples(between(0.8, 2, name)), between(30_000, 50_000, f"{name}-bytes"), **others)


def _modest_load(name: str, memory: float | None = None) -> Load:
    """About 8 % CPU, at most 11 %; 100 MB an hour."""
    return Load(
        samples(between(6.5, 8.4, name)),
        between(90e6, 110e6, f"{name}-bytes"),
        disk_operations=40,
        period=FIVE_MINUTES,
        memory=memory,
    )


def _busy_load(name: str, period: int = HOUR) -> Load:
    return Load(samples(between(48, 66, name)), between(1e9, 3e9, f"{name}-bytes"), disk_operations=400, period=period)


def _steady_load(name: str, cpu: float, surplus_credits: float) -> Load:
    """The same CPU all the time, within a percent."""
    shape = samples(between(cpu - 0.5, cpu + 0.5, name), peak=1.02)
    bytes_an_hour = between(1e9, 2e9, f"{name}-bytes")
    return Load(shape, bytes_an_hour, disk_operations=40, period=FIVE_MINUTES, surplus_credits=surplus_credits)


def _nightly_load(name: str) -> Load:
    quiet = between(1, 2, name)

    def cpu(at: datetime) -> float:
        return 92.0 if at.hour == 2 else quiet(at)

    return Load(samples(cpu, peak=1.05), between(30_000, 50_000, f"{name}-bytes"), period=FIVE_MINUTES)


def _busy_on_one_day(account: Account, name: str) -> Load:
    quiet = between(30_000, 50_000, f"{name}-bytes")

    def bytes_an_hour(at: datetime) -> float:
        return 4 * _MIB if (account.now - at).days == 6 else quiet(at)

    return Load(samples(between(0.8, 2, name)), bytes_an_hour)


def _three_hours_in_five(at: datetime) -> bool:
    return int(at.timestamp()) // HOUR % 5 < 3


def plans_for_the_main_region(account: Account) -> list[Plan]:
    both = [IDLE, OVERSIZED]
    return [
        Plan(
            "api", "m5.2xlarge", 120, _modest_load("api"), [OVERSIZED, GRAVITON], [IDLE], "8 % CPU is little, but not idle"
        ),
        # Its agent tells that 4 GiB are enough for the present 32, with room to spare: so an m5.large is.
        Plan(
            "with-agent",
            "m5.2xlarge",
            90,
            _modest_load("with-agent", memory=15),
            [OVERSIZED],
            [GRAVITON],
            "what fits its image costs little more than what fits another",
        ),
        # Its agent tells that the memory is in use; only an Arm type has more of it for less.
        Plan(
            "memory-in-use",
            "m5.2xlarge",
            90,
            _modest_load("memory-in-use", memory=90),
            [GRAVITON],
            [OVERSIZED],
            "8 % CPU, but 90 % of the memory",
        ),
        # A third of a vCPU on average and 8 GiB: a burstable type with two vCPUs never runs out of credits.
        Plan("small-load", "c5.xlarge", 90, _modest_load("small-load"), [OVERSIZED, GRAVITON]),
        Plan(
            "forgotten", "m5.large", 40, _idle_load("forgotten"), [IDLE], [OFF_HOURS], "idle all the time, not by a schedule"
        ),
        Plan("forgotten-restarted", "m5.large", 60, _idle_load("forgotten-restarted"), [IDLE], restarted_days_ago=3),
        Plan("jumpbox", "m5.large", 200, None, [STOPPED], both, "stopped", stopped_days_ago=95),
        Plan(
            "paused",
            "m5.large",
            300,
            None,
            [],
            [STOPPED],
            "launched long ago, but stopped only 10 days ago",
            stopped_days_ago=10,
        ),
        Plan(
            "nightly-batch",
            "m5.2xlarge",
            90,
            _nightly_load("nightly-batch"),
            [OFF_HOURS],
            both,
            "92 % CPU for an hour every night",
        ),
        Plan(
            "new-worker",
            "m5.2xlarge",
            2,
            _idle_load("new-worker", period=FIVE_MINUTES, days=2),
            [],
            both,
            "launched 2 days ago",
        ),
        Plan("silent", "m5.2xlarge", 60, None, [], both, "running, without any metric"),
        Plan(
            "half-known",
            "m5.2xlarge",
            60,
            _idle_load("half-known", period=FIVE_MINUTES, known=_three_hours_in_five),
            [],
            both,
            "idle in what is known, but only 60 % of its points are",
        ),
        Plan(
            "relay",
            "m5.large",
            60,
            Load(samples(between(1, 2, "relay")), between(80e6, 90e6, "relay-bytes")),
            [],
            [IDLE],
            "2 % CPU, but 4 GB a day",
        ),
        Plan(
            "monthly",
            "m5.large",
            60,
            _busy_on_one_day(account, "monthly"),
            [],
            [IDLE],
            "idle on all days but one, with 200 MB then",
        ),
        Plan("busy", "m5.2xlarge", 60, _busy_load("busy", FIVE_MINUTES), [], both, "two thirds of its CPU in use"),
        Plan("database", "m5.large", 150, _busy_load("database"), [], [*both, STOPPED, OFF_HOURS], "in use at all hours"),
        # It earns 36 credits an hour, for 30 % of two vCPUs, and needs 39 more.
        Plan("spinning", "t3.large", 90, _steady_load("spinning", 63, surplus_credits=39), [CREDITS], both, "busy"),
        Plan(
            "bursting", "t3.large", 90, _steady_load("bursting", 28, surplus_credits=0), [], [CREDITS], "lives on what it earns"
        ),
    ]


def plans_for_the_other_region() -> list[Plan]:
    return [
        Plan(
            "worker", "c5.2xlarge", 75, _modest_load("worker"), [OVERSIZED], [IDLE], "8 % CPU is little, but not idle"
        ),
        Plan(
            "forgotten-eu",
            "c5.large",
            30,
            _idle_load("forgotten-eu"),
            [IDLE],
            [PREVIOUS],
            "c6i.large costs less, but does fewer operations on EBS for good",
        ),
        Plan("parked", "c5.xlarge", 100, None, [STOPPED], [], stopped_days_ago=45),
        # c6i costs less than c5 in this region.
        Plan("web", "c5.xlarge", 100, _busy_load("web"), [PREVIOUS], [IDLE, OVERSIZED, STOPPED], "in use"),
    ]
