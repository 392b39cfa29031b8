# Every target sets up what it needs in .venv; a second run finds it done.
PYTHON ?= python3
MODEL := models/multilingual-e5-small/modules.json
INSTALLED := .venv/.installed

.PHONY: demo test check bench serve clean

demo: $(INSTALLED) $(MODEL)
	.venv/bin/matcha import data/demo/*.json
	.venv/bin/matcha match --need behov-a01 --k 5
	@echo
	@echo 'Prova själv / Try it: .venv/bin/matcha match "Vi behöver korta väntetiderna till BUP"'

test: $(INSTALLED) $(MODEL)
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

check: $(INSTALLED)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: $(INSTALLED) $(MODEL)
	.venv/bin/python benchmarks/measure_quality.py

serve: $(INSTALLED) $(MODEL)
	.venv/bin/matcha serve

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache models/multilingual-e5-small* indexes/profiles indexes/*.npz

$(INSTALLED): pyproject.toml constraints.txt
	@echo "Ställer i ordning .venv; det tar några minuter. / Setting up .venv; this takes some minutes."
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(MODEL): | $(INSTALLED)
	.venv/bin/matcha model prepare
