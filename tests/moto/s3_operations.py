"""The name of an S3 operation, from its method, path and query: S3 puts none into the request."""

from __future__ import annotations

from typing import Any

# Sub-resource in the query → what stands after Get, Put or Delete in the operation's name.
_BUCKET_SUBRESOURCES = {
    "accelerate": "BucketAccelerateConfiguration",
    "acl": "BucketAcl",
    "analytics": "BucketAnalyticsConfiguration",
    "cors": "BucketCors",
    "encryption": "BucketEncryption",
    "intelligent-tiering": "BucketIntelligentTieringConfiguration",
    "inventory": "BucketInventoryConfiguration",
    "lifecycle": "BucketLifecycleConfiguration",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "metrics": "BucketMetricsConfiguration",
    "notification": "BucketNotificationConfiguration",
    "object-lock": "ObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "PublicAccessBlock",
    "replication": "BucketReplication",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
# These come by the bucket, many at a time, unless an id is given.
_LISTED_WITHOUT_ID = {"analytics", "intelligent-tiering", "inventory", "metrics"}
# `DELETE ?lifecycle` is the one deletion that has a name of its own.
_IRREGULAR = {"DeleteBucketLifecycleConfiguration": "DeleteBucketLifecycle"}
_OBJECT_SUBRESOURCES = {
    "acl": "ObjectAcl",
    "tagging": "ObjectTagging",
    "retention": "ObjectRetention",
    "attributes": "ObjectAttributes",
}
_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}


def operation_name(method: str, path: str, query: dict[str, list[str]], environ: dict[str, Any]) -> str:
    """`GetBucketEncryption` and the like; an unknown combination comes back as it was sent."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return "ListBuckets" if method == "GET" else f"{method} /"
    name = _bucket_operation(method, query) if len(parts) == 1 else _object_operation(method, query, environ)
    return name or f"{method} {path}?{'&'.join(sorted(query))}"


def _bucket_operation(method: str, query: dict[str, list[str]]) -> str | None:
    for subresource, suffix in _BUCKET_SUBRESOURCES.items():
        if subresource in query and method in _VERBS:
            if method == "GET" and subresource in _LISTED_WITHOUT_ID and "id" not in query:
                return f"List{suffix}s"
            name = _VERBS[method] + suffix
            return _IRREGULAR.get(name, name)
    if method == "GET":
        if "uploads" in query:
            return "ListMultipartUploads"
        if "versions" in query:
            return "ListObjectVersions"
        return "ListObjectsV2" if "list-type" in query else "ListObjects"
    if method == "POST":
        return "DeleteObjects" if "delete" in query else None
    return {"HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(method)


def _object_operation(method: str, query: dict[str, list[str]], environ: dict[str, Any]) -> str | None:
    if "uploadId" in query:
        upload = {
            "GET": "ListParts",
            "PUT": "UploadPart",
            "POST": "CompleteMultipartUpload",
            "DELETE": "AbortMultipartUpload",
        }
        return upload.get(method)
    if method == "POST":
        return "CreateMultipartUpload" if "uploads" in query else None
    for subresource, suffix in _OBJECT_SUBRESOURCES.items():
        if subresource in query and method in _VERBS:
            return _VERBS[method] + suffix
    if method == "PUT" and "HTTP_X_AMZ_COPY_SOURCE" in environ:
        return "CopyObject"
    return {"HEAD": "HeadObject", **{verb: f"{prefix}Object" for verb, prefix in _VERBS.items()}}.get(method)
