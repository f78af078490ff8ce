#!/bin/bash
# Farrington flexible beside R's surveillance in one run, on the same series: CPU
# time a series-week of each, and how many alarms differ.
#
# usage: bench/outbreak.sh SERIES.csv[.gz] [START] [EVERY]
#
# SERIES has the columns series, week and observed; weeks from START (576) on are
# judged. R judges one series in EVERY (20), psims EVERY copies of the same, so that
# there is enough to measure. R's time is that of farringtonFlexible alone; so is
# psims' when what it takes to read the file and judge nothing is taken off. The
# ratio is given without and with that.
# Needs bin/psims (make build) and Debian's r-cran-surveillance.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
series=$(realpath "$1")
start=${2:-576}
every=${3:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

/usr/bin/python3 - "$series" "$every" <<'PY'
import csv, gzip, sys
path, every = sys.argv[1], int(sys.argv[2])
with (gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")) as f:
    rows = [(r["series"], r["week"], r["observed"]) for r in csv.DictReader(f)]
chosen = set(list(dict.fromkeys(r[0] for r in rows))[::every])
rows = [r for r in rows if r[0] in chosen]
for name, copies in (("one.csv", 1), ("many.csv", every)):
    with open(name, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(("series", "week", "observed"))
        for copy in range(copies):
            w.writerows((f"{s}-{copy}" if copy else s, week, n) for s, week, n in rows)
PY

judge() {
	GOMAXPROCS=1 /usr/bin/time -a -f "%U %S %M" -o time \
		"${PSIMS:-$here/../bin/psims}" -q outbreak --series many.csv --start "$1" --out "$2"
}
judge "$start" psims.csv
judge 1000000000 nothing.csv
Rscript "$here/peers/farrington.R" one.csv "$start" r.csv | tee r.txt
judge "$start" psims.csv
judge 1000000000 nothing.csv

/usr/bin/python3 - <<'PY'
import csv, re
def alarms(path):
    with open(path, newline="") as f:
        return {(r["series"], r["week"]): r["alarm"] for r in csv.DictReader(f)}
runs = [[float(x) for x in line.split()] for line in open("time")]
spent = [user + system for user, system, _ in runs]
whole, reading = (spent[0] + spent[2]) / 2, (spent[1] + spent[3]) / 2
ours, theirs = alarms("psims.csv"), alarms("r.csv")
each, alone = 1e6 * whole / len(ours), 1e6 * (whole - reading) / len(ours)
print(f"psims: {len(ours)} series-weeks, {whole:.2f} s CPU, of which {reading:.2f} s reading; "
      f"{each:.1f} microseconds each, judging alone {alone:.1f}; {runs[0][2] / 1024:.0f} MB")
differ = sum(ours[k] != v for k, v in theirs.items() if v != "NA")
print(f"alarms: R {sum(v == '1' for v in theirs.values())}, {differ} of {len(theirs)} differ")
r = float(re.search(r"([0-9.]+) microseconds", open("r.txt").read())[1])
print(f"ratio: {r / each:.0f} times the whole process, {r / alone:.0f} times judging alone")
PY
