"""Puts right, in moto's own classes, what a scanner reads and moto answers otherwise than AWS documents it."""

from __future__ import annotations

from corrections import budgets, costexplorer, ec2_network, ec2_paging, ec2_regions, ec2_resources, ec2_snapshots, kms, load_balancers, s3, sns, tagging


def apply(enabled_regions: list[str]) -> None:
    """Call once, before the first request."""
    for module in (budgets, costexplorer, ec2_network, ec2_paging, ec2_resources, ec2_snapshots, kms, load_balancers, s3, sns, tagging):
        module.apply()
    ec2_regions.apply(enabled_regions)
