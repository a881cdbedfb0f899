"""Set-up of a checkout: standard library only, any Python >= 3.11, so that nothing need be installed before it runs."""
