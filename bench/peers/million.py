"""A CSV of N invented variations of the MSHA narratives, for throughput.

usage: million.py MSHA.csv.gz N OUT.csv

Each row copies a narrative at random; a word in 12 is left out, a word in 16 is
replaced by a word of the corpus, a word in 50 gets a wrong letter, and a running
number is added, so that no two rows are equal and some words are new to any model.
The seed is fixed: the same N gives the same bytes.
"""

import csv
import gzip
import random
import string
import sys

source, rows, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rng = random.Random(11)
with gzip.open(source, "rt", encoding="utf-8", newline="") as f:
    reports = [r for r in csv.DictReader(f) if r["narrative"].strip()]
words = [r["narrative"].split() for r in reports]
corpus = [w for text in words for w in text]


def vary(word):
    chance = rng.random()
    if chance < 1 / 12:
        return None
    if chance < 1 / 12 + 1 / 16:
        return rng.choice(corpus)
    if chance < 1 / 12 + 1 / 16 + 1 / 50 and len(word) > 3:
        at = rng.randrange(len(word))
        return word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :]
    return word


with open(out, "w", encoding="utf-8", newline="") as f:
    w = csv.writer(f)
    w.writerow(["row_id", "accident_dt", "mine_id", "inj_body_part", "narrative"])
    for i in range(rows):
        k = rng.randrange(len(reports))
        text = [v for v in map(vary, words[k]) if v is not None]
        text.append(f"no {i}")
        r = reports[k]
        w.writerow([f"B{i}", r["accident_dt"], r["mine_id"], r["inj_body_part"], " ".join(text)])
