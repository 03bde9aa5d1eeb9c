"""The Resource Groups Tagging API tells the tags of search domains as well, which moto leaves out, and of resources that exist
in planted answers alone (`POST /__ctl/tags`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource, make_tag_matcher, match_resource_type
from moto.opensearch.models import opensearch_backends
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

# By account and region.
_PLANTED: dict[tuple[str, str], list[TaggedResource]] = {}


def apply() -> None:
    known_to_moto = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def resources(
        self: ResourceGroupsTaggingAPIBackend,
        tag_filters: list[dict[str, Any]] | None = None,
        resource_type_filters: list[str] | None = None,
        resource_arn_list: list[str] | None = None,
    ) -> Iterator[TaggedResource]:
        yield from known_to_moto(self, tag_filters, resource_type_filters, resource_arn_list)
        is_tagged = make_tag_matcher(tag_filters)
        for resource in (*_domains(self), *_PLANTED.get((self.account_id, self.region_name), ())):
            if (
                match_resource_type(resource.resource_type, resource_type_filters)
                and is_tagged(resource.tags)
                and (not resource_arn_list or resource.arn in resource_arn_list)
            ):
                yield resource

    ResourceGroupsTaggingAPIBackend._get_resources_generator = resources


def plant(account: str, region: str, kind: str, tags: dict[str, dict[str, str]]) -> None:
    """Tags by ARN, of resources that the API calls so (`dynamodb:table`)."""
    planted = _PLANTED.setdefault((account, region), [])
    planted += [TaggedResource(arn, of_one, kind) for arn, of_one in tags.items()]


def forget() -> None:
    _PLANTED.clear()


def _domains(self: ResourceGroupsTaggingAPIBackend) -> Iterator[TaggedResource]:
    backend = opensearch_backends[self.account_id][self.region_name]
    for domain in backend.domains.values():
        if tags := backend.tagger.get_tag_dict_for_resource(domain.arn):
            yield TaggedResource(domain.arn, tags, "es:domain")
