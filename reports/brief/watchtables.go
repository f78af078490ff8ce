package brief

import (
	"cmp"
	"errors"
	"slices"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// WatchTables are the published tables that the watch list of a report is read from,
// with what they say nothing of.
type WatchTables struct {
	KnownRisks, Harm, HarmJudged, Hidden *frame.Frame
	Risks                                []KnownRisk // that were watched for, by ID and Title
	AsOf                                 incident.Day
	Table                                *incident.Table // events of the night
	Row                                  map[string]int  // of an event by its id
	Counted                              []bool          // by row: whether a report stands for its event
}

// Weeks over which the small picture of a known risk reaches back and those called
// recent, and findings of harm that the report shows.
const (
	watchWeeks   = 26
	suspectWeeks = 4
	harmShown    = 50
)

// Watch gathers the watch list; cite is told of every report that it names.
//
// Errors: a table is not of the form that a run publishes.
func (s WatchTables) Watch(cite func(ids []string)) (Watch, error) {
	var out Watch
	r := s.KnownRisks.Reader()
	id, risk, marked, context := frame.Take[string](r, "incident_id"), frame.Take[string](r, "risk_id"), frame.Take[string](r, "never_event"), frame.Take[string](r, "context")
	words, sentences, score := frame.Take[string](r, "words"), frame.Take[string](r, "sentences"), frame.Take[float64](r, "score")
	if r.Err() != nil {
		return out, r.Err()
	}
	order := make([]int, len(id))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	for _, risked := range s.Risks {
		known := KnownRisk{ID: risked.ID, Title: risked.Title, Weekly: make([]int32, watchWeeks)}
		for _, k := range order {
			if risk[k] != risked.ID {
				continue
			}
			w := int(s.AsOf-s.Table.Reported[s.Row[id[k]]]) / 7
			if w < watchWeeks && s.Counted[s.Row[id[k]]] {
				known.Weekly[watchWeeks-1-w]++
			}
			if w < suspectWeeks {
				known.Recent = append(known.Recent, Suspect{IncidentID: id[k], Words: frame.Parts(words[k]), Sentence: sentences[k], Doubt: context[k], Marked: incident.Answered(marked[k])})
				cite(id[k : k+1])
			}
		}
		out.Risks = append(out.Risks, known)
	}
	var err error
	if out.Hidden, err = s.hidden(); err != nil {
		return out, err
	}
	return out, s.harm(&out, cite)
}

// harm adds what reads worse and what says so outright, in turn, each report once.
func (s WatchTables) harm(out *Watch, cite func([]string)) error {
	r, whole := s.Harm.Reader(), s.HarmJudged.Reader()
	list, id, told := frame.Take[string](r, "list"), frame.Take[string](r, "incident_id"), frame.Take[string](r, "told")
	words, sentences, worse := frame.Take[string](r, "words"), frame.Take[string](r, "sentences"), frame.Take[float64](r, "worse")
	judged, above := frame.Take[int64](whole, "judged"), frame.Take[float64](whole, "worse")
	if err := errors.Join(r.Err(), whole.Err()); err != nil {
		return err
	}
	if above[0] > 0 { // 0 without a model
		out.HarmJudged, out.HarmWorse = int(judged[0]), above[0]
	}
	var lists [2][]int
	for k, name := range list {
		if name == "told" {
			lists[1] = append(lists[1], k)
		} else {
			lists[0] = append(lists[0], k)
		}
	}
	seen := map[string]bool{}
	for place := 0; len(out.Harm) < harmShown && place < max(len(lists[0]), len(lists[1])); place++ {
		for _, l := range lists {
			if place >= len(l) || seen[id[l[place]]] {
				continue
			}
			k := l[place]
			seen[id[k]] = true
			harm, err := incident.ParseHarm(told[k])
			if err != nil {
				return err
			}
			out.Harm = append(out.Harm, HarmDoubt{IncidentID: id[k], Told: harm, Worse: worse[k], Words: frame.Parts(words[k]), Sentence: sentences[k]})
			cite(id[k : k+1])
		}
	}
	return nil
}

// hidden gives the themes that are easy to overlook.
func (s WatchTables) hidden() ([]HiddenTheme, error) {
	r := s.Hidden.Reader()
	id, category := frame.Take[string](r, "theme_id"), frame.Take[string](r, "top_category")
	reports, organisations := frame.Take[int64](r, "reports"), frame.Take[int64](r, "organisations")
	categories, share, excess := frame.Take[float64](r, "categories"), frame.Take[float64](r, "top_share"), frame.Take[float64](r, "excess")
	lo, hi := frame.Take[float64](r, "lo"), frame.Take[float64](r, "hi")
	if r.Err() != nil {
		return nil, r.Err()
	}
	var out []HiddenTheme
	for k := range id {
		out = append(out, HiddenTheme{ThemeID: id[k], Reports: int(reports[k]), Organisations: int(organisations[k]), Categories: categories[k],
			TopCategory: category[k], TopShare: share[k], Excess: excess[k], Interval: [2]float64{lo[k], hi[k]}})
	}
	return out, nil
}
