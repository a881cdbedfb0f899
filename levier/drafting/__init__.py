"""Drafting (rédaction): the clauses of a tender file in Word, from models that the mission can change, in one dated ZIP."""
