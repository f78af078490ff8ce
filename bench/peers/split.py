"""Cut the MSHA narratives into the years to learn from and the year to judge on.

usage: split.py MSHA.csv.gz DIR

writes DIR/2010-11.csv and DIR/2012.csv, and the same for fastText's command line
(train.ft, test.ft: "__label__NAME words", lower case, punctuation set apart).
"""

import csv
import gzip
import re
import sys

source, folder = sys.argv[1:]
with gzip.open(source, "rt", encoding="utf-8", newline="") as f:
    reader = csv.DictReader(f)
    columns = reader.fieldnames
    rows = [r for r in reader if r["narrative"].strip() and r["inj_body_part"].strip()]


def tokens(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


for name, plain, years in (("2010-11", "train", ("2010", "2011")), ("2012", "test", ("2012",))):
    part = [r for r in rows if r["accident_dt"][:4] in years]
    with open(f"{folder}/{name}.csv", "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, columns)
        w.writeheader()
        w.writerows(part)
    with open(f"{folder}/{plain}.ft", "w", encoding="utf-8") as f:
        for r in part:
            label = re.sub(r"\W+", "_", r["inj_body_part"])
            f.write(f"__label__{label} {tokens(r['narrative'])}\n")
