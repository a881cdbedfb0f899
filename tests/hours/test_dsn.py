"""The payroll reader, run under Node as the browser runs it: real conventions, every kind of bad file, nothing private kept."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levier.demonstration.payroll import dsn as rubrics

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
NOT_IN_EXPECTED = {"kind", "note", "hours"}


def read(content: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "paie.dsn"
    file.write_bytes(content)
    return subprocess.run(
        ["node", "tools/dsn/command.mjs", str(file)], cwd=PROJECT, capture_output=True, text=True, check=False
    )


def found(content: bytes, folder: Path) -> dict:
    done = read(content, folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(content: bytes, folder: Path) -> str:
    done = read(content, folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def made(employees: int = 6, seed: int = 1, version: str = "P24V01") -> tuple[list[str], object]:
    written, lines = rubrics(employees=employees, seed=seed, month=date(2026, 9, 1), version=version)
    return list(lines), written


def as_file(lines: list[str], encoding: str = "utf-8") -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


@pytest.mark.real_files
@pytest.mark.parametrize("name", ["dsn_12_salaries.dsn", "dsn_etti_6_salaries.dsn"])
def test_the_samples_are_read_as_a_careful_reader_would(shared_data, tmp_path, name):
    expected = json.loads((shared_data / "samples" / "expected.json").read_text())[f"dsn/{name}"]
    answer = found((shared_data / "samples" / "dsn" / name).read_bytes(), tmp_path)
    for key in expected.keys() - NOT_IN_EXPECTED:
        assert answer[key] == expected[key], key
    wanted = [{key: value for key, value in row.items() if not key.startswith("nir")} for row in expected["hours"]]
    assert [{key: row[key] for key in wanted[0]} for row in answer["hours"]] == wanted


@pytest.mark.real_files
def test_no_social_security_number_is_in_what_is_kept(shared_data, tmp_path):
    for path in sorted((shared_data / "samples" / "dsn").glob("*.dsn")):
        text = path.read_text(encoding="utf-8", errors="replace")
        numbers = {line.split("'")[1] for line in text.splitlines() if line.startswith("S21.G00.30.001")}
        answer = json.dumps(found(path.read_bytes(), tmp_path))
        assert numbers
        assert not [number for number in numbers if number in answer]


def test_private_blocks_are_never_kept(tmp_path):
    lines, _ = made()
    place = next(i for i, line in enumerate(lines) if line.startswith("S21.G00.50.001"))
    private = ["S21.G00.60.001,'CANARI-ARRET'", "S21.G00.65.001,'CANARI-SUSPENSION'", "S21.G00.30.020,'CANARI-NTT'"]
    lines[place:place] = private[:2]
    lines.insert(next(i for i, line in enumerate(lines) if line.startswith("S21.G00.30.019")), private[2])
    answer = json.dumps(found(as_file(lines), tmp_path))
    assert "CANARI" not in answer
    assert "RUE DE L" not in answer
    assert "1500" not in answer


@settings(max_examples=12, deadline=None)
@given(employees=st.integers(1, 40), seed=st.integers(0, 10_000), version=st.sampled_from(["P24V01", "P26V01"]))
def test_what_is_written_is_what_is_read(tmp_path_factory, employees, seed, version):
    lines, written = made(employees, seed, version)
    answer = found(as_file(lines), tmp_path_factory.mktemp("dsn"))
    assert answer["employees"] == written.employees
    assert answer["contracts"] == written.contracts
    assert answer["lines_in_file"] == written.lines
    assert answer["hours_worked_total"] == f"{written.hours_worked_total:.2f}"
    assert answer["hours_worked_by_month"] == {month: f"{hours:.2f}" for month, hours in written.hours_worked.items()}
    assert answer["hours_unpaid_absence_by_month"] == {
        month: f"{hours:.2f}" for month, hours in written.hours_unpaid_absence.items()
    }


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-8-sig"])
def test_both_encodings_of_the_norm_are_read(tmp_path, encoding):
    lines, _ = made()
    place = next(i for i, line in enumerate(lines) if line.startswith("S21.G00.30.002"))
    lines[place] = "S21.G00.30.002,'VALLÉE'"
    answer = found(as_file(lines, encoding), tmp_path)
    assert answer["hours"][0]["last_name"] == "VALLÉE"
    assert answer["encoding"] == encoding.removesuffix("-sig")


def test_an_apostrophe_inside_a_value_and_line_feeds_alone(tmp_path):
    lines, _ = made()
    place = next(i for i, line in enumerate(lines) if line.startswith("S21.G00.30.002"))
    lines[place] = "S21.G00.30.002,'D'ALMEIDA'"
    answer = found("\n".join(lines).encode(), tmp_path)
    assert answer["hours"][0]["last_name"] == "D'ALMEIDA"


def changed(lines: list[str], start: str, new: str) -> list[str]:
    place = next(i for i, line in enumerate(lines) if line.startswith(start))
    return [*lines[:place], new, *lines[place + 1 :]]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-2], "il est coupé"),
        (lambda lines: [one for one in lines if not one.startswith("S21.G00.50")], "il en manque"),
        (lambda lines: [*lines[:40], lines[40][:9]], "Ligne 41"),
        (lambda lines: changed(lines, "S21.G00.53.002", "S21.G00.53.002,'cent'"), "n’est pas un nombre d’heures"),
        (lambda lines: changed(lines, "S21.G00.51.001", "S21.G00.51.001,'31022026'"), "n’est pas une date"),
        (lambda lines: changed(lines, "S20.G00.05.001", "S20.G00.05.001,'04'"), "signalement d’arrêt de travail"),
        (lambda lines: changed(lines, "S10.G00.00.006", "S10.G00.00.006,'P99V01'"), "version « P99V01 »"),
        (lambda lines: changed(lines, "S21.G00.40.009", "S21.G00.40.009,'AUTRE'"), "ne déclare pas pour cette personne"),
        (lambda lines: ["Nom;Heures", "A;12"], "n’est pas une DSN"),
        (lambda lines: [line for line in lines if not line.startswith("S20")], "ne se rattache à rien"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words(tmp_path, spoil, said):
    lines, _ = made()
    assert said in refusal(as_file(spoil(lines)), tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        (b"\xff\xd8\xff\xe0photo", "n’est pas une DSN"),
        ("S10.G00.00.001,'X'".encode("utf-16"), "UTF-16"),
        ("S10.G00.00.001,'X'".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04" + b"\x00" * 64, "n’est pas une DSN"),
    ],
)
def test_what_is_no_dsn_at_all(tmp_path, content, said):
    assert said in refusal(content, tmp_path)


def test_a_missing_file_is_said_in_words(tmp_path):
    done = subprocess.run(
        ["node", "tools/dsn/command.mjs", str(tmp_path / "absent.dsn")], cwd=PROJECT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "est introuvable" in done.stderr


def test_a_declaration_that_replaces_another_is_read_alone(tmp_path):
    lines, written = made()
    start = next(i for i, line in enumerate(lines) if line.startswith("S20"))
    first, footer = lines[start:-2], lines[-2:]
    second = [line.replace("S20.G00.05.002,'01'", "S20.G00.05.002,'03'").replace("05.004,'0'", "05.004,'1'") for line in first]  # fmt: skip
    both = [*lines[:start], *first, *second]
    answer = found(as_file([*both, f"S90.G00.90.001,'{len(both) + 2}'", "S90.G00.90.002,'2'"]), tmp_path)
    assert footer
    assert answer["declarations"] == 2
    assert answer["hours_worked_total"] == f"{written.hours_worked_total:.2f}"
    assert any("remplace" in one for one in answer["warnings"])
