# Everything a developer types. Each target sets up what it needs first.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := blocklist screener api tests

.PHONY: run test check format bench bench-judging bench-pages bench-delays evaluate vendor words prompts packages clean

run: $(STAMP)  ## the service with page and API, on the lab exchange where no PBX is in the settings
	$(BIN)/call-screener run

test: $(STAMP) packages  ## everything, real Asterisk, PostgreSQL and Chromium included
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(STAMP)  ## format, lint, types, import layers
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(STAMP)  ## put the code into the form that check wants
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: bench-judging bench-delays  ## both benchmarks

bench-judging: $(STAMP)  ## decisions a second, what grows with lists and registry, and peers beside them
	$(BIN)/python -m screener.bench

bench-pages: $(STAMP)  ## how long lists and calls take to be searched, at a million and ten million rows
	$(BIN)/python -m screener.bench.pages

bench-delays: $(STAMP) packages  ## the delay that screening adds, against the same exchange without it
	$(BIN)/python -m screener.lab.bench

evaluate: $(STAMP)  ## precision and recall of the judgement, by kind, on a made-up labelled set
	$(BIN)/python -m screener.evaluation --json var/evaluation.json

vendor:  ## the page's files of other projects again, in the versions that .ci/vendor names (needs npm)
	.ci/vendor

words: $(STAMP)  ## bring the page's catalogues to the texts that templates and modules hold
	$(BIN)/python -m api.wording

prompts:  ## the voice prompts again, from dialplan/prompts/text (needs espeak-ng and sox)
	dialplan/prompts/make-prompts

packages:  ## the Debian packages that the tests and the benchmark use
	.ci/packages mmdebstrap postgresql sip-tester sox espeak-ng chromium curl libatomic1 openssl prometheus systemd

$(STAMP): pyproject.toml constraints.txt
	.ci/venv $(VENV)
	touch $(STAMP)

clean:
	rm -rf $(VENV) dist
