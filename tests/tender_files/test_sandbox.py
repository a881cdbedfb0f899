"""Files are opened in a child with limits; one bad file costs only itself; several are read together."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from levier.commands.dce import dce
from levier.tender_files import child, sandbox
from levier.tender_files.archives import unpack
from levier.tender_files.labels import FAULTS
from levier.tender_files.sandbox import read_files
from levier.tender_files.values import Fault
from tests.tender_files.made_up import SECOND, WRITTEN, as_docx, as_pdf

pytestmark = pytest.mark.slow
BY_NAME = {one.name: one for one in WRITTEN + SECOND}
KEYS = {
    "file",
    "readable",
    "has_insertion_clause",
    "hours",
    "articles",
    "penalties",
    "reservation",
    "social_criterion",
    "missing",
    "sentences",
}


def run(*arguments: str | Path) -> tuple[int, Any, str]:
    result = CliRunner().invoke(dce, ["read", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, json.loads(result.stdout) if "--json" in arguments else result.stdout, result.stderr


@pytest.fixture
def ccap(tmp_path: Path) -> Path:
    path = tmp_path / "CCAP.docx"
    path.write_bytes(as_docx(BY_NAME["CCAP de voirie, volume global"].lines))
    return path


def test_the_command_prints_the_promised_keys(ccap: Path) -> None:
    code, found, _ = run(ccap, "--json")
    assert code == 0
    assert set(found) >= {"files", "contradictions"}
    one = found["files"][0]
    assert set(one) >= KEYS
    assert one["file"] == "CCAP.docx"
    assert one["has_insertion_clause"] is True
    assert one["penalties"] == [
        {"what": "heure d’insertion non réalisée", "amount": 45, "unit": "EUR/heure", "formal_notice": True}
    ]
    assert {"field", "text", "page"} == set(one["sentences"][0])


def test_the_command_speaks_french_without_json(ccap: Path) -> None:
    code, said, _ = run(ccap)
    assert code == 0
    assert "Clause d’insertion   présente" in said
    assert "Il manque" in said


def test_files_of_one_consultation_are_compared(ccap: Path, tmp_path: Path) -> None:
    annexe = tmp_path / "annexe.pdf"
    annexe.write_bytes(as_pdf(("# ANNEXE", "Le titulaire s'engage à réaliser 600 heures d'insertion, tous lots confondus.",
                               "Une pénalité de 30 € par heure d'insertion non réalisée est appliquée.")))  # fmt: skip
    _, found, _ = run(ccap, annexe, "--json")
    told = " ".join(found["contradictions"])
    assert "655 h dans CCAP.docx, 600 h dans annexe.pdf" in told
    assert "45 EUR/heure dans CCAP.docx, 30 EUR/heure dans annexe.pdf" in told
    _, alone, _ = run(ccap, "--json")
    assert alone["contradictions"] == []


def test_files_that_name_two_consultations_are_not_compared(tmp_path: Path) -> None:
    paths = []
    for number, hours in (("2026-A-1", 100), ("2026-B-2", 200)):
        path = tmp_path / f"{hours}.docx"
        path.write_bytes(as_docx((f"Consultation n° {number}", f"Le titulaire réalise {hours} heures d’insertion.")))
        paths.append(path)
    assert run(*paths, "--json")[1]["contradictions"] == []


def test_one_bad_file_costs_only_itself(ccap: Path, tmp_path: Path) -> None:
    bad = tmp_path / "casse.pdf"
    bad.write_bytes(b"%PDF-1.4 rien")
    code, found, said = run(bad, ccap, tmp_path / "absent.docx", "--json")
    assert code == 0
    assert [one["readable"] for one in found["files"]] == [False, True, False]
    assert [one["has_insertion_clause"] for one in found["files"]] == [None, True, None]
    assert FAULTS[Fault.BROKEN] in said
    assert FAULTS[Fault.MISSING] in said


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\xff\xd8\xff", b"PK\x03\x04", bytes(range(256))])
def test_nothing_read_is_exit_code_two_and_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "piece"
    path.write_bytes(content)
    code, found, said = run(path, "--json")
    assert code == 2
    assert found["files"][0]["readable"] is False
    assert any(sentence in said for sentence in FAULTS.values())


@pytest.mark.real_files
def test_hostile_samples(shared_data: Path) -> None:
    for path in sorted((shared_data / "samples" / "hostile").iterdir()):
        code, found, said = run(path, "--json")
        assert (code, found["files"][0]["has_insertion_clause"]) == (2, None), path
        assert said


def test_the_archive_of_a_consultation(ccap: Path, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("annexe.docx", as_docx(("Le titulaire s’engage à réaliser 600 heures d’insertion.",)))
    path = tmp_path / "dce.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(ccap, "pieces/CCAP.docx")
        archive.writestr("pieces/annexes.zip", inner.getvalue())
        archive.writestr("../../evasion.pdf", b"%PDF-1.4")
        archive.writestr("plan.dwg", b"x")
    found = read_files([path])
    assert [one.file for one in found.readings] == [
        "pieces/CCAP.docx",
        "pieces/annexes.zip/annexe.docx",
        "../../evasion.pdf",
    ]
    assert [one.readable for one in found.readings] == [True, True, False]
    assert any("655" in sentence for sentence in found.contradictions)
    assert not (tmp_path.parent / "evasion.pdf").exists()


def test_an_archive_that_unpacks_without_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("levier.tender_files.archives.LARGEST_TOTAL", 1_000_000)
    path = tmp_path / "bombe.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.pdf", b"\0" * 900_000)
    folder = tmp_path / "out"
    folder.mkdir()
    assert [one.fault for one in unpack(str(path), str(folder))] == [Fault.BOMB]


def test_a_child_that_takes_too_long_is_stopped(ccap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE", 0.01)
    assert read_files([ccap]).readings[0].fault is Fault.TOO_COSTLY


def test_a_child_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    """The limit is real: the child is asked to hold more than it may."""
    import subprocess
    import sys

    code = f"from levier.tender_files import child; child.MEMORY = {child.MEMORY}; child.limit(); bytearray({child.MEMORY * 2})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_the_child_inherits_no_secret(ccap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def spy(arguments: list[str], **options: Any) -> Any:
        seen.update(options["env"])
        raise sandbox.subprocess.TimeoutExpired(arguments, 0)

    monkeypatch.setenv("LEVIER_KEY", "secret")
    monkeypatch.setattr(sandbox.subprocess, "run", spy)
    read_files([ccap])
    assert set(seen) == {"PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
