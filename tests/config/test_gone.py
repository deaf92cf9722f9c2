"""Data of embedded PostgreSQL that outlived its clone: named, and cleared when it is nobody's."""

import json
import os
from pathlib import Path

import pytest

from config.servers import places
from config.servers.gone import main


def data(root: Path, name: str, var: Path | None, *, process: int = 0) -> Path:
    base = root / "kvalitet-embedded" / name
    (base / "pgdata").mkdir(parents=True)
    (base / "pgdata" / "PG_VERSION").write_text("18")
    if var:
        (base / "origin.json").write_text(json.dumps({"var": str(var)}))
    if process:
        (base / "pgdata" / "postmaster.pid").write_text(f"{process}\n/x\n")
    return base


def clone(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "postgresql.id").write_text(f"{name}\n")
    return folder


def test_only_what_no_clone_leads_to_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(places, "_ROOT_PLACES", (tmp_path / "lib", tmp_path / "none"))
    root = tmp_path / "lib"
    kept = [
        data(root, "used", clone(tmp_path / "a" / "var", "used")),
        data(root, "silent", None),
        data(root, "served", tmp_path / "b" / "var", process=os.getpid()),
        data(root, "postgresql-18.6.3", None),
    ]
    nobodys = [
        data(root, "gone", tmp_path / "c" / "var"),
        data(root, "left", clone(tmp_path / "d" / "var", "another"), process=2**22 + 1),
    ]
    main([])
    told = capsys.readouterr().out
    assert [base for base in nobodys if str(base) not in told] == []
    assert [base for base in kept if str(base) in told] == []
    assert all(base.exists() for base in nobodys)
    main(["--clear"])
    assert [base.exists() for base in (*kept, *nobodys)] == [True] * 4 + [False] * 2
    capsys.readouterr()
    main([])
    assert capsys.readouterr().out.startswith("Inga")
