# `make run`: the main job on shipped weights. `make test`: the tests. Both install what they need into .venv.
PYTHON ?= python3
BIN = .venv/bin
export HF_HUB_OFFLINE = 1

.PHONY: run test lint bench clean

run: .venv/ready
	$(BIN)/imagery run scanning --participants 30 --seed 0 --jobs 2 --out runs/scanning

test: .venv/ready
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/ready
	$(BIN)/ruff check .

bench: .venv/ready
	$(BIN)/imagery bench speed --out runs/bench
	$(BIN)/imagery bench models --out runs/bench

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	$(BIN)/python -m envs.plugin
	touch $@

clean:
	rm -rf .venv runs trained
