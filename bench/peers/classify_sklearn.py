"""scikit-learn on narratives with one label each: tf-idf of words and pairs, linear SVC.

usage: classify_sklearn.py TRAIN.csv TEST.csv [MANY.csv OUT.csv]

Columns narrative and inj_body_part. Prints a JSON line: accuracy and macro F1 on
TEST, seconds to learn, documents a second from raw text to label on TEST (the best
of three) and, when MANY.csv is given, from the CSV to a CSV of labels. One thread.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import json
import resource
import sys
import time

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.svm import LinearSVC

TEXT, LABEL, CHUNK = "narrative", "inj_body_part", 10_000


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


train, test = read(sys.argv[1]), read(sys.argv[2])
began = time.perf_counter()
words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
model = LinearSVC(C=0.5, random_state=0).fit(words.fit_transform(train[TEXT]), train[LABEL])
out = {"peer": "scikit-learn LinearSVC", "train_seconds": round(time.perf_counter() - began, 1)}

best = float("inf")
for _ in range(3):
    began = time.perf_counter()
    predicted = model.predict(words.transform(test[TEXT]))
    best = min(best, time.perf_counter() - began)
out["docs_per_second"] = round(len(test) / best)
out["accuracy"] = round(accuracy_score(test[LABEL], predicted), 4)
out["macro_f1"] = round(f1_score(test[LABEL], predicted, average="macro", zero_division=0), 4)

if len(sys.argv) > 3:
    began = time.perf_counter()
    many = read(sys.argv[3])
    labels = []
    for at in range(0, len(many), CHUNK):
        labels.extend(model.predict(words.transform(many[TEXT][at : at + CHUNK])))
    pd.DataFrame({"row_id": many["row_id"], "label": labels}).to_csv(sys.argv[4], index=False)
    took = time.perf_counter() - began
    out["many_seconds"], out["many_per_second"] = round(took, 1), round(len(many) / took)
out["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(out), flush=True)
