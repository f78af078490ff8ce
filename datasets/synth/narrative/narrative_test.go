package narrative_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

func load(t testing.TB) *narrative.Grammar {
	t.Helper()
	g, err := narrative.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// newCase draws a case of a scenario in a setting where it happens.
func newCase(g *narrative.Grammar, src *chance.Source, s *narrative.Scenario, in narrative.Setting) narrative.Case {
	c := narrative.Case{
		Scenario: s, Specialty: s.Specialty(src, in), AgeDays: 1 + src.Intn(36000), Female: src.Bool(.5),
		Minute: src.Intn(1440), Occurred: incident.NewDay(2025, 3, 4), Grade: src.Intn(narrative.Grades),
	}
	g.NewCase(src, &c)
	return c
}

// somewhere gives a setting in which the scenario happens.
func somewhere(s *narrative.Scenario) narrative.Setting {
	return narrative.Setting(slices.IndexFunc(s.Types[:], func(w float64) bool { return w > 0 }))
}

func TestGrammarIsRich(t *testing.T) {
	g := load(t)
	common, never := map[string]int{}, map[string]bool{}
	total := 0
	for _, s := range g.Scenarios {
		switch s.Family {
		case "", "season":
			common[s.Key]++
			total++
		case "never":
			never[s.Never] = true
		}
	}
	if total < 90 || len(common) != 15 {
		t.Errorf("%d common scenarios in %d categories, want 90 or more in 15", total, len(common))
	}
	for _, k := range []string{"med", "acc", "trt", "imp", "ass", "adm", "con", "doc", "inf", "str", "dev", "abu", "agg", "shb", "oth"} {
		if common[k] < 3 {
			t.Errorf("category %s has %d scenarios", k, common[k])
		}
	}
	if len(never) < 10 {
		t.Errorf("%d types of Never Event", len(never))
	}
}

// TestEveryScenarioReadsWell renders each scenario many times in every setting and
// looks for what only a fault of the texts can leave behind.
func TestEveryScenarioReadsWell(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	careful := narrative.Style{Prose: .6, Join: ". ", Stop: true}
	faults := regexp.MustCompile(`[<>{}~\[\]|]|  | ,| \.|\.\.|,,|\ba an\b|\bthe the\b|\ba a\b|\bhis her\b`)
	for _, s := range g.Scenarios {
		for in := range narrative.SettingCount {
			if s.Types[in] == 0 {
				continue
			}
			src := chance.New(1, uint64(in))
			seen := map[string]bool{}
			const n = 60
			for range n {
				c := newCase(g, src, s, in)
				text := string(w.Describe(src, &c, narrative.Wanted{Style: &careful, Words: narrative.Length(src), Identify: false}).Bytes)
				seen[text] = true
				if at := faults.FindStringIndex(text); at != nil || strings.TrimSpace(text) == "" {
					t.Errorf("%s: fault at %v in %q", s.Name, at, text)
					break
				}
				if word := repeated(text); word != "" {
					t.Errorf("%s: %q stands twice in %q", s.Name, word, text)
					break
				}
			}
			if len(seen) < n/2 {
				t.Errorf("%s: %d texts of %d are distinct", s.Name, len(seen), n)
			}
		}
	}
}

// repeated gives a word that stands twice in a row, as no careful writer has it.
func repeated(text string) string {
	words := strings.Fields(strings.ToLower(text))
	for i := 1; i < len(words); i++ {
		if w := words[i]; w == words[i-1] && w != "had" && !strings.ContainsAny(w, "0123456789") {
			return w
		}
	}
	return ""
}

// TestOutcomeMatchesGrade checks that the worst outcomes are told only of events
// of that grade.
func TestOutcomeMatchesGrade(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	st := narrative.Style{Join: ". ", Stop: true}
	dead := regexp.MustCompile(`(?i)\b(died|RIP|deceased)\b`)
	src := chance.New(4)
	told := 0
	for _, s := range g.Scenarios {
		if s.Harm[4] == 1 {
			continue
		}
		for grade := range narrative.Grades {
			c := newCase(g, src, s, somewhere(s))
			c.Grade = grade
			text, ok := w.Result(src, &c, &st)
			if !ok {
				t.Fatalf("%s has no outcome of grade %d", s.Name, grade)
			}
			if !text.Told {
				t.Errorf("%s: the outcome isn't told by %q", s.Name, text.Bytes)
			}
			if dead.Match(text.Bytes) {
				told++
				if grade < 4 {
					t.Errorf("%s of grade %d: %q", s.Name, grade, text.Bytes)
				}
			}
		}
	}
	if told == 0 {
		t.Error("nobody ever died")
	}
}

func TestLength(t *testing.T) {
	src := chance.New(9)
	var n []int
	for range 20_000 {
		n = append(n, narrative.Length(src))
	}
	slices.Sort(n)
	if m := n[len(n)/2]; m < 34 || m > 36 {
		t.Errorf("the median is %d words", m)
	}
	if n[0] < 1 || n[len(n)-1] > 700 {
		t.Errorf("from %d to %d words", n[0], n[len(n)-1])
	}
}

// TestMarks checks, for any seed, that each identifier stands where its mark says
// and has the form of its kind.
func TestMarks(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	form := map[narrative.Kind]*regexp.Regexp{
		narrative.NHSNumber:   regexp.MustCompile(`^999[ -]?\d{3}[ -]?\d{4}$`),
		narrative.Phone:       regexp.MustCompile(`900[ -]?\d{3}$|7946 0\d{3}$|960[) ]*\d{3}$`),
		narrative.Email:       regexp.MustCompile(`(?i)^[a-z0-9.-]+@([a-z]+\.)?example\.(org|net|com)$`),
		narrative.Postcode:    regexp.MustCompile(`(?i)^(ZZ99|QX\d+|XX\d+) ?\d[A-Z]{2}$`),
		narrative.DateOfBirth: regexp.MustCompile(`\d`),
		narrative.GMC:         regexp.MustCompile(`^[1-8]\d{6}$`),
		narrative.NMC:         regexp.MustCompile(`(?i)^\d{2}[A-I]\d{4}E$`),
		narrative.Hospital:    regexp.MustCompile(`\d{5}`),
		narrative.Initials:    regexp.MustCompile(`(?i)^[A-Z][. ]*[A-Z]`),
	}
	seen := map[narrative.Kind]bool{}
	rapid.Check(t, func(t *rapid.T) {
		src := chance.New(rapid.Uint64().Draw(t, "seed"))
		s := g.Scenarios[src.Intn(len(g.Scenarios))]
		c := newCase(g, src, s, somewhere(s))
		st := narrative.NewStyle(src, &narrative.House{Typo: 2})
		st.Letters = narrative.Letters(src.Intn(4))
		text := w.Describe(src, &c, narrative.Wanted{Style: &st, Words: narrative.Length(src), Identify: true})
		if len(text.Marks) == 0 {
			t.Fatalf("no identifier in %q", text.Bytes)
		}
		last := 0
		for _, m := range text.Marks {
			if m.Start < last || m.End <= m.Start || m.End > len(text.Bytes) {
				t.Fatalf("mark %+v after %d in %d bytes", m, last, len(text.Bytes))
			}
			last = m.End
			got := string(text.Bytes[m.Start:m.End])
			if re := form[m.Kind]; re != nil && !re.MatchString(got) || got != strings.TrimSpace(got) {
				t.Fatalf("%s %q in %q", m.Kind, got, text.Bytes)
			}
			seen[m.Kind] = true
		}
	})
	src := chance.New(12) // so that every kind is met, whatever rapid drew
	for range 3000 {
		s := g.Scenarios[src.Intn(len(g.Scenarios))]
		c := newCase(g, src, s, somewhere(s))
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		for _, m := range w.Describe(src, &c, narrative.Wanted{Style: &st, Words: 40, Identify: true}).Marks {
			seen[m.Kind] = true
		}
	}
	for _, k := range narrative.Kinds() {
		if !seen[k] {
			t.Errorf("no %s was ever planted", k)
		}
	}
}

func TestNoMarksUnlessWanted(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	src := chance.New(3)
	identifying := regexp.MustCompile(`\d{9,}|example\.|999 \d{3}`)
	for range 3000 {
		s := g.Scenarios[src.Intn(len(g.Scenarios))]
		c := newCase(g, src, s, somewhere(s))
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		if text := w.Describe(src, &c, narrative.Wanted{Style: &st, Words: narrative.Length(src), Identify: false}); len(text.Marks) > 0 || identifying.Match(text.Bytes) {
			t.Fatalf("identifiers in %q", text.Bytes)
		}
	}
}

func TestLetters(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	src := chance.New(5)
	for range 500 {
		s := g.Scenarios[src.Intn(len(g.Scenarios))]
		c := newCase(g, src, s, somewhere(s))
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		st.Letters = narrative.Capitals
		if text := string(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: 40, Identify: true}).Bytes); text != strings.ToUpper(text) {
			t.Errorf("not in capitals: %q", text)
		}
		st.Letters = narrative.Small
		if text := string(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: 40, Identify: true}).Bytes); text != strings.ToLower(text) {
			t.Errorf("not in small letters: %q", text)
		}
	}
}

// TestStylesDiffer checks that hasty writers are shorter and abbreviate, and that
// misspellings come at their rate.
func TestStylesDiffer(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	count := func(st narrative.Style) (patients, pts, articles, words int) {
		src := chance.New(6)
		for range 2000 {
			s := g.Scenarios[src.Intn(len(g.Scenarios))]
			c := newCase(g, src, s, somewhere(s))
			one := st
			text := strings.ToLower(string(w.Describe(src, &c, narrative.Wanted{Style: &one, Words: 60, Identify: false}).Bytes))
			for f := range strings.FieldsSeq(text) {
				switch strings.Trim(f, ".,;") {
				case "patient":
					patients++
				case "pt":
					pts++
				case "the", "a", "an":
					articles++
				}
				words++
			}
		}
		return
	}
	patients, pts, articles, words := count(narrative.Style{Prose: .9, Join: ". "})
	hastyPatients, hastyPts, hastyArticles, hastyWords := count(narrative.Style{Prose: .9, Abbreviate: .99, Drop: .9, Join: ". "})
	if 100*pts > patients || patients == 0 || hastyPts < 5*hastyPatients {
		t.Errorf("careful: %d patient, %d pt; hasty: %d patient, %d pt", patients, pts, hastyPatients, hastyPts)
	}
	if 3*hastyArticles*words > articles*hastyWords {
		t.Errorf("careful: %d articles in %d words; hasty: %d in %d", articles, words, hastyArticles, hastyWords)
	}
}

func TestMisspellings(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	s := g.Scenarios[slices.IndexFunc(g.Scenarios, func(s *narrative.Scenario) bool { return s.Name == "anaesthetic-airway" })]
	spelt := map[string]int{}
	src := chance.New(8)
	family := regexp.MustCompile(`(?i)\ban[a-z]{0,3}s?[a-z]*[et][a-z]*tis[a-z]*\b`)
	for range 12_000 {
		c := newCase(g, src, s, narrative.Acute)
		st := narrative.Style{Prose: .5, Typo: .08, Join: ". "}
		for _, m := range family.FindAllString(string(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: 120, Identify: false}).Bytes), -1) {
			spelt[strings.ToLower(m)]++
		}
	}
	// Thirty-one spellings were met in a real extract.
	if spelt["anaesthetist"] == 0 || len(spelt) < 12 {
		t.Errorf("%d spellings of anaesthetist", len(spelt))
	}
}

func TestSameSeedSameText(t *testing.T) {
	g := load(t)
	write := func() string {
		w, src := g.NewWriter(), chance.New(11)
		var b strings.Builder
		for range 200 {
			s := g.Scenarios[src.Intn(len(g.Scenarios))]
			c := newCase(g, src, s, somewhere(s))
			st := narrative.NewStyle(src, &narrative.House{Typo: 1})
			b.Write(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: narrative.Length(src), Identify: src.Bool(.1)}).Bytes)
		}
		return b.String()
	}
	if first, again := write(), write(); first != again {
		t.Error("two runs differ")
	}
}

// TestBrandsOfIssuesAreInvented keeps the planted device's name out of all other texts.
func TestBrandsOfIssuesAreInvented(t *testing.T) {
	g := load(t)
	w := g.NewWriter()
	src := chance.New(14)
	for _, s := range g.Scenarios {
		if s.Family == "driver" {
			continue
		}
		for range 30 {
			c := newCase(g, src, s, somewhere(s))
			st := narrative.Style{Prose: .5, Join: ". "}
			if text := w.Describe(src, &c, narrative.Wanted{Style: &st, Words: 60, Identify: false}); strings.Contains(strings.ToLower(string(text.Bytes)), "solvane") {
				t.Errorf("%s: %q", s.Name, text.Bytes)
			}
		}
	}
}

func BenchmarkDescribe(b *testing.B) {
	g := load(b)
	w, src := g.NewWriter(), chance.New(1)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := g.Scenarios[src.Intn(len(g.Scenarios))]
		c := newCase(g, src, s, somewhere(s))
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		n += len(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: narrative.Length(src), Identify: src.Bool(.05)}).Bytes)
	}
	b.SetBytes(int64(n / max(1, b.N)))
}

func ExampleWriter_Describe() {
	g, err := narrative.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	src := chance.New(3)
	s := g.Scenarios[0]
	c := narrative.Case{Scenario: s, Specialty: s.Specialty(src, narrative.Acute), AgeDays: 84 * 366, Female: true, Minute: 130, Occurred: incident.NewDay(2025, 3, 4)}
	g.NewCase(src, &c)
	st := narrative.Formal(src)
	fmt.Println(s.Name, len(g.NewWriter().Describe(src, &c, narrative.Wanted{Style: &st, Words: 40, Identify: false}).Bytes) > 0)
	// Output: fall-bed true
}
