#!/usr/bin/env bash
# Has four JOSE libraries make nested tokens as FranceConnect+ does, and internal/token
# judge them. What is not installed is skipped with a line. With VECTORS=FILE, the first
# twelve tokens of each become what CI reads (internal/token/testdata/nested.json).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
jose=6.2.18 joserfc=1.8.0 jwcrypto=1.6.1 nimbus=10.10

have() { command -v "$1" > "$dir/have" || { echo "skipped: $2, since there is no $1" >&2; return 1; }; }

go build -C "$here" -o "$dir/judge" .
"$dir/judge" -plan "$dir/plan"
plan=$dir/plan.public made=()

if have node jose; then
	cp "$here/jose.mjs" "$dir"
	(cd "$dir" && npm init -y > npm.log && npm install --silent --ignore-scripts --no-audit --no-fund "jose@$jose")
	node "$dir/jose.mjs" "$plan" > "$dir/jose"
	made+=("jose=$jose=$dir/jose")
fi
if have python3 'joserfc and jwcrypto'; then
	python3 -m venv "$dir/venv"
	"$dir/venv/bin/pip" install -q --disable-pip-version-check "joserfc==$joserfc" "jwcrypto==$jwcrypto"
	"$dir/venv/bin/python" "$here/joserfc_tokens.py" "$plan" > "$dir/joserfc"
	"$dir/venv/bin/python" "$here/jwcrypto_tokens.py" "$plan" > "$dir/jwcrypto"
	made+=("joserfc=$joserfc=$dir/joserfc" "jwcrypto=$jwcrypto=$dir/jwcrypto")
fi
if have javac nimbus && have mvn nimbus; then
	(cd "$dir" && mvn -q -B dependency:copy "-Dartifact=com.nimbusds:nimbus-jose-jwt:$nimbus" -DoutputDirectory=lib)
	java -cp "$dir/lib/*" "$here/Nimbus.java" "$plan" > "$dir/nimbus"
	made+=("nimbus-jose-jwt=$nimbus=$dir/nimbus")
fi

"$dir/judge" -judge "$dir/plan" -vectors "${VECTORS:-}" "${made[@]}" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
cp "$dir/results.json" "$here/results.json"
cat "$here/results.json"
