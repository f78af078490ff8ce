// Readcsv takes a CSV file into a table of a new DuckDB file with DuckDB's own
// read_csv, leaving out rows that it can't read, and says how many rows there are and what it took: the peer of "psims
// load" in bench/load.sh.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"syscall"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: readcsv FILE.csv")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(path string) error {
	dir, err := os.MkdirTemp("", "readcsv")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	db, err := sql.Open("duckdb", filepath.Join(dir, "peer.duckdb"))
	if err != nil {
		return err
	}
	if _, err := db.Exec("CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true, ignore_errors = true)", path); err != nil {
		return err
	}
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM t").Scan(&rows); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return err
	}
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	fmt.Printf("read_csv: %d rows, %.2f processor s, %.2f s, %d MB\n", rows, cpu.Seconds(), time.Since(began).Seconds(), u.Maxrss>>10)
	return nil
}
