package brief_test

import (
	"strings"
	"testing"

	"psims/reports/brief"
)

// Which reports lie before an alert's window is told by their day, on the page and in
// the file, whatever list of recent ones the alert carries; the gravest are named to
// be read first.
func TestWindowIsToldByTheDay(t *testing.T) {
	r := run()
	r.Alerts = r.Alerts[:1]
	a := &r.Alerts[0]
	a.RecentIncidentIDs = a.IncidentIDs[:1]
	page, file := alertFiles(t, r)
	if strings.Contains(page, "before the alert&#39;s window") || strings.Count(file, ",Yes,") != len(a.IncidentIDs) {
		t.Error("reports within the window are said to lie before it")
	}
	old := r.Incidents[a.IncidentIDs[0]]
	old.Reported = a.Window.From - 1
	r.Incidents[old.ID] = old
	page, file = alertFiles(t, r)
	if strings.Count(page, "before the alert&#39;s window") != 1 || strings.Count(file, ",No,") != 1 {
		t.Error("the report before the window is not said to lie before it, or another is")
	}
	if !strings.Contains(page, ">Read first</dt><dd class=\"nhsuk-summary-list__value\">Severe harm: INV-1004, INV-1011</dd>") {
		t.Error("the reports of the gravest harm are not named to be read first")
	}
}

func alertFiles(t *testing.T, r brief.Run) (page, file string) {
	t.Helper()
	f := write(t, r)
	for _, name := range f.names {
		switch {
		case strings.HasPrefix(name, "alerts/"):
			page = f.files[name].String()
		case strings.HasSuffix(name, "-reports.csv"):
			file = f.files[name].String()
		}
	}
	return page, file
}

// A page that lists more reports than were counted says so beside the count.
func TestMoreListedThanCountedIsSaid(t *testing.T) {
	r := run()
	r.Alerts = r.Alerts[:1]
	n := len(r.Alerts[0].IncidentIDs)
	r.Alerts[0].Observed = float64(n)
	page, _ := alertFiles(t, r)
	if strings.Contains(page, ">Listed</dt>") {
		t.Error("as many are listed as were counted, and the page says so")
	}
	r.Alerts[0].Observed = float64(n - 2)
	page, _ = alertFiles(t, r)
	if !strings.Contains(page, ">Listed</dt><dd class=\"nhsuk-summary-list__value\">14 reports: those counted, and others") {
		t.Error("more are listed than were counted, and the page does not say so")
	}
}
