#!/bin/sh
# Taking a CSV extract in with psims beside DuckDB's own read_csv of the same file, in
# turns. psims reads, checks, redacts and hashes every row, and keeps revisions; read_csv
# copies the columns. Usage: bench/load.sh FILE.csv [ROUNDS]
set -eu
file=$1
rounds=${2:-3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -tags duckdb_arrow -o "$dir/psims" ./cmd/psims
go build -tags duckdb_arrow -o "$dir/readcsv" ./bench/peers/readcsv
ls -l "$file" | awk '{ printf "%s, %.1f MB\n", $NF, $5 / 1e6 }'
uptime
for round in $(seq "$rounds"); do
	"$dir/readcsv" "$file"
	/usr/bin/time -f "psims load: %U + %S processor s, %e s, %M kB" "$dir/psims" --home "$dir/home$round" load --quiet "$file"
done
