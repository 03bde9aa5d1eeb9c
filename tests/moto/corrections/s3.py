"""Amazon S3: where buckets live, when uploads began, paging of both lists, the root element of a versioning
configuration. Bucket policies are kept, not enforced."""

from __future__ import annotations

from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeMultipart, s3_backends
from moto.s3.responses import S3Response

from call import Call
from corrections import tokens
from errors import Answer, AwsError, render

_OWNER = {"ID": "bcaf1ffd86f41161ca5fb16fd081034f", "DisplayName": "test"}
# These are answered in any region.
_ANYWHERE = {"ListBuckets", "CreateBucket", "GetBucketLocation"}


def apply() -> None:
    S3Response.all_buckets = _list_buckets
    S3Response.get_bucket_versioning = _get_bucket_versioning
    S3Response.list_multipart_uploads = _list_multipart_uploads
    # moto overlooks the condition of a policy, and would refuse everything that a policy refuses over plain HTTP.
    FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL
    begin = FakeMultipart.__init__

    def begin_now(self: FakeMultipart, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.initiated = utcnow()

    FakeMultipart.__init__ = begin_now


def redirect(call: Call) -> Answer | None:
    """The answer to a call for a bucket of another region: the SDKs do not follow it by themselves."""
    if call.service != "s3" or call.operation in _ANYWHERE:
        return None
    bucket = s3_backends[call.account]["aws"].buckets.get(call.bucket)
    if bucket is None or bucket.region_name == call.region:
        return None
    message = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    answer = render(call, AwsError("PermanentRedirect", message, 301))
    endpoint = f"<Endpoint>{bucket.name}.s3.{bucket.region_name}.amazonaws.com</Endpoint></Error>".encode()
    headers = [*answer.headers, ("x-amz-bucket-region", bucket.region_name)]
    return Answer(301, answer.body.replace(b"</Error>", endpoint), headers)


def _get_bucket_versioning(self: S3Response) -> TYPE_RESPONSE:
    status = self.backend.get_bucket_versioning(self.bucket_name)
    content = f"<Status>{status}</Status>" if status else ""
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    headers = {"Content-Type": "application/xml"}
    return 200, headers, f'<VersioningConfiguration xmlns="{namespace}">{content}</VersioningConfiguration>'


def _list_buckets(self: S3Response) -> TYPE_RESPONSE:
    prefix, region = self._get_param("prefix"), self._get_param("bucket-region")
    request = (prefix, region)
    begin = tokens.redeem(self._get_param("continuation-token"), request)
    if begin is None:
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect")
    buckets = sorted(self.backend.list_buckets(prefix, region, None), key=lambda bucket: bucket.name)
    end = begin + int(self._get_param("max-buckets") or 10_000)
    listed = [
        {"Name": bucket.name, "CreationDate": bucket.creation_date_ISO8601, "BucketRegion": bucket.region_name}
        for bucket in buckets[begin:end]
    ]
    self.data["Action"] = "ListBuckets"
    more = {"ContinuationToken": tokens.issue(end, request)} if end < len(buckets) else {}
    return self.serialized(ActionResult({"Owner": _OWNER, "Buckets": listed} | more))


def _list_multipart_uploads(self: S3Response) -> TYPE_RESPONSE:
    prefix, limit = self._get_param("prefix") or "", min(int(self._get_param("max-uploads") or 1000), 1000)
    key_marker, id_marker = self._get_param("key-marker") or "", self._get_param("upload-id-marker") or ""
    uploads = sorted(
        self.backend.list_multipart_uploads(self.bucket_name).values(), key=lambda upload: (upload.key_name, upload.id)
    )
    # Without an upload id marker, the whole key of the marker has been listed.
    left = [
        upload
        for upload in uploads
        if upload.key_name.startswith(prefix)
        and ((upload.key_name, upload.id) > (key_marker, id_marker) if id_marker else upload.key_name > key_marker)
    ]
    listed = left[:limit]
    result: dict[str, Any] = {
        "Bucket": self.bucket_name,
        "KeyMarker": key_marker,
        "UploadIdMarker": id_marker,
        "MaxUploads": limit,
        "IsTruncated": len(left) > limit,
        "Uploads": [
            {
                "Key": upload.key_name,
                "UploadId": upload.id,
                "Initiator": _OWNER,
                "Owner": _OWNER,
                "StorageClass": "STANDARD",
                "Initiated": upload.initiated,
            }
            for upload in listed
        ],
    }
    if len(left) > limit:
        result |= {"NextKeyMarker": listed[-1].key_name, "NextUploadIdMarker": listed[-1].id}
    self.data["Action"] = "ListMultipartUploads"
    return self.serialized(ActionResult(result))
