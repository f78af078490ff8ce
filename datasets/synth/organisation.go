package synth

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// channel is the way in which an organisation sends to LFPSE.
type channel uint8

const (
	lines channel = iota
	bundle
	version5
	flat
)

// organisation is an invented sender.
type organisation struct {
	code, name, kind, region, icb string
	setting                       narrative.Setting
	size                          float64 // share of a full week's events, before season
	house                         narrative.House
	boilerplateFrom               incident.Day // NoDay: its own words, if any, stand in every text that has them
	delay                         float64      // median days from event to report
	cycle                         int          // weeks between uploads to NRLS: 1, 4 or 26
	weekday                       int          // of uploads, 0 Monday
	from                          incident.Day // the first day on which it reports
	move                          incident.Day // the first day on which it reports to LFPSE
	channel                       channel
}

// kinds are the types of organisation: how many in a hundred there are, what
// share of all events they report, and how much they differ in size.
var kinds = [narrative.SettingCount]struct {
	name          string
	perHundred    float64
	share, spread float64
	suffixes      []string
}{
	narrative.Acute:     {"acute", 50, .665, .6, []string{"University Hospitals NHS Trust", "Hospitals NHS Foundation Trust", "General Hospital NHS Trust", "Teaching Hospitals NHS Trust", "and District Hospitals NHS Foundation Trust"}},
	narrative.Mental:    {"mental health", 18, .15, .5, []string{"Partnership NHS Foundation Trust", "Mental Health NHS Trust", "Mental Health and Learning Disability NHS Foundation Trust"}},
	narrative.Community: {"community", 11, .115, .6, []string{"Community Health NHS Trust", "Community Services", "Community Healthcare NHS Foundation Trust"}},
	narrative.Ambulance: {"ambulance", 4, .025, .3, []string{"Ambulance Service NHS Trust"}},
	narrative.Practice:  {"general practice", 10, .015, .7, []string{"Surgery", "Medical Practice", "Health Centre", "Family Practice"}},
	narrative.Pharmacy:  {"pharmacy", 7, .03, .9, []string{"Pharmacy", "Chemist", "Pharmacies Group"}},
}

// regions are the seven of NHS England; their integrated care boards are invented.
var regions = []string{"North East and Yorkshire", "North West", "Midlands", "East of England", "London", "South East", "South West"}

var (
	placeFirst = []string{"Thistle", "Quill", "Otter", "Lark", "Fern", "Bracken", "Copper", "Silver", "Moss", "Fox", "Amber", "Wren", "Velvet", "Marl", "Pebble", "Kestrel", "Saffron", "Lantern", "Cinder", "Bramble"}
	placeLast  = []string{"mere", "wick", "hollow", "march", "hythe", "water", "minster", "garth", "fold", "stead", "haven", "spire"}
)

// newOrganisations draws n organisations.
func newOrganisations(cfg Config, first incident.Day) []*organisation {
	src := chance.New(cfg.Seed, 2)
	places := src.Perm(len(placeFirst) * len(placeLast))
	icbs := make([][]string, len(regions))
	for r := range icbs {
		for k := range 5 {
			icbs[r] = append(icbs[r], "NHS "+placeName(places[(r*5+k)%len(places)])+" and "+placeName(places[(r*5+k+40)%len(places)])+" ICB")
		}
	}
	var out []*organisation
	for setting, k := range kinds {
		count := max(2, int(math.Round(k.perHundred*float64(cfg.Organisations)/100)))
		sizes, sum := make([]float64, count), 0.0
		for i := range sizes {
			sizes[i] = src.LogNormal(1, k.spread)
			sum += sizes[i]
		}
		for i := range count {
			n := len(out)
			region := src.Intn(len(regions))
			o := &organisation{
				code: fmt.Sprintf("ZX%03d", n+1), name: orgPlace(places, n) + " " + k.suffixes[src.Intn(len(k.suffixes))],
				kind: k.name, region: regions[region], icb: icbs[region][src.Intn(len(icbs[region]))],
				setting: narrative.Setting(setting), size: k.share * sizes[i] / sum, from: first - 1000,
			}
			o.draw(src, cfg, first)
			out = append(out, o)
		}
	}
	placeDecoys(out, cfg, first)
	return out
}

// orgPlace gives the place of the n-th organisation. There are 240 places; further
// organisations lie in the parts of them.
func orgPlace(places []int, n int) string {
	part := []string{"", "North ", "South ", "East "}[n/len(places)]
	return part + placeName(places[(n+75)%len(places)])
}

func placeName(i int) string { return placeFirst[i%len(placeFirst)] + placeLast[i/len(placeFirst)] }

// draw settles an organisation's habits.
func (o *organisation) draw(src *chance.Source, cfg Config, first incident.Day) {
	o.house = narrative.House{Haste: src.Float(), Typo: src.LogNormal(.8, .5), Forms: .015}
	if src.Bool(.05) {
		o.house.Forms = .5
	}
	if src.Bool(.13) {
		b := boilerplates[src.Intn(len(boilerplates))]
		o.house.Prefix, o.house.Suffix, o.house.Share = b[0], b[1], .2+.4*src.Float()
	}
	o.boilerplateFrom = incident.NoDay
	o.delay = src.LogNormal(1.3, .6)
	switch x := src.Float(); {
	case x < .25:
		o.cycle = 26
	case x < .5:
		o.cycle = 4
	default:
		o.cycle = 1
	}
	o.weekday = 1 + src.Intn(4)
	from, until := moveWindow(cfg, first)
	o.move = from + incident.Day(src.Float()*float64(until-from))
	switch x := src.Float(); {
	case x < .02:
		o.channel = version5
	case x < .05:
		o.channel = bundle
	case x < .09:
		o.channel = flat
	}
}

// moveWindow gives the days between which organisations move from NRLS to LFPSE;
// see Config.Until.
//
// Source: england.nhs.uk: LFPSE since July 2021; NRLS was closed on 30 June 2024.
func moveWindow(cfg Config, first incident.Day) (from, until incident.Day) {
	began, closed := incident.NewDay(2021, 7, 1), incident.NewDay(2024, 6, 30)
	if cfg.Until <= closed && cfg.Until >= began+365 {
		return began, closed
	}
	length := float64(cfg.Until - first)
	return first + incident.Day(.30*length), first + incident.Day(.65*length)
}

// boilerplates are sentences that some organisations' forms add to every text.
var boilerplates = [][2]string{
	{"", "Datix submitted. Duty of candour applied."},
	{"", "Patient and family informed. Duty of Candour not applicable."},
	{"Incident reported via web form. ", ""},
	{"", "Reviewed at daily incident huddle. No immediate safety actions identified."},
	{"", "No safeguarding concerns. Manager to review within 5 days."},
	{"DESCRIPTION: ", "END OF REPORT"},
	{"", "[Rapid review completed by ward manager]"},
	{"", "This incident has been discussed with the patient who is aware that it has been reported."},
}

// placeDecoys makes what looks like news and isn't: an organisation that begins to
// report, and one whose form begins to add a text of its own, in a batch.
func placeDecoys(all []*organisation, cfg Config, first incident.Day) {
	var acute []*organisation
	for _, o := range all {
		if o.setting == narrative.Acute {
			acute = append(acute, o)
		}
	}
	// Of the larger ones, so that they are noticed, but not the largest, which would rule the whole.
	slices.SortStableFunc(acute, func(a, b *organisation) int { return cmp.Compare(b.size, a.size) })
	young, form := acute[len(acute)/6], acute[len(acute)/6+1]
	young.from, young.move, young.channel = cfg.Until-10*7, first, lines
	form.house.Prefix, form.house.Suffix, form.house.Share = "", formDecoy, .85
	form.boilerplateFrom, form.channel = cfg.Until-8*7, lines
}

// formDecoy is the text that one organisation's form begins to add.
const formDecoy = "Harm level validated by divisional governance lead against the trust harm matrix; incident triaged at weekly safety summit; no immediate escalation required."
