# Two commands do it all on a fresh Debian or Ubuntu: make demo, make test.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# The tests wait for real networks most of their time: two workers for two processors.
WORKERS ?= 2
# They start netdiag many times; it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-rt test-znuny test-outage test-away check-style packages clean bench

$(BIN)/netdiag: pyproject.toml
	sh tools/venv.sh "$(PYTHON)" "$(VENV)"

demo: $(BIN)/netdiag
	@$(BIN)/netdiag demo

packages:
	@sh tools/packages.sh

check-style: $(BIN)/netdiag
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: packages $(BIN)/netdiag check-style
	$(BIN)/netdiag check --content
	$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder -m "not rt and not znuny and not story"

# Stories with a real Request Tracker 5 (some 950 MB of packages, about six minutes): not part of `make test`.
test-rt: $(BIN)/netdiag
	@sh tools/packages_rt.sh
	$(BIN)/pytest -m rt tests/desks

# The same with a real Znuny, from Debian's non-free (some 230 MB; the system's apt sources stay as they are).
test-znuny: $(BIN)/netdiag
	@sh tools/packages_znuny.sh
	$(BIN)/pytest -m znuny tests/desks

# A story of some minutes in a network of real agents; `make test` leaves it out.
test-outage: packages $(BIN)/netdiag
	@sh tools/packages_rt.sh
	$(BIN)/pytest -s -m story tests/real/test_outage_story.py

# A worker is cut off from a real PostgreSQL and killed while it catches up: some five minutes.
test-away: packages $(BIN)/netdiag
	$(BIN)/pytest -s -m story tests/real/test_away.py

bench: $(BIN)/netdiag
	$(BIN)/python -m bench.diagnose

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
