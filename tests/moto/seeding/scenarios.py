"""The accounts that can be planted."""

from __future__ import annotations

from collections.abc import Callable

from seeding.account import Account
from seeding.bill import plant_bill, plant_billed, plant_half_watched
from seeding.bucket_storage import plant_bucket_storage
from seeding.buckets import plant_buckets
from seeding.budgets import NO_BUDGET, plant_budgets, plant_no_current_budget
from seeding.caches import plant_caches
from seeding.containers import plant_containers
from seeding.database_use import plant_database_use
from seeding.databases import plant_databases
from seeding.groups import plant_groups
from seeding.instances import plans_for_the_main_region, plans_for_the_other_region, plant_instances, run_instances
from seeding.keys import plant_keys, plant_tagged_queue
from seeding.links import CROSS_ZONE, EGRESS, plant_endpoints, plant_other_zone, plant_transit_gateway, plant_vpn
from seeding.load_balancers import plant_load_balancers
from seeding.managed import plant_managed
from seeding.network import make_network, plant_addresses, plant_networks
from seeding.organization import plant_management, plant_member, plant_organization
from seeding.priced import plant_priced
from seeding.public_addresses import plant_public_addresses, spare_without_load_balancer
from seeding.serverless import plant_functions, plant_log_groups
from seeding.snapshots import make_image, plant_old, plant_unencrypted
from seeding.storage import plant_idle, plant_images, plant_many_snapshots, plant_unencrypted_image
from seeding.tables import plant_tables
from seeding.volume_performance import plant_performance
from seeding.volumes import plant_on_instance, plant_rider, plant_unattached
from seeding.warehouses import plant_warehouses

ENCRYPTION_OFF = "aws/ebs/encryption-by-default-off"
_MAIN, _OTHER, _THIRD = "us-east-1", "eu-west-1", "ap-southeast-2"
_MANY = 1200
_MANY_AT_ONCE = 100


def estate(account: Account) -> None:
    """A stand-alone account in three regions with every planted case and every look-alike."""
    _plant_machines(account)
    _plant_services(account)
    plant_budgets(account)
    plant_bill(account)
    _encrypt_by_default(account, but_not_in=[_MAIN])


def estates(account: Account) -> None:
    """An organization: what `estate` has, its machines in a member and all the rest in the management account."""
    member = plant_organization(account)
    _plant_machines(member)
    _plant_services(account)
    plant_billed(account)
    plant_budgets(account)
    account.look_alike(member.root_arn, "its management account has a budget over everything", NO_BUDGET)
    _encrypt_by_default(account, but_not_in=[])
    _encrypt_by_default(member, but_not_in=[_MAIN])


def _plant_machines(account: Account) -> None:
    """What runs, and what it hangs on: networks, instances, disks, images, load balancers, containers, functions."""
    main, second, other = (
        make_network(account, region, name, octet)
        for region, name, octet in ((_MAIN, "main", 20), (_MAIN, "second", 21), (_OTHER, "other", 22))
    )
    plant_networks(account, main, second, other)
    plant_other_zone(account, main, 20, "private", "busy", CROSS_ZONE)
    plant_other_zone(account, second, 21, "private-without-endpoints", "beside-endpoints")
    plant_endpoints(account, second, other)
    plant_transit_gateway(account, main, second)
    plant_vpn(account, _MAIN)

    main_image, other_image = (make_image(account, region, "base", 200) for region in (_MAIN, _OTHER))
    in_main = plant_instances(account, main, main_image, plans_for_the_main_region(account))
    in_other = plant_instances(account, other, other_image, plans_for_the_other_region())
    plant_addresses(account, main, in_main["forgotten"], in_main["jumpbox"])
    plant_addresses(account, other, in_other["web"], in_other["parked"])

    account.plant(account.arn("ec2", _OTHER, f"instance/{in_other['web']}"), EGRESS)
    account.look_alike(account.arn("ec2", _MAIN, f"instance/{in_main['forgotten']}"), "sends next to nothing", EGRESS)

    plant_rider(account, _MAIN, in_main["jumpbox"], "jumpbox-data")
    plant_rider(account, _MAIN, in_main["forgotten"], "forgotten-data")
    for region, instance_id in ((_MAIN, in_main["database"]), (_OTHER, in_other["web"])):
        plant_unattached(account, region)
        plant_unencrypted(account, region, plant_on_instance(account, region, instance_id))
    plant_unattached(account, _THIRD)
    plant_performance(account, _MAIN, in_main["database"])
    plant_idle(account, _MAIN, in_main["database"])
    plant_many_snapshots(account, _OTHER, in_other["web"])
    plant_unencrypted_image(account, _OTHER)
    plant_images(account, _MAIN)
    # What instances are started from: registered 200 days ago, and launched, but nobody told when.
    for region, image_id in ((_MAIN, main_image), (_OTHER, other_image)):
        account.set_attributes(region, image_id, last_launched_time=account.now.isoformat().replace("+00:00", "Z"))
    plant_old(account, _MAIN, _OTHER)
    plant_old(account, _OTHER, _MAIN)

    plant_groups(account, main, main_image)
    plant_load_balancers(account, main, in_main["database"])
    plant_public_addresses(account, _MAIN, in_main["forgotten"], in_main["database"])
    spare_without_load_balancer(account, _OTHER, in_other["web"])
    plant_functions(account, _MAIN)
    plant_log_groups(account, _MAIN)
    plant_containers(account, _MAIN, in_main["silent"])


def _plant_services(account: Account) -> None:
    """What keeps and carries data, all of it in the main region but for some buckets."""
    plant_managed(account, _MAIN)
    plant_keys(account, _MAIN)
    plant_tagged_queue(account, _MAIN)
    plant_tables(account, _MAIN)
    plant_caches(account, _MAIN)
    plant_buckets(account, _MAIN, _OTHER)
    plant_databases(account, _MAIN)
    plant_database_use(account, _MAIN)
    plant_warehouses(account, _MAIN)
    plant_bucket_storage(account, _MAIN)


def billed(account: Account) -> None:
    """Nothing but a bill, for a scan that reads Cost Explorer."""
    plant_billed(account)
    _encrypt_by_default(account, but_not_in=[])


def half_watched(account: Account) -> None:
    """Nothing but a bill, of which a small part is watched."""
    plant_half_watched(account)
    _encrypt_by_default(account, but_not_in=[])


def bare(account: Account) -> None:
    """Nothing but budgets that guard no cost."""
    plant_no_current_budget(account)
    _encrypt_by_default(account, but_not_in=[])


def many(account: Account) -> None:
    """1,200 instances, each with its root volume, to page through."""
    network = make_network(account, _MAIN, "many", 20)
    image_id = make_image(account, _MAIN, "base", 100)
    with account.days_ago(30):
        for _ in range(_MANY // _MANY_AT_ONCE):
            run_instances(account, network, image_id, "one-of-many", "m5.large", _MANY_AT_ONCE)
    account.counts |= {"aws_ec2_instance": _MANY, "aws_ebs_volume": _MANY}
    _encrypt_by_default(account, but_not_in=[])
    account.plant(account.root_arn, NO_BUDGET)


def empty(account: Account) -> None:
    """An account as AWS hands it over."""
    _encrypt_by_default(account, but_not_in=account.regions())
    account.plant(account.root_arn, NO_BUDGET)


def priced(account: Account) -> None:
    """A few things whose prices the price list has."""
    plant_priced(account, _MAIN, _OTHER)


def organization(account: Account) -> None:
    """An organization of which two accounts can be read, in three regions."""
    member = plant_organization(account)
    plant_management(account)
    plant_member(member)
    _encrypt_by_default(account, but_not_in=[])
    _encrypt_by_default(member, but_not_in=[_OTHER])


def _encrypt_by_default(account: Account, but_not_in: list[str]) -> None:
    for region in account.regions():
        if region in but_not_in:
            account.plant(account.region_arn(region), ENCRYPTION_OFF)
        else:
            account.client("ec2", region).enable_ebs_encryption_by_default()
            account.look_alike(account.region_arn(region), "on", ENCRYPTION_OFF)


SCENARIOS: dict[str, Callable[[Account], None]] = {
    scenario.__name__: scenario
    for scenario in (estate, estates, bare, billed, half_watched, many, empty, organization, priced)
}
