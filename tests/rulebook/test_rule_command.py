"""`levier rule` from a terminal: JSON in, JSON out, exit code 2 on bad input, no database, no Django."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from levier.commands.rule import rule as command
from levier.rulebook.registry import all_rules


def run(name: str, text: str | bytes):
    return CliRunner().invoke(command, ["run", name], input=text)


def test_list_gives_every_name():
    lines = CliRunner().invoke(command, ["list"]).output.splitlines()
    assert [line.split()[0] for line in lines] == [known.name for known in all_rules()]
    described = json.loads(CliRunner().invoke(command, ["list", "--json"]).output)
    assert len(described) == len(all_rules())


def test_run_answers_json():
    outcome = run("impact.fte", '{"hours": "25124684"}')
    assert outcome.exit_code == 0
    answer = json.loads(outcome.output)
    assert answer["result"] == {"fte": "15702.93"}


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("impact.fte", "", "stdin"),
        ("impact.fte", "pas du json", "stdin"),
        ("impact.fte", "[]", "stdin"),
        ("impact.fte", b"\xff", "stdin"),
        ("impact.fte", "{}", "hours"),
        ("impact.fte", '{"hours": 0.5}', "hours"),
        ("impact.fte", '{"hours": "1", "heures": "1"}', "heures"),
        ("impact.fte", '{"hours": "\\ud800"}', "hours"),
        ("nothing.here", "{}", "name"),
        ("../../etc", "{}", "name"),
    ],
)
def test_bad_input_is_one_json_error_and_exit_code_2(name, text, field):
    outcome = run(name, text)
    assert outcome.exit_code == 2
    error = json.loads(outcome.output)
    assert set(error) == {"error"}
    assert error["error"]["field"] == field
    assert error["error"]["message"]


def test_it_needs_neither_django_nor_a_locale():
    script = (
        "import sys\n"
        "from levier.commands.rule import rule\n"
        "try:\n    rule()\n"
        "finally:\n    assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')], 'Django was loaded'\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", script, "run", "hours.deadline"],
        input=b'{"period_end": "2026-03-31"}',
        capture_output=True,
        check=False,
        env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode("utf-8"))["result"] == {"last_day": "2026-04-14"}
