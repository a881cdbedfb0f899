"""Positions that companies open and the people proposed for them: each step has an owner, a promised delay and a reason."""
