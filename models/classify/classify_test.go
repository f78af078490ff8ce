package classify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
	"psims/models/modeltest"
)

var kinds = []string{"device", "fall", "medication"}

var phrases = [][]string{
	{"the pump alarm failed", "syringe pump stopped", "monitor would not start", "infusion pump blocked", "alarm did not sound"},
	{"patient fell from the bed", "slipped on a wet floor", "found on the floor", "fell in the bathroom", "unwitnessed fall"},
	{"wrong dose of insulin given", "insulin was not given", "dose given twice", "antibiotic given late", "wrong drug prescribed"},
}

var fillers = []string{"on the ward", "nurse informed", "seen by doctor", "no harm done", "at night", "family told", "5mg at 03:10"}

// reports invents n narratives, each of one kind (i mod 3), with some that speak of another kind too.
func reports(n int) ([]string, *label.Table) {
	texts, classes := make([]string, n), make([]int32, n)
	state := uint64(9)
	pick := func(from []string) string {
		state = state*6364136223846793005 + 1442695040888963407
		return from[state>>33%uint64(len(from))]
	}
	for i := range n {
		classes[i] = int32(i % 3)
		texts[i] = fmt.Sprintf("%s. %s, %s.", pick(phrases[i%3]), pick(fillers), pick(fillers))
		if i%7 == 0 {
			texts[i] += " Later " + pick(phrases[(i+1)%3]) + "."
		}
		if i%11 == 0 {
			texts[i] = pick(fillers) + ". " + pick(fillers) + "."
		}
	}
	return texts, label.Of(kinds, classes)
}

func quick() classify.Config {
	c := classify.Accurate()
	c.Features.Pieces.MinDocs = 2
	return c
}

func train(t testing.TB, c classify.Config, n int) *classify.Classifier {
	t.Helper()
	texts, y := reports(n)
	m, err := c.Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// classifier and tagger show a model to modeltest.
type classifier struct{ *classify.Classifier }

func (m classifier) Predict(texts []string) []float32 { return m.Probabilities(nil, texts) }
func (m classifier) Bytes() ([]byte, error)           { return encode(m.File()) }

type tagger struct{ *classify.Tagger }

func (m tagger) Predict(texts []string) []float32 { return m.Probabilities(nil, texts) }
func (m tagger) Bytes() ([]byte, error)           { return encode(m.File()) }

func encode(f *artefact.File, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return artefact.Encode(f)
}

func pickTexts(texts []string, rows []int32) []string {
	out := make([]string, len(rows))
	for k, i := range rows {
		out[k] = texts[i]
	}
	return out
}

var badReports = map[string]func() ([]string, *label.Table){
	"labels of other texts": func() ([]string, *label.Table) {
		texts, _ := reports(30)
		_, y := reports(31)
		return texts, y
	},
	"one class": func() ([]string, *label.Table) {
		texts, _ := reports(30)
		return texts, label.Of(kinds, make([]int32, 30))
	},
	"no texts": func() ([]string, *label.Table) { return reports(0) },
	"texts without words": func() ([]string, *label.Table) {
		_, y := reports(30)
		return make([]string, 30), y
	},
}

func TestClassifierKeepsTheContract(t *testing.T) {
	modeltest.Check(t, modeltest.Contract[[]string]{
		Fit: func(ctx context.Context, texts []string, y *label.Table, seed uint64) (modeltest.Model[[]string], error) {
			c := quick()
			c.Seed = seed
			m, err := c.Train(ctx, texts, y)
			return classifier{m}, err
		},
		Load: func(data []byte) (modeltest.Model[[]string], error) {
			f, err := artefact.Decode(data)
			if err != nil {
				return nil, err
			}
			m, err := classify.RestoreClassifier(f)
			return classifier{m}, err
		},
		Data:   func() ([]string, *label.Table) { return reports(400) },
		Gather: pickTexts,
		Bad:    badReports,
	})
}

func TestTaggerKeepsTheContract(t *testing.T) {
	modeltest.Check(t, modeltest.Contract[[]string]{
		Fit: func(ctx context.Context, texts []string, y *label.Table, seed uint64) (modeltest.Model[[]string], error) {
			c := classify.DefaultTagger()
			c.Seed = seed
			m, err := c.Train(ctx, texts, y)
			return tagger{m}, err
		},
		Load: func(data []byte) (modeltest.Model[[]string], error) {
			f, err := artefact.Decode(data)
			if err != nil {
				return nil, err
			}
			m, err := classify.RestoreTagger(f)
			return tagger{m}, err
		},
		Data:   func() ([]string, *label.Table) { return several(400) },
		Gather: pickTexts,
		Bad:    badReports,
	})
}

// TestFilesAreTheSameOnAnyNumberOfCores: the words model, the accurate one and the
// tagger, trained and written on one core and on two, are the same bytes.
func TestFilesAreTheSameOnAnyNumberOfCores(t *testing.T) {
	texts, y := reports(700)
	sets, many := several(700)
	for name, write := range map[string]func() (*artefact.File, error){
		"words": func() (*artefact.File, error) {
			m, err := classify.Default().Train(context.Background(), texts, y)
			if err != nil {
				return nil, err
			}
			return m.File()
		},
		"accurate": func() (*artefact.File, error) {
			m, err := classify.Accurate().Train(context.Background(), texts, y)
			if err != nil {
				return nil, err
			}
			return m.File()
		},
		"tagger": func() (*artefact.File, error) {
			m, err := classify.DefaultTagger().Train(context.Background(), sets, many)
			if err != nil {
				return nil, err
			}
			return m.File()
		},
	} {
		var want []byte
		for _, cores := range []int{1, 2} {
			before := runtime.GOMAXPROCS(cores)
			got, err := encode(write())
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if want == nil {
				want = got
			}
			if len(got) == 0 || !bytes.Equal(want, got) {
				t.Errorf("%s: %d bytes on one core, and %d others on %d", name, len(want), len(got), cores)
			}
		}
	}
}

// several invents narratives of one or two kinds.
func several(n int) ([]string, *label.Table) {
	texts, _ := reports(n)
	rows := make([][]int32, n)
	for i := range rows {
		for c := range kinds {
			for _, phrase := range phrases[c] {
				if strings.Contains(texts[i], phrase) {
					rows[i] = append(rows[i], int32(c))
					break
				}
			}
		}
	}
	return texts, label.OfSets(kinds, rows)
}

func TestClassifierLearns(t *testing.T) {
	m := train(t, quick(), 600)
	for text, want := range map[string]string{
		"Pump alarm faild again.":              "device", // misspelt
		"Pt slipped in bathroom":               "fall",
		"Insuline given twice, dose was wrong": "medication",
	} {
		got := m.Predict(nil, []string{text})[0]
		if m.Names()[got.Class] != want || got.Abstained || got.P < .5 || got.SecondP > got.P || got.Second == got.Class {
			t.Errorf("%q: %+v, want %s", text, got, want)
		}
	}
}

func TestClassifierAbstainsWhereErrorsCostMore(t *testing.T) {
	texts, y := reports(600)
	abstained := func(cost float64) int {
		c := quick()
		c.Costs.Error, c.Costs.Review = cost, 1
		m, err := c.Train(context.Background(), texts, y)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i, p := range m.Predict(nil, texts) {
			if want := float64(p.P) < 1-1/cost; want != p.Abstained && math.Abs(float64(p.P)-(1-1/cost)) > 1e-6 {
				t.Fatalf("%q: %+v when an error costs %v reviews", texts[i], p, cost)
			}
			if p.Abstained {
				n++
			}
		}
		return n
	}
	if few, many := abstained(1.2), abstained(12); few >= many || many == len(texts) {
		t.Errorf("abstained %d times when an error costs little more than a review, %d times when it costs much more", few, many)
	}
}

func TestPredictionsAgreeWithProbabilities(t *testing.T) {
	m := train(t, quick(), 300)
	texts, _ := reports(500)
	texts = append(texts, "", "[NAME]", "\xff")
	p := m.Probabilities(nil, texts)
	for i, got := range m.Predict(nil, texts) {
		row := p[i*3 : i*3+3]
		sum := row[0] + row[1] + row[2]
		if math.Abs(float64(sum)-1) > 1e-5 || row[got.Class] != got.P || row[got.Second] != got.SecondP {
			t.Fatalf("%q: %+v of %v", texts[i], got, row)
		}
		for c, v := range row {
			if v > got.P || int32(c) != got.Class && v > got.SecondP {
				t.Fatalf("%q: %+v of %v", texts[i], got, row)
			}
		}
	}
}

func TestTextsWithoutALabelAreLeftOut(t *testing.T) {
	texts, y := reports(300)
	c := quick()
	m, err := c.Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]int32, 300)
	for i := range rows {
		rows[i] = y.Row(i)
	}
	more, err := c.Train(context.Background(), append(texts, "pump pump pump"), label.OfSets(kinds, append(rows, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(m.Probabilities(nil, texts), more.Probabilities(nil, texts)) {
		t.Error("a text without a label changed the classifier")
	}
	if _, err := c.Train(context.Background(), texts[:2], label.OfSets(kinds, [][]int32{{0, 1}, {2}})); err == nil {
		t.Error("a text with two labels was taken")
	}
}

func TestExplainGivesTheWordsThatSaidSo(t *testing.T) {
	m := train(t, quick(), 600)
	const text = "The family was told that insulin, Insulin again, was missed."
	p := m.Predict(nil, []string{text})[0]
	if m.Names()[p.Class] != "medication" {
		t.Fatalf("predicted %s", m.Names()[p.Class])
	}
	words := m.Explain(text, p.Class)
	if len(words) == 0 || words[0].Word != "insulin" || len(words[0].Spans) != 2 || words[0].Effect <= 0 {
		t.Fatalf("explained by %+v", words)
	}
	for _, w := range words {
		for _, span := range w.Spans {
			if !strings.EqualFold(span.In(text), w.Word) {
				t.Errorf("%q is said to stand at %q", w.Word, span.In(text))
			}
		}
	}
	if m.Explain("", 0) != nil {
		t.Error("nothing was explained by something")
	}
}

func TestTaggerGivesSeveralLabels(t *testing.T) {
	texts, y := several(600)
	m, err := classify.DefaultTagger().Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Predict([]string{"Patient fell from the bed. Insulin was not given.", "Syringe pump stopped."})
	if diff := cmp.Diff([]string{"fall|medication", "device"}, []string{got.String(0), got.String(1)}); diff != "" {
		t.Errorf("labels:\n%s", diff)
	}
	r, err := evaluate.Multi(y, m.Predict(texts))
	if err != nil || r.MicroF1 < .9 {
		t.Errorf("micro F1 on what it learnt from is %v (%v)", r.MicroF1, err)
	}
}

// TestPassagesFindOneSentenceOfMany: a label about one sentence is found within a
// long text, which hides it from the score of the whole.
func TestPassagesFindOneSentenceOfMany(t *testing.T) {
	texts, y := several(600)
	c := classify.DefaultTagger()
	found := func() float32 {
		m, err := c.Train(context.Background(), texts, y)
		if err != nil {
			t.Fatal(err)
		}
		return m.Probabilities(nil, []string{strings.Repeat("Patient slipped on a wet floor and fell in the bathroom. ", 4) + "The syringe pump stopped."})[0]
	}
	closely := found()
	c.Passages = false
	if whole := found(); whole >= closely {
		t.Errorf("probability of a device %.3f, and %.3f looking at the whole only", closely, whole)
	}
}

func TestRestoreRefusesForeignFiles(t *testing.T) {
	m := train(t, quick(), 120)
	for name, spoil := range map[string]func(*artefact.File){
		"another kind":     func(f *artefact.File) { f.Kind = "tagger" },
		"no metadata":      func(f *artefact.File) { f.Meta = []byte("{}") },
		"a missing blob":   func(f *artefact.File) { f.Blobs = f.Blobs[:4] },
		"weights cut off":  func(f *artefact.File) { cut(f, "weights") },
		"stack cut off":    func(f *artefact.File) { cut(f, "stack") },
		"not a number":     func(f *artefact.File) { f.Blobs[len(f.Blobs)-1].Data = []float32{float32(math.NaN())} },
		"features cut off": func(f *artefact.File) { cut(f, "feature weights") },
	} {
		f, err := m.File()
		if err != nil {
			t.Fatal(err)
		}
		spoil(f)
		if _, err := classify.RestoreClassifier(f); err == nil {
			t.Errorf("%s: restored all the same", name)
		}
	}
}

// TestSpellingsAreKept: what a form folds to is part of the file.
func TestSpellingsAreKept(t *testing.T) {
	texts, y := reports(600)
	texts[2] = "Medicaton was not given on the ward."
	for i := 5; i < 300; i += 3 {
		texts[i] = "Medication was not given on the ward."
	}
	m, err := classify.Default().Train(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	data, err := encode(m.File())
	if err != nil {
		t.Fatal(err)
	}
	f, err := artefact.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	back, err := classify.RestoreClassifier(f)
	if err != nil {
		t.Fatal(err)
	}
	spellings := back.Space().Config().Terms.Text.Spellings
	slips := []string{texts[2], "medicaton"}
	if spellings["medicaton"] != "medication" || !cmp.Equal(m.Probabilities(nil, slips), back.Probabilities(nil, slips)) {
		t.Error("a restored classifier reads misspellings otherwise")
	}
}

// cut takes the last number off a blob.
func cut(f *artefact.File, name string) {
	for i, b := range f.Blobs {
		if data, ok := b.Data.([]float32); ok && b.Name == name {
			f.Blobs[i].Data = data[:len(data)-1]
		}
	}
}

func TestCardHoldsTheFigures(t *testing.T) {
	m := train(t, quick(), 300)
	texts, y := reports(90)
	predictions := make([]int32, len(texts))
	for i, p := range m.Predict(nil, texts) {
		predictions[i] = p.Class
	}
	r, err := evaluate.Single(y, predictions, m.Probabilities(nil, texts), evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	card := string(m.Card(classify.Facts{Task: "kind of incident", Use: "Sorting reports.", Trained: "Invented reports", Judged: "other invented reports", Majority: r.Majority}, r))
	for _, want := range []string{
		"# Model card: kind of incident", "Sorting reports.", "Invented reports: 300 texts.", "90 texts it had not seen",
		fmt.Sprintf("| accuracy | %.4f |", r.Accuracy), fmt.Sprintf("| expected calibration error | %.4f |", r.ECE),
		fmt.Sprintf("| fall | 30 | %d |", r.Classes[1].Predicted), "Below a probability of 0.50 it abstains",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
}

func TestKeywords(t *testing.T) {
	texts, y := reports(600)
	m, err := classify.TrainKeywords(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Predict([]string{"insulin missing", "slipped again", "nothing of the sort"})
	if diff := cmp.Diff([]int32{2, 1, m.Majority()}, got); diff != "" {
		t.Errorf("labels:\n%s", diff)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := classify.TrainKeywords(ctx, texts, y); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func ExampleConfig_Train() {
	texts, y := reports(300) // invented reports of three kinds
	m, _ := classify.Default().Train(context.Background(), texts, y)
	p := m.Predict(nil, []string{"Insulin was given twice."})[0]
	fmt.Println(m.Names()[p.Class], p.Abstained)
	fmt.Println(m.Explain("Insulin was given twice.", p.Class)[0].Word)
	// Output:
	// medication false
	// given
}
