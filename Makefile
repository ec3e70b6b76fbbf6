# Nothing but make and a Python 3.11 or newer is needed; .ci/setup finds it and fills .venv.
# Plain POSIX make: no GNU extensions, so that any make will do.

PY = .venv/bin/python

help:
	@echo 'make demo      try Slipway: a practice workspace and a practice fleet (ARGS="--headless ...")'
	@echo 'make test      the whole gate: tests, style, types, walls, sizes (a part: ARGS="tests/domain -x")'
	@echo 'make torture   the long suites: every kill point, many seeds (ARGS likewise)'
	@echo 'make bench     measure speed and memory'
	@echo 'make picture   take the picture of the README anew, in Chromium'
	@echo 'make install   fill .venv with what the bot runs on, and no test tools: for production'
	@echo 'make setup     fill .venv from requirements.lock; the others do it themselves'
	@echo 'make lock      write requirements.lock anew from pyproject.toml'

demo: setup
	@.venv/bin/slipway demo $(ARGS)

test: setup
	@$(PY) -m tests.run_gate $(ARGS)

torture: setup
	@$(PY) -m pytest -m torture $(ARGS)

bench: setup
	@$(PY) -m tests.bench $(ARGS)

picture: setup
	@$(PY) -m tests.practice.page.picture $(ARGS)

setup:
	@sh .ci/setup

install:
	@sh .ci/setup runtime

lock: setup
	@.venv/bin/pip-compile --extra test --generate-hashes --allow-unsafe --no-header \
		--strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--no-emit-options --quiet --output-file requirements.lock pyproject.toml $(ARGS)
	@echo 'requirements.lock is written; the next make installs what changed.'

.PHONY: help demo test torture bench picture install setup lock
