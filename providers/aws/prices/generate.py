#!/usr/bin/env python3
"""Turn a directory of price facts into the price book that is embedded in the binary.

    python3 generate.py --facts DIR --out book.bin            write the book
    python3 generate.py --facts DIR --out book.bin --check    fail unless the book is what DIR gives
    python3 generate.py --book OLD --out book.bin             the same from the facts in an older book
    … --from-price-list DIR                                   with newer prices from recorded answers of AWS's price list

Python 3.11 or newer, standard library only. The output depends on the facts and on this file alone: the same input gives
the same bytes. README.md beside this file says which CSV files and columns are read, and describes the format of the book.

Every run decodes the book that it just made with a second, independent piece of code and compares each price with the
fact that it came from, so that a book with a wrong digit is never written.
"""

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Iterator, NamedTuple

import price_list

MAGIC = b"BHPRICES"
#: Raise it when the same facts would give other bytes. The reader knows one version.
VERSION = 1
#: The pseudo region of what costs the same everywhere and is billed without a region.
GLOBAL = "global"
#: No row may lean on a row that leans on more than this many others: reading one price stays cheap.
MAX_REFERENCE_DEPTH = 6

EXACT, ESTIMATED = 0, 1
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+|global")
USD = re.compile(r"\d+(\.\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
YEARS = re.compile(r"\d{4}-(\d{4})")


class FactError(Exception):
    """The facts are not what this generator expects; the message names file and line."""


class Provenance(NamedTuple):
    """Where a price comes from. `as_of` is None for an undated price, which is never exact."""

    basis: int
    as_of: date | None
    source: str


class Fact(NamedTuple):
    """One published or estimated price."""

    section: str
    name: str
    variant: str
    unit: str
    region: str
    usd: str
    provenance: Provenance


# ---------------------------------------------------------------------------------------------------------------- facts

#: How a `source` of the facts is shown to a user. The first entry whose pattern matches decides; else it is shown as it is.
SOURCE_NAMES = [
    (re.compile(r"aws-price-watcher(:(?P<map>.+))?"), "AWS pricing page map via aws-price-watcher"),
    (re.compile(r"aws-ebs-calculator-map\(rosa-calculator\)"), "AWS EBS calculator map via rosa-calculator"),
    (re.compile(r"ec2\.shop"), "AWS pricing page map via ec2.shop"),
    (re.compile(r"karpenter"), "AWS Price List via karpenter-provider-aws"),
    (re.compile(r"karpenter-derived-metal"), "derived from the virtual sizes of the family"),
    (re.compile(r"github static table .*per-GB equals hourly rate.*"), "taken as equal to the hourly price of a public table of about 2021"),
    (re.compile(r"github static table .*"), "public table of about 2021"),
    (re.compile(r"ESTIMATE: sister-region NAT price, unverified.*"), "price of a neighbouring region, unverified"),
    (re.compile(r"infracost golden .*"), "AWS Price List via infracost test results"),
    (re.compile(r"public-list-price-knowledge.*"), "public list price, unverified"),
]

#: What in a `source` or an `as_of` makes a price an estimate, whatever else is said about it.
WEAK = re.compile(r"estimate|unverified|undated|derived|multipl|knowledge|sister-region|equals hourly", re.IGNORECASE)

#: Undated numbers that were seen again in a dated place, with the day (or the first day of the month or year) of that place.
#: The processing price of these gateways was confirmed for us-east-1 only.
RECONFIRMED = {
    ("network", "nat_gateway", "hour", "us-east-1"): ("0.045", date(2025, 11, 1), "AWS Price List via infracost test results"),
    ("network", "nat_gateway", "data_gb", "us-east-1"): ("0.045", date(2025, 11, 1), "AWS Price List via infracost test results"),
    ("network", "nat_gateway", "hour", "ap-northeast-2"): ("0.059", date(2026, 10, 1), "AWS Price List, quoted in public documentation"),
    ("network", "nat_gateway", "hour", "eu-west-1"): ("0.048", date(2026, 1, 1), "AWS Price List, quoted in a public test"),
}


def source_name(source: str) -> str:
    """The source as a user reads it."""
    for pattern, name in SOURCE_NAMES:
        match = pattern.fullmatch(source)
        if match:
            page = match.groupdict().get("map")
            return f"{name} ({page})" if page else name
    return source


def parse_as_of(text: str) -> date | None:
    """The day a price is known to have held, or None when the facts do not date it.

    Of a range of years it is the first day of the last one: the number was still seen in that year.
    """
    if DATE.fullmatch(text):
        return date.fromisoformat(text)
    years = YEARS.fullmatch(text)
    if years:
        return date(int(years[1]), 1, 1)
    return None


def provenance_of(source: str, as_of: str) -> Provenance:
    """Exact is a published number with a date; everything else is an estimate."""
    day = parse_as_of(as_of)
    weak = day is None or WEAK.search(source) or WEAK.search(as_of)
    return Provenance(ESTIMATED if weak else EXACT, day, source_name(source))


class Facts:
    """Reads the CSV files and remembers a digest of all that was read."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.digest = hashlib.sha256()
        self.facts: dict[tuple[str, str, str, str], Fact] = {}
        # Of a book that was read back: what it was made from, unless something was added.
        self.old_digest: bytes | None = None

    def sources(self) -> bytes:
        """SHA-256 of what the facts were made from."""
        return self.old_digest or self.digest.digest()

    def in_order(self) -> list[Fact]:
        """All facts, in a fixed order."""
        return [self.facts[key] for key in sorted(self.facts)]

    def read_book(self, path: Path) -> None:
        """The facts of an older book."""
        data = path.read_bytes()
        if data[: len(MAGIC)] != MAGIC or data[len(MAGIC)] != VERSION:
            raise FactError(f"{path}: is no price book of version {VERSION}")
        self.old_digest = data[len(MAGIC) + 1 : len(MAGIC) + 33]
        for (section, name, variant, region), (usd, unit, provenance) in read_back(data):
            fact = Fact(section, name, variant, unit, region, f"{usd.normalize():f}", provenance)
            self.facts[section, name, variant, region] = fact

    def update(self, folder: Path) -> str:
        """Puts newer prices in place of older ones, and beside them; says what came of it."""
        listed, contradictions = price_list.read(folder)
        self.digest = hashlib.sha256(self.sources())
        self.old_digest = None
        count: Counter[str] = Counter()
        units = {(fact.section, fact.name, fact.variant): fact.unit for fact in self.facts.values()}
        for price in listed:
            key = (price.section, price.name, price.variant, price.region)
            old = self.facts.get(key)
            if old and old.provenance.as_of and old.provenance.as_of > price.as_of and old.provenance.basis == EXACT:
                count["older than what is known"] += 1
                continue
            if units.get(key[:3], price.unit) != price.unit:
                raise FactError(f"{key} is priced per {units[key[:3]]} and, in {folder}, per {price.unit}")
            count["new" if not old else "the same" if Decimal(old.usd) == Decimal(price.usd) else "changed"] += 1
            provenance = Provenance(EXACT, price.as_of, price_list.SOURCE)
            self.facts[key] = Fact(price.section, price.name, price.variant, price.unit, price.region, price.usd, provenance)
            self.digest.update(repr(price).encode())
        counts = ", ".join(f"{number} {word}" for word, number in sorted(count.items()))
        left_out = "".join(f"\nleft out, since the list holds several numbers: {' '.join(key)}" for key in contradictions)
        return f"{len(listed)} prices of the price list: {counts}{left_out}"

    def rows(self, file: str, columns: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """(where, row) for every row of a file that has exactly these columns."""
        path = self.folder / file
        data = path.read_bytes()
        self.digest.update(f"{file}\0{len(data)}\0".encode())
        self.digest.update(data)
        reader = csv.DictReader(data.decode("utf-8").splitlines())
        if reader.fieldnames != columns:
            raise FactError(f"{path}: the columns are {reader.fieldnames}, expected {columns}")
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                raise FactError(f"{where}: the row does not have {len(columns)} cells")
            yield where, row

    def add(self, where: str, section: str, name: str, variant: str, unit: str, region: str, usd: str, provenance: Provenance) -> None:
        """Keep one price, after the checks that every price has to pass."""
        if not REGION.fullmatch(region):
            raise FactError(f"{where}: {region!r} is not a region")
        if not USD.fullmatch(usd):
            raise FactError(f"{where}: {usd!r} is not a price in US dollars")
        if not name:
            raise FactError(f"{where}: the row names nothing")
        if len(f"{Decimal(usd):f}".replace(".", "").lstrip("0")) > 15:
            raise FactError(f"{where}: {usd} has more than 15 digits")
        key = (section, name, variant, region)
        if key in self.facts:
            raise FactError(f"{where}: a second price for {key}")
        again = RECONFIRMED.get((section, name, variant, region))
        if again and Decimal(again[0]) == Decimal(usd):
            provenance = Provenance(EXACT, again[1], again[2])
        self.facts[key] = Fact(section, name, variant, unit, region, usd, provenance)

    def read(self) -> list[Fact]:
        """All facts, in a fixed order."""
        self.read_ec2()
        for where, row in self.rows("ebs.csv", ["region", "volume_type", "metric", "usd", "source", "as_of"]):
            unit = ebs_unit(where, row["metric"])
            self.add(where, "ebs", row["volume_type"], row["metric"], unit, row["region"], row["usd"], provenance_of(row["source"], row["as_of"]))
        columns = ["region", "instance_class", "engine", "license", "deployment", "usd_per_hour", "source", "as_of"]
        for where, row in self.rows("rds_on_demand.csv", columns):
            variant = f"{row['engine']}/{row['license']}/{row['deployment']}"
            self.add(where, "rds", row["instance_class"], variant, "hour", row["region"], row["usd_per_hour"], provenance_of(row["source"], row["as_of"]))
        columns = ["service", "region", "node_type", "engine", "usd_per_hour", "source", "as_of"]
        for where, row in self.rows("node_on_demand.csv", columns):
            section = f"node:{row['service']}"
            self.add(where, section, row["node_type"], row["engine"], "hour", row["region"], row["usd_per_hour"], provenance_of(row["source"], row["as_of"]))
        for where, row in self.rows("data_transfer_inter_region.csv", ["from_region", "to_region", "usd_per_gb", "source", "as_of"]):
            provenance = provenance_of(row["source"], row["as_of"])
            self.add(where, "inter_region", row["to_region"], "", "gb", row["from_region"], row["usd_per_gb"], provenance)
        for file, section, name in [("network.csv", "network", "service"), ("rds_storage.csv", "rds_storage", "scope"), ("services.csv", "service", "service")]:
            for where, row in self.rows(file, ["region", name, "metric", "unit", "usd", "source", "as_of"]):
                self.add(where, section, row[name], row["metric"], row["unit"], row["region"], row["usd"], provenance_of(row["source"], row["as_of"]))
        return self.in_order()

    def read_ec2(self) -> None:
        """Published prices first, then the estimates for offered types without a published price."""
        dates: dict[tuple[str, str], date] = {}
        for where, row in self.rows("ec2_on_demand_linux.csv", ["region", "instance_type", "usd_per_hour", "source", "as_of"]):
            provenance = provenance_of(row["source"], row["as_of"])
            self.add(where, "ec2", row["instance_type"], "", "hour", row["region"], row["usd_per_hour"], provenance)
            if provenance.as_of:
                dates[row["region"], row["instance_type"]] = provenance.as_of
        oldest: dict[str, date] = {}
        for (region, _), day in dates.items():
            oldest[region] = min(day, oldest.get(region, day))
        for where, row in self.rows("ec2_on_demand_estimated.csv", ["region", "instance_type", "usd_per_hour_estimate", "method"]):
            # An estimate is as old as its oldest input: the us-east-1 price, or what the region's ratio was taken from.
            inputs = [dates.get(("us-east-1", row["instance_type"])), oldest.get(row["region"])]
            known = [day for day in inputs if day]
            provenance = Provenance(ESTIMATED, min(known) if known else None, f"estimate: {row['method']}")
            self.add(where, "ec2", row["instance_type"], "", "hour", row["region"], row["usd_per_hour_estimate"], provenance)


def ebs_unit(where: str, metric: str) -> str:
    """ebs.csv has no unit column: the metric's name says it."""
    for part, unit in [
        ("iops_month", "iops-month"), ("throughput_mibps_month", "mibps-month"), ("gb_month", "gb-month"),
        ("retrieval_gb", "gb"), ("az_hour", "hour"), ("per_million_io_requests", "1m-requests"),
    ]:
        if part in metric:
            return unit
    raise FactError(f"{where}: no unit is known for the EBS metric {metric!r}")


# ------------------------------------------------------------------------------------------------------------- encoding


def varint(value: int) -> bytes:
    """Little endian groups of seven bits; the high bit says that more follow."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str) -> bytes:
    """A length and UTF-8."""
    data = value.encode()
    return varint(len(data)) + data


def zigzag(value: int) -> int:
    """0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …"""
    return value * 2 if value >= 0 else -value * 2 - 1


def predict(reference: int, reference_scale: int, ratio: tuple[int, int], scale: int) -> int:
    """reference × ratio in the row's own decimals, halves rounded up. The reader computes exactly this."""
    top = reference * ratio[0] * 10**scale
    bottom = ratio[1] * 10**reference_scale
    return (2 * top + bottom) // (2 * bottom)


class Row:
    """The prices of one thing (a name and a variant) in all its regions."""

    def __init__(self, section: str, name: str, variant: str, unit: str) -> None:
        self.section, self.name, self.variant, self.unit = section, name, variant, unit
        self.facts: dict[int, Fact] = {}
        self.prices: dict[int, int] = {}
        self.scale = 0
        self.reference: "Row | None" = None
        self.ratio = (1, 1)
        self.depth = 0
        self.index = 0
        self.residuals = b""

    def finish(self) -> None:
        """Prices as integers in the row's smallest decimal."""
        amounts = {region: Decimal(fact.usd) for region, fact in sorted(self.facts.items())}
        self.scale = max(max(0, -amount.normalize().as_tuple().exponent) for amount in amounts.values())
        self.prices = {region: int(amount.scaleb(self.scale)) for region, amount in amounts.items()}
        self.residuals = self.encode(None, (1, 1))

    @property
    def family(self) -> str:
        """The name without its size: r6g of r6g.large, db.r6g of db.r6g.large, r6g of r6g.large.search."""
        parts = self.name.split(".")
        if len(parts) < 2:
            return self.name
        return ".".join(parts[:2]) if len(parts) > 2 and parts[0] in {"db", "cache", "dax", "dms", "mq", "kafka", "ml"} else parts[0]

    def encode(self, reference: "Row | None", ratio: tuple[int, int]) -> bytes:
        """What is left to say of the prices once the reference is known.

        A region that the reference does not have is predicted by the price of the region before it. Runs of right
        predictions are even numbers (length - 1, doubled), an error is an odd one; right predictions at the end are left out.
        """
        out, right, before = bytearray(), 0, 0
        for region, price in self.prices.items():
            if reference is not None and region in reference.prices:
                expected = predict(reference.prices[region], reference.scale, ratio, self.scale)
            else:
                expected = before
            before = price
            if price == expected:
                right += 1
                continue
            if right:
                out += varint((right - 1) * 2)
                right = 0
            out += varint(zigzag(price - expected) * 2 + 1)
        return bytes(out)

    def lean_on(self, candidates: "list[Row]") -> None:
        """Take the reference that leaves the least to say."""
        best = (len(self.residuals), 0, 0)
        for order, candidate in enumerate(candidates):
            if candidate is self or candidate.depth >= MAX_REFERENCE_DEPTH:
                continue
            for ratio in likely_ratios(self, candidate):
                residuals = self.encode(candidate, ratio)
                # Two bytes stand for naming reference and ratio; a plain ratio wins a tie.
                cost = (len(residuals) + 2, ratio[0] + ratio[1], order)
                if cost < best:
                    best = cost
                    self.reference, self.ratio, self.residuals, self.depth = candidate, ratio, residuals, candidate.depth + 1


def likely_ratios(row: Row, reference: Row) -> list[tuple[int, int]]:
    """Simple fractions near the prices' real ratio, the commonest first."""
    shared = [region for region in row.prices if reference.prices.get(region)]
    if len(shared) < 2:
        return []
    found: Counter[tuple[int, int]] = Counter()
    picks = sorted(shared, key=lambda region: -row.prices[region])[:: max(1, len(shared) // 5)][:6]
    for region in picks:
        exact = Fraction(row.prices[region] * 10**reference.scale, reference.prices[region] * 10**row.scale)
        for limit in (4, 32, 224):
            near = exact.limit_denominator(limit)
            if near:
                found[near.numerator, near.denominator] += 1
    return [ratio for ratio, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:4]]


def choose_references(rows: list[Row]) -> None:
    """Let rows lean on each other: first the widest row of each (family, variant) on others of its family or variant,
    then the rest on that row or on the same name in another variant. Rows only lean on rows that were placed before."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.family, row.variant].append(row)
    roots = [max(group, key=lambda row: (len(row.prices), max(row.prices.values()) / 10**row.scale, row.name)) for group in groups.values()]
    roots.sort(key=lambda row: (-len(row.prices), row.name, row.variant))
    placed: list[Row] = []
    for row in roots:
        row.lean_on([other for other in placed if other.variant == row.variant or other.family == row.family])
        placed.append(row)
    root_of = {(row.family, row.variant): row for row in roots}
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in roots:
        by_name[row.name].append(row)
    for row in rows:
        root = root_of[row.family, row.variant]
        if row is root:
            continue
        row.lean_on([root, *by_name[row.name]])
        by_name[row.name].append(row)


class Index:
    """Numbers values in the order of how often they were used, so that frequent ones take one byte."""

    def __init__(self) -> None:
        self.uses: Counter = Counter()
        self.numbers: dict = {}
        self.values: list = []

    def use(self, value) -> None:
        self.uses[value] += 1

    def freeze(self) -> None:
        self.values = sorted(self.uses, key=lambda value: (-self.uses[value], repr(value)))
        self.numbers = {value: number for number, value in enumerate(self.values)}

    def __getitem__(self, value) -> int:
        return self.numbers[value]


def coverage_of(row: Row, provenances: Index) -> tuple:
    """Which provenance holds in which regions: ((provenance, bits), …), ordered by provenance."""
    bits: dict[int, int] = defaultdict(int)
    for region, fact in row.facts.items():
        bits[provenances[fact.provenance]] |= 1 << region
    return tuple(sorted(bits.items()))


def build(facts: list[Fact], digest: bytes) -> bytes:
    """The book."""
    regions = sorted({fact.region for fact in facts} | {fact.name for fact in facts if fact.section == "inter_region"})
    if len(regions) > 63:
        raise FactError(f"{len(regions)} regions do not fit into 63 bits")
    number = {region: position for position, region in enumerate(regions)}
    table: dict[tuple[str, str, str], Row] = {}
    provenances, units = Index(), Index()
    for fact in facts:
        key = (fact.section, fact.name, fact.variant)
        row = table.setdefault(key, Row(*key, fact.unit))
        if row.unit != fact.unit:
            raise FactError(f"{key} is priced per {row.unit} and per {fact.unit}")
        row.facts[number[fact.region]] = fact
        provenances.use(fact.provenance)
        units.use(fact.unit)
    provenances.freeze()
    units.freeze()

    sections: dict[str, list[Row]] = defaultdict(list)
    for key in sorted(table):
        table[key].finish()
        sections[key[0]].append(table[key])
    coverages, ratios = Index(), Index()
    for rows in sections.values():
        choose_references(rows)
        for position, row in enumerate(rows):
            row.index = position
            coverages.use(coverage_of(row, provenances))
            if row.reference:
                ratios.use(row.ratio)
    coverages.freeze()
    ratios.freeze()

    out = bytearray(MAGIC)
    out += varint(VERSION) + digest + content_hash(facts).to_bytes(8, "little")
    out += varint(len(regions)) + b"".join(text(region) for region in regions)
    out += varint(len(units.values)) + b"".join(text(unit) for unit in units.values)
    out += varint(len(provenances.values))
    for basis, as_of, source in provenances.values:
        # Days since the year 2000, plus one; 0 is undated.
        out += varint(basis) + varint((as_of - date(2000, 1, 1)).days + 1 if as_of else 0) + text(source)
    out += varint(len(coverages.values))
    for coverage in coverages.values:
        out += varint(len(coverage)) + b"".join(varint(provenance) + varint(bits) for provenance, bits in coverage)
    out += varint(len(ratios.values)) + b"".join(varint(top) + varint(bottom) for top, bottom in ratios.values)
    out += varint(len(sections))
    for section, rows in sections.items():
        body = section_body(rows, units, provenances, coverages, ratios)
        out += text(section) + varint(len(body)) + body
    return bytes(out)


def section_body(rows: list[Row], units: Index, provenances: Index, coverages: Index, ratios: Index) -> bytes:
    """Variants, names (front coded, each with its variants), the length of each row, the rows."""
    variants = sorted({(row.variant, row.unit) for row in rows})
    variant_number = {pair: position for position, pair in enumerate(variants)}
    out = bytearray(varint(len(variants)) + b"".join(text(variant) + varint(units[unit]) for variant, unit in variants))
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    out += varint(len(by_name))
    previous = ""
    for name, members in by_name.items():
        shared = 0
        while shared < min(len(previous), len(name)) and previous[shared] == name[shared]:
            shared += 1
        out += varint(shared) + text(name[shared:]) + varint(len(members))
        out += b"".join(varint(variant_number[row.variant, row.unit]) for row in members)
        previous = name
    encoded = []
    for row in rows:
        head = varint(coverages[coverage_of(row, provenances)]) + varint(row.scale)
        if row.reference:
            head += varint(row.reference.index + 1) + varint(ratios[row.ratio])
        else:
            head += varint(0)
        encoded.append(head + row.residuals)
    out += b"".join(varint(len(row)) for row in encoded)
    return bytes(out) + b"".join(encoded)


def content_hash(facts: list[Fact]) -> int:
    """64-bit FNV-1a over every price in words. The reader's tests recompute it from what they decode."""
    value = 0xCBF29CE484222325
    for line in content_lines(facts):
        for byte in line.encode():
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def content_lines(facts: list[Fact]) -> Iterator[str]:
    """Every price as a line, ordered by section, name, variant and region."""
    for fact in facts:
        usd = f"{Decimal(fact.usd).normalize():f}"
        basis = "estimated" if fact.provenance.basis else "exact"
        as_of = fact.provenance.as_of or "undated"
        yield f"{fact.section}|{fact.name}|{fact.variant}|{fact.region}|{usd}|{fact.unit}|{basis}|{as_of}|{fact.provenance.source}\n"


# ------------------------------------------------------------------------------------------------------------- decoding


class Reader:
    """Reads the book back, sharing no code with the writer but `predict`."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def take(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self) -> str:
        return self.take(self.number()).decode()


def read_back(book: bytes) -> Iterator[tuple[tuple[str, str, str, str], tuple[Decimal, str, Provenance]]]:
    """Every price of the book."""
    reader = Reader(book)
    assert reader.take(8) == MAGIC and reader.number() == VERSION
    reader.take(32 + 8)
    regions = [reader.text() for _ in range(reader.number())]
    units = [reader.text() for _ in range(reader.number())]
    provenances = []
    for _ in range(reader.number()):
        basis, day, source = reader.number(), reader.number(), reader.text()
        as_of = date.fromordinal(date(2000, 1, 1).toordinal() + day - 1) if day else None
        provenances.append(Provenance(basis, as_of, source))
    coverages = [[(reader.number(), reader.number()) for _ in range(reader.number())] for _ in range(reader.number())]
    ratios = [(reader.number(), reader.number()) for _ in range(reader.number())]
    for _ in range(reader.number()):
        section = reader.text()
        end = reader.number() + reader.at
        variants = [(reader.text(), units[reader.number()]) for _ in range(reader.number())]
        keys, previous = [], ""
        for _ in range(reader.number()):
            shared = reader.number()
            previous = previous[:shared] + reader.text()
            keys += [(previous, *variants[reader.number()]) for _ in range(reader.number())]
        rows = [Reader(reader.take(length)) for length in [reader.number() for _ in keys]]
        assert reader.at == end
        heads = []
        for row in rows:
            coverage, scale, reference = coverages[row.number()], row.number(), row.number()
            heads.append((coverage, scale, reference - 1, ratios[row.number()] if reference else None))
        decoded: dict[int, dict[int, int]] = {}

        def prices(position: int) -> dict[int, int]:
            if position in decoded:
                return decoded[position]
            coverage, scale, reference, ratio = heads[position]
            base = prices(reference) if reference >= 0 else {}
            row, out, before, right = rows[position], {}, 0, 0
            for region in range(len(regions)):
                if not any(bits >> region & 1 for _, bits in coverage):
                    continue
                expected = predict(base[region], heads[reference][1], ratio, scale) if region in base else before
                error = 0
                if right:
                    right -= 1
                elif row.at < len(row.data):
                    token = row.number()
                    if token & 1:
                        error = (token >> 2) ^ -(token >> 1 & 1)
                    else:
                        right = token >> 1
                before = out[region] = expected + error
            decoded[position] = out
            return out

        for position, (name, variant, unit) in enumerate(keys):
            coverage, scale, _, _ = heads[position]
            for region, price in prices(position).items():
                (provenance,) = [number for number, bits in coverage if bits >> region & 1]
                yield (section, name, variant, regions[region]), (Decimal(price).scaleb(-scale), unit, provenances[provenance])
    assert reader.at == len(book)


def verify(book: bytes, facts: list[Fact]) -> None:
    """Fail unless the book says exactly what the facts say."""
    left = {(fact.section, fact.name, fact.variant, fact.region): fact for fact in facts}
    for key, (usd, unit, provenance) in read_back(book):
        fact = left.pop(key)
        if (Decimal(fact.usd), fact.unit, fact.provenance) != (usd, unit, provenance):
            raise FactError(f"{key} is {usd} {unit} {provenance} in the book, but {fact} in the facts")
    if left:
        raise FactError(f"{len(left)} prices are missing in the book, such as {min(left)}")


def summary(facts: list[Fact], book: bytes) -> str:
    """What the book covers, for people."""
    lines = [f"{'section':<26}{'regions':>8}{'SKUs':>8}{'prices':>9}{'estimated':>11}"]
    for section in sorted({fact.section for fact in facts}):
        own = [fact for fact in facts if fact.section == section]
        skus = {(fact.name, fact.variant) for fact in own}
        estimated = sum(fact.provenance.basis for fact in own)
        lines.append(f"{section:<26}{len({fact.region for fact in own}):>8}{len(skus):>8}{len(own):>9}{estimated:>11}")
    lines.append(f"{len(facts)} prices in {len(book)} bytes")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Turn price facts into the embedded price book.")
    base = parser.add_mutually_exclusive_group(required=True)
    base.add_argument("--facts", type=Path, help="folder of the CSV files that README.md describes")
    base.add_argument("--book", type=Path, help="an older book, whose facts are taken as they are")
    parser.add_argument("--from-price-list", type=Path, help="folder of recorded answers of GetProducts (*.json), which go before older facts")
    parser.add_argument("--out", type=Path, required=True, help="the book")
    parser.add_argument("--check", action="store_true", help="write nothing; fail unless the book is what the facts give")
    options = parser.parse_args()
    try:
        reader = Facts(options.facts)
        if options.book:
            reader.read_book(options.book)
        else:
            reader.read()
        if options.from_price_list:
            print(reader.update(options.from_price_list))
        facts = reader.in_order()
        book = build(facts, reader.sources())
        verify(book, facts)
    except (FactError, price_list.ListError, OSError, UnicodeDecodeError) as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 2
    if options.check:
        if not options.out.is_file() or options.out.read_bytes() != book:
            print(f"generate.py: {options.out} is not what {options.facts or options.book} gives; run again without --check", file=sys.stderr)
            return 1
    else:
        options.out.write_bytes(book)
    print(summary(facts, book))
    return 0


if __name__ == "__main__":
    sys.exit(main())
