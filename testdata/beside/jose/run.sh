#!/usr/bin/env bash
# Has four JOSE libraries make nested tokens as FranceConnect+ does, and internal/token
# judge them; replaces results.json if all four are there. What is not installed is skipped
# with a line. With VECTORS=FILE, the first twelve tokens of each become what CI reads
# (internal/token/testdata/nested.json). One minute.
. "$(dirname "$0")/../common.sh"
jose=6.2.18 joserfc=1.8.0 jwcrypto=1.6.1 nimbus=10.10

go build -C "$here" -o "$dir/judge" .
"$dir/judge" -plan "$dir/plan"
plan=$dir/plan.public

if has jose node npm; then
	cp "$here/jose.mjs" "$dir"
	npm_install "$dir" "jose@$jose"
	node "$dir/jose.mjs" "$plan" > "$dir/jose"
	made+=("jose=$jose=$dir/jose")
fi
if has_venv 'joserfc and jwcrypto'; then
	pip_install "$dir" "joserfc==$joserfc" "jwcrypto==$jwcrypto"
	"$dir/venv/bin/python" "$here/joserfc_tokens.py" "$plan" > "$dir/joserfc"
	"$dir/venv/bin/python" "$here/jwcrypto_tokens.py" "$plan" > "$dir/jwcrypto"
	made+=("joserfc=$joserfc=$dir/joserfc" "jwcrypto=$jwcrypto=$dir/jwcrypto")
fi
if has nimbus java javac mvn; then
	(cd "$dir" && mvn -q -B dependency:copy "-Dartifact=com.nimbusds:nimbus-jose-jwt:$nimbus" -DoutputDirectory=lib)
	java -cp "$dir/lib/*" "$here/Nimbus.java" "$plan" > "$dir/nimbus"
	made+=("nimbus-jose-jwt=$nimbus=$dir/nimbus")
fi

keep "$dir/judge" -judge "$dir/plan" -vectors "${VECTORS:-}" "${made[@]}"
