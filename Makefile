# Levier. `make` alone says what can be done. The work is in tools/setup, which needs nothing but Python >= 3.11.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Levier opens each file in a process of its own: compiled once and kept, packages start it twice as fast.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test check format lock bench attack architecture clean

# The first Python >= 3.11 found; asking each one is the only way to know, as shims of version managers answer for absent ones.
PYTHON3 = $(shell for p in python3 python3.13 python3.12 python3.14 python3.11 /usr/bin/python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
SETUP = @P="$(PYTHON3)"; test -n "$$P" || { echo "Python 3.11 ou plus récent est introuvable : installez-le (paquet python3), puis relancez." >&2; exit 1; }; \
	PORT="$(PORT)" FRESH="$(FRESH)" ARGS="$(ARGS)" exec "$$P" -m tools.setup

help:
	@echo "make demo     prépare tout et ouvre la démonstration sur http://127.0.0.1:8000"
	@echo "                PORT=8001  choisit le port ;  FRESH=1  repart de zéro"
	@echo "make test     prépare tout et lance tous les tests    (ARGS=\"…\" est passé à pytest)"
	@echo "make check    style, types, architecture et tests sans base ni navigateur, en moins d’une minute"
	@echo "make setup    prépare l’environnement dans .venv ; la commande est .venv/bin/levier"
	@echo "make format   met le code en forme"
	@echo "make lock     recalcule les verrous des paquets"
	@echo "make bench    mesure l’import d’un million de contrats"
	@echo "make attack   100 000 opérations hostiles contre le registre des heures, puis chaque mur ôté à son tour"
	@echo "make architecture  redessine docs/architecture.md d’après les imports"
	@echo "make clean    arrête PostgreSQL et efface ce que les commandes ci-dessus ont créé"

setup demo test check format lock bench attack architecture clean:
	$(SETUP) $@
