"""The price list: GetProducts over the entries in fixtures/http/pricing, of which moto knows nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from call import Call
from errors import Answer, AwsError

# AWS answers in these regions only.
ENDPOINTS = {"us-east-1", "eu-central-1", "ap-south-1"}
# Far below what AWS gives, so that a handful of entries already has to be paged through.
PAGE = 6
_FOLDER = Path(__file__).resolve().parents[2] / "fixtures/http/pricing"


@cache
def entries() -> list[dict[str, Any]]:
    """Every entry, in the order of the files."""
    lines = [line for path in sorted(_FOLDER.glob("*.ndjson")) for line in path.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def answer(call: Call, broken: bool = False) -> Answer:
    """`broken` cuts each entry in half."""
    if call.region not in ENDPOINTS:
        raise AwsError("UnrecognizedClientException", f"There is no price list in {call.region}.")
    if call.operation != "GetProducts":
        raise AwsError("UnsupportedOperation", f"{call.operation} is not implemented by this server")
    request = json.loads(call.body)
    if not 1 <= request.get("MaxResults", 100) <= 100:
        raise AwsError("InvalidParameterException", "MaxResults must be between 1 and 100.")
    found = [entry for entry in entries() if _fits(entry, request)]
    begin = int(request.get("NextToken") or 0)
    end = begin + min(PAGE, request.get("MaxResults", 100))
    texts = [json.dumps(entry) for entry in found[begin:end]]
    if broken:
        texts = [text[: len(text) // 2] for text in texts]
    reply = {"FormatVersion": "aws_v1", "PriceList": texts}
    if end < len(found):
        reply["NextToken"] = str(end)
    return Answer(200, json.dumps(reply).encode(), [("Content-Type", "application/x-amz-json-1.1")])


def _fits(entry: dict[str, Any], request: dict[str, Any]) -> bool:
    """All conditions hold: a field that an entry lacks equals nothing."""
    product = entry["product"]
    known = product["attributes"] | {"productFamily": product.get("productFamily"), "ServiceCode": entry["serviceCode"]}
    return entry["serviceCode"] == request["ServiceCode"] and all(
        known.get(each["Field"]) in _values(each) for each in request.get("Filters", [])
    )


def _values(condition: dict[str, str]) -> list[str]:
    match condition["Type"]:
        case "TERM_MATCH" | "EQUALS":
            return [condition["Value"]]
        case "ANY_OF":
            return condition["Value"].split(",")
    raise AwsError("InvalidParameterException", f"{condition['Type']} is not implemented by this server")
