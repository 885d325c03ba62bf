# All there is: run, test, fuzz, bench, gen, lint, fmt.
.PHONY: run test fuzz bench gen lint fmt

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
