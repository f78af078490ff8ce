package theme_test

import (
	"math"
	"slices"
	"testing"

	"psims/models/theme"
)

// Themes whose reports share words lie nearer to each other than to the others.
func TestMapPutsLikeThemesTogether(t *testing.T) {
	s := newStream(3)
	for _, lists := range [][][]string{{pump, power}, {pump, noise}, {blood}, {meals}} {
		s.add(200, 0, 364, lists...)
	}
	l := s.lesson(t)
	atlases := chain(t, small(4), l, 364)
	a := atlases[len(atlases)-1]
	at := a.Map()
	if len(at) != len(a.Themes) || len(at) < 3 {
		t.Fatalf("%d places for %d themes", len(at), len(a.Themes))
	}
	for i := range at {
		if x := at[i][0] + at[i][1]; math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("theme %d lies at %v", i, at[i])
		}
		for j := range i {
			if at[i] == at[j] {
				t.Errorf("themes %d and %d lie at one place", i, j)
			}
		}
	}
	place := func(word string) [2]float64 {
		id := in(a, l, word)
		k := slices.IndexFunc(a.Themes, func(th theme.Theme) bool { return th.ID == id })
		if k < 0 {
			t.Fatalf("no theme has reports of %q", word)
		}
		return at[k]
	}
	apart := func(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
	battery, alarm := place("battery"), place("alarm")
	for _, other := range []string{"transfusion", "kitchen"} {
		if near, far := apart(battery, alarm), apart(battery, place(other)); near >= far {
			t.Errorf("two themes of pumps lie %.2f apart, one of them and %q %.2f", near, other, far)
		}
	}
	for range 3 {
		again := a.Map()
		for i := range at {
			if again[i] != at[i] {
				t.Fatal("the same themes have another map")
			}
		}
	}
}

func TestMapOfNothingIsEmpty(t *testing.T) {
	if at := (&theme.Atlas{}).Map(); at != nil {
		t.Errorf("places %v", at)
	}
}
