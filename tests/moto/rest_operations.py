"""The name of an operation of a service that puts none into the request: from method, path and query, by the service's
own model, which botocore carries."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qsl

from botocore.loaders import Loader

# The name that a service signs with, where botocore files its model under another one.
_MODELS = {"elasticfilesystem": "efs", "es": "opensearch"}


@cache
def _model(service: str) -> tuple[str, list[tuple[str, re.Pattern[str], set[str], int, str]]]:
    """The protocol, and (method, path, constants of the query, literal characters, name) of every operation."""
    model = Loader().load_service_model(_MODELS.get(service, service), "service-2")
    operations = []
    for name, operation in model["operations"].items():
        path, _, query = operation["http"]["requestUri"].partition("?")
        parts = re.split(r"(\{[^}]+\})", path.rstrip("/"))
        pattern = "".join(
            (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts
        )
        constants = {"=".join(pair) for pair in parse_qsl(query, keep_blank_values=True)}
        literal = sum(len(part) for part in parts if not part.startswith("{"))
        # CloudFront's models end names with the version of the API.
        name = re.sub(r"\d{4}_\d{2}_\d{2}$", "", name)
        operations.append((operation["http"]["method"], re.compile(pattern), constants, literal, name))
    return model["metadata"]["protocol"], operations


def protocol_and_operation(service: str, method: str, path: str, query: dict[str, list[str]]) -> tuple[str, str]:
    """`("rest", "ListFunctions")` and the like; what no model knows comes back as it was sent."""
    try:
        protocol, operations = _model(service)
    except Exception:  # botocore has no model of that name
        return "rest", f"{method} {path}"
    given = {f"{name}={value}" for name, values in query.items() for value in values}
    fitting = [
        (len(constants), literal, name)
        for verb, pattern, constants, literal, name in operations
        if verb == method and constants <= given and pattern.fullmatch(path.rstrip("/"))
    ]
    name = max(fitting)[2] if fitting else f"{method} {path}"
    return ("rest-xml" if protocol == "rest-xml" else "rest"), name
