package main

import (
	"math"

	"psims/analytics/discrepancy"
	"psims/analytics/hidden"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/ordinal"
	"psims/reports/brief"
)

// hiddenThemes lists the themes that are steady, and yet easy to overlook; none
// without models that read harm.
func (n *night) hiddenThemes(readers *ordinal.Crossed) error {
	var found []hidden.Finding
	if readers != nil {
		c := hidden.Default(n.asOf)
		found = hidden.Find(n.hiddenEvents(readers, c), len(n.themed.id), c)
	}
	var id, name, category []string
	var reports, organisations, severe []int64
	var categories, share, known, recent, excess, lo, hi, score []float64
	for _, f := range found {
		id, name, category = append(id, n.themed.id[f.Theme]), append(name, n.themed.name[f.Theme]), append(category, n.labelled.category.Names[f.TopCategory])
		reports, organisations, severe = append(reports, int64(f.Reports)), append(organisations, int64(f.Organisations)), append(severe, int64(f.Severe))
		categories, share, known, recent = append(categories, f.Categories), append(share, f.TopShare), append(known, f.Known), append(recent, f.RecentRatio)
		excess, lo, hi, score = append(excess, f.Excess), append(lo, f.Interval[0]), append(hi, f.Interval[1]), append(score, f.Score)
	}
	return n.writeTable(frame.New("hidden_themes",
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
	), "tables/", true)
}

// hiddenEvents gathers what is known of the newest events.
func (n *night) hiddenEvents(readers *ordinal.Crossed, c hidden.Config) hidden.Events {
	t := n.table
	var e hidden.Events
	var texts []string
	for _, i := range n.searched() {
		if t.Reported[i] <= n.asOf-incident.Day(7*c.Weeks) {
			continue
		}
		e.Theme, e.Category = append(e.Theme, n.themed.of[i]), append(e.Category, n.labelled.category.Codes[i])
		e.Organisation, e.Reported = append(e.Organisation, t.Organisation.Codes[i]), append(e.Reported, t.Reported[i])
		recorded := math.NaN()
		if n.judged.Harm[i].Graded() {
			recorded = float64(n.judged.Harm[i] - incident.NoHarm)
		}
		e.Excess = append(e.Excess, -recorded)
		e.Severe, e.Known = append(e.Severe, n.judged.Harm[i].SevereOrFatal()), append(e.Known, len(n.watched.hits[i]) > 0)
		texts = append(texts, t.Text[i])
	}
	k := len(readers.Names())
	read := make([]float64, len(texts))
	for i, p := range readers.Probabilities(nil, texts) {
		read[i/k] += float64(i%k) * float64(p)
	}
	// Where a whole theme is graded too mildly, what learns from grades learns that
	// too: what a text says outright counts as well.
	for i, s := range texts {
		if told := discrepancy.Told(discrepancy.Cues(s)); told.Graded() {
			read[i] = max(read[i], float64(told-incident.NoHarm))
		}
		e.Excess[i] += read[i]
	}
	return e
}

// briefHidden gives the list for the report.
func (n *night) briefHidden() ([]brief.HiddenTheme, error) {
	f, err := n.readTable("tables", "hidden_themes")
	if err != nil {
		return nil, err
	}
	var g columnReader
	id, category := g.get(f, "theme_id"), g.get(f, "top_category")
	number := func(name string) []float64 {
		v, err := frame.Get[float64](f, name)
		if g.err == nil {
			g.err = err
		}
		return v
	}
	whole := func(name string) []int64 {
		v, err := frame.Get[int64](f, name)
		if g.err == nil {
			g.err = err
		}
		return v
	}
	reports, organisations := whole("reports"), whole("organisations")
	categories, share, excess, lo, hi := number("categories"), number("top_share"), number("excess"), number("lo"), number("hi")
	if g.err != nil {
		return nil, g.err
	}
	var out []brief.HiddenTheme
	for k := range id {
		out = append(out, brief.HiddenTheme{ThemeID: id[k], Reports: int(reports[k]), Organisations: int(organisations[k]), Categories: categories[k],
			TopCategory: category[k], TopShare: share[k], Excess: excess[k], Interval: [2]float64{lo[k], hi[k]}})
	}
	return out, nil
}
