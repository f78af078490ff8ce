package learned

import (
	"slices"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/reports/evidence"
	"psims/reports/quote"
	"psims/reports/specialty"
)

// What a page for staff looks back on.
const (
	half          = 26  // weeks that are set against those before
	voicesPool    = 30  // sentences of a theme from which each organisation gets those of others
	voicesReports = 300 // newest reports of a theme that are read for them
	LeastVoices   = 3   // organisations that must have told of a theme before any is quoted
	themeReports  = 200 // newest reports of a theme that are read for what they say
)

// Describe tells of a theme by the reports of an organisation that are in it: rows are its
// events of a year, oldest first. What people wrote is left out.
func Describe(e *evidence.Events, rows []int, k int32) Theme {
	t := e.Table
	out := Theme{ID: e.Themes.ID[k], Name: e.Themes.Name[k], Terms: e.Themes.Terms[k], Harm: map[incident.Harm]int{}}
	settings := map[string]int{}
	var members []quote.Incident
	for _, i := range slices.Backward(rows) {
		if e.Themes.Of[i] != k {
			continue
		}
		if e.WeeksAgo(i) < half {
			out.Recent++
		} else {
			out.Before++
		}
		out.Harm[e.Harm[i]]++
		settings[t.CareSetting.Value(i)]++
		if len(members) < themeReports {
			members = append(members, e.Incident(i))
		}
	}
	out.Settings = specialty.Tally(settings)
	out.Factors = specialty.Factors(members)
	return out
}

// Wide is a theme in all organisations, over a year.
type Wide struct {
	Reports int
	senders map[int32]bool
	newest  []int // rows, newest first
	pool    Voices
	chosen  bool
}

// Everywhere counts each theme over all organisations.
func Everywhere(e *evidence.Events) []Wide {
	out := make([]Wide, len(e.Themes.ID))
	for i := e.Table.Len() - 1; i >= 0 && e.WeeksAgo(i) < 52; i-- {
		k := e.Themes.Of[i]
		if k == cluster.None || !e.Counted[i] {
			continue
		}
		w := &out[k]
		if w.senders == nil {
			w.senders = map[int32]bool{}
		}
		w.Reports++
		w.senders[e.Table.Organisation.Codes[i]] = true
		if len(w.newest) < voicesReports {
			w.newest = append(w.newest, i)
		}
	}
	return out
}

// Organisations is how many have told of it.
func (w *Wide) Organisations() int { return len(w.senders) }

// Voices are sentences of a theme with their senders.
type Voices []Voice

// Voices picks the sentences that tell a theme best, at most one of each organisation.
func (w *Wide) Voices(e *evidence.Events, terms []string) Voices {
	if w.chosen {
		return w.pool
	}
	w.chosen = true
	var list []quote.Incident
	sender := map[string]string{}
	for _, i := range w.newest {
		r := e.Incident(i)
		r.Organisation = e.Table.Organisation.Value(i)
		sender[r.ID] = r.Organisation
		list = append(list, r)
	}
	said := map[string]bool{}
	for _, p := range specialty.Choose(list, terms, voicesPool) {
		if from := sender[p.Report.ID]; !said[from] && Quotable(p.Sentence, terms) {
			said[from] = true
			w.pool = append(w.pool, Voice{IncidentID: p.Report.ID, Sender: from, Sentence: p.Sentence})
		}
	}
	return w.pool
}

// Besides gives the sentences of others than that organisation.
func (v Voices) Besides(code string) []Voice {
	var out []Voice
	for _, e := range v {
		if e.Sender != code && len(out) < Default().Voices {
			out = append(out, e)
		}
	}
	return out
}
