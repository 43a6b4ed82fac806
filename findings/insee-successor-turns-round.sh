#!/usr/bin/env bash
# Guess: what an old INSEE code became is settled: the commune 12218 merged into 12076
# in 2016, so a register that once rewrote its birth places to today's codes is done,
# and last year's table of old codes still holds.
# What happens: when a merged commune moves its seat, or is undone, its code moves to
# the former commune that has the seat. In the tables of 2024, 12218 became 12076
# (Conques-en-Rouergue); in those of 2025, 12076 became 12218. Five pairs turned round
# since 2021, and twelve codes that were old are those of communes again. Records that
# were rewritten by the table of the year before have the old code of today, and two
# tables of two years send one person to two places.
# Since: 27058 and 27676 in 2023, four pairs in 2025; all seen in
# @etalab/decoupage-administratif, 1.1.1 (2021), 2.3.1, 3.1.1, 4.1.0, 5.3.0, 6.0.0 (2026).
# Remedy: keep the code as FranceConnect gave it; compare through a table of today, in both directions.
# Source: the packages, « anciensCodes »; INSEE, changes of communes: transfert de chef-lieu.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

versions="1.1.1 2.3.1 3.1.1 4.1.0 5.3.0 6.0.0"
for v in $versions; do
	npm pack --silent "@etalab/decoupage-administratif@$v" > npm.log
	mkdir "$v"
	tar xzf "etalab-decoupage-administratif-$v.tgz" -C "$v"
done
cat > t.mjs <<'E'
import { readFileSync } from 'node:fs'

const tables = process.argv.slice(2).map(version => {
  const rows = JSON.parse(readFileSync(`${version}/package/data/communes.json`)).filter(r => r.type === 'commune-actuelle')
  const became = new Map(rows.flatMap(r => (r.anciensCodes ?? []).map(old => [old, r.code])))
  return { version, became, names: new Map(rows.map(r => [r.code, r.nom])) }
})
tables.slice(1).forEach((after, i) => {
  const before = tables[i]
  const again = [...before.became.keys()].filter(old => after.names.has(old)).sort()
  const turned = again.filter(old => after.became.get(before.became.get(old)) === old)
  console.log(`${before.version} to ${after.version}: communes again: ${again.join(' ') || 'none'}; turned round: ${turned.length}`)
  for (const old of turned) {
    const other = before.became.get(old)
    console.log(`  ${old} became ${other} (${before.names.get(other)}), then ${other} became ${old}`)
  }
})
E
node t.mjs $versions | tee seen

cat > want <<'E'
1.1.1 to 2.3.1: communes again: none; turned round: 0
2.3.1 to 3.1.1: communes again: 27676; turned round: 1
  27676 became 27058 (Les Trois Lacs), then 27058 became 27676
3.1.1 to 4.1.0: communes again: 60694 85165 85212; turned round: 0
4.1.0 to 5.3.0: communes again: 12218 14581 15031 15035 15047 15171 49126 69114; turned round: 4
  12218 became 12076 (Conques-en-Rouergue), then 12076 became 12218
  14581 became 14011 (Aurseulles), then 14011 became 14581
  49126 became 49069 (Orée d'Anjou), then 49069 became 49126
  69114 became 69159 (Porte des Pierres Dorées), then 69159 became 69114
5.3.0 to 6.0.0: communes again: none; turned round: 0
E
diff want seen
echo "as it was found"
