package main

import (
	"context"
	"fmt"
	"strconv"

	"psims/analytics/disproportion"
)

type disproportionVerb struct {
	Pairs string `help:"CSV with row, col, a, b, c, d: events with both, with the row item only, with the column item only, with neither." required:"" type:"existingfile" placeholder:"FILE.csv"`
	Out   string `help:"CSV to write." required:"" type:"path" placeholder:"FILE.csv"`
}

// Run judges every pair of a plain CSV.
func (v *disproportionVerb) Run(_ context.Context, a *app) error {
	all, err := readPlain("pairs", v.Pairs, disproportion.Read)
	if err != nil {
		return err
	}
	table, err := disproportion.NewTable(all.Cells)
	if err != nil {
		return fmt.Errorf("reading pairs %q: %w", v.Pairs, err)
	}
	pairs, fit := table.Judge(disproportion.Default())
	header := []string{"row", "col", "a", "b", "c", "d", "expected", "prr", "prr_lo", "prr_hi", "ror", "ror_lo", "ror_hi",
		"ic", "ic025", "ic975", "ebgm", "eb05", "eb95", "chi2_yates", "fisher_p", "q_value"}
	err = writeCSV(v.Out, header, func(row func(...string) error) error {
		for _, p := range pairs {
			line := []string{all.Rows[p.Row], all.Cols[p.Col], strconv.Itoa(p.A), strconv.Itoa(p.B), strconv.Itoa(p.C), strconv.Itoa(p.D)}
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
