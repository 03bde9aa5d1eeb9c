#!/usr/bin/env python3
"""Plants an account in a running test server, and prints as JSON what a scan must and must not find in it."""

from __future__ import annotations

import argparse
import json

from seeding.account import Account
from seeding.scenarios import SCENARIOS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True, help="http://127.0.0.1:PORT of a running server.py")
    parser.add_argument(
        "--scenario",
        required=True,
        choices=SCENARIOS,
        help="; ".join(f"{n}: {s.__doc__}" for n, s in SCENARIOS.items()),
    )
    arguments = parser.parse_args()
    account = Account(arguments.endpoint.rstrip("/"))
    with account.clock_kept():
        SCENARIOS[arguments.scenario](account)
    print(json.dumps(account.manifest(), indent=2))


if __name__ == "__main__":
    main()
