"""How many insertion hours a lot should carry, by a formula that can be explained."""
