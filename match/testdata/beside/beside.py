# Compares what match says of pairs with what a team would use otherwise, at
# defaults and at the threshold with the same share of false candidates. Outside CI:
#
#   go test ./match -run OtherLibraries -args -pairs-file /tmp/pairs.csv
#   pip install jellyfish==1.3.0 recordlinkage==0.16 dedupe==3.0.3 splink==5.0.0
#   go run distances.go < /tmp/pairs.csv > /tmp/distances.csv
#   python3 match/testdata/beside/beside.py /tmp/pairs.csv /tmp/distances.csv
#
# distances.go needs a module, anywhere: go mod init beside, and go get
# github.com/hbollon/go-edlib@v1.7.0 github.com/adrg/strutil@v0.3.1.
import csv, logging, statistics, sys, importlib.metadata, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import pandas as pd

columns = "kind same grade given family usage gender born place r_given r_family r_usage r_gender r_born r_place".split()
rows = [dict(zip(columns, r)) for r in csv.reader(open(sys.argv[1], encoding="utf-8", errors="surrogateescape"))]
for r in rows:  # a database driver gives text
    for k in r:
        r[k] = r[k].encode("utf-8", "replace").decode()
df = pd.DataFrame(rows)
same = df.same == "1"
ours = df.grade != "different"


def report(name, score, default):
    """Prints what share of people with a slip and of other pairs are candidates."""
    score = pd.Series(list(score), index=df.index).fillna(0)
    tuned = sorted(score[~same], reverse=True)[int(ours[~same].sum())]
    for how, found in (("default", score >= default), ("tuned", score > tuned)):
        print(f"| {name}, {how} | {100 * found[same].mean():.1f} | {100 * found[~same].mean():.3f} | " +
              " | ".join(f"{100 * found[df.kind == k].mean():.1f}" for k in kinds) + " |", flush=True)


kinds = list(dict.fromkeys(df.kind))
print("| what | found, of people with one slip | candidates, of different people | " + " | ".join(kinds) + " |")
print("| --- " * (3 + len(kinds)) + "|")
print(f"| match | {100 * ours[same].mean():.1f} | {100 * ours[~same].mean():.3f} | " + " | ".join(f"{100 * ours[df.kind == k].mean():.1f}" for k in kinds) + " |")

import jellyfish

v = importlib.metadata.version
jw = jellyfish.jaro_winkler_similarity
low = {c: df[c].str.lower() for c in columns[3:]}
names = [(jw(a, b), max(jw(c, d), jw(e, d) if e else 0, jw(c, f) if f else 0)) for a, b, c, d, e, f in
         zip(low["given"], low["r_given"], low["family"], low["r_family"], low["usage"], low["r_usage"])]
born = [jw(a, b) for a, b in zip(df.born, df.r_born)]
report(f"jellyfish {v('jellyfish')}: mean of three Jaro-Winkler, 0.9", [(g + f + b) / 3 for (g, f), b in zip(names, born)], 0.9)
report(f"jellyfish {v('jellyfish')}: least of three Jaro-Winkler, 0.9", [min(g, f, b) for (g, f), b in zip(names, born)], 0.9)

with open(sys.argv[2], encoding="utf-8") as f:
    measures, *scores = csv.reader(f)
for name, score in zip(measures, zip(*scores, strict=True)):
    report(name, [float(s) for s in score], 0.9)

import recordlinkage

left = df[["given", "family", "usage", "gender", "born", "place"]].apply(lambda c: c.str.lower())
right = df[["r_given", "r_family", "r_usage", "r_gender", "r_born", "r_place"]].apply(lambda c: c.str.lower())
right.columns = left.columns
pairs = pd.MultiIndex.from_arrays([df.index, df.index])
c = recordlinkage.Compare()
c.string("given", "given", method="jarowinkler", threshold=0.85)
c.string("family", "family", method="jarowinkler", threshold=0.85)
c.exact("born", "born")
c.exact("gender", "gender")
c.exact("place", "place")
report(f"recordlinkage {v('recordlinkage')}: four of five fields", c.compute(pairs, left, right).sum(axis=1), 4)
c = recordlinkage.Compare()
for field in ("given", "family", "born", "gender", "place"):
    c.string(field, field, method="jarowinkler")
features = c.compute(pairs, left, right)
report(f"recordlinkage {v('recordlinkage')}: logistic regression, trained on half of these pairs",
       (lambda m: m.prob(features))((lambda m: (m.fit(features[::2], pairs[::2][same[::2].to_numpy()]), m)[1])(recordlinkage.LogisticRegressionClassifier())), 0.5)

import dedupe
from dedupe.variables import Exact, String

# Without prepare_training and train, which learn the blocking as well.
linker = dedupe.RecordLink([String("given", has_missing=True), String("family", has_missing=True), String("usage", has_missing=True),
                            String("born"), Exact("gender"), Exact("place")], num_cores=1)
features = linker.data_model.distances([tuple({k: v or None for k, v in r.items()} for r in two)
                                        for two in zip(left.to_dict("records"), right.to_dict("records"))])
linker.classifier.n_jobs = 1
linker.classifier.fit(features[::2], same[::2])
report(f"dedupe {v('dedupe')}: its classifier, trained on half of these pairs", linker.classifier.predict_proba(features)[:, 1], 0.5)

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

one, two = left.copy(), right.copy()
for d in (one, two):
    d["unique_id"], d["pair"] = d.index, d.index
try:
    settings = SettingsCreator(link_type="link_only", blocking_rules_to_generate_predictions=[block_on("pair")],
                               comparisons=[cl.NameComparison("given"), cl.NameComparison("family"), cl.DateOfBirthComparison("born", input_is_string=True),
                                            cl.ExactMatch("gender"), cl.ExactMatch("place")])
    db = DuckDBAPI()
    linker = Linker([db.register(one), db.register(two)], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("given", "family", "born")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("family", "given"))
    got = linker.inference.predict().as_pandas_dataframe()
    score = dict(zip(got.unique_id_l, got.match_weight))
    report(f"splink {v('splink')}: match probability 0.5", [score.get(i, -99) for i in df.index], 0)
except Exception as e:
    print("splink:", repr(e)[:300])
