"""The purchase plan (programmation des achats): read as buyers keep it, each line with what the law, the policy and the trade suggest."""
