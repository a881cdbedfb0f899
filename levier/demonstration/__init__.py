"""The demonstration world: fictitious people and companies, deterministic for a given day, made through the real actions.

Only the nine facilitators are real: they are the leaflet's, as the reference data gives them. Nothing is imported here: a demonstration
that is already built starts without Django (`accounts.sign_ins`); `world.build` needs it.
"""
