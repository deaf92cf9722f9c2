# Each long recipe is one exec line: a signal to make's child reaches the program itself.
.PHONY: run install test lint bench openapi
PORT ?= 8000
ARGS ?=
export PORT

run: install
	@exec .venv/bin/python -m config.servers.run

install:
	@exec sh deploy/install.sh

test: install
	@exec .venv/bin/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: install
	@exec sh .ci/lint

bench: install
	@exec .venv/bin/python manage.py bench $(ARGS)

# Writes the description of the API that `make lint` compares with.
openapi: install
	@exec .venv/bin/python manage.py spectacular --validate --file docs/openapi.yaml
