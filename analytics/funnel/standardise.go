package funnel

import (
	"cmp"
	"slices"
)

// CaseMix is what one organisation reported, and had the opportunity to, in one
// stratum of patients or care.
type CaseMix struct {
	Code, Group string
	Stratum     string  // specialty, age band, care setting, …
	Observed    float64 // events
	Exposure    float64 // patients, bed days, or all events
}

// Standardise gives, by code, each organisation's events and the number expected if
// it had its group's rate in every stratum: indirect standardisation. Within a
// group both add up to the same. An organisation is of the group of its first row.
func Standardise(mix []CaseMix) []Organisation {
	type stratum struct{ group, name string }
	type total struct{ events, exposure float64 }
	totals := map[stratum]total{}
	for _, m := range mix {
		t := totals[stratum{m.Group, m.Stratum}]
		t.events += m.Observed
		t.exposure += m.Exposure
		totals[stratum{m.Group, m.Stratum}] = t
	}
	at := map[string]int{}
	var out []Organisation
	for _, m := range mix {
		i, known := at[m.Code]
		if !known {
			i = len(out)
			at[m.Code] = i
			out = append(out, Organisation{Code: m.Code, Group: m.Group})
		}
		out[i].Observed += m.Observed
		if t := totals[stratum{m.Group, m.Stratum}]; t.exposure > 0 {
			out[i].Denominator += m.Exposure * t.events / t.exposure
		}
	}
	slices.SortFunc(out, func(a, b Organisation) int { return cmp.Compare(a.Code, b.Code) })
	return out
}
