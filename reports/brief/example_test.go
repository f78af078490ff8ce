package brief_test

import (
	"context"
	"fmt"
	"io"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/brief"
)

// nowhere takes a file and keeps nothing of it.
type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }

func ExampleWriter_Write() {
	asOf := incident.NewDay(2026, 11, 22)
	run := brief.Run{
		ID: "20261123-0200", AsOf: asOf, Version: "0.1.0",
		Alerts: []triage.Alert{{
			ID: "pump-tubing", Rank: 1, Kind: triage.Theme, Status: triage.New, Title: "pump tubing coming apart", AsOf: asOf,
			Window: triage.Window{From: asOf - 55, Until: asOf}, Observed: 14, Expected: 2.8, Organisations: 9,
			Evidence: []triage.Evidence{{IncidentID: "1", Sentence: "Pump tubing came apart."}}, Terms: []string{"pump tubing"},
		}},
		Incidents: map[string]brief.Incident{"1": {System: incident.LFPSE, Reported: asOf, Text: "Pump tubing came apart."}},
	}
	w, err := brief.New(brief.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	summary, err := w.Write(context.Background(), func(name string) (io.WriteCloser, error) {
		fmt.Println(name)
		return nowhere{io.Discard}, nil
	}, run)
	fmt.Println(summary.Pages, "pages,", summary.Charts, "charts,", err)
	// Output:
	// index.html
	// alerts/pump-tubing.html
	// watch.html
	// themes.html
	// about.html
	// data/a-pump-tubing-reports.csv
	// 5 pages, 0 charts, <nil>
}
