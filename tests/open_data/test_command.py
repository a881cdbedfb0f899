"""The command line on hostile files: a French sentence, exit code 2, no traceback; other files of the command are still treated."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_up import contract, contract_2022, lots

from levier.commands.decp import decp
from levier.open_data import labels

GOOD = json.dumps({"marches": [contract()]}).encode()
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": bytes(range(256)) * 40,
    "broken": GOOD.replace(b'"dureeMois":', b'"dureeMois"'),
    "truncated": GOOD[:-9],
    "latin-1": json.dumps({"marches": [contract(), contract(objet="Réfection")]}, ensure_ascii=False).encode(
        "cp1252", "replace"
    ),
    "utf-16": GOOD.decode().encode("utf-16"),
    "deep": b'{"marches": [' + b"[" * 100_000,
    "bomb": b'{"marches": [{"objet": ' + b'{"a":' * 80 + b"1" + b"}" * 80 + b"}]}",
    "no record": b'{"marches": {"marche": [], "contrat-concession": []}}',
    "an empty object": b"{}",
    "xml without a record": b"<?xml version='1.0'?><marches/>",
    "xml cut": b"<marches><marche><id>1</id>",
    "xml with a document type": b"<!DOCTYPE a [<!ENTITY b 'c'>]><marches/>",
    "table without a line": b"id;acheteur.id;montant\n",
    "zip": b"PK\x03\x04rest",
    "text": "Bonjour, voici nos marchés".encode(),
    "number": b"42",
    "long number": GOOD.replace(b"410500.5", b"9" * 6000),
    "lone surrogates in a key": b'{"marches": [{"\\ud800": }]}',
}


def run(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(decp, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    report = json.loads(result.stdout) if "--json" in arguments else {}
    return result.exit_code, report, result.output


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "fichier.json"
    path.write_bytes(HOSTILE[name])
    code, report, _ = run("check", path, "--json")
    told = report["files"][0]
    assert code == 2
    assert any(told["error"].startswith(sentence) for sentence in labels.FILE_FAULTS.values())
    assert told["read"] == 0
    assert run("check", path)[0] == 2
    assert told["error"] in run("check", path)[2].replace("\n", " ")


def test_places_are_told(tmp_path: Path) -> None:
    records = [json.dumps(contract(id=f"2018{place:03d}00")) for place in range(9)]
    records[6] = records[6].replace('"nature": ', '"nature": <')
    path = tmp_path / "casse.json"
    text = '{"marches": [\n' + ",\n".join(records) + "\n]}"
    path.write_text(text)
    _, report, _ = run("check", path, "--json")
    assert report["total"]["accepted"] == 8
    assert report["files"][0]["rejections"] == [
        {"record": 7, "reason": "not_json", "line": 8, "byte": text.index("<"), "bytes_lost": len(records[6])}
    ]
    path.write_text(text[: text.index("<")])
    assert "coupé" in run("check", path, "--json")[1]["files"][0]["error"]


def test_what_is_no_file(tmp_path: Path) -> None:
    assert run("check", tmp_path)[0] == 2
    assert run("check", tmp_path / "absent.json")[0] == 2
    assert run("check", tmp_path / ("x" * 300))[0] == 2
    secret = tmp_path / "secret.json"
    secret.write_bytes(GOOD)
    secret.chmod(0)
    if os.geteuid() != 0:
        assert "droit" in run("check", secret)[2]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert run("check", pipe)[0] == 2


def test_the_other_files_of_a_command_are_still_treated(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_bytes(HOSTILE["truncated"])
    good.write_bytes(GOOD)
    code, report, _ = run("check", bad, good, good, "--json")
    assert code == 0
    assert (
        report["total"] | {"files": 3, "files_refused": 1, "read": 2, "accepted": 1, "duplicates": 1} == report["total"]
    )
    assert [file["file"] for file in report["files"]] == [str(bad), str(good), str(good)]


def test_the_report(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    records = [
        *lots(47),
        contract(),
        contract(),
        contract(montant=0),
        contract(id=None),
        contract_2022(montant=999999999),
    ]
    path.write_text(json.dumps({"marches": {"marche": records}}))
    _, report, _ = run("check", path, "--json")
    for part in (report["total"], report["files"][0]):
        assert part["read"] == 52 == part["accepted"] + part["rejected"] + part["duplicates"]
        assert (part["accepted"], part["rejected"], part["duplicates"], part["updated"]) == (50, 1, 1, 1)
        assert part["warnings"] == sum(part["warning_reasons"].values()) == 3
        assert part["reasons"] == part["warning_reasons"] | {"id_missing": 1}
    _, _, text = run("check", path)
    assert "52\u00a0fiches lues" in text
    assert "Le montant est zéro." in text


def test_without_files_or_with_an_unknown_option() -> None:
    assert CliRunner().invoke(decp, ["check"]).exit_code == 2
    assert CliRunner().invoke(decp, ["check", "--nope", "x"]).exit_code == 2


def test_a_bad_line_among_json_lines_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "lignes.jsonl"
    good = [json.dumps(contract(id=f"2018{place:03d}00")) for place in range(6)]
    path.write_text("\n".join([*good[:3], good[3][:-30], *good[4:], "{"]) + "\n")
    code, report, _ = run("check", path, "--json")
    assert (code, report["total"]["read"], report["total"]["accepted"], report["total"]["rejected"]) == (0, 7, 5, 2)
    assert report["files"][0]["rejections"] == [
        {"record": 4, "reason": "not_json", "line": 4, "byte": 2750, "bytes_lost": 668},
        {"record": 7, "reason": "not_json", "line": 7, "byte": 4165, "bytes_lost": 1},
    ]


def test_one_record_in_another_alphabet_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "melange.json"
    texts = [json.dumps(contract(id=f"2018{place:03d}00"), ensure_ascii=False) for place in range(3)]
    path.write_bytes(b"[" + b",".join([texts[0].encode(), texts[1].encode("cp1252"), texts[2].encode()]) + b"]")
    code, report, _ = run("check", path, "--json")
    assert (code, report["total"]["accepted"], report["total"]["reasons"]) == (0, 2, {"not_utf8": 1})
