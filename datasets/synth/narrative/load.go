package narrative

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/synth/chance"
)

// poolPrefixes begin the names of the rules that hold shared fragments of a part.
var poolPrefixes = map[part]string{before: "ctx.", why: "why.", action: "act.", patient: "who.", course: "course.", found: "found."}

// Load reads the embedded texts.
//
// Errors: a text that isn't in the grammar; can't happen in a tested build.
func Load() (*Grammar, error) {
	g := &Grammar{names: map[string]int{}, domains: map[string]*domain{}}
	var err error
	if g.lexicon, err = loadLexicon(); err != nil {
		return nil, err
	}
	if g.typos, err = loadTypos(); err != nil {
		return nil, err
	}
	entries, err := texts.ReadDir("text")
	if err != nil {
		return nil, fmt.Errorf("listing the texts: %w", err)
	}
	var blocks []block
	for _, e := range entries {
		if e.Name() == "lexicon.txt" || e.Name() == "typos.txt" {
			continue
		}
		b, err := texts.ReadFile("text/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", e.Name(), err)
		}
		more, err := splitBlocks(e.Name(), string(b))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, more...)
	}
	if blocks, err = joinBlocks(blocks); err != nil {
		return nil, err
	}
	// Names first, so that a fragment may use a rule that stands further on.
	for _, b := range blocks {
		if b.kind != ruleBlock {
			continue
		}
		if _, dup := g.names[b.name]; dup {
			return nil, fmt.Errorf("%s: rule %q stands twice", b.at, b.name)
		}
		g.names[b.name] = len(g.rules)
		g.rules = append(g.rules, rule{})
	}
	// All faults at once: whoever mends the texts sees them together.
	var faults []error
	for _, kind := range []blockKind{ruleBlock, specialtyBlock, scenarioBlock} {
		for _, b := range blocks {
			if b.kind != kind {
				continue
			}
			if err := g.add(b); err != nil {
				faults = append(faults, fmt.Errorf("%s: %s: %w", b.at, b.name, err))
			}
		}
	}
	return g, errors.Join(faults...)
}

func (g *Grammar) add(b block) error {
	switch b.kind {
	case ruleBlock:
		r, err := g.ruleOf(b, "-", nil)
		g.rules[g.names[b.name]] = r
		return err
	case specialtyBlock:
		return g.addSpecialty(b)
	default:
		return g.addScenario(b)
	}
}

// ruleOf compiles the lines of b that begin with that mark.
func (g *Grammar) ruleOf(b block, mark string, vars []variable) (rule, error) {
	var r rule
	for _, l := range b.lines {
		if l.mark != mark && l.mark != "~"+mark {
			continue
		}
		s, err := g.compile(l.text, vars)
		if err != nil {
			return r, fmt.Errorf("line %d: %w", l.number, err)
		}
		for range l.weight {
			if l.mark == mark {
				r.alts = append(r.alts, s)
			} else {
				r.prose = append(r.prose, s)
			}
		}
	}
	return r, nil
}

// shared returns the rule of that name, or an empty one.
func (g *Grammar) shared(name string) rule {
	if i, ok := g.names[name]; ok {
		return g.rules[i]
	}
	return rule{}
}

func (g *Grammar) domain(name string) (*domain, error) {
	if d, ok := g.domains[name]; ok {
		return d, nil
	}
	d := &domain{nouns: g.shared("np." + name), nurse: g.shared("nurse." + name), doctor: g.shared("doctor." + name)}
	if len(d.nouns.alts) == 0 || len(d.nurse.alts) == 0 || len(d.doctor.alts) == 0 {
		return nil, fmt.Errorf("domain %q lacks one of the rules np, nurse and doctor", name)
	}
	for p, prefix := range poolPrefixes {
		d.pools[p] = g.shared(prefix + name)
	}
	g.domains[name] = d
	return d, nil
}

func (g *Grammar) addSpecialty(b block) error {
	s := &Specialty{Key: b.name, Domain: b.keys["dom"], Age: b.keys["age"], Code: b.keys["code"], Label: b.keys["label"]}
	s.Level1, s.Level2, _ = strings.Cut(b.keys["nrls"], " / ")
	if s.Code == "" || s.Level1 == "" || s.Age == "" {
		return fmt.Errorf("a specialty needs nrls, code, label, age and dom")
	}
	if _, err := g.domain(s.Domain); err != nil {
		return err
	}
	for i := range len(b.keys["in"]) {
		k := strings.IndexByte(settingKeys, b.keys["in"][i])
		if k < 0 {
			return fmt.Errorf("in: %q isn't one of %q", b.keys["in"][i], settingKeys)
		}
		s.in[k] = true
	}
	var err error
	if s.wards, err = g.ruleOf(b, "-", nil); err != nil {
		return err
	}
	if s.diagnoses, err = g.ruleOf(b, "?", nil); err != nil {
		return err
	}
	if len(s.wards.alts) == 0 || len(s.diagnoses.alts) == 0 {
		return fmt.Errorf("a specialty needs wards (-) and diagnoses (?)")
	}
	g.Specialties = append(g.Specialties, s)
	return nil
}

func (g *Grammar) addScenario(b block) (err error) {
	s := &Scenario{Name: b.name, Family: b.keys["family"], Age: b.keys["age"], Sex: b.keys["sex"], Process: b.keys["proc"],
		Challenge: b.keys["ch"], DeviceType: b.keys["devtype"], Device: b.keys["device"], Steis: b.keys["steis"], Never: b.keys["never"], domain: b.keys["dom"]}
	key, sub, _ := strings.Cut(b.keys["cat"], "/")
	code, ok := categories[key]
	if !ok {
		return fmt.Errorf("no category %q", key)
	}
	s.Key, s.Category = key, categoryName(code)
	s.Subcategory = strings.TrimSpace(sub)
	for _, k := range strings.Fields(b.keys["mis"]) {
		if categories[k] == "" {
			return fmt.Errorf("no category %q", k)
		}
		s.Confused = append(s.Confused, categoryName(categories[k]))
	}
	switch s.Family {
	case "good", "risk", "outcome":
		s.alone = true
	}
	s.Agents, s.Terms = strings.Fields(b.keys["agents"]), strings.Fields(b.keys["terms"])
	if _, err := g.domain(s.domain); err != nil {
		return err
	}
	if err := s.setTypes(b.keys["types"]); err != nil {
		return err
	}
	if err := g.setSpecialties(s, b.keys["spec"]); err != nil {
		return err
	}
	if s.vars, err = g.variables(b); err != nil {
		return err
	}
	for p, mark := range map[part]string{headline: "*", event: "-", before: "<", found: "!", why: "?", action: ">", course: "."} {
		if s.parts[p], err = g.ruleOf(b, mark, s.vars); err != nil {
			return err
		}
	}
	if name := b.keys["also"]; name != "" {
		for p, prefix := range poolPrefixes {
			more := g.shared(prefix + name)
			s.parts[p] = rule{slices.Concat(s.parts[p].alts, more.alts), slices.Concat(s.parts[p].prose, more.prose)}
		}
	}
	if len(s.parts[event].alts) == 0 {
		return fmt.Errorf("no fragment tells what happened")
	}
	if err := g.setHarm(s, b); err != nil {
		return err
	}
	g.Scenarios = append(g.Scenarios, s)
	return nil
}

// setHarm reads the harm profile, and joins the scenario's own outcomes with the profile's.
func (g *Grammar) setHarm(s *Scenario, b block) error {
	name := b.keys["harm"]
	profile, ok := harmProfiles[name]
	if !ok {
		return fmt.Errorf("no harm profile %q", name)
	}
	pool := name
	if p := b.keys["out"]; p != "" {
		pool = p
	}
	sum := 0.0
	for _, x := range profile {
		sum += x
	}
	any, err := g.ruleOf(b, "+", s.vars)
	if err != nil {
		return err
	}
	for grade := range Grades {
		s.Harm[grade] = profile[grade] / sum
		own, err := g.ruleOf(b, "+"+strconv.Itoa(grade), s.vars)
		if err != nil {
			return err
		}
		common := g.shared(fmt.Sprintf("out.%s.%d", pool, grade))
		if len(common.alts) == 0 {
			common = g.shared(fmt.Sprintf("out.any.%d", grade))
		}
		// A scenario's own words count three times against the shared ones.
		alts := slices.Concat(own.alts, any.alts)
		s.result[grade] = rule{slices.Concat(alts, alts, alts, common.alts), slices.Concat(own.prose, any.prose, own.prose, any.prose, common.prose)}
		if len(s.result[grade].alts) == 0 {
			return fmt.Errorf("no outcome of grade %d", grade)
		}
	}
	return nil
}

func (s *Scenario) setTypes(text string) error {
	for _, f := range strings.Fields(text) {
		i := strings.IndexByte(settingKeys, f[0])
		w, err := strconv.ParseFloat(f[1:], 64)
		if i < 0 || err != nil {
			return fmt.Errorf("types: %q isn't a letter of %q with a weight", f, settingKeys)
		}
		s.Types[i] = w
	}
	return nil
}

// setSpecialties reads "elderly 10 medicine 8".
func (g *Grammar) setSpecialties(s *Scenario, text string) error {
	f := strings.Fields(text)
	if len(f) == 0 || len(f)%2 != 0 {
		return fmt.Errorf("spec: want pairs of a specialty and a weight, got %q", text)
	}
	var weights []float64
	for i := 0; i < len(f); i += 2 {
		at := slices.IndexFunc(g.Specialties, func(sp *Specialty) bool { return sp.Key == f[i] })
		w, err := strconv.ParseFloat(f[i+1], 64)
		if at < 0 || err != nil {
			return fmt.Errorf("spec: %q %q isn't a specialty with a weight", f[i], f[i+1])
		}
		s.specialties, weights = append(s.specialties, g.Specialties[at]), append(weights, w)
	}
	for in := range SettingCount {
		here := make([]float64, len(weights))
		for i, w := range weights {
			if s.specialties[i].in[in] {
				here[i] = w
			}
		}
		s.weights[in] = chance.NewWeights(here)
		if s.Types[in] > 0 && s.weights[in].Total() == 0 {
			return fmt.Errorf("no specialty for setting %q", settingKeys[in])
		}
	}
	return nil
}

// variables reads lines such as "let drug,dose = apixaban,5 mg | warfarin,3 mg".
func (g *Grammar) variables(b block) ([]variable, error) {
	var out []variable
	for _, l := range b.lines {
		if l.mark != "let" {
			continue
		}
		left, right, ok := strings.Cut(l.text, "=")
		if !ok {
			return nil, fmt.Errorf("line %d: want let names = values", l.number)
		}
		v := variable{}
		for n := range strings.SplitSeq(left, ",") {
			v.names = append(v.names, strings.TrimSpace(n))
		}
		for tuple := range strings.SplitSeq(right, "|") {
			cells := strings.Split(tuple, ",")
			if len(cells) != len(v.names) {
				return nil, fmt.Errorf("line %d: %q has %d values for %d names", l.number, tuple, len(cells), len(v.names))
			}
			var row []seq
			for _, c := range cells {
				s, err := g.compile(strings.TrimSpace(c), nil)
				if err != nil {
					return nil, fmt.Errorf("line %d: %w", l.number, err)
				}
				row = append(row, s)
			}
			v.values = append(v.values, row)
		}
		out = append(out, v)
	}
	return out, nil
}
