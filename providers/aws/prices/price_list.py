"""Prices from recorded answers of AWS's price list, in the names of the price book.

An answer is what GetProducts gives: a JSON object with the list `PriceList`, whose entries are texts that hold JSON. `billhook
prices refresh --save-replies DIR` and `aws pricing get-products` write such files. The same reading stands in ../src/prices/live,
for prices that are read while an account is scanned; `meters.csv` is shared, and a test holds the two against each other.
"""

import csv
import json
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Iterator, NamedTuple

#: What a user reads as the source of these prices.
SOURCE = "AWS Price List"
HOURS = {"hrs", "hours"}
#: `EU-`, or three capitals and a digit, before a usage type.
REGION_PREFIX = re.compile(r"(EU|[A-Z]{3}\d)-")
#: (usage type before the colon → variant, the attribute with the engine where that is the variant) by service code; the section is `node:` and the name.
NODES = {
    "AmazonDAX": ("dax", {"NodeUsage": ""}, None),
    "AmazonDocDB": ("docdb", {"InstanceUsage": "", "InstanceUsageIOOptimized": "io-optimized"}, None),
    "AmazonElastiCache": ("elasticache", {"NodeUsage": ""}, "cacheEngine"),
    "AmazonMemoryDB": ("memorydb", {"NodeUsage": ""}, "engine"),
    "AmazonNeptune": ("neptune", {"InstanceUsage": "", "InstanceUsageIOOptimized": "io-optimized"}, None),
    "AmazonES": ("opensearch", {"ESInstance": ""}, None),
    "AmazonRedshift": ("redshift", {"Node": ""}, None),
}
ENGINES = {
    ("MySQL", ""): "mysql",
    ("MariaDB", ""): "mariadb",
    ("PostgreSQL", ""): "postgresql",
    ("Aurora MySQL", ""): "aurora-mysql",
    ("Aurora PostgreSQL", ""): "aurora-postgresql",
    ("Oracle", "Enterprise"): "oracle-enterprise",
    ("Oracle", "Standard"): "oracle-standard",
    ("Oracle", "Standard Two"): "oracle-standard-two",
    ("SQL Server", "Enterprise"): "sql-server-enterprise",
    ("SQL Server", "Express"): "sql-server-express",
    ("SQL Server", "Standard"): "sql-server-standard",
    ("SQL Server", "Web"): "sql-server-web",
}
LICENSES = {"No license required": "none", "License included": "li", "Bring your own license": "byol"}
DEPLOYMENTS = {
    ("Single-AZ", "InstanceUsage"): "single-az",
    ("Single-AZ", "InstanceUsageIOOptimized"): "single-az",
    ("Multi-AZ", "Multi-AZUsage"): "multi-az",
    ("Multi-AZ (SQL Server Mirror)", "Multi-AZUsage"): "multi-az",
    ("Multi-AZ (readable standbys)", "Multi-AZClusterUsage"): "multi-az-readable",
}


class ListError(Exception):
    """The answers are not what they should be; the message names the file."""


class Listed(NamedTuple):
    """One price of the list, with the day on which the list was published."""

    section: str
    name: str
    variant: str
    unit: str
    region: str
    usd: str
    as_of: date


class Tier(NamedTuple):
    begin: Decimal
    usd: Decimal
    unit: str


class Entry:
    """What a price list says of one thing that is sold."""

    def __init__(self, where: str, document: dict) -> None:
        try:
            product = document["product"]
            self.attributes: dict[str, str] = product.get("attributes", {})
            self.published = date.fromisoformat(document["publicationDate"][:10])
        except (KeyError, TypeError, ValueError) as error:
            raise ListError(f"{where}: an entry has no product or no day of publication ({error!r})") from error
        self.service = document.get("serviceCode") or self["servicecode"]
        self.family = product.get("productFamily", "")
        terms = [self._tiers(term) for term in document.get("terms", {}).get("OnDemand", {}).values()]
        # Several terms that do not agree are no price.
        agreed = terms and all(term == terms[0] for term in terms)
        self.tiers = [tier for tier in terms[0] if tier.usd > 0] if agreed else []

    @staticmethod
    def _tiers(term: dict) -> list[Tier]:
        try:
            tiers = [
                Tier(Decimal(each.get("beginRange", "0")), Decimal(each["pricePerUnit"]["USD"]), each["unit"])
                for each in term["priceDimensions"].values()
            ]
        except (KeyError, InvalidOperation):
            return []
        return sorted(tiers) if all(tier.usd.is_finite() and tier.begin.is_finite() for tier in tiers) else []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def usage(self) -> str:
        """The usage type without the region before it."""
        usage, region = self["usagetype"], self["regionCode"]
        if region and usage.startswith(f"{region}-"):
            return usage[len(region) + 1 :]
        match = REGION_PREFIX.match(usage)
        return usage[match.end() :] if match else usage

    def is_sold_in_a_region(self) -> bool:
        return bool(self["regionCode"]) and self["locationType"] in ("", "AWS Region") and "outpost" not in self["usagetype"].lower()

    def hour(self) -> Decimal | None:
        """The one price by the hour."""
        return self.tiers[0].usd if len(self.tiers) == 1 and self.tiers[0].unit.lower() in HOURS else None


def instance(entry: Entry) -> tuple[str, str, str] | None:
    """Section, name and variant of what is sold by the hour and by its size."""
    size, before_colon = entry["instanceType"], entry.usage.split(":")[0]
    if not size:
        return None
    if entry.service == "AmazonEC2":
        dedicated = entry["tenancy"] == "Dedicated"
        operation = re.fullmatch(r"RunInstances(:[0-9A-Za-z]+)?", entry["operation"])
        is_used = entry["capacitystatus"] == "Used" and entry["marketoption"] in ("", "OnDemand")
        is_plain = entry["operatingSystem"] == "Linux" and entry["preInstalledSw"] in ("NA", "")
        usage = "DedicatedUsage" if dedicated else "BoxUsage"
        if not (operation and is_used and entry.family.startswith("Compute Instance") and before_colon == usage):
            return None
        if entry["tenancy"] not in ("Shared", "Dedicated") or not (operation[1] or is_plain):
            return None
        variant = f"{operation[0]}/dedicated" if dedicated else operation[0] if operation[1] else ""
        return "ec2", size, variant
    if entry.service == "AmazonRDS":
        engine_name = entry["databaseEngine"]
        edition = entry["databaseEdition"] if engine_name in ("Oracle", "SQL Server") else ""
        engine, license = ENGINES.get((engine_name, edition)), LICENSES.get(entry["licenseModel"])
        deployment = DEPLOYMENTS.get((entry["deploymentOption"], before_colon))
        is_optimized, is_custom = before_colon == "InstanceUsageIOOptimized", entry["deploymentModel"] == "Custom"
        if entry.family != "Database Instance" or is_custom or not (engine and license and deployment):
            return None
        if is_optimized and not engine.startswith("aurora"):
            return None
        return "rds", size, f"{engine}{':io-optimized' if is_optimized else ''}/{license}/{deployment}"
    if entry.service in NODES:
        service, usages, attribute = NODES[entry.service]
        engine = {"Redis": "redis", "Valkey": "valkey", "Memcached": "memcached"}.get(entry[attribute]) if attribute else None
        if before_colon not in usages or attribute and not engine:
            return None
        return f"node:{service}", size, engine if attribute else usages[before_colon]
    return None


def meters() -> list[dict[str, str]]:
    """The lines of meters.csv."""
    with (Path(__file__).parent / "meters.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def metered(entry: Entry, known: list[dict[str, str]]) -> Iterator[tuple[tuple[str, str, str], str, Decimal]]:
    """What is sold by a meter: (section, name, variant), unit, price."""
    found = [
        meter
        for meter in known
        if (meter["service"], meter["usage"]) == (entry.service, entry.usage) and meter["operation"] in ("", entry["operation"])
    ]
    for meter in found:
        # A tier more or less than is known of it: nobody can tell which is which.
        if len(entry.tiers) != len(found):
            return
        tiers = [tier for tier in entry.tiers if not meter["from"] or tier.begin == Decimal(meter["from"])]
        if tiers and tiers[0].unit.lower() in meter["units"].lower().split("|"):
            usd = Fraction(tiers[0].usd) * Fraction(meter["times"])
            # Twelve digits, like the prices that are read live.
            yield (meter["section"], meter["name"], meter["variant"]), meter["unit"], Decimal(f"{float(usd):.11e}")


def entries(folder: Path) -> Iterator[Entry]:
    """Every entry of every answer in a folder."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ListError(f"{folder}: there is no answer (*.json)")
    for file in files:
        try:
            texts = json.loads(file.read_text(encoding="utf-8"))["PriceList"]
            # `aws pricing get-products` gives texts; some tools unpack them.
            documents = [json.loads(text) if isinstance(text, str) else text for text in texts]
        except (ValueError, KeyError, TypeError) as error:
            raise ListError(f"{file}: is no answer of GetProducts ({error!r})") from error
        for document in documents:
            yield Entry(str(file), document)


def read(folder: Path) -> tuple[list[Listed], list[tuple[str, str, str, str]]]:
    """The prices of all answers, and what they hold several numbers for, which is left out."""
    found: dict[tuple[str, str, str, str], set[tuple[str, Decimal]]] = defaultdict(set)
    published: dict[tuple[str, str, str, str], date] = {}
    known = meters()
    for entry in entries(folder):
        if not entry.is_sold_in_a_region():
            continue
        prices = list(metered(entry, known))
        hour, name = entry.hour(), instance(entry)
        if hour and name:
            prices.append((name, "hour", hour))
        for name, unit, usd in prices:
            key = (*name, entry["regionCode"])
            found[key].add((unit, usd.normalize()))
            published[key] = min(entry.published, published.get(key, entry.published))
    listed, contradictions = [], []
    for key in sorted(found):
        if len(found[key]) > 1:
            contradictions.append(key)
            continue
        ((unit, usd),) = found[key]
        section, name, variant, region = key
        listed.append(Listed(section, name, variant, unit, region, f"{usd:f}", published[key]))
    return listed, contradictions
