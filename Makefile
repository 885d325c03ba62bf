# All there is: run, test, soak, clients, compatibility, fuzz, bench, gen, lint, fmt.
.PHONY: run test soak clients compatibility fuzz bench gen lint fmt

# What the dashboard is built from: its own files, and the documents that it carries as guides.
DASHBOARD := $(shell find dashboard \( -name node_modules -o -name dist \) -prune -o -type f -print) \
	$(wildcard docs/*.md docs/auth/*.md) SECURITY.md config.example.toml

# Builds and starts Threadkeep on http://localhost:4100 with its data in ./data.
run: dashboard/dist/index.html
	cargo run --release -- serve

# The dashboard, which the program embeds.
dashboard/dist/index.html: dashboard/node_modules/.package-lock.json $(DASHBOARD)
	cd dashboard && npm run --silent build

dashboard/node_modules/.package-lock.json: dashboard/package-lock.json
	cd dashboard && npm ci --no-audit --no-fund --silent

# Installs what the tests need and runs every test.
test:
	tests/run.sh

# The browser tests in full: every runtime of every generation of the packages on both engines. A test run takes a
# part of them. Then an hour of callers who do their worst, with all that whoever attacks would send.
soak:
	THREADKEEP_TEST_SOAK=1 tests/run.sh browser
	tests/soak.sh

# Asks npm whether there is a client that the tests do not know; fails when there is.
clients:
	node tests/clients/newer.mjs

# Runs the client and the browser tests and renews docs/compatibility.md by what they did.
compatibility:
	THREADKEEP_TEST_RENEW=1 tests/run.sh clients browser

# Looks for bytes that break what reads bytes of strangers, a minute for each target.
fuzz:
	fuzz/run.sh

# Measures a release build against the bare server of bench/, on both engines.
bench:
	bench/run.sh

# Renews what is made from the code and committed.
gen: dashboard/node_modules/.package-lock.json
	cargo run --quiet -- openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json
	cargo run --quiet -- openapi --operator > docs/operator-openapi.json.new \
		&& mv docs/operator-openapi.json.new docs/operator-openapi.json
	cd dashboard && npm run --silent gen

# Everything that is checked without running anything.
lint: dashboard/node_modules/.package-lock.json
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	cd tests/clients && npm ci --no-audit --no-fund --silent && npm run --silent lint
	cd dashboard && npm run --silent gen:check && npm run --silent lint && npm run --silent typecheck

fmt:
	cargo fmt --all
	cd dashboard && npm run --silent format
	cd tests/clients && npm run --silent format
