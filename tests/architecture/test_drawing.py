"""docs/architecture.md says what the imports say."""

import importlib.util
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def drawing():
    spec = importlib.util.spec_from_file_location("draw_architecture", PROJECT / "tools" / "draw_architecture.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_imports_say():
    written = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert written == drawing().page(), "docs/architecture.md is stale: run `make architecture`"


def test_a_new_arrow_makes_the_page_stale(monkeypatch):
    module = drawing()
    before = module.page()
    known = module.arrows()
    known["web"].discard("foundation") if "foundation" in known["web"] else known["web"].add("foundation")
    monkeypatch.setattr(module, "arrows", lambda: known)
    assert module.page() != before


def test_every_room_says_what_it_is():
    module = drawing()
    silent = [room for floor in module.layers() for room in floor if not module.purpose(room)]
    assert not silent, f"rooms without a docstring: {silent}"
