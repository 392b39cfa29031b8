# Every target sets up what it needs in .venv; a second run finds it done.
PYTHON ?= python3
MODEL := models/multilingual-e5-small-fast/rules.json
INSTALLED := .venv/.installed

.PHONY: demo test check client stress mutants bench peers serve clean

demo: $(INSTALLED) $(MODEL)
	.venv/bin/matcha import data/demo/*.json
	.venv/bin/matcha match --need behov-a01 --k 5
	@echo
	@echo 'Sätt samman ett forum / Compose a forum: .venv/bin/matcha forum compose --need behov-a01 --rules data/demo/forum/rules.json'
	@echo 'Prova själv / Try it: .venv/bin/matcha match "Vi behöver korta väntetiderna till BUP"'
	@echo
	.venv/bin/matcha accounts demo
	@echo
	@echo 'Sidorna / The pages: make serve, http://127.0.0.1:8000/ (English: http://127.0.0.1:8000/en)'

test: $(INSTALLED) $(MODEL)
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder --durations 25

# The long forms: writers and servers killed, writes broken, databases edited, clients in a storm. An hour; needs strace for the broken writes.
stress: $(INSTALLED) $(MODEL)
	MATCHA_FUZZ_EXAMPLES=400 OMP_NUM_THREADS=1 .venv/bin/python -m pytest --numprocesses 2 tests/test_fuzz_reading.py tests/test_fuzz_writing.py
	MATCHA_STRESS=1 OMP_NUM_THREADS=1 .venv/bin/python -m pytest tests/test_log_storm.py tests/test_log_faults.py tests/test_log_tampering.py tests/test_log_concurrency.py tests/test_api_storm.py

# The verifiers altered in every way a tool knows; each alteration must make a test fail (tests/mutants/README.md).
mutants: $(INSTALLED) .venv-mutants/bin/cosmic-ray
	.venv-mutants/bin/python tests/mutants/run.py .venv/bin/python

.venv-mutants/bin/cosmic-ray:
	$(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0

check: $(INSTALLED)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# After a route or a shape of the API has changed: writes the client anew from the OpenAPI document.
client: $(INSTALLED)
	.venv/bin/python -m tools.generate_client

bench: $(INSTALLED) $(MODEL)
	.venv/bin/python benchmarks/measure_quality.py
	.venv/bin/python benchmarks/measure_likeness.py
	.venv/bin/python -m benchmarks.measure_forum
	.venv/bin/python -m benchmarks.measure_start

# matcha beside other systems, which get a venv of their own (benchmarks/peers/README.md). Half an hour, 12 GB of memory, 4 GB of disk.
peers: $(INSTALLED) $(MODEL) .venv-peers/.installed
	.venv/bin/python -m benchmarks.measure_peers

.venv-peers/.installed: benchmarks/peers/requirements.txt constraints.txt
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement benchmarks/peers/requirements.txt
	touch $@

serve: $(INSTALLED) $(MODEL)
	.venv/bin/matcha serve

clean:
	rm -rf .venv .venv-mutants .venv-peers .peers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache models/multilingual-e5-small* indexes/profiles indexes/*.npz

$(INSTALLED): pyproject.toml constraints.txt
	@echo "Ställer i ordning .venv; det tar några minuter. / Setting up .venv; this takes some minutes."
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(MODEL): | $(INSTALLED)
	.venv/bin/matcha model prepare
