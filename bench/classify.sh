#!/bin/bash
# Classification beside scikit-learn and fastText in one run, on one split.
#
# usage: bench/classify.sh MSHA.csv.gz [FOLDER]
#
# Needs bin/psims (make build) and Debian's python3-sklearn, python3-pandas and
# fasttext. FOLDER (a new temporary one by default) gets the split, a million
# narratives, and what each side wrote.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(realpath "$1")
work=${2:-$(mktemp -d)}
mkdir -p "$work" && cd "$work"
psims="$here/../bin/psims"
mapping="$here/../datasets/extract/table/testdata/mapping/msha.toml"
python=/usr/bin/python3 # Debian's, which has Debian's packages

[ -s 2012.csv ] || $python "$here/peers/split.py" "$data" .
[ -s million.csv ] || $python "$here/peers/million.py" "$data" 1000000 million.csv
measured() { /usr/bin/time -f "  wall %e s, cpu %U+%S s, peak %M KB" "$@"; }

for model in words accurate; do
  echo "== psims, $model: 2010-11 to 2012"
  measured "$psims" -q evaluate classify --train 2010-11.csv --test 2012.csv --mapping "$mapping" --model $model --out "psims-$model"
  $python - "psims-$model/metrics.json" <<'PY'
import json, sys
m = json.load(open(sys.argv[1]))
print({k: m[k] for k in ("accuracy", "accuracy_interval", "macro_f1", "macro_f1_interval", "ece", "log_loss", "train_seconds", "predict_docs_per_second", "peak_rss_mb") if k in m})
PY
  echo "== psims, $model: a million narratives, CSV to CSV"
  home="home-$model"
  rm -rf "$home" && mkdir -p "$home"
  printf '[train]\nmodel = "%s"\ntasks = ["category"]\n' $model >"$home/psims.toml"
  "$psims" -q --home "$home" load --mapping "$mapping" 2010-11.csv
  "$psims" -q --home "$home" train
  for _ in 1 2 3; do
    measured "$psims" -q --home "$home" label --mapping "$mapping" --out "million-$model.csv" million.csv
  done
done
echo "== scikit-learn"
measured $python "$here/peers/classify_sklearn.py" 2010-11.csv 2012.csv million.csv million-sklearn.csv
echo "== fastText"
measured fasttext supervised -input train.ft -output fasttext -wordNgrams 2 -epoch 25 -lr 0.5 -thread 2 -verbose 0
measured fasttext test fasttext.bin test.ft
measured fasttext predict fasttext.bin test.ft >fasttext-labels.txt
