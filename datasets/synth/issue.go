package synth

import (
	"math"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// Issue is a planted issue, or a decoy that must not be taken for one. Label,
// Rate, Seed, StreamFrom, StreamUntil, Onset and Injected are what a scorer of
// backtests reads.
type Issue struct {
	ID            string      `json:"id"`
	Label         string      `json:"label"`
	Kind          string      `json:"kind"`  // device-fault, wrong-route, slow-rise, spread-theme, local-cluster, under-recognised, count-rise, new-product; or decoy-…
	Alert         bool        `json:"alert"` // whether an engine should raise it
	Title         string      `json:"title"`
	Description   string      `json:"description"`
	Terms         []string    `json:"terms,omitempty"` // words by which a reader knows it
	Category      string      `json:"category,omitempty"`
	Subcategory   string      `json:"subcategory,omitempty"`
	Specialty     string      `json:"specialty,omitempty"`
	Seed          uint64      `json:"seed"`
	Rate          float64     `json:"rate"` // mean reports a week once grown
	Ramp          int         `json:"ramp"` // weeks over which it grows
	Onset         string      `json:"onset"`
	StreamFrom    string      `json:"stream_from"`
	StreamUntil   string      `json:"stream_until"` // exclusive
	Organisations []string    `json:"organisations"`
	Specialties   []string    `json:"specialties"`
	Injected      [][2]string `json:"injected"` // incident id, day on which it was reported
}

// plant is an issue as it is planted.
type plant struct {
	id, kind, title, description string
	family                       string  // of the scenarios that tell it
	scenario                     string  // or one common scenario
	rate                         float64 // a week, in a run of the default size
	onset                        int     // weeks before Until; 0 for the whole history
	ramp                         int
	local                        int // at how many organisations; 0 for any
	proportional                 bool
	before                       float64 // rate before onset
	under                        float64 // share of its harm that is graded lower than the text says
}

// plants are the issues of every run. Onsets vary by a week with the seed.
//
// Rates hold for a run of 30,000 events in 130 weeks. They grow with the 0.35th
// power of the weekly volume, so that issues stay rare: at 3.3 million events, 110
// times as many, a rate of 5 becomes 26 a week, 1 in 1,000. The abrupt rise of a
// known category grows in proportion, for counts are to find it. In smaller runs
// all shrink in proportion.
var plants = []plant{
	{id: "driver", kind: "device-fault", family: "driver", rate: 5, onset: 12, ramp: 4, title: "Solvane T2 syringe driver: battery door opens and the infusion stops silently",
		description: "A new syringe driver (invented brand) loses contact with its batteries when the door of the compartment opens. It stops without an alarm, mostly at the end of life, at home and in hospices."},
	{id: "nebule", kind: "wrong-route", family: "nebule", rate: 4, onset: 9, ramp: 4, title: "Nebuliser ampoules injected as saline flush",
		description: "Plastic ampoules of ipratropium or salbutamol for nebulisation look like those of saline and are drawn up and given into a vein."},
	{id: "amd", kind: "slow-rise", family: "amd", rate: 6, onset: 16, ramp: 16, before: .5, title: "Injections for macular degeneration overdue",
		description: "Reports of overdue intravitreal injections in ophthalmology rise slowly from a low level."},
	{id: "allergyscreen", kind: "spread-theme", family: "allergyscreen", rate: 6, onset: 8, ramp: 3, title: "Allergies hidden on the prescribing screen after an update",
		description: "An update of an electronic prescribing screen hides allergies. Reports are filed as documentation, infrastructure, medication and treatment, in many specialties."},
	{id: "floor", kind: "local-cluster", family: "floor", rate: 3, onset: 10, ramp: 1, local: 2, title: "Falls on new flooring at two organisations",
		description: "Falls on a refurbished bathroom floor at two organisations: a local cluster, which isn't a national theme."},
	{id: "neck", kind: "under-recognised", family: "neck", rate: 1.6, onset: 0, ramp: 1, under: .75, title: "Oxygen given to the face of patients with a laryngectomy",
		description: "Steady over the whole history. The texts tell of serious harm; most are graded none or low."},
	{id: "import", kind: "new-product", family: "import", rate: 4, onset: 14, ramp: 4, title: "Imported ampoules of another strength with foreign labels",
		description: "Imported medicines that replace a product in shortage have another strength and a label in another language; doses are wrong."},
	{id: "ttorise", kind: "count-rise", scenario: "discharge-no-meds", rate: 9, onset: 6, ramp: 1, proportional: true, title: "Abrupt national rise in discharges without medicines",
		description: "A known kind of report, told as always, becomes several times as frequent from one week to the next."},
}

// rateAt is the mean number of reports in a week.
func (p *plant) rateAt(cfg Config, cal calendar, onset, week int) float64 {
	if cfg.Issues == 0 {
		return 0
	}
	if week < onset {
		return p.before * p.scale(cfg, cal)
	}
	grown := math.Min(1, float64(week-onset+1)/float64(p.ramp))
	return math.Max(p.before, p.rate*grown) * p.scale(cfg, cal)
}

func (p *plant) scale(cfg Config, cal calendar) float64 {
	volume := float64(cfg.Events) / float64(cal.weeks) / (30_000. / 130)
	if volume > 1 && !p.proportional {
		volume = math.Pow(volume, .35)
	}
	return volume * cfg.Issues
}

// onsetWeek is the week in which the issue begins.
func (p *plant) onsetWeek(cfg Config, cal calendar, index int) int {
	if p.onset == 0 {
		return 0
	}
	shift := chance.New(cfg.Seed, 5, uint64(index)).Intn(3) - 1
	return cal.weeks - min(16, max(6, p.onset+shift))
}

// planting is a plant, made ready for a run.
type planting struct {
	*plant
	onset     int
	scenarios []*narrative.Scenario
	weights   chance.Weights // of the scenarios
	orgs      []int
	orgWeight chance.Weights
}

// item is an event that is planted in a week: of an issue, or a Never Event.
type item struct {
	issue int // index into model.plantings; -1 for a Never Event
}

// plan settles what is planted when.
func (m *model) plan() {
	for i := range plants {
		m.plantings = append(m.plantings, m.newPlanting(i))
	}
	src := chance.New(m.cfg.Seed, 6)
	m.items = make([][]item, m.cal.weeks)
	for w := range m.items {
		// At most a third of a week is planted, so that tiny runs stay like life.
		most := m.vol.count[w] / 3
		for i, p := range m.plantings {
			for range src.Poisson(p.rateAt(m.cfg, m.cal, p.onset, w)) {
				if len(m.items[w]) < most {
					m.items[w] = append(m.items[w], item{issue: i})
				}
			}
		}
	}
	// About one in 9,000, and at least three in a run of 3,000 or more.
	never := max(int(math.Round(float64(m.cfg.Events)/9000)), min(3, m.cfg.Events/1000))
	weights := make([]float64, m.cal.weeks)
	for w, n := range m.vol.count {
		weights[w] = float64(n)
	}
	draw := chance.NewWeights(weights)
	for range never {
		w := draw.Draw(src)
		m.items[w] = append(m.items[w], item{issue: -1})
	}
}

func (m *model) newPlanting(i int) planting {
	p := planting{plant: &plants[i], onset: plants[i].onsetWeek(m.cfg, m.cal, i)}
	var weights []float64
	for _, s := range m.g.Scenarios {
		if s.Family == p.family && p.family != "" || s.Name == p.scenario {
			sum := 0.0
			for _, t := range s.Types {
				sum += t
			}
			p.scenarios, weights = append(p.scenarios, s), append(weights, sum)
		}
	}
	p.weights = chance.NewWeights(weights)
	src := chance.New(m.cfg.Seed, 7, uint64(i))
	var orgWeights []float64
	for _, o := range src.Perm(len(m.orgs)) {
		org, share := m.orgs[o], 0.0
		for _, s := range p.scenarios {
			share += s.Types[org.setting]
		}
		// Floors don't follow the system; the rest must be able to report throughout.
		if share == 0 || org.from > m.cal.first || p.local > 0 && (len(p.orgs) == p.local || org.boilerplateFrom.Known()) {
			continue
		}
		p.orgs = append(p.orgs, o)
		orgWeights = append(orgWeights, share*math.Pow(org.size, .6))
	}
	if p.local > 0 {
		orgWeights = []float64{3, 1}[:min(p.local, len(orgWeights))]
	}
	p.orgWeight = chance.NewWeights(orgWeights)
	return p
}

// describe gives the issue for the truth, without what it injects.
func (m *model) describe(p *planting) Issue {
	onset := m.cal.start(p.onset)
	i := Issue{
		ID: p.id, Label: p.id, Kind: p.kind, Alert: p.kind != "local-cluster", Title: p.title, Description: p.description,
		Seed: m.cfg.Seed, Rate: math.Round(p.rateAt(m.cfg, m.cal, p.onset, m.cal.weeks)*100) / 100, Ramp: p.ramp,
		Onset: onset.String(), StreamFrom: m.streamFrom().String(), StreamUntil: (m.cfg.Until + 1).String(), Injected: [][2]string{},
	}
	first := p.scenarios[0]
	i.Terms = first.Terms
	if len(p.scenarios) == 1 {
		i.Category, i.Subcategory = first.Category, first.Subcategory
	}
	return i
}

// streamFrom is the first day of the last six months, over which backtests run.
func (m *model) streamFrom() incident.Day { return m.cal.start(max(0, m.cal.weeks-26)) }
