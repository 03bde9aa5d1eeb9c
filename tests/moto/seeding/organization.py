"""An organization: its management account, a member in a nested unit, one that lets nobody in, and one that is closed."""

from __future__ import annotations

from seeding.account import Account
from seeding.budgets import EMAIL, NO_BUDGET, alert, make_budget
from seeding.instances import run_instances
from seeding.network import UNASSOCIATED, address_arn, allocate_address, make_network
from seeding.snapshots import make_image
from seeding.volumes import UNATTACHED, make_volume, volume_arn

_MAIN, _OTHER = "us-east-1", "eu-west-1"


def plant_organization(account: Account) -> Account:
    """Units and accounts; gives the member that can be read."""
    client = account.client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]

    def unit(name: str, parent: str) -> str:
        id = client.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]
        account.ids[name] = id
        return id

    def member(name: str, parent: str, **tags: str) -> str:
        created = client.create_account(
            AccountName=name,
            Email=f"{name}@example.com",
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        id = created["CreateAccountStatus"]["AccountId"]
        client.move_account(AccountId=id, SourceParentId=root, DestinationParentId=parent)
        account.ids[name] = id
        return id

    account.ids["root"] = root
    workloads = unit("workloads", root)
    shop = unit("shop", workloads)
    live = member("shop-live", shop, owner="shop-team", stage="production")
    member("closed-door", workloads, stage="production")
    client.close_account(AccountId=member("old-lab", root))
    return account.member(live)


def plant_management(account: Account) -> None:
    """One volume with an owner, one address without, and a budget over everything."""
    orphan = make_volume(account, _MAIN, "orphan", 60)
    client = account.client("ec2", _MAIN)
    client.create_tags(Resources=[orphan], Tags=[{"Key": "owner", "Value": "finops"}])
    account.plant(volume_arn(account, _MAIN, orphan), UNATTACHED)
    new = make_volume(account, _MAIN, "new", 1)
    account.look_alike(volume_arn(account, _MAIN, new), "created yesterday", UNATTACHED)
    with account.days_ago(90):
        address = allocate_address(account, _OTHER, "nobody-s")
    account.plant(address_arn(account, _OTHER, address), UNASSOCIATED)
    make_budget(account, "everything", (alert("ACTUAL", 80), [EMAIL]), (alert("FORECASTED", 100), [EMAIL]))
    account.look_alike(account.root_arn, "has a current cost budget", NO_BUDGET)
    account.ids["orphan"] = orphan
    _plant_instance(account)


def plant_member(account: Account) -> None:
    """A larger volume that only its account has an owner for, and nothing in the other regions."""
    orphan = make_volume(account, _MAIN, "orphan", 60, Size=200)
    account.plant(volume_arn(account, _MAIN, orphan), UNATTACHED)
    recent = make_volume(account, _MAIN, "new", 1)
    account.look_alike(volume_arn(account, _MAIN, recent), "created yesterday", UNATTACHED)
    account.look_alike(account.root_arn, "its management account has a budget over everything", NO_BUDGET)
    account.ids["member-orphan"] = orphan
    _plant_instance(account)


def _plant_instance(account: Account) -> None:
    """It runs, and nobody knows whether it works: no metric was ever published. Its type has to be looked up."""
    network = make_network(account, _MAIN, "main", 20)
    image = make_image(account, _MAIN, "base", 100)
    # Launched of late: an image that was not would be an old one.
    now = account.now.isoformat().replace("+00:00", "Z")
    account.set_attributes(_MAIN, image, last_launched_time=now)
    with account.days_ago(30):
        run_instances(account, network, image, "silent", "m5.large")
