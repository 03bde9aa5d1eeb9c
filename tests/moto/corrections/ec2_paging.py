"""EC2: MaxResults and NextToken of every operation that has them. moto pages one of them, by its own rules.

Whole answers are cut before they are put into XML, so that 100 of some 1,400 instance types cost only themselves.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, NamedTuple

from moto.core.responses import ActionResult, get_service_model
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from corrections import tokens

# Where AWS's model names no bounds, these are in its documentation.
_DEFAULT_BOUNDS = (5, 1000)
# Large, and the same for ever: put into XML once.
_NEVER_CHANGING = {"DescribeInstanceTypes", "DescribeInstanceTypeOfferings"}


class _Pager(NamedTuple):
    """How an operation pages: the list in its answer and the bounds of MaxResults."""

    list_name: str
    minimum: int
    maximum: int


def apply() -> None:
    kept_pages: dict[tuple[Any, ...], Any] = {}
    parse_parameters, serialized = EC2Response.parse_parameters, EC2Response.serialized

    def parse_without_paging(self: EC2Response, request: Any) -> None:
        parse_parameters(self, request)
        self.page_size = self.page_token = None
        if _pager(self._get_action()):
            self.page_size = self.params.pop("MaxResults", None)
            self.page_token = self.params.pop("NextToken", None)
            self.page_request = repr(self.params)
            if self._get_action() == "DescribeInstances":
                self.params["MaxResults"] = 1_000_000  # moto would give 100 reservations otherwise

    def serialize_page(self: EC2Response, action_result: ActionResult) -> Any:
        pager = _pager(self._get_action())
        if not pager or not isinstance(action_result.result, dict):
            return serialized(self, action_result)
        key = (self.region, self._get_action(), self.page_request, self.page_size, self.page_token)
        if key in kept_pages:
            return kept_pages[key]
        try:
            answer = serialized(self, ActionResult(_page(self, pager, action_result.result)))
        except EC2ClientError as error:
            return serialized(self, ActionResult(error))
        if self._get_action() in _NEVER_CHANGING:
            kept_pages[key] = answer
        return answer

    EC2Response.parse_parameters = parse_without_paging
    EC2Response.serialized = serialize_page


@cache
def _pager(operation: str) -> _Pager | None:
    model = get_service_model("ec2")
    if operation not in model.operation_names:
        return None
    shapes = model.operation_model(operation)
    inputs = shapes.input_shape.members if shapes.input_shape else {}
    outputs = shapes.output_shape.members if shapes.output_shape else {}
    lists = [name for name, shape in outputs.items() if shape.type_name == "list"]
    if "MaxResults" not in inputs or "NextToken" not in outputs or len(lists) != 1:
        return None
    bounds = inputs["MaxResults"].metadata
    return _Pager(lists[0], bounds.get("min", _DEFAULT_BOUNDS[0]), bounds.get("max", _DEFAULT_BOUNDS[1]))


def _page(self: EC2Response, pager: _Pager, result: dict[str, Any]) -> dict[str, Any]:
    size = self.page_size
    if size is not None and not pager.minimum <= size <= pager.maximum:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Value ( {size} ) for parameter maxResults is invalid. "
            f"Expecting a value between {pager.minimum} and {pager.maximum}.",
        )
    request = (self._get_action(), self.page_request)
    begin = tokens.redeem(self.page_token, request)
    if begin is None:
        raise EC2ClientError("InvalidPaginationToken", "The specified pagination token is not valid or is expired.")
    items = list(result[pager.list_name] or [])
    end = begin + (size or pager.maximum)
    if pager.list_name == "Reservations":
        items = [(reservation, instance) for reservation in items for instance in reservation.instances]
        page = _reservations(items[begin:end])
    else:
        page = items[begin:end]
    return result | {pager.list_name: page, "NextToken": tokens.issue(end, request) if end < len(items) else None}


def _reservations(items: list[tuple[Any, Any]]) -> list[Any]:
    """Pages count instances; those of one reservation stay together within a page."""
    page: list[Any] = []
    for reservation, instance in items:
        if not page or page[-1].id != reservation.id:
            page.append(copy.copy(reservation))
            page[-1].instances = []
        page[-1].instances.append(instance)
    return page
