"""Finished tender files (pièces d'un DCE), read back: what they say of the insertion clause, and what they leave out."""
