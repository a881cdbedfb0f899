"""The demonstration world: fictitious people and companies, deterministic for a given day."""
