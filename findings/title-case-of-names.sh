#!/usr/bin/env bash
# Guess: FranceConnect gives family names in capitals; golang.org/x/text, told that they
# are French, writes them as people do: « D’ORMESSON » becomes « D’Ormesson ».
# What happens: the apostrophe is inside the word for it, in every language: « D’ormesson »,
# « L’hôte », « O’brien »; a hyphen is not. Python's title() has « D’Ormesson »; its
# capwords() and capitalize() have not, and lose « Jean-Pierre » too. lodash.startCase
# takes the apostrophe, the hyphen and the accents out of the name.
# Since: golang.org/x/text 0.43.0, lodash 4.17.21, Python 3, seen.
# Source: Unicode Standard section 3.13, toTitlecase (word boundaries of UAX #29, in which
# an apostrophe between letters is no boundary: rules WB6, WB7); lodash, startCase (deburrs).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'G'
package main

import (
	"fmt"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

func main() {
	for _, name := range []string{"D’ORMESSON", "D'ORMESSON", "L’HÔTE", "JEAN-PIERRE"} {
		fmt.Println("x/text 0.43.0:", name, cases.Title(language.French).String(name))
	}
}
G
cat > t.py <<'P'
import string
for name in ("D’ORMESSON", "D'ORMESSON", "L’HÔTE", "JEAN-PIERRE"):
    print("Python:", name, name.title(), string.capwords(name), name.capitalize())
P
cat > t.mjs <<'J'
import _ from 'lodash'
for (const name of ['D’ORMESSON', "D'ORMESSON", 'L’HÔTE', 'JEAN-PIERRE']) console.log('lodash 4.17.21:', name, '|', _.startCase(_.toLower(name)), '|', _.capitalize(name))
J
go mod init finding 2> go.log
go get golang.org/x/text@v0.43.0 2>> go.log || { cat go.log; exit 1; }
npm init -y > npm.log
npm install --silent --ignore-scripts --no-audit --no-fund lodash@4.17.21
{ go run .; python3 t.py; node t.mjs; } | tee out

expect() { grep -qxF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'x/text 0.43.0: D’ORMESSON D’ormesson'
expect "x/text 0.43.0: D'ORMESSON D'ormesson"
expect 'x/text 0.43.0: L’HÔTE L’hôte'
expect 'x/text 0.43.0: JEAN-PIERRE Jean-Pierre'
expect 'lodash 4.17.21: L’HÔTE | Lhote | L’hôte'
expect 'lodash 4.17.21: JEAN-PIERRE | Jean Pierre | Jean-pierre'
expect 'Python: D’ORMESSON D’Ormesson D’ormesson D’ormesson'
expect 'Python: JEAN-PIERRE Jean-Pierre Jean-pierre Jean-pierre'
echo "as described: an apostrophe is inside the word for x/text, told that it is French or not"
