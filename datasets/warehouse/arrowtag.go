//go:build !duckdb_arrow

package warehouse

// Building without Arrow support can't work; the undefined name says how to.
var _ = build_with_the_flag_tags_duckdb_arrow
