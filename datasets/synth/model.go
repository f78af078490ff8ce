package synth

import (
	"math"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// model is everything that a run has settled before the first event is drawn. It
// isn't changed while events are drawn, by several goroutines at once.
type model struct {
	cfg       Config
	g         *narrative.Grammar
	cal       calendar
	orgs      []*organisation
	vol       volumes
	plantings []planting
	items     [][]item // by week
	never     family
	good      family
	risk      family
	outcome   family
	common    [narrative.SettingCount][]*narrative.Scenario
	weight    [narrative.SettingCount][]float64
	dates     *dates
}

// family is a list of scenarios that are drawn by the type of organisation.
type family struct {
	scenarios []*narrative.Scenario
	weights   [narrative.SettingCount]chance.Weights
}

// categoryShares are the shares of the NRLS categories by type of organisation, in
// per cent. Together they come near the published 26 % accidents, 11 %
// medication, 11 % treatment.
//
// Source: NRLS quarterly summary, October 2011 to March 2012, for those three; the
// rest are set by judgement.
var categoryShares = [narrative.SettingCount]map[string]float64{
	narrative.Acute:     {"acc": 31, "med": 10.5, "trt": 14, "imp": 11, "ass": 7, "adm": 8.5, "con": 4, "doc": 5.5, "inf": 1.8, "str": 4, "dev": 2.6, "abu": .4, "agg": 1.8, "shb": .5, "oth": 1.6},
	narrative.Mental:    {"acc": 20, "med": 6.5, "trt": 1, "imp": 4, "ass": 3, "adm": 11, "con": 4, "doc": 3, "inf": .6, "str": 8, "dev": .5, "abu": 4, "agg": 20, "shb": 16, "oth": 2},
	narrative.Community: {"acc": 29, "med": 11, "trt": 6, "imp": 25, "ass": 4, "adm": 8, "con": 4, "doc": 3, "inf": 1, "str": 3.5, "dev": 3.5, "abu": 2, "agg": 1.5, "shb": .4, "oth": 2},
	narrative.Ambulance: {"acc": 6, "med": 6, "trt": 3, "imp": 2, "ass": 9, "adm": 46, "con": 5, "doc": 2, "inf": .5, "str": 8, "dev": 6, "agg": 4, "shb": .5, "oth": 3},
	narrative.Practice:  {"acc": 4, "med": 26, "trt": 6, "imp": 7, "ass": 22, "adm": 10, "con": 13, "doc": 6, "inf": 1, "str": 4, "dev": 1, "agg": 4, "oth": 2},
	narrative.Pharmacy:  {"acc": 1, "med": 84, "con": 5, "str": 3, "agg": 3, "oth": 2},
}

func newModel(g *narrative.Grammar, cfg Config) *model {
	m := &model{cfg: cfg, g: g, cal: calendar{first: cfg.Until - incident.Day(7*cfg.Weeks) + 1, weeks: cfg.Weeks}}
	m.orgs = newOrganisations(cfg, m.cal.first)
	m.vol = newVolumes(cfg, m.cal, m.orgs)
	m.dates = newDates(m.cal.first-1200, cfg.Until+60)
	m.never, m.good, m.risk, m.outcome = m.family("never"), m.family("good"), m.family("risk"), m.family("outcome")
	for t := range narrative.SettingCount {
		m.share(t)
	}
	m.plan()
	return m
}

// share gives the common scenarios of a type of organisation their weights: within
// a category as the texts say, the categories as the shares say.
func (m *model) share(t narrative.Setting) {
	sum := map[string]float64{}
	for _, s := range m.g.Scenarios {
		if (s.Family == "" || s.Family == "season") && s.Types[t] > 0 && categoryShares[t][s.Key] > 0 {
			m.common[t] = append(m.common[t], s)
			sum[s.Key] += s.Types[t]
		}
	}
	for _, s := range m.common[t] {
		m.weight[t] = append(m.weight[t], categoryShares[t][s.Key]*s.Types[t]/sum[s.Key])
	}
}

// weekWeights are the weights of the common scenarios in a week: those of the
// family "season" are several times as frequent in winter as in summer.
func (m *model) weekWeights(week int) (out [narrative.SettingCount]chance.Weights) {
	winter := math.Exp(1.5 * (season(m.cal.start(week), 1) - 1))
	for t := range out {
		w := make([]float64, len(m.weight[t]))
		for i, x := range m.weight[t] {
			if m.common[t][i].Family == "season" {
				x *= winter
			}
			w[i] = x
		}
		out[t] = chance.NewWeights(w)
	}
	return out
}

func (m *model) family(name string) family {
	f := family{}
	for _, s := range m.g.Scenarios {
		if s.Family == name {
			f.scenarios = append(f.scenarios, s)
		}
	}
	for t := range f.weights {
		w := make([]float64, len(f.scenarios))
		for i, s := range f.scenarios {
			w[i] = s.Types[t]
		}
		f.weights[t] = chance.NewWeights(w)
	}
	return f
}

// draw returns a scenario that happens in that setting, or nil.
func (f *family) draw(src *chance.Source, in narrative.Setting) *narrative.Scenario {
	if f.weights[in].Total() == 0 {
		return nil
	}
	return f.scenarios[f.weights[in].Draw(src)]
}
