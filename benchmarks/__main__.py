"""Every measure in one run, written to docs/mesures.md.

python -m benchmarks [--records 1000000] [--seed 1] [--only decp|plan|hours|certificates|pages] [--skip direct,again] [--keep | --reuse] [--out FILE] [--no-write]

make bench ARGS="--records 100000 --only decp"
"""

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
REPORT = PROJECT / "docs" / "mesures.md"
SECTIONS = ("decp", "plan", "hours", "certificates", "pages")


def machine() -> str:
    """What the figures were taken on."""
    model = ""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    except (OSError, ValueError, IndexError):
        memory = 0.0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model or platform.machine()}, {cores} cores, {memory:.0f} GB, Python {platform.python_version()}"


def section(name: str, text: str) -> str:
    now = datetime.now(UTC)
    load = os.getloadavg()
    return (
        f"<!-- {name} -->\n{text}\n\nTaken on {now:%Y-%m-%d at %H:%M} UTC; {machine()}; load of the machine at the end: "
        f"{load[0]:.1f} over one minute, {load[2]:.1f} over fifteen (with more than its cores, seconds are those of a busy machine: "
        f"compare CPU seconds and ratios).\n<!-- end of {name} -->"
    )


def write(sections: dict[str, str], path: Path) -> None:
    """Put the sections that were measured in place of the former ones; those that were not stay."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEADING
    for name, body in sections.items():
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if start in text and end in text:
            before, _, rest = text.partition(start)
            text = before + body + rest.partition(end)[2]
        else:
            text = f"{text.rstrip()}\n\n{body}\n"
    path.write_text(text, encoding="utf-8")


HEADING = """# Measures

Written by `make bench` (`python -m benchmarks`), which makes its own data and measures everything beside its yardstick in the same
run. Absolute figures are those of the machine named under each table; the ratios are what to compare.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the imports and the pages.")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SECTIONS)
    parser.add_argument("--skip", default="", help="direct, check, import, again, certificates")
    parser.add_argument(
        "--commitments", type=int, default=20_000, help="of the large base; 20,000 make five million lines"
    )
    parser.add_argument(
        "--verify", action="store_true", help="read the views that must stay empty at the large size too"
    )
    parser.add_argument("--keep", action="store_true", help="leave the bases of the pages on the server")
    parser.add_argument("--reuse", action="store_true", help="measure on copies of the bases that were kept")
    parser.add_argument("--requests", type=int, default=100, help="of each page, by one visitor then by two at once")
    parser.add_argument("--page", default="", help="only pages whose name holds that")
    parser.add_argument("--lines", type=int, default=100_000, help="of a company's table of hours")
    parser.add_argument("--out", type=Path, default=REPORT)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    sections: dict[str, Any] = {}
    faults: list[str] = []
    if options.only in {None, "decp"}:
        from benchmarks.decp import generate, run

        if generate.SHARED.is_dir():
            with tempfile.TemporaryDirectory(prefix="levier-bench-") as folder:
                sections["decp"] = section("decp", run.report(Path(folder), options))
        else:
            print(
                f"ABSENT: {generate.SHARED}. The import is made from real records and was NOT measured.",
                file=sys.stderr,
            )
            if options.only == "decp":
                raise SystemExit(2)
    if options.only in {None, "plan"}:
        from benchmarks.plan.run import report as plan_report

        sections["plan"] = section("plan", plan_report())
    if options.only in {None, "hours"}:
        from benchmarks.hours import run as hours_run

        sections["hours"] = section("hours", hours_run.report(options.lines, options.seed))
        print(sections["hours"])
    if options.only in {None, "certificates"}:
        from benchmarks.certificates.run import report as certificates_report

        sections["certificates"] = section("certificates", certificates_report())
        print(sections["certificates"])
    if options.only in {None, "pages"}:
        from benchmarks.pages.report import Asked, report

        text, faults = report(
            Asked(
                commitments=options.commitments,
                verify=options.verify,
                keep=options.keep,
                reuse=options.reuse,
                certificates="certificates" not in options.skip,
                only=options.page,
                requests=options.requests,
            )
        )
        sections["pages"] = section("pages", text)
        print(sections["pages"])
    if not options.no_write:
        write(sections, options.out)
        print(f"Written: {options.out}")
    for fault in faults:
        print(f"WRONG: {fault}", file=sys.stderr)
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
