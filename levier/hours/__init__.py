"""Hours worked: monthly statements, their evidence, their acceptance, and the ledger where each hour counts once."""
