package hidden

import (
	"math"

	"psims/analytics/discrepancy"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Reports are the reports of a night that are looked at.
type Reports struct {
	Table    *incident.Table       // with the worst harm of each event at the row that stands for it
	Rows     []int32               // one for each event
	Theme    []int32               // by row of the table; negative for none
	Category *incident.Column      // the category that counts
	Known    []bool                // by row of the table: tells of a known risk
	Readings []discrepancy.Reading // by row of the table, of models that read harm
}

// Events gathers what is known of the events of the newest weeks, and by how many grades
// each text reads worse than it was graded.
func (r Reports) Events(c Config) Events {
	t := r.Table
	var e Events
	for _, i := range r.Rows {
		if t.Reported[i] <= c.AsOf-incident.Day(7*c.Weeks) {
			continue
		}
		e.Theme, e.Category = append(e.Theme, r.Theme[i]), append(e.Category, r.Category.Codes[i])
		e.Organisation, e.Reported = append(e.Organisation, t.Organisation.Codes[i]), append(e.Reported, t.Reported[i])
		recorded := math.NaN()
		if t.Harm[i].Graded() {
			recorded = float64(t.Harm[i] - incident.NoHarm)
		}
		// Where a whole theme is graded too mildly, what learns from grades learns that
		// too: what a text says outright counts as well.
		read := r.Readings[i].Expected()
		if told := r.Readings[i].Told; told.Graded() {
			read = max(read, float64(told-incident.NoHarm))
		}
		e.Excess = append(e.Excess, read-recorded)
		e.Severe, e.Known = append(e.Severe, t.Harm[i].SevereOrFatal()), append(e.Known, r.Known[i])
	}
	return e
}

// Frame gives the list as the table "hidden_themes" that a run publishes: with the ids
// and names of the themes, and the names of the categories by code.
func Frame(found []Finding, ids, names, categoryNames []string) *frame.Frame {
	var id, name, category []string
	var reports, organisations, severe []int64
	var categories, share, known, recent, excess, lo, hi, score []float64
	for _, f := range found {
		id, name, category = append(id, ids[f.Theme]), append(name, names[f.Theme]), append(category, categoryNames[f.TopCategory])
		reports, organisations, severe = append(reports, int64(f.Reports)), append(organisations, int64(f.Organisations)), append(severe, int64(f.Severe))
		categories, share, known, recent = append(categories, f.Categories), append(share, f.TopShare), append(known, f.Known), append(recent, f.RecentRatio)
		excess, lo, hi, score = append(excess, f.Excess), append(lo, f.Interval[0]), append(hi, f.Interval[1]), append(score, f.Score)
	}
	return frame.New("hidden_themes",
		frame.Column{Name: "theme_id", Doc: "The theme.", Values: id},
		frame.Column{Name: "name", Doc: "Its name.", Values: name},
		frame.Column{Name: "reports", Doc: "Reports of the last 52 weeks.", Values: reports},
		frame.Column{Name: "organisations", Doc: "Organisations that sent them.", Values: organisations},
		frame.Column{Name: "categories", Doc: "Effective number of categories that they are filed under.", Values: categories},
		frame.Column{Name: "top_category", Doc: "The category with most.", Values: category},
		frame.Column{Name: "top_share", Doc: "Its share.", Values: share},
		frame.Column{Name: "severe_or_fatal", Doc: "Recorded as severe or fatal.", Values: severe},
		frame.Column{Name: "known", Doc: "Share that tells of a known risk.", Values: known},
		frame.Column{Name: "recent_ratio", Doc: "Rate of the last 8 weeks over that of all 52.", Values: recent},
		frame.Column{Name: "excess", Doc: "Mean number of grades by which the reports read worse than they were graded, beyond that of all.", Values: excess},
		frame.Column{Name: "lo", Doc: "Lower end of its 95 % interval.", Values: lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: hi},
		frame.Column{Name: "score", Doc: "Order of the list: hidden harm, by how spread and how unknown it is.", Values: score},
	)
}
