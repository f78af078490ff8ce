package synth

import (
	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// identifyShare is how many narratives hold planted identifiers.
const identifyShare = .05

// draw invents the event of one slot: everything but the texts. it is nil for an
// event that isn't planted.
func (w *worker) draw(r *record, it *item) {
	r.reset()
	m, src := w.m, w.src
	var s *narrative.Scenario
	switch {
	case it == nil:
		r.orgIndex = m.vol.byOrganisation[w.week].Draw(src)
	case it.issue >= 0:
		p := &m.plantings[it.issue]
		r.issue, s = it.issue, p.scenarios[p.weights.Draw(src)]
		r.orgIndex = w.reporter(p, s)
	default:
		for s == nil {
			r.orgIndex = m.vol.byOrganisation[w.week].Draw(src)
			if m.never.weights[m.orgs[r.orgIndex].setting].Total() > 0 {
				s = m.never.draw(src, m.orgs[r.orgIndex].setting)
			} else if src.Bool(.001) {
				break
			}
		}
	}
	r.org = m.orgs[r.orgIndex]
	behind := w.submit(r, it)
	r.kind = '1'
	if s == nil {
		s = w.scenario(r)
	}
	w.fill(r, s)
	w.occur(r, behind)
	w.grade(r)
}

// reporter draws the organisation that reports a planted event: one that reports
// at all in that week and in whose setting the scenario happens.
func (w *worker) reporter(p *planting, s *narrative.Scenario) int {
	at := 0
	for range 40 {
		at = p.orgs[p.orgWeight.Draw(w.src)]
		if s.Types[w.m.orgs[at].setting] > 0 && w.m.vol.held[w.week][at] > 0 {
			return at
		}
	}
	// No better one was found: any in whose setting it happens.
	for _, at = range p.orgs {
		if s.Types[w.m.orgs[at].setting] > 0 {
			return at
		}
	}
	return at
}

// submit settles the day of the report and the system that gets it. It returns the
// number of weeks that the event may have waited for an upload, 0 for none.
func (w *worker) submit(r *record, it *item) int {
	start := w.m.cal.start(w.week)
	r.submitted = start + incident.Day(w.workday(start))
	held := int(w.m.vol.held[w.week][r.orgIndex])
	if it == nil && held > 1 && w.src.Bool(float64(held-1)/float64(held)) {
		r.submitted = start + incident.Day(r.org.weekday)
		if start+7 > r.org.move && start < r.org.move {
			r.submitted = r.org.move - 1
		}
	} else {
		held = 0
	}
	r.submitted = min(max(r.submitted, r.org.from), w.m.cfg.Until)
	r.system = incident.LFPSE
	if r.submitted < r.org.move {
		r.system = incident.NRLS
	}
	return held
}

// workday draws a day of the week that begins on start; half as many reports are
// made at weekends.
func (w *worker) workday(start incident.Day) int {
	for {
		d := w.src.Intn(7)
		if weekend(start+incident.Day(d)) && w.src.Bool(.5) {
			continue
		}
		return d
	}
}

func weekend(d incident.Day) bool { return d-d.Monday() >= 5 }

// scenario draws what happened. LFPSE also takes good care, risks and outcomes.
//
// Source: LFPSE Q3 2024/25: 96.46 % of events are incidents. The split of the rest is ours.
func (w *worker) scenario(r *record) *narrative.Scenario {
	in := r.org.setting
	if r.system == incident.LFPSE {
		m, x := w.m, w.src.Float()
		for _, k := range []struct {
			kind  byte
			f     *family
			share float64
		}{{'4', &m.good, .013}, {'2', &m.risk, .013}, {'3', &m.outcome, .011}} {
			if x -= k.share; x >= 0 {
				continue
			}
			if s := k.f.draw(w.src, in); s != nil {
				r.kind = k.kind
				return s
			}
			break
		}
	}
	return w.m.common[in][w.weights[in].Draw(w.src)]
}

// fill settles the patient, the codes and what of them is recorded.
func (w *worker) fill(r *record, s *narrative.Scenario) {
	src := w.src
	c := &r.c
	c.Scenario, c.Specialty = s, s.Specialty(src, r.org.setting)
	c.AgeDays, c.Female = drawPatient(src, s, c.Specialty)
	c.Minute = drawMinute(src)
	r.category, r.subcategory = s.Category, s.Subcategory
	r.agents, r.process, r.challenge = s.Agents, s.Process, s.Challenge
	if len(r.agents) == 0 {
		r.agents = noAgents
	}
	r.patients = 1
	if r.kind == '2' || r.kind == '4' && src.Bool(.7) || s.Impersonal() && src.Bool(.6) {
		r.patients = 0
	} else if src.Bool(.015) {
		r.patients = 2 + src.Intn(3)
	}
	age, sex, day := .9, .92, .97
	if r.system == incident.NRLS {
		// Source: completeness of a real extract of 7,114 NRLS reports.
		age, sex, day = .3, .555, .999
	}
	r.ageKnown, r.sexKnown, r.dayKnown = src.Bool(age), src.Bool(sex), src.Bool(day)
	if src.Bool(.65) {
		r.medication = w.m.g.Value(c, "drug")
	}
	if s.DeviceType != "" && src.Bool(.8) {
		r.device, r.deviceType = s.Device, s.DeviceType
	}
	r.neverTicked = s.Never != "" && src.Bool(.85)
}

var noAgents = []string{noAgent}

// miscode files the report under a wrong category, and returns the right one; ""
// when it stays. Level 2 and LFPSE's codes follow.
func (w *worker) miscode(r *record) (right string) {
	src := w.src
	if r.system == incident.STEIS {
		return ""
	}
	if r.system == incident.NRLS {
		if !src.Bool(.09) {
			return ""
		}
		right = r.category
		if c := r.c.Scenario.Confused; len(c) > 0 && src.Bool(.68) {
			r.category = c[src.Intn(len(c))]
		} else {
			r.category = label("nrls-in05-level1", "15")
		}
		r.subcategory = "Other"
		if r.category == right {
			return ""
		}
		return right
	}
	if !src.Bool(.115) {
		return ""
	}
	right = lfpseCategory(r.challenge, r.agents, r.process)
	switch src.Intn(4) {
	case 0:
		r.agents = noAgents
	case 1:
		r.challenge = noChallenge
	case 2:
		r.agents, r.challenge = anyAgents[src.Intn(len(anyAgents))], noChallenge
	default:
		r.process = unknown
	}
	if lfpseCategory(r.challenge, r.agents, r.process) == right {
		return ""
	}
	return right
}

var anyAgents = [][]string{{"4"}, {"3"}, {"9"}, {"13"}, {"14"}, noAgents}

// occur settles the day of the event, before the report. held is the number of
// weeks an upload holds, 0 if the report was sent by itself.
func (w *worker) occur(r *record, held int) {
	src := w.src
	late := src.LogNormal(r.org.delay, 1.1)
	if src.Bool(.02) {
		late += src.LogNormal(50, .9)
	}
	if held > 0 {
		late += src.Float() * float64(7*held)
	}
	day := r.submitted - incident.Day(min(late, 900))
	if weekend(day) && src.Bool(.2) {
		day -= 2 // fewer things happen at weekends
	}
	if r.system == incident.LFPSE || held > 0 {
		day = max(day, r.org.from)
	}
	r.c.Occurred = day
}

// grade settles the harm that came of it; the record may tell another.
func (w *worker) grade(r *record) {
	src := w.src
	x := src.Float()
	for g, p := range r.c.Scenario.Harm {
		if x -= p; x < 0 {
			r.c.Grade = g
			break
		}
	}
	r.grade = r.c.Grade
	if r.system == incident.LFPSE && src.Bool(.015) {
		r.grade = -1
	}
	if r.grade >= 0 && r.grade < 4 && src.Bool(.8) {
		r.psych = psychological(src, r.c.Scenario.Key)
	}
	w.m.g.NewCase(src, &r.c)
}

func psychological(src *chance.Source, category string) int {
	x := src.Float()
	if category == "abu" || category == "shb" || category == "agg" {
		x = max(0, x*.45-.03)
	}
	switch {
	case x < .004:
		return 3
	case x < .03:
		return 2
	case x < .15:
		return 1
	}
	return 0
}

// lower grades a record's harm less than its text says, now and then, and reports
// whether it did.
func (w *worker) lower(r *record) bool {
	share := .022
	if r.issue >= 0 && w.m.plantings[r.issue].under > 0 {
		share = w.m.plantings[r.issue].under
	}
	if r.grade < 1 || r.kind != '1' || !w.src.Bool(share) {
		return false
	}
	r.grade = max(0, r.grade-1-w.src.Intn(2))
	return true
}

func drawMinute(src *chance.Source) int {
	if src.Bool(.68) {
		return min(1320, max(360, int(src.Normal(790, 220))))
	}
	return src.Intn(1440)
}

// drawPatient draws an age, in days, and a sex. The specialty's profile holds, but
// for specialties of all ages the scenario's does.
func drawPatient(src *chance.Source, s *narrative.Scenario, sp *narrative.Specialty) (days int, female bool) {
	age := sp.Age
	switch age {
	case "any", "adult", "old", "young":
		if s.Age != "" {
			age = s.Age
		}
	case "mother", "neonate":
		if s.Age == "newborn" {
			age = s.Age
		}
	}
	female = src.Bool(.53)
	years := 0.0
	if age == "any" {
		switch x := src.Float(); {
		case x < .12:
			age = "child"
		case x < .55:
			age = "adult"
		default:
			age = "old"
		}
	}
	switch age {
	case "newborn":
		return 1 + src.Intn(7), female
	case "neonate":
		return 1 + src.Intn(28), female
	case "child":
		years = min(15.9, src.LogNormal(3.2, 1.1)+.1)
	case "teen":
		years = 12 + 5.9*src.Float()
	case "young":
		years = min(66, max(18, src.Normal(37, 13)))
	case "mother":
		years, female = min(47, max(16, src.Normal(30.5, 5.5))), true
	case "woman":
		years, female = min(85, max(16, src.Normal(42, 16))), true
	case "oldman":
		years, female = min(98, max(40, src.Normal(74, 11))), false
	case "old":
		years = min(103, max(60, src.Normal(81, 8.5)))
	default:
		years = min(99, max(18, src.Normal(61, 18)))
	}
	if s.Sex != "" {
		female = s.Sex == "f"
	}
	return int(years * 365.25), female
}
