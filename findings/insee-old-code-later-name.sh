#!/usr/bin/env bash
# Guess: a row for an old INSEE code (type « ancien-code ») has the name that the
# commune had under that code, and the newest version of a package the most history.
# What happens: 5 of 905 such rows have a name that the commune only took later, under
# its new code: 78106 is Breux-Jouy in them, and was Breux until it became 91106 on
# 1 January 1968. A birth certificate of 1960 says Breux. What tells it is the dated
# history of all communes since 1943, 49,532 rows, which is in the versions 0.5.0 to 0.8.0
# of the package and in none before or since: whoever installs the latest has neither.
# Since: the rows, here 0.4.0; the history came with 0.5.0 and was gone with 0.9.0-0; seen to 6.0.0.
# Remedy: names from historique-communes.json of 0.8.0, by the day of birth.
# Source: the packages; INSEE, changes of communes since 1943.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

for v in 0.4.0 0.5.0 0.8.0 0.9.0-0 6.0.0; do
	npm pack --silent "@etalab/decoupage-administratif@$v" > npm.log
	mkdir "$v"
	tar xzf "etalab-decoupage-administratif-$v.tgz" -C "$v"
	test -e "$v/package/data/historique-communes.json" && has=yes || has=no
	echo "$v, a history: $has"
done | tee seen
cat > t.mjs <<'E'
import { readFileSync } from 'node:fs'

const read = file => JSON.parse(readFileSync(file))
const history = read('0.8.0/package/data/historique-communes.json')
const names = new Map()
for (const e of history.filter(e => e.type === 'COM')) names.set(e.code, [...names.get(e.code) ?? [], e])
const old = read('0.4.0/package/data/communes.json').filter(r => r.type === 'ancien-code')
const wrong = old.filter(r => names.has(r.code) && !names.get(r.code).some(e => e.nom === r.nom))
console.log(`${history.length} rows of history, ${old.length} old codes, ${wrong.length} with a name that they never had`)
for (const r of wrong.sort((a, b) => a.code < b.code ? -1 : 1)) console.log(`${r.code}: ${r.nom} in 0.4.0, ${names.get(r.code).map(e => `${e.nom} until ${e.dateFin}`).join(', ')} in the history`)
E
node t.mjs | tee -a seen

cat > want <<'E'
0.4.0, a history: no
0.5.0, a history: yes
0.8.0, a history: yes
0.9.0-0, a history: no
6.0.0, a history: no
49532 rows of history, 905 old codes, 5 with a name that they never had
20269: Sari-Solenzara in 0.4.0, Sari-di-Porto-Vecchio until 1976-01-01 in the history
78106: Breux-Jouy in 0.4.0, Breux until 1968-01-01 in the history
78408: Moigny-sur-École in 0.4.0, Moigny until 1968-01-01 in the history
78463: Oncy-sur-École in 0.4.0, Oncy until 1968-01-01 in the history
78613: Congerville-Thionville in 0.4.0, Thionville until 1968-01-01 in the history
E
diff want seen
echo "as it was found"
