"""Pieces received from outside, kept as they came, with their size, kind and fingerprint."""
