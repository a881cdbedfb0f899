"""The rules as anyone may call them: a name, typed inputs, an answer with its steps and sources (levier rule, /outils/)."""
