"""`run_apart`: what strangers sent is looked at in a process that can be thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogengine.apart import ApartFailed, Bounds, run_apart

TASKS = """
import os

def double(number):
    print("noise")
    os.write(1, b"more noise")
    return {"twice": 2 * number}

def refuse():
    raise ValueError("It is blue.")

def fail():
    raise OSError("broken")

def crash():
    os.abort()

def hang():
    while True:
        pass

def grow():
    return len(bytearray(900_000_000))

def write(path):
    open(path, "wb").write(bytes(5_000_000))

def look():
    return sorted(os.environ)
"""


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    file = tmp_path / "tasks.py"
    file.write_text(TASKS, encoding="utf-8")
    return file


def test_the_answer_comes_back_whatever_is_printed(tasks: Path) -> None:
    assert run_apart(tasks, "double", {"number": 21}) == {"twice": 42}


def test_no_secret_is_known_there(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOGENGINE_SECRET_KEY", "hidden")
    seen = run_apart(tasks, "look", {})
    assert "PATH" in seen and not [name for name in seen if name.startswith("BLOGENGINE")]


def test_what_a_task_refuses_is_told_apart_from_its_failures(tasks: Path, tmp_path: Path) -> None:
    with pytest.raises(ApartFailed) as refused:
        run_apart(tasks, "refuse", {})
    assert refused.value.refused == "It is blue."
    said = {}
    for name, bounds in {
        "fail": Bounds(),
        "crash": Bounds(),
        "hang": Bounds(seconds=1),
        "grow": Bounds(memory=300),
    }.items():
        with pytest.raises(ApartFailed) as failed:
            run_apart(tasks, name, {}, bounds)
        assert failed.value.refused == ""
        said[name] = str(failed.value)
    assert said["hang"] == "it took longer than 1 seconds"
    assert said["grow"] == "it needed more memory than it may have"
    assert "broken" in said["fail"] and "ended with" in said["crash"]
    with pytest.raises(ApartFailed):
        run_apart(tasks, "write", {"path": str(tmp_path / "out")}, Bounds(file=1))
    assert (tmp_path / "out").stat().st_size <= 1024 * 1024
