package ordinal_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/models/artefact"
	"psims/models/label"
	"psims/models/modeltest"
	"psims/models/ordinal"
)

var (
	scale    = []string{"none", "low", "moderate", "severe"}
	openings = []string{"Patient fell from bed.", "Found on the floor of bay 2.", "Slipped in the bathroom.", "Fell while walking to the chair."}
	outcomes = [][]string{
		{"No injury seen.", "Nil injuries, observations stable.", "No harm came of it."},
		{"Small bruise to elbow.", "Skin tear to shin, dressed.", "Graze on the knee."},
		{"Wrist fracture on x-ray.", "Scalp wound needed sutures.", "Dislocated shoulder, reduced."},
		{"Fractured neck of femur, for theatre.", "CT showed subdural haematoma.", "Intubated and moved to intensive care."},
	}
)

// falls invents n reports with their grades, of which some are a step off.
func falls(n int) ([]string, *label.Table) {
	texts, classes := make([]string, n), make([]int32, n)
	for i := range texts {
		g := []int{0, 0, 0, 0, 1, 1, 1, 2, 2, 3}[i*7%10]
		texts[i] = fmt.Sprintf("%s %s Report %d.", openings[i%4], outcomes[g][i/10%3], i)
		if i%17 == 3 {
			g = max(0, g-1)
		}
		classes[i] = int32(g)
	}
	return texts, label.Of(scale, classes)
}

type grader struct{ *ordinal.Model }

func (m grader) Predict(texts []string) []float32 { return m.Probabilities(nil, texts) }
func (m grader) Bytes() ([]byte, error) {
	f, err := m.File()
	if err != nil {
		return nil, err
	}
	return artefact.Encode(f)
}

func gather(texts []string, rows []int32) []string {
	out := make([]string, len(rows))
	for k, i := range rows {
		out[k] = texts[i]
	}
	return out
}

func TestModelKeepsTheContract(t *testing.T) {
	modeltest.Check(t, modeltest.Contract[[]string]{
		Fit: func(ctx context.Context, texts []string, y *label.Table, seed uint64) (modeltest.Model[[]string], error) {
			c := ordinal.Default()
			c.Seed, c.MaxTexts = seed, 300
			m, err := c.Train(ctx, texts, y)
			return grader{m}, err
		},
		Load: func(data []byte) (modeltest.Model[[]string], error) {
			f, err := artefact.Decode(data)
			if err != nil {
				return nil, err
			}
			m, err := ordinal.Restore(f)
			return grader{m}, err
		},
		Data:   func() ([]string, *label.Table) { return falls(400) },
		Gather: gather,
		Bad: map[string]func() ([]string, *label.Table){
			"grades of other texts": func() ([]string, *label.Table) {
				texts, _ := falls(30)
				_, y := falls(31)
				return texts, y
			},
			"one grade": func() ([]string, *label.Table) {
				texts, _ := falls(30)
				return texts, label.Of(scale, make([]int32, 30))
			},
			"several grades on a text": func() ([]string, *label.Table) {
				return []string{"a", "b"}, label.OfSets(scale, [][]int32{{0, 1}, {2}})
			},
			"no texts": func() ([]string, *label.Table) { return falls(0) },
			"texts without words": func() ([]string, *label.Table) {
				_, y := falls(30)
				return make([]string, 30), y
			},
		},
	})
}

func train(t testing.TB, c ordinal.Config, n int) *ordinal.Model {
	t.Helper()
	texts, y := falls(n)
	m, err := c.Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGravestWordsReadGravest(t *testing.T) {
	m := train(t, ordinal.Default(), 400)
	texts := []string{"He fell. No injury seen.", "He fell. Small bruise.", "He fell. Wrist fracture.", "He fell. Fractured neck of femur."}
	p := m.Probabilities(nil, texts)
	last := -1.0
	for i, s := range texts {
		mean, sum := 0.0, 0.0
		for g, v := range p[i*4 : i*4+4] {
			mean += float64(g) * float64(v)
			sum += float64(v)
		}
		if math.Abs(sum-1) > 1e-5 || mean <= last || m.Grade(p[i*4:i*4+4]) != int32(i) {
			t.Errorf("%q: %.3f, mean %.3f after %.3f", s, p[i*4:i*4+4], mean, last)
		}
		last = mean
	}
}

func TestOrderOfTextsDoesNotMatter(t *testing.T) {
	texts, y := falls(300)
	rows := make([]int32, len(texts))
	for i := range rows {
		rows[i] = int32(i*77%300 + i/300)
	}
	c := ordinal.Default()
	c.MaxTexts = 200
	a, err := c.Cross(context.Background(), texts, y, 3)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Cross(context.Background(), gather(texts, rows), y.Gather(rows), 3)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a.Probabilities(nil, texts), b.Probabilities(nil, texts)); d != "" {
		t.Error(d)
	}
	f, err := a.File()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ordinal.RestoreCrossed(f)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a.Probabilities(nil, texts), back.Probabilities(nil, texts)); d != "" {
		t.Errorf("restored: %s", d)
	}
	for name, spoil := range map[string]func(){
		"no parts":     func() { f.Meta = []byte(`{"seed":1,"models":[]}`) },
		"half a part":  func() { f.Blobs = f.Blobs[:len(f.Blobs)-1] },
		"another kind": func() { f.Kind = ordinal.Kind },
	} {
		if f, err = a.File(); err != nil {
			t.Fatal(err)
		}
		spoil()
		if _, err := ordinal.RestoreCrossed(f); err == nil {
			t.Errorf("%s: restored all the same", name)
		}
	}
	whole := train(t, ordinal.Default(), 120)
	if d := cmp.Diff(whole.Probabilities(nil, texts), ordinal.Whole(whole).Probabilities(nil, texts)); d != "" {
		t.Errorf("a model by itself: %s", d)
	}
}

// TestNoTextIsReadByWhatLearntFromIt: a text's grade, and that of its copies, makes
// no difference to how it is read.
func TestNoTextIsReadByWhatLearntFromIt(t *testing.T) {
	texts, y := falls(240)
	const at = 41
	classes := make([]int32, len(texts))
	for i := range classes {
		classes[i] = y.Class(i)
	}
	texts, classes = append(texts, "  "+texts[at]+"\n"), append(classes, classes[at])
	read := func(grade int32) []float32 {
		classes[at], classes[len(classes)-1] = grade, grade
		m, err := ordinal.Default().Cross(context.Background(), texts, label.Of(scale, classes), 3)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(m.Of(texts[at]).Probabilities(nil, texts[at:at+1]), m.Probabilities(nil, texts)[at*4:at*4+4]); d != "" {
			t.Errorf("two readings of one text: %s", d)
		}
		return m.Probabilities(nil, texts[at:at+1])
	}
	if d := cmp.Diff(read(0), read(3)); d != "" {
		t.Error(d)
	}
}

// TestThinnedGradesKeepTheirShare: a sample that favours rare grades does not make
// them likelier.
func TestThinnedGradesKeepTheirShare(t *testing.T) {
	texts, y := falls(2000)
	c := ordinal.Default()
	c.MaxTexts = 500
	m, err := c.Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]float64, 4)
	for e, p := range m.Probabilities(nil, texts) {
		sums[e%4] += float64(p)
	}
	for g, n := range y.Counts() {
		if math.Abs(sums[g]-float64(n)) > .1*float64(n) {
			t.Errorf("%s: %d texts, expected %.0f", scale[g], n, sums[g])
		}
	}
}

func TestAGradeThatNobodyGave(t *testing.T) {
	texts, y := falls(300)
	m, err := ordinal.Default().Train(context.Background(), texts, y.Conform(append(slices.Clone(scale), "fatal")))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slices.Collect(slices.Chunk(m.Probabilities(nil, texts), 5)) {
		if p[4] > .05 {
			t.Fatalf("a grade that nobody gave has the probability %v", p[4])
		}
	}
}

func TestFromSteps(t *testing.T) {
	for name, c := range map[string]struct{ steps, want []float32 }{
		"in order":       {[]float32{.8, .5, .1}, []float32{.2, .3, .4, .1}},
		"crossing":       {[]float32{.8, .2, .4}, []float32{.2, .5, 0, .3}},
		"pooled further": {[]float32{.3, .2, .7}, []float32{.6, 0, 0, .4}},
		"one step":       {[]float32{.25}, []float32{.75, .25}},
	} {
		got := make([]float32, len(c.steps)+1)
		ordinal.FromSteps(got, c.steps)
		if d := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, 1e-6)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Float32Range(0, 1), 1, 8).Draw(t, "steps")
		before, sum := slices.Clone(steps), float32(0)
		p := make([]float32, len(steps)+1)
		ordinal.FromSteps(p, steps)
		for g, v := range p {
			if v < 0 {
				t.Fatalf("grade %d has the probability %v", g, v)
			}
			sum += v
		}
		if math.Abs(float64(sum)-1) > 1e-5 {
			t.Fatalf("probabilities add up to %v", sum)
		}
		if slices.IsSortedFunc(before, func(a, b float32) int { return int(math.Copysign(1, float64(b-a))) }) && p[0] != 1-before[0] {
			t.Fatalf("%v in order were changed to %v", before, p)
		}
	})
}

func TestQuantile(t *testing.T) {
	p := []float32{.5, .2, .2, .1}
	for share, want := range map[float64]int32{.1: 0, .5: 0, .6: 1, .85: 2, .95: 3, 1: 3} {
		if got := ordinal.Quantile(p, share); got != want {
			t.Errorf("quantile at %v is %d, want %d", share, got, want)
		}
	}
	two, twenty := ordinal.Default(), ordinal.Default()
	twenty.Miss = 20
	texts := []string{"He fell.", "X-ray of the elbow.", "Wrist and knee seen in theatre.", "Bruise.", "Small skin wound."}
	a, b := train(t, two, 200), train(t, twenty, 200)
	raised := 0
	for _, p := range slices.Collect(slices.Chunk(a.Probabilities(nil, texts), 4)) {
		if a.Grade(p) > b.Grade(p) {
			t.Fatalf("%v is graded lower where a miss costs more", p)
		}
		if a.Grade(p) < b.Grade(p) {
			raised++
		}
	}
	if raised == 0 {
		t.Error("no text is graded higher where a miss costs more")
	}
}

func TestRestoreRefusesForeignFiles(t *testing.T) {
	m := train(t, ordinal.Default(), 120)
	for name, spoil := range map[string]func(*artefact.File){
		"another kind":      func(f *artefact.File) { f.Kind = "tagger" },
		"no metadata":       func(f *artefact.File) { f.Meta = []byte("{}") },
		"a missing half":    func(f *artefact.File) { f.Blobs = f.Blobs[:9] },
		"a rate of nothing": func(f *artefact.File) { f.Meta = []byte(replaced(string(f.Meta), `"rates":[1,`, `"rates":[0,`)) },
		"other names": func(f *artefact.File) {
			f.Meta = []byte(replaced(string(f.Meta), `{"names":["none",`, `{"names":["nil",`))
		},
	} {
		f, err := m.File()
		if err != nil {
			t.Fatal(err)
		}
		spoil(f)
		if _, err := ordinal.Restore(f); err == nil {
			t.Errorf("%s: restored all the same", name)
		}
	}
}

func replaced(s, old, new string) string {
	at := len(s) // a panic below says that the file's form has changed
	for i := range s {
		if len(s)-i >= len(old) && s[i:i+len(old)] == old {
			at = i
			break
		}
	}
	return s[:at] + new + s[at+len(old):]
}

func TestConfigIsChecked(t *testing.T) {
	for name, spoil := range map[string]func(*ordinal.Config){
		"a miss that costs nothing": func(c *ordinal.Config) { c.Miss = 0 },
		"no texts":                  func(c *ordinal.Config) { c.MaxTexts = 0 },
		"one fold of classes":       func(c *ordinal.Config) { c.Classes.Folds = 1 },
		"one fold of steps":         func(c *ordinal.Config) { c.Steps.Folds = 1 },
	} {
		c := ordinal.Default()
		spoil(&c)
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	texts, y := falls(20)
	for _, parts := range []int{-1, 1, 256} {
		if _, err := ordinal.Default().Cross(context.Background(), texts, y, parts); err == nil {
			t.Errorf("%d parts: no error", parts)
		}
	}
}

func TestJudge(t *testing.T) {
	truth := label.Of(scale, []int32{0, 0, 1, 1, 2, 3, -1, 3})
	given := []int32{0, 1, 1, 1, 2, 1, 0, 3}
	p := make([]float32, 8*4)
	for i, g := range given {
		p[i*4+int(g)] = 1
	}
	c := ordinal.DefaultJudging()
	c.Loads = []float64{.15, .3, 1}
	r, err := ordinal.Judge(truth, given, p, c)
	if err != nil {
		t.Fatal(err)
	}
	// Of the seven graded rows, one is off by 1 and one by 2. Kappa by hand: seen
	// 1+4 = 5; by chance Σ n_a m_b (a−b)² / 7 = (2·(4·1+1·4+1·9) + 2·(1+1+4) +
	// 1·(4+4+1) + 2·(9+16+1)) / 7.
	if want := 1 - 5/(107./7); r.Rows != 7 || math.Abs(r.Kappa-want) > 1e-12 || math.Abs(r.Error-3./7) > 1e-12 {
		t.Errorf("%d rows, kappa %v (want %v), error %v", r.Rows, r.Kappa, want, r.Error)
	}
	if math.Abs(r.MacroError-(.5+0+0+1)/4) > 1e-12 || r.Grades[3].Recall != .5 || r.Grades[1].Precision != .5 || r.Grades[3].Support != 2 || r.Grades[1].Expected != 4 {
		t.Errorf("macro error %v, grades %+v", r.MacroError, r.Grades)
	}
	// Two rows are certain of a wrong grade: one crosses one step, one two.
	if math.Abs(r.RankedScore-3./7) > 1e-9 || math.Abs(r.LogLoss-2*math.Log(1e6)/7) > 1e-6 || math.Abs(r.StepECE[0]-1./7) > 1e-9 || math.Abs(r.StepECE[2]-1./7) > 1e-9 {
		t.Errorf("ranked score %v, log loss %v, calibration error %v", r.RankedScore, r.LogLoss, r.StepECE)
	}
	if l := r.Loads[0]; l.Rows != 1 || l.Grave != 1 || l.Recall != .5 || l.Expected != 1 {
		t.Errorf("a load of 15 %%: %+v", l)
	}
	if r.Loads[2].Recall != 1 {
		t.Errorf("looking at all: %+v", r.Loads[2])
	}
	for _, v := range [][3]float64{{r.KappaInterval[0], r.Kappa, r.KappaInterval[1]}, {r.ErrorInterval[0], r.Error, r.ErrorInterval[1]}, {r.Grades[3].RecallInterval[0], .5, r.Grades[3].RecallInterval[1]}} {
		if !(v[0] <= v[1] && v[1] <= v[2] && v[0] < v[2]) {
			t.Errorf("interval %v", v)
		}
	}
	if _, err := ordinal.Judge(label.Of(scale, []int32{-1}), []int32{0}, nil, c); err == nil {
		t.Error("no row has a grade, and no error")
	}
	c.Grave = 4
	if _, err := ordinal.Judge(truth, given, nil, c); err == nil {
		t.Error("grave from a grade that is not there, and no error")
	}
}

func Example() {
	texts, y := falls(400) // invented reports, graded from none to severe
	m, _ := ordinal.Default().Train(context.Background(), texts, y)
	p := m.Probabilities(nil, []string{"Slipped in the ward kitchen. Fractured neck of femur."})
	fmt.Println(m.Names()[m.Grade(p)])
	// Output: severe
}

func ExampleConfig_Cross() {
	texts, y := falls(400) // invented reports
	x, _ := ordinal.Default().Cross(context.Background(), texts, y, 3)
	p := x.Probabilities(nil, texts[:1]) // read by the model that has not seen it
	fmt.Println(x.Names()[ordinal.Quantile(p, .5)], y.String(0))
	// Output: none none
}

func ExampleJudge() {
	truth := label.Of(scale, []int32{0, 0, 1, 2, 3, 3})
	r, _ := ordinal.Judge(truth, []int32{0, 0, 1, 1, 3, 2}, nil, ordinal.DefaultJudging())
	fmt.Printf("kappa %.2f, error %.2f, severe recalled %.1f\n", r.Kappa, r.Error, r.Grades[3].Recall)
	// Output: kappa 0.88, error 0.33, severe recalled 0.5
}
