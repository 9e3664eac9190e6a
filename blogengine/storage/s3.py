"""Files in a bucket: Amazon's S3 and what speaks its protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from blogengine.errors import OperatorError
from blogengine.storage.local import no_file
from blogengine.storage.storage import Kept, Opened, Storage, checked_key, storage_full

CONNECT_SECONDS, READ_SECONDS = 5, 20
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
FULL = frozenset({"507", "EntityTooLarge", "InsufficientStorage", "QuotaExceeded"})


class S3Storage(Storage):
    """Keeps files in a bucket, their keys behind `prefix`.

    Address, region and keys of the server come from the environment or files that its clients
    share (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, …). The client is made with the first use.
    """

    def __init__(self, bucket: str, prefix: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._made: Any = None
        self._lock = threading.Lock()

    def put(self, key: str, stream: BinaryIO) -> Kept:
        name = self._name(key)
        with _told():
            self._client.put_object(Bucket=self.bucket, Key=name, Body=stream)
        kept = self.find(key)
        if kept is None:
            raise no_file(key)
        return kept

    def open(self, key: str, start: int = 0) -> Opened:
        name = self._name(key)
        part = {"Range": f"bytes={start}-"} if start else {}
        with _told(key):
            body: Opened = self._client.get_object(Bucket=self.bucket, Key=name, **part)["Body"]
        return body

    def find(self, key: str) -> Kept | None:
        from botocore.exceptions import ClientError

        with _told():
            try:
                head = self._client.head_object(Bucket=self.bucket, Key=self._name(key))
            except ClientError as error:
                if _code(error) in MISSING:
                    return None
                raise
        return Kept(key, head["ContentLength"], head["LastModified"])

    def delete(self, key: str) -> bool:
        was = self.find(key) is not None
        with _told():
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))
        return was

    def kept(self, prefix: str = "") -> Iterator[Kept]:
        with _told():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"].removeprefix(self.prefix)
                    yield Kept(key, item["Size"], item["LastModified"])

    def _name(self, key: str) -> str:
        return self.prefix + checked_key(key)

    @property
    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = _make_client()
            return self._made


def _make_client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise OperatorError(
            "Uploads are to lie in a bucket, but the library that reaches it isn't installed.",
            code="storage-library-missing",
            action="Install `blogengine[s3]`, or take BLOGENGINE_MEDIA_URL away.",
        ) from error
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"max_attempts": 2, "mode": "standard"},
        # Other servers than Amazon's don't know the checksums that are usual since 2025.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client("s3", config=config)


@contextmanager
def _told(key: str = "") -> Iterator[None]:
    """Turn the library's errors into ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = _code(error)
        if key and code in MISSING:
            raise no_file(key) from error
        if code in FULL:
            raise storage_full("in the bucket of the uploads") from error
        raise _away(code) from error
    except BotoCoreError as error:
        raise _away(type(error).__name__) from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _away(why: str) -> OperatorError:
    return OperatorError(
        f"The bucket of the uploads can't be used: {why}.",
        code="storage-unreachable",
        action="Try again in a moment. The operator finds address and keys in the environment.",
        exit_code=69,
    )
