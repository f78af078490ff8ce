package crosswalk_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/crosswalk"
)

// sure is a classifier that knows each text's kind by its first word.
func sure(classes ...string) func([]string) []float32 {
	return func(texts []string) []float32 {
		out := make([]float32, 0, len(texts)*len(classes))
		for _, s := range texts {
			for _, c := range classes {
				if strings.HasPrefix(s, c) {
					out = append(out, 0.9)
				} else {
					out = append(out, 0.1/float32(len(classes)-1))
				}
			}
		}
		return out
	}
}

// twoSchemes gives 600 events of falls and delays: the first half is coded in the old
// scheme, the second in the counted one.
func twoSchemes() (n crosswalk.Night, counted, old crosswalk.Scheme) {
	n.MinTexts, n.Seed = 50, 1
	counted, old = crosswalk.Scheme{Name: "new"}, crosswalk.Scheme{Name: "old"}
	var texts, newWords, oldWords []string
	for i := range 600 {
		kind := i % 2
		text, a, b := []string{"fall", "delay"}[kind]+fmt.Sprintf(" number %d", i), []string{"fall", "delay"}[kind], []string{"Accident", "Waiting"}[kind]
		n.Texts, n.Reported = append(n.Texts, text), append(n.Reported, incident.NewDay(2025, 1, 1)+incident.Day(i/2))
		if i < 300 {
			counted.Said, old.Said = append(counted.Said, ""), append(old.Said, b)
		} else {
			counted.Said, old.Said = append(counted.Said, a), append(old.Said, "")
		}
		texts, newWords, oldWords = append(texts, text), append(newWords, a), append(oldWords, b)
	}
	counted.Reading = func() (*crosswalk.Reading, error) {
		return &crosswalk.Reading{Names: []string{"delay", "fall"}, Read: sure("delay", "fall"), HeldTexts: texts, HeldSaid: newWords}, nil
	}
	old.Reading = func() (*crosswalk.Reading, error) {
		return &crosswalk.Reading{Names: []string{"Waiting", "Accident"}, Read: sure("delay", "fall"), HeldTexts: texts, HeldSaid: oldWords}, nil
	}
	return n, counted, old
}

func TestSchemesStandSideBySide(t *testing.T) {
	n, counted, old := twoSchemes()
	s, err := n.Learn(counted, []crosswalk.Scheme{old})
	if err != nil {
		t.Fatal(err)
	}
	frames := s.Frames()
	codes, checks, sides := frames[0].Reader(), frames[1].Reader(), frames[2].Reader()
	from, to, share := frame.Take[string](codes, "from"), frame.Take[string](codes, "to"), frame.Take[float64](codes, "share")
	for k := range from {
		if right := (from[k] == "Accident") == (to[k] == "fall"); right != (share[k] > 0.9) {
			t.Errorf("%s is %s by %v", from[k], to[k], share[k])
		}
	}
	wrong, apart := frame.Take[float64](checks, "wrong"), frame.Take[float64](checks, "disagreement")
	if len(from) < 2 || len(wrong) != 1 || wrong[0] > 0.05 || apart[0] > 0.05 {
		t.Errorf("%d shares; wrong %v, disagreement %v", len(from), wrong, apart)
	}
	scheme, quarter, events := frame.Take[string](sides, "scheme"), frame.Take[incident.Day](sides, "quarter"), frame.Take[float64](sides, "events")
	sum := map[string]float64{}
	for k := range scheme {
		sum[scheme[k]] += events[k]
		if day := quarter[k]; day != incident.NewDay(2025, 1, 1) && day != incident.NewDay(2025, 4, 1) && day != incident.NewDay(2025, 7, 1) && day != incident.NewDay(2025, 10, 1) {
			t.Errorf("%v begins no quarter", day)
		}
	}
	if sum["new"] != 300 || math.Abs(sum["old"]-300) > 1 {
		t.Errorf("events side by side: %v", sum)
	}
	if err := errors.Join(codes.Err(), checks.Err(), sides.Err()); err != nil {
		t.Error(err)
	}
}

func TestSchemesThatCannotBeLearnt(t *testing.T) {
	n, counted, old := twoSchemes()
	n.MinTexts = 301
	s, err := n.Learn(counted, []crosswalk.Scheme{old})
	if err != nil || s.Frames()[0].Len() != 0 || s.Frames()[2].Len() == 0 {
		t.Errorf("300 texts are learnt from where 301 are wanted, %v", err)
	}
	n.MinTexts = 50
	old.Reading = func() (*crosswalk.Reading, error) { return nil, nil }
	if s, err = n.Learn(counted, []crosswalk.Scheme{old}); err != nil {
		t.Fatal(err)
	}
	if apart, err := frame.Get[float64](s.Frames()[1], "disagreement"); err != nil || !math.IsNaN(apart[0]) {
		t.Errorf("disagreement with nothing is %v, %v", apart, err)
	}
	fault := errors.New("damaged")
	old.Reading = func() (*crosswalk.Reading, error) { return nil, fault }
	if _, err := n.Learn(counted, []crosswalk.Scheme{old}); !errors.Is(err, fault) {
		t.Errorf("want the fault, got %v", err)
	}
}
