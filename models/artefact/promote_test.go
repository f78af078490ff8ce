package artefact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/artefact"
)

// store gives a store with versions v1 and v2, v1 the champion.
func store(t testing.TB) artefact.Store {
	t.Helper()
	s := artefact.Store{Dir: t.TempDir()}
	for _, v := range []string{"v1", "v2"} {
		if _, err := s.Save("harm", v, artefact.Entry{Model: encode(t, sample()), Metrics: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetAlias("harm", artefact.Champion, "v1"); err != nil {
		t.Fatal(err)
	}
	return s
}

func trial(measures ...artefact.Measure) artefact.Trial {
	return artefact.Trial{Against: "v1", Rows: 2000, Frozen: "abc", Measures: measures}
}

func TestDecide(t *testing.T) {
	accuracy := func(by, from, until float64) artefact.Measure {
		return artefact.Measure{Name: "accuracy", Candidate: .8 + by, Champion: .8, Interval: [2]float64{from, until}, Margin: .01}
	}
	severe := artefact.Measure{Name: "recall of severe", Candidate: .40, Champion: .45, Interval: [2]float64{-.06, .02}, Margin: .02}
	low := accuracy(.01, .005, .015)
	low.Floor = .85
	for name, c := range map[string]struct {
		trial    artefact.Trial
		promoted bool
		says     string
	}{
		"surely better":                       {trial(accuracy(.02, .01, .03)), true, "No worse than v1 on the same 2000 rows: accuracy 0.8200 against 0.8000"},
		"alike within the margin":             {trial(accuracy(-.001, -.008, .006)), true, "No worse than v1"},
		"surely worse":                        {trial(accuracy(-.03, -.04, -.02)), false, "v1 stays champion, judged on the same 2000 rows: accuracy 0.7700 against 0.8000 (difference -0.0300, interval -0.0400 to -0.0200) is worse."},
		"too few rows to tell":                {trial(accuracy(.01, -.04, .06)), false, "too few rows to tell"},
		"better on the whole, not on severe":  {trial(accuracy(.02, .01, .03), severe), false, "recall of severe 0.4000 against 0.4500"},
		"better than one that was bad itself": {trial(low), false, "lies under the floor of 0.8500"},
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			d, err := s.Decide("harm", "v2", c.trial)
			if err != nil {
				t.Fatal(err)
			}
			if d.Promoted != c.promoted || !strings.Contains(d.Reason, c.says) {
				t.Errorf("promoted %v: %s", d.Promoted, d.Reason)
			}
			if want := map[bool]string{true: "v2", false: "v1"}[c.promoted]; d.InUse() != want {
				t.Errorf("in use is %s, want %s", d.InUse(), want)
			}
			if now, err := s.Alias("harm", artefact.Champion); err != nil || now != "v1" {
				t.Errorf("the alias became %s, %v", now, err)
			}
			text, err := os.ReadFile(filepath.Join(s.Dir, "harm", "v2", "promotion.json"))
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.Decide("harm", "v2", c.trial)
			if diff := cmp.Diff(d, again); err != nil || diff != "" {
				t.Errorf("decided again (%v):\n%s", err, diff)
			}
			back, err := s.Decision("harm", "v2")
			if diff := cmp.Diff(d, back); err != nil || diff != "" {
				t.Errorf("read back (%v):\n%s", err, diff)
			}
			if after, err := os.ReadFile(filepath.Join(s.Dir, "harm", "v2", "promotion.json")); err != nil || string(after) != string(text) {
				t.Errorf("the file changed: %v", err)
			}
			if _, _, err := s.Load("harm", "v2"); err != nil {
				t.Errorf("the version no longer loads: %v", err)
			}
		})
	}
}

func TestDecideOnTheFirst(t *testing.T) {
	s := artefact.Store{Dir: t.TempDir()}
	if _, err := s.Save("harm", "v1", artefact.Entry{Model: encode(t, sample()), Metrics: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	floor := artefact.Trial{Rows: 10, Measures: []artefact.Measure{{Name: "accuracy", Candidate: .3, Floor: .5}}}
	if d, err := s.Decide("harm", "v1", floor); err != nil || d.Promoted || d.InUse() != "" {
		t.Errorf("below the floor: %+v, %v", d, err)
	}
	d, err := s.Decide("harm", "v1", artefact.Trial{})
	if err != nil || !d.Promoted || d.Reason != "There was no champion yet." {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestDecideRefuses(t *testing.T) {
	s := store(t)
	good := artefact.Measure{Name: "accuracy", Candidate: .8, Champion: .8}
	gone := trial(good)
	gone.Against = "v0"
	bad := good
	bad.Interval[0] = math.NaN()
	for name, c := range map[string]struct {
		version string
		trial   artefact.Trial
		want    error
	}{
		"a version that is not there":      {"v9", trial(good), fs.ErrNotExist},
		"a trial against one that is gone": {"v2", gone, fs.ErrNotExist},
		"no measures":                      {"v2", trial(), nil},
		"a measure twice":                  {"v2", trial(good, good), nil},
		"a measure that is not a number":   {"v2", trial(bad), nil},
	} {
		if _, err := s.Decide("harm", c.version, c.trial); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now, err := s.Alias("harm", artefact.Champion); err != nil || now != "v1" {
		t.Errorf("champion %s, %v", now, err)
	}
}

// TestNoWorseMeansNoWorse: whatever is measured, a promoted version's intervals all
// stay above the margins, and one that is refused has a measure that does not.
func TestNoWorseMeansNoWorse(t *testing.T) {
	s := store(t)
	rapid.Check(t, func(rt *rapid.T) {
		unit := rapid.Float64Range(0, 1)
		var measures []artefact.Measure
		fails := false
		for i := range rapid.IntRange(1, 4).Draw(rt, "measures") {
			m := artefact.Measure{Name: fmt.Sprint(i), Candidate: unit.Draw(rt, "candidate"), Champion: unit.Draw(rt, "champion"), Margin: unit.Draw(rt, "margin"), Floor: unit.Draw(rt, "floor") / 4}
			by := m.Candidate - m.Champion
			m.Interval = [2]float64{by - unit.Draw(rt, "below"), by + unit.Draw(rt, "above")}
			fails = fails || m.Interval[0] < -m.Margin || m.Candidate < m.Floor
			measures = append(measures, m)
		}
		d, err := s.Decide("harm", "v2", trial(measures...))
		if err != nil {
			rt.Fatal(err)
		}
		if d.Promoted == fails || d.Reason == "" {
			rt.Fatalf("promoted %v though a measure fails is %v: %s", d.Promoted, fails, d.Reason)
		}
	})
}

func TestFilesBesideAModel(t *testing.T) {
	s := artefact.Store{Dir: t.TempDir()}
	e := artefact.Entry{Model: encode(t, sample()), Metrics: []byte("{}"), Card: []byte("#"), Beside: []artefact.Side{{"drift.bin", []byte("x")}, {"errors.json", []byte("[]")}}}
	hash, err := s.Save("harm", "v1", e)
	if err != nil {
		t.Fatal(err)
	}
	got, gotHash, err := s.Load("harm", "v1")
	if diff := cmp.Diff(e, got); err != nil || gotHash != hash || diff != "" {
		t.Errorf("%v, hash %s for %s:\n%s", err, gotHash, hash, diff)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "harm", "v1", "drift.bin"), []byte("y"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Load("harm", "v1"); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("a file beside the model was changed: %v", err)
	}
	for _, beside := range [][]artefact.Side{{{"model.bin", nil}}, {{"../x", nil}}, {{"b", nil}, {"a", nil}}, {{"a", nil}, {"a", nil}}, {{"promotion.json", nil}}, {{"SHA256SUMS", nil}}} {
		e.Beside = beside
		if _, err := s.Save("harm", "v2", e); err == nil {
			t.Errorf("files %v were saved", beside)
		}
	}
}

func ExampleStore_Decide() {
	dir, _ := os.MkdirTemp("", "models")
	defer os.RemoveAll(dir)
	s := artefact.Store{Dir: dir}
	model, _ := artefact.Encode(&artefact.File{Kind: "example"})
	for _, version := range []string{"old", "new"} {
		_, _ = s.Save("category", version, artefact.Entry{Model: model, Metrics: json.RawMessage("{}")})
	}
	first, _ := s.Decide("category", "old", artefact.Trial{})
	second, _ := s.Decide("category", "new", artefact.Trial{Against: "old", Rows: 5000, Measures: []artefact.Measure{
		{Name: "accuracy", Candidate: .79, Champion: .80, Interval: [2]float64{-.016, -.004}, Margin: .005}}})
	fmt.Println(first.Promoted, first.Reason)
	fmt.Println(second.Promoted, second.Reason)
	// Output:
	// true There was no champion yet.
	// false old stays champion, judged on the same 5000 rows: accuracy 0.7900 against 0.8000 (difference -0.0100, interval -0.0160 to -0.0040) is worse.
}
