package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"psims/analytics/disproportion"
	"psims/datasets/extract/value"
)

type disproportionVerb struct {
	Pairs string `help:"CSV with row, col, a, b, c, d: events with both, with the row item only, with the column item only, with neither." required:"" type:"existingfile" placeholder:"FILE.csv"`
	Out   string `help:"CSV to write." required:"" type:"path" placeholder:"FILE.csv"`
}

// Run judges every pair of a plain CSV.
func (v *disproportionVerb) Run(_ context.Context, a *app) error {
	cells, rows, cols, err := readPairs(v.Pairs)
	if err != nil {
		return err
	}
	table, err := disproportion.NewTable(cells)
	if err != nil {
		return fmt.Errorf("reading pairs %q: %w", v.Pairs, err)
	}
	pairs, fit := table.Judge(disproportion.Default())
	header := []string{"row", "col", "a", "b", "c", "d", "expected", "prr", "prr_lo", "prr_hi", "ror", "ror_lo", "ror_hi",
		"ic", "ic025", "ic975", "ebgm", "eb05", "eb95", "chi2_yates", "fisher_p", "q_value"}
	err = writeCSV(v.Out, header, func(row func(...string) error) error {
		for _, p := range pairs {
			line := []string{rows[p.Row], cols[p.Col], strconv.Itoa(p.A), strconv.Itoa(p.B), strconv.Itoa(p.C), strconv.Itoa(p.D)}
			for _, x := range []float64{p.Expected, p.PRR.Value, p.PRR.Lo, p.PRR.Hi, p.ROR.Value, p.ROR.Lo, p.ROR.Hi,
				p.IC.Value, p.IC.Lo, p.IC.Hi, p.EBGM.Value, p.EBGM.Lo, p.EBGM.Hi, p.ChiYates, p.FisherP, p.Q} {
				line = append(line, number(x))
			}
			if err := row(line...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || a.quiet {
		return err
	}
	a.log.Info("prior of the ratios", "status", fit.Status.String(), "pairs", fit.Pairs, "log_likelihood", fit.LogLikelihood)
	_, err = fmt.Fprintf(a.out, "%d pairs judged: %s\n", len(pairs), v.Out)
	return err
}

// readPairs reads the pairs and the names of their rows and columns.
//
// Errors: a column that is not there (the nearest is named), a count that is none, with line.
func readPairs(path string) (cells []disproportion.Cell, rows, cols []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("reading pairs: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("reading pairs %q: %w; want a header with row, col, a, b, c, d", path, err)
	}
	header = append([]string(nil), header...)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	var at [6]int
	for k, name := range []string{"row", "col", "a", "b", "c", "d"} {
		if at[k] = find(header, name); at[k] < 0 {
			return nil, nil, nil, usagef("reading pairs %q: there is no column %q%s", path, name, value.DidYouMean(name, header))
		}
	}
	numberOf := func(seen map[string]int32, names *[]string, name string) int32 {
		k, there := seen[name]
		if !there {
			k = int32(len(*names))
			name = strings.Clone(name)
			seen[name] = k
			*names = append(*names, name)
		}
		return k
	}
	seenRows, seenCols := map[string]int32{}, map[string]int32{}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return cells, rows, cols, nil
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("reading pairs %q: %w", path, err)
		}
		var counts [4]int
		for k := range counts {
			cell := strings.TrimSpace(line[at[2+k]])
			if counts[k], err = strconv.Atoi(cell); err != nil || counts[k] < 0 {
				n, _ := r.FieldPos(at[2+k])
				return nil, nil, nil, fmt.Errorf("reading pairs %q, line %d: %s is %q: want a whole number of events, 0 or more", path, n, header[at[2+k]], cell)
			}
		}
		cells = append(cells, disproportion.Cell{Row: numberOf(seenRows, &rows, line[at[0]]), Col: numberOf(seenCols, &cols, line[at[1]]),
			A: counts[0], B: counts[1], C: counts[2], D: counts[3]})
	}
}
