package brief_test

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"psims/analytics/signal"
	"psims/analytics/spc"
	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/brief"
	"psims/reports/page"
)

// asOf is the day that the invented run judges: a Sunday.
var asOf = incident.NewDay(2026, 11, 22)

var (
	organisations = []string{"Northmoor Hospitals", "Ashby Vale Community Services", "Kestrel Coast Hospitals", "Larkfield Mental Health", "Stonebridge General", "Wyrewater Hospitals", "Hollin Dale Care", "Marsh End Hospitals", "Fenwick Park Hospitals"}
	regions       = []string{"North West", "Midlands", "South West", "London", "Midlands", "North West", "East of England", "South East", "London"}
	specialties   = []string{"Anaesthetics", "Intensive care medicine", "General surgery", "Care of older people"}
	settings      = []string{"Acute or general hospital", "Community nursing", "Mental health service"}
	categories    = []string{"Medical device or equipment", "Medication", "Patient accident", "Treatment or procedure"}
)

// story is an invented issue, told in a few ways.
type story struct {
	title, why string
	terms      []string
	told       []string
}

var stories = []story{
	{"infusion pump tubing coming apart at the connector", "Reports that pump tubing comes apart at the connector have risen from about 1 a month to several a week, in 7 organisations that did not report it before. They use words that few earlier reports use",
		[]string{"pump tubing", "connector", "came apart", "leaking"},
		[]string{
			"Patient found with wet bedding, pump tubing had come apart at the connector and noradrenaline was leaking onto the floor.",
			"Connector of the new pump tubing came apart when the patient was turned. Blood pressure fell, restarted with another set.",
			"Third time this week that the pump tubing came apart. Lot number kept. No harm, noticed at once.",
			"Alarm did not sound although the connector was open and the infusion leaking. Sedation ran low, patient woke and pulled at the tube.",
		}},
	{"look-alike ampoules of potassium and sodium chloride", "The word pair potassium and look-alike stands out among medication reports",
		[]string{"ampoule", "potassium", "look alike"},
		[]string{
			"Ampoule of potassium picked in place of sodium chloride, they look alike since the supplier changed.",
			"Near miss, potassium ampoule found in the saline drawer by the second checker.",
		}},
	{"falls from a new type of chair in day rooms", "Falls from chairs are above what was expected in care of older people",
		[]string{"chair", "slid", "day room"},
		[]string{
			"Resident slid from the new chair in the day room, found on the floor, hip painful. X-ray showed a fracture.",
			"Slid forward out of chair while reaching for a drink. No injury seen.",
		}},
	{"delays in reporting of outpatient scans", "Reports of delayed scan results have doubled in 6 weeks", []string{"scan", "delay", "report"},
		[]string{"Scan done in August, report not seen until November. Growth had increased."}},
	{"</script><script>document.title='owned'</script> in a ward name", "A hostile title must stay text: <img src=x onerror=alert(1)>", []string{"<b>", "ward"},
		[]string{"On <b>ward</b> 7 the \"bell\" & light did not work; =HYPERLINK(\"x\")."}},
}

// run is a small invented run with every kind of part.
func run() brief.Run {
	r := brief.Run{
		ID: "20261123-0200-7f3a", AsOf: asOf, Organisation: "Invented Safety Agency", Version: "0.1.0",
		Weekly: map[string][]triage.Point{}, Incidents: map[string]brief.Incident{},
		Redactions: map[string]int{"names": 412, "dates": 95, "phone numbers": 7},
		Freshness: brief.Freshness{
			Newest:    []brief.SystemDay{{System: incident.LFPSE, Day: asOf, Reports: 48210}, {System: incident.STEIS, Day: asOf - 3, Reports: 311}, {System: incident.NRLS, Day: incident.NewDay(2024, 6, 30), Reports: 90233}},
			Reporting: 212,
			Quiet:     []brief.QuietReporter{{Organisation: "Fenwick Park Hospitals", Last: asOf - 31, UsualPerWeek: 42.5}},
		},
		Labels: brief.Labels{Labelled: 1204, Abstained: 87},
		Notes:  []string{"Specialty is missing in 1 in 9 reports.", "2 organisations sent more than half of their reports in one day."},
		Loads: []brief.Load{
			{File: "lfpse-2026-11-22.ndjson", Format: "LFPSE version 6", Read: 9211, Kept: 9180, Rejected: map[incident.Reason]int{incident.BadDate: 21, incident.MissingDescription: 10}},
			{File: "steis-2026-11-22.csv", Format: "StEIS", Read: 31, Kept: 31},
		},
		Mix: brief.Mix{RowName: "Category", ColumnName: "Care setting", Rows: categories, Columns: settings,
			Counts: [][]int{{310, 44, 3}, {1204, 210, 95}, {2210, 540, 300}, {880, 61, 0}}},
	}
	lives := []triage.Life{triage.New, triage.Grown, triage.New, triage.Open, triage.Open}
	kinds := []triage.Kind{triage.Theme, triage.Pair, triage.Stratum, triage.Stratum, triage.KnownRisk}
	for i, s := range stories {
		addAlert(&r, i, s, lives[i], kinds[i])
	}
	zero, some := 0, 9
	r.Alerts[0].Yesterday, r.Alerts[1].Yesterday = &some, &zero
	r.Day = map[incident.Harm]int{incident.NoHarm: 61, incident.LowHarm: 20, incident.SevereHarm: 2, incident.Fatal: 1}
	r.Alerts[2].Resembles = r.Alerts[0].ID
	r.Alerts[0].Merged, r.Alerts[2].SplitFrom = []string{"alert-quiet", "theme-0123456789"}, "alert/2 chest drain"
	r.Alerts = append(r.Alerts, triage.Alert{ID: "alert-quiet", MergedInto: "alert/1 pump tubing", Rank: len(r.Alerts) + 1, Title: "shortage of bariatric beds", Kind: triage.Theme, Status: triage.Gone, FirstRaised: asOf - 90, AsOf: asOf,
		Window: triage.Window{From: asOf - 55, Until: asOf}, Expected: math.NaN(), Harm: map[string]int{}, Caveats: []caveat.Caveat{caveat.FewOrganisations}})
	addSeries(&r)
	addThemes(&r)
	for k, name := range []string{"Falls at night", "Lost samples"} { // as many as a map needs
		r.Themes = append(r.Themes, brief.Theme{ID: name, Name: name, Size: 50 - k, At: &[2]float64{-1, float64(k)}})
	}
	r.Crosswalk = brief.Crosswalk{FromScheme: "NRLS", ToScheme: "LFPSE", From: []string{"Patient accident", "Medication"}, To: []string{"Falls", "Medication", "Other"}, Events: []int{1200, 640}, Shares: [][]float64{{0.82, 0, 0.18}, {0, 0.7, 0.3}}}
	r.Organisations = []brief.Organisation{
		{Name: "Kestrel Coast Hospitals", Type: "acute", Region: "South East", Href: "../organisations/Z02/index.html", Staff: []page.Link{{Href: "../organisations/Z02/learned/t1.html", Text: "Pump tubing"}, {Href: "../organisations/Z02/learned/t2.html", Text: "Falls"}}},
		{Name: "Northmoor <b>Hospitals</b>", Href: "../organisations/Z01/index.html"},
	}
	addWatch(&r)
	return r
}

// addWatch takes two of the cited reports for ones to be read beside the alerts.
func addWatch(r *brief.Run) {
	r.Watch = brief.Watch{
		Risks: []brief.KnownRisk{
			{ID: "ne-01", Title: "Mis-selection of a strong potassium solution", Weekly: []int32{0, 1, 0, 0, 2, 1}, Recent: []brief.Suspect{
				{IncidentID: "INV-2001", Words: []string{"potassium ampoule"}, Sentence: "Near miss, potassium ampoule found in the saline drawer by the second checker.", Doubt: "it was averted"},
				{IncidentID: "INV-2000", Words: []string{"potassium", "in place of"}, Sentence: "Ampoule of potassium picked in place of sodium chloride, they look alike since the supplier changed.", Marked: true}}},
			{ID: "ne-02", Title: "Fall from a poorly restricted window", Weekly: make([]int32, 6)},
		},
		Harm: []brief.HarmDoubt{
			{IncidentID: "INV-3000", Told: incident.ModerateHarm, Worse: 0.93, Words: []string{"fracture"}, Sentence: "X-ray showed a fracture."},
			{IncidentID: "INV-1001", Told: incident.HarmMissing, Worse: math.NaN(), Words: []string{"blood pressure fell"}, Sentence: "Blood pressure fell, restarted with another set."},
		},
		Hidden:     []brief.HiddenTheme{{ThemeID: r.Themes[0].ID, Reports: 212, Organisations: 61, Categories: 6.4, TopCategory: "Medication", TopShare: 0.31, Excess: 0.62, Interval: [2]float64{0.41, 0.83}}},
		HarmJudged: 41208, HarmWorse: 512.4,
	}
}

func addAlert(r *brief.Run, i int, s story, life triage.Life, kind triage.Kind) {
	a := triage.Alert{
		ID: fmt.Sprintf("alert/%d %s", i+1, s.terms[0]), Rank: i + 1, Score: 0.93 - 0.13*float64(i), Kind: kind, Title: s.title, Why: s.why, Status: life,
		FirstRaised: asOf, AsOf: asOf, Window: triage.Window{From: asOf - 55, Until: asOf},
		Observed: float64(14 - 2*i), Expected: []float64{0.3, 1.6, 3.2, 4.9, 5.5}[i], Interval: [2]float64{0, float64(3 + i)}, PValue: 1e-7, QValue: []float64{0.00004, 0.003, 0.04, 0.2, 0}[i],
		Harm: map[string]int{}, Terms: s.terms, Aspects: map[string]float64{"excess": 0.91, "novelty": 0.88 - 0.1*float64(i), "spread": 0.7, "severity": 0.6, "near-duplicates": 0.1},
	}
	if life != triage.New {
		a.FirstRaised = asOf - incident.Day(21*i)
	}
	if i%2 == 0 {
		a.Caveats = []caveat.Caveat{caveat.RecentIncomplete, caveat.SmallSample}
	}
	places := map[string]bool{}
	for k := range 14 - 2*i {
		e := brief.Incident{
			ID: fmt.Sprintf("INV-%d%03d", i+1, k), System: []incident.System{incident.LFPSE, incident.LFPSE, incident.STEIS}[k%3],
			Reported: asOf - incident.Day(k*4%56), Occurred: asOf - incident.Day(k*4%56) - 1,
			Organisation: organisations[(i+k)%len(organisations)], Region: regions[(i+k)%len(organisations)],
			Specialty: specialties[(i+k/5)%len(specialties)], CareSetting: settings[k/6%len(settings)], Category: categories[i%len(categories)],
			Harm: []incident.Harm{incident.NoHarm, incident.LowHarm, incident.NoHarm, incident.ModerateHarm, incident.SevereHarm, incident.HarmMissing, incident.NoHarm}[(k+i)%7],
			Text: s.told[k%len(s.told)] + "\nNurse in charge [name] told. Equipment kept for [name], bed [number].",
		}
		if k%7 == 6 {
			e.Specialty, e.Region = "", ""
		}
		r.Incidents[e.ID] = e
		places[e.Organisation] = true
		a.IncidentIDs = append(a.IncidentIDs, e.ID)
		a.RecentIncidentIDs = append(a.RecentIncidentIDs, e.ID)
		a.Harm[e.Harm.String()]++
		if e.Harm.SevereOrFatal() {
			a.Harm["severe_or_fatal"]++
		}
		a.Evidence = append(a.Evidence, triage.Evidence{IncidentID: e.ID, Sentence: s.told[k%len(s.told)]})
	}
	a.Organisations = len(places)
	r.Alerts = append(r.Alerts, a)
	for w := range 60 {
		p := triage.Point{Week: asOf.Monday() - incident.Day(7*(59-w)), Observed: []float64{0, 0, 1, 0, 0, 0, 0, 0}[(w+i)%8], Expected: 0.2 + 0.4*float64(i), Hi: 2 + float64(i)}
		if w >= 52 {
			p.Observed = []float64{0, 1, 1, 2, 2, 1, 3, 4}[w-52]
		}
		if w == 20 {
			p.Observed = math.NaN()
		}
		r.Weekly[a.ID] = append(r.Weekly[a.ID], p)
	}
}

func addSeries(r *brief.Run) {
	const weeks = 60
	for i, name := range append([]string{"Paediatrics with nothing judged"}, specialties...) {
		s := brief.Series{Stratum: tally.Stratum{Dimension: "specialty", Value: name}}
		y := make([]float64, weeks)
		for w := range weeks {
			n := 40/(i+1) + []int{0, 3, -2, 2, -1, 1, -3, 2, 1, -2, 0, -1, 3}[(w+i)%13]
			if i == 1 && w >= weeks-2 {
				n += 22
			}
			s.Weeks = append(s.Weeks, asOf.Monday()-incident.Day(7*(weeks-1-w)))
			s.Counts = append(s.Counts, int32(n))
			y[w] = float64(n)
		}
		if i > 0 {
			judged := spc.Default().Chart(y)
			s.Process = &judged
		}
		r.Series = append(r.Series, s)
		sp := brief.Specialty{Name: name, Href: "specialty/" + page.Slug(name) + ".html"}
		r.Specialties = append(r.Specialties, sp)
		status := []signal.Status{signal.TooFew, signal.Raised, signal.Quiet, signal.Quiet, signal.NotConverged}[i]
		r.Signals = append(r.Signals, signal.Signal{Detector: "farrington-flexible", Stratum: s.Stratum, Status: status})
	}
	for i, name := range categories {
		r.Signals = append(r.Signals, signal.Signal{Detector: "farrington-flexible", Stratum: tally.Stratum{Dimension: "category", Value: name}, Status: signal.Status(i % 2)})
	}
}

func addThemes(r *brief.Run) {
	for i, s := range stories[:3] {
		t := brief.Theme{At: &[2]float64{float64(i), float64(i * i)}, ID: fmt.Sprintf("t%d", i+1), Name: s.title, Terms: s.terms, Size: 120 / (i + 1), Recent: 9 - i, Exemplars: []string{fmt.Sprintf("INV-%d000", i+1), fmt.Sprintf("INV-%d001", i+1)}}
		if i == 0 {
			t.AlertID = r.Alerts[0].ID
		}
		for w := range 26 {
			t.Weekly = append(t.Weekly, int32((w*w+i)%5))
		}
		r.Themes = append(r.Themes, t)
	}
}

// folder keeps the written files in memory, in order.
type folder struct {
	names []string
	files map[string]*bytes.Buffer
}

type closing struct{ *bytes.Buffer }

func (closing) Close() error { return nil }

func (f *folder) create(name string) (io.WriteCloser, error) {
	if f.files == nil {
		f.files = map[string]*bytes.Buffer{}
	}
	if f.files[name] != nil {
		return nil, fmt.Errorf("%s is written twice", name)
	}
	f.names = append(f.names, name)
	f.files[name] = &bytes.Buffer{}
	return closing{f.files[name]}, nil
}
