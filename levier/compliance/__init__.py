"""Whether what was owed was done: balances, alerts, late proofs, penalties, and the snapshot a certificate seals."""
