package main

import (
	"fmt"

	"psims/analytics/spc"
	"psims/datasets/series"
)

type spcVerb struct {
	Series string `help:"CSV with series, idx, y; for p and u charts also n: cases or exposure." required:"" type:"existingfile" placeholder:"FILE.csv"`
	Chart  string `help:"xmr: values; t: days between rare events; g: cases between them; p: y of n cases; u: y in an exposure of n." enum:"xmr,t,g,p,u" default:"xmr"`
	Screen bool   `help:"Set aside moving ranges above 3.267 times their mean."`
	Spread bool   `help:"For p and u charts: allow for more variation than chance (Laney)."`
	Trend  int    `help:"Points in a row, rising or falling, that make a trend: 5, 6 or 7." default:"7"`
	Rebase []int  `help:"Points, by number from 1, at which new limits begin." placeholder:"POINT"`
	Out    string `help:"CSV to write." required:"" type:"path" placeholder:"FILE.csv"`
}

// Run charts every series of a plain CSV.
func (v *spcVerb) Run() error {
	c := spc.Default()
	c.Screen, c.Spread, c.Trend = v.Screen, v.Spread, v.Trend
	for _, at := range v.Rebase {
		c.Rebase = append(c.Rebase, at-1)
	}
	if err := c.Validate(); err != nil {
		return usagef("%w", err)
	}
	all, err := readSeries(v.Series, "idx", "y")
	if err != nil {
		return err
	}
	var of []series.Series
	if v.Chart == "p" || v.Chart == "u" {
		if of, err = readSeries(v.Series, "idx", "n"); err != nil {
			return err
		}
	}
	return writeCSV(v.Out, []string{"series", "idx", "y", "mean", "lpl", "upl", "special_cause_type", "variation"}, func(row func(...string) error) error {
		for k, s := range all {
			var n []float64
			if of != nil {
				n = of[k].Values
			}
			chart, err := v.chart(c, s, n)
			if err != nil {
				return err
			}
			for i, p := range chart.Points {
				b := chart.Band(p)
				if err := row(s.Name, s.Index[i], number(s.Values[i]), number(b.Mean), number(b.Lower), number(b.Upper), p.Kind.Label(c.Trend), chart.Variation.String()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// chart draws the asked kind of chart. n is the denominators of p and u charts.
func (v *spcVerb) chart(c spc.Config, s series.Series, n []float64) (spc.Chart, error) {
	if v.Chart != "xmr" {
		for i, y := range s.Values {
			if y < 0 || n != nil && (n[i] < 0 || v.Chart == "p" && y > n[i]) {
				return spc.Chart{}, fmt.Errorf("reading series %q, series %q, point %s: y is %g%s, which a %s chart can't have", v.Series, s.Name, s.Index[i], y, outOf(n, i), v.Chart)
			}
		}
	}
	switch v.Chart {
	case "t":
		return c.TimeBetween(s.Values), nil
	case "g":
		return c.CasesBetween(s.Values), nil
	case "p":
		return c.Proportions(s.Values, n), nil
	case "u":
		return c.Rates(s.Values, n), nil
	}
	return c.Chart(s.Values), nil
}

func outOf(n []float64, i int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf(" of %g", n[i])
}
