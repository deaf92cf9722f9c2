# Each long recipe is one exec line: a signal to make's child reaches the program itself.
.PHONY: gone run install test test-long mutants lint bench openapi
PORT ?= 8000
ARGS ?=
export PORT

run: install
	@exec .venv/bin/python -m config.servers.run

install:
	@exec sh deploy/install.sh

test: install
	@exec .venv/bin/python -m pytest -n 2 --dist loadgroup $(ARGS)

# What takes longer: thirty dates, the full access walk, attacks, a real nginx. An hour at most.
test-long: install
	@exec .venv/bin/python -m pytest -n 2 --dist loadgroup -m long $(ARGS)

# Puts mistakes in one at a time and tells the share that the tests notice (docs/mutants.md).
mutants: install
	@exec .venv/bin/python -m tests.mutants.run $(ARGS)

lint: install
	@exec sh .ci/lint

# In a database of its own, loaded the first time; DATABASE_URL names another, loaded by its owner.
bench: install
	@exec env VAR_DIR="$(or $(VAR_DIR),var/bench)" .venv/bin/python manage.py bench \
		$(if $(DATABASE_URL),,--load) --output var/bench.json $(ARGS)

# Writes the description of the API that `make lint` compares with.
openapi: install
	@exec .venv/bin/python manage.py spectacular --validate --file docs/openapi.yaml

# Data of embedded PostgreSQL whose clone is gone: lists it, ARGS=--clear removes it.
gone: install
	@exec .venv/bin/python -m config.servers.gone $(ARGS)
