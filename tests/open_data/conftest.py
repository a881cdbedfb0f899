"""made_up.py stands beside these tests; importlib mode does not look beside by itself."""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("made_up", Path(__file__).with_name("made_up.py"))
assert _SPEC
assert _SPEC.loader
made_up = importlib.util.module_from_spec(_SPEC)
sys.modules["made_up"] = made_up
_SPEC.loader.exec_module(made_up)
