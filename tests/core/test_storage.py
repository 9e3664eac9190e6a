"""`site.storage`: one set of tests for the folder and for a server that speaks S3."""

from __future__ import annotations

import io
import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blogengine.config import load_config
from blogengine.errors import NotFound, OperatorError
from blogengine.storage import Storage, open_storage
from blogengine.storage.local import LEFT_SECONDS, PARTS, LocalStorage
from blogengine.storage.s3 import S3Storage


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """A server that speaks S3, with the bucket `uploads`."""
    server = pytest.importorskip("moto.server", reason="needs moto")
    boto3 = pytest.importorskip("boto3", reason="needs boto3")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket="uploads")
        yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "folder":
        yield LocalStorage(tmp_path / "media")
        return
    request.getfixturevalue("s3_server")
    made = S3Storage("uploads", "blog/pictures")
    yield made
    for item in list(made.kept()):
        made.delete(item.key)


def test_what_is_kept_is_found_read_in_parts_listed_and_deleted(storage: Storage) -> None:
    content = bytes(range(256)) * 2000
    kept = storage.put("ab/abcd.jpg", io.BytesIO(content))
    assert (kept.key, kept.size) == ("ab/abcd.jpg", len(content))
    assert storage.find("ab/abcd.jpg") == kept
    opened = storage.open("ab/abcd.jpg")
    assert opened.read() == content
    opened.close()
    part = storage.open("ab/abcd.jpg", 1000)
    assert part.read(10) == content[1000:1010]
    part.close()
    storage.put("ab/abcd.jpg", io.BytesIO(b"other"))
    storage.put("b", io.BytesIO(b""))
    assert [(item.key, item.size) for item in storage.kept()] == [("ab/abcd.jpg", 5), ("b", 0)]
    assert [item.key for item in storage.kept("ab/")] == ["ab/abcd.jpg"]
    assert storage.delete("ab/abcd.jpg") and not storage.delete("ab/abcd.jpg")
    assert storage.find("ab/abcd.jpg") is None
    with pytest.raises(NotFound):
        storage.open("ab/abcd.jpg")


@pytest.mark.parametrize(
    "key",
    ("../x", "/etc/passwd", "a/../b", "a//b", "", ".", "a/", "a\\b", "A", "a\x00b", "a\nb",
     "x" * 201, "a/.parts", "%2e%2e/x", "a b", "ä"),
)  # fmt: skip
def test_line_5_3_2_no_key_leads_out_of_the_storage(storage: Storage, key: str) -> None:
    for ask in (storage.find, storage.open, storage.delete):
        with pytest.raises(ValueError):
            ask(key)
    with pytest.raises(ValueError):
        storage.put(key, io.BytesIO(b"x"))
    storage.put("a/good-key_1.jpg", io.BytesIO(b"x"))


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "media")
    storage.put("before", io.BytesIO(b"x"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OperatorError) as caught:
            storage.put("large", io.BytesIO(bytes(3_000_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.status == 507 and "no room" in caught.value.message
    assert [item.key for item in storage.kept()] == ["before"]
    assert not list((tmp_path / "media" / PARTS).iterdir())
    storage.put("large", io.BytesIO(bytes(3_000_000)))


def test_parts_of_killed_processes_go_after_a_day(
    tmp_path: Path, freeze: Callable[[str], object]
) -> None:
    storage = LocalStorage(tmp_path / "media")
    parts = tmp_path / "media" / PARTS
    parts.mkdir(parents=True)
    for name, age in (("old", LEFT_SECONDS + 60), ("young", 60)):
        (parts / name).write_bytes(b"half")
        now = (parts / name).stat().st_mtime
        os.utime(parts / name, (now - age, now - age))
    storage.put("a", io.BytesIO(b"x"))
    assert [path.name for path in parts.iterdir()] == ["young"]


def test_a_server_that_is_away_is_told_in_a_sentence(
    s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OperatorError, match="can't be used"):
        S3Storage("uploads").find("a")
    monkeypatch.undo()
    with pytest.raises(OperatorError, match="can't be used"):
        S3Storage("no-such-bucket").put("a", io.BytesIO(b"x"))


def test_blogengine_media_url_says_where_uploads_lie(tmp_path: Path) -> None:
    config = load_config(tmp_path, environ={})
    local = open_storage(config)
    assert isinstance(local, LocalStorage) and local.folder == tmp_path / "instance" / "media"
    environ = {"BLOGENGINE_MEDIA_URL": "s3://my-bucket/blog/one"}
    bucket = open_storage(load_config(tmp_path, environ=environ))
    assert isinstance(bucket, S3Storage)
    assert (bucket.bucket, bucket.prefix) == ("my-bucket", "blog/one/")
    for wrong in ("s3://", "ftp://x/y", "s3://b/../x", "s3://bucket/a?b=c", "/srv/media"):
        with pytest.raises(OperatorError):
            open_storage(replace(config, media_url=wrong))
