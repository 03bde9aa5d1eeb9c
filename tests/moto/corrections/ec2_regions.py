"""EC2: a few enabled regions instead of every one, so that a scan of all regions stays short."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.responses import EC2Response

# Regions that exist and are not enabled in the account: only `AllRegions` lists them.
_NOT_OPTED_IN = ["ap-east-1", "me-south-1"]


def apply(enabled: list[str]) -> None:
    known = {region.name for region in RegionsAndZonesBackend.regions}
    if unknown := set(enabled) - known:
        raise ValueError(f"no such regions: {sorted(unknown)}")

    def describe_regions(self: EC2Response) -> ActionResult:
        self.error_on_dryrun()
        wanted = self._get_param("RegionNames", [])
        for name in wanted:
            if name not in known:
                raise EC2ClientError("InvalidParameterValue", f"Invalid region: {name}")
        listed = wanted or enabled + (_NOT_OPTED_IN if self._get_bool_param("AllRegions", False) else [])
        filters = self._filters_from_querystring()
        regions = [_described(name) for name in listed]
        for name, field in (("opt-in-status", "OptInStatus"), ("region-name", "RegionName")):
            if name in filters:
                regions = [region for region in regions if region[field] in filters[name]]
        return ActionResult({"Regions": regions})

    EC2Response.describe_regions = describe_regions


def _described(name: str) -> dict[str, str]:
    status = "not-opted-in" if name in _NOT_OPTED_IN else "opt-in-not-required"
    return {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": status}
