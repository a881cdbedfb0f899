"""The demonstration world: fictitious people and companies, deterministic for a given day, made through the real actions.

Only the nine facilitators are real: they are the leaflet's, as the reference data gives them.
"""

from levier.demonstration.accounts import SignIn, sign_ins
from levier.demonstration.world import build

__all__ = ["SignIn", "build", "sign_ins"]
