"""Controls and penalties: who is checked and why, what was found, both sides heard, then decided, written and kept to be shown."""
