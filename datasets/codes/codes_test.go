package codes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"psims/datasets/codes"
)

func TestEveryListHasASource(t *testing.T) {
	lists := codes.Lists()
	if len(lists) == 0 {
		t.Fatal("no lists")
	}
	for _, l := range lists {
		for name, v := range map[string]string{"title": l.Title, "source": l.Source, "licence": l.Licence} {
			if strings.TrimSpace(v) == "" {
				t.Errorf("%s has no %s", l.Name, name)
			}
		}
		if _, err := time.Parse(time.DateOnly, l.Date); err != nil {
			t.Errorf("%s: date of the source: %v", l.Name, err)
		}
	}
}

func TestEveryCodeHasALabel(t *testing.T) {
	for _, l := range codes.Lists() {
		if len(l.Codes) == 0 {
			t.Errorf("%s is empty", l.Name)
		}
		seen := map[string]bool{}
		for _, c := range l.Codes {
			if c.Code == "" || c.Label == "" || c.Code != strings.TrimSpace(c.Code) || c.Label != strings.TrimSpace(c.Label) {
				t.Errorf("%s: code %q has the label %q", l.Name, c.Code, c.Label)
			}
			if seen[c.Code] {
				t.Errorf("%s: code %q twice", l.Name, c.Code)
			}
			seen[c.Code] = true
			if label, ok := codes.Lookup(l.Name, c.Code); !ok || label != c.Label {
				t.Errorf("Lookup(%q, %q) = %q, %v, want %q", l.Name, c.Code, label, ok, c.Label)
			}
			// Two codes may share a label, so the code that comes back need only carry the same label.
			if code, ok := l.Code(strings.ToUpper(c.Label)); !ok {
				t.Errorf("%s: label %q has no code", l.Name, c.Label)
			} else if label, _ := l.Label(code); !strings.EqualFold(label, c.Label) {
				t.Errorf("%s: label %q gives code %q, which is %q", l.Name, c.Label, code, label)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		name, list, code, want string
		ok                     bool
	}{
		{"harm runs backwards", "level-of-physical-harm-5", "1", "Fatal", true},
		{"version 6 takes over version 5", "level-of-physical-harm-6", "5", "No physical harm", true},
		{"fifteen never events", "never-events-2018", "15", "Unintentional connection of a patient requiring oxygen to an air flowmeter", true},
		{"the national team's medication code", "nrls-in05-level1", "10", "Medication", true},
		{"a serious incident type is its own code", "steis-type", "Treatment delay meeting SI criteria", "Treatment delay meeting SI criteria", true},
		{"unknown code", "safety-challenges-5", "99", "", false},
		{"unknown list", "no-such-list", "1", "", false},
		{"gender was replaced in version 6", "gender-6", "1", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := codes.Lookup(c.list, c.code); got != c.want || ok != c.ok {
				t.Errorf("Lookup(%q, %q) = %q, %v, want %q, %v", c.list, c.code, got, ok, c.want, c.ok)
			}
		})
	}
	for list, n := range map[string]int{"nrls-in05-level1": 15, "nrls-pd09": 5, "never-events-2018": 15, "specialty-5": 202, "service-type-5": 17} {
		if got := len(codes.Get(list).Codes); got != n {
			t.Errorf("%s has %d codes, want %d", list, got, n)
		}
	}
}

func ExampleLookup() {
	label, ok := codes.Lookup("safety-challenges-6", "2")
	fmt.Println(label, ok)
	// Output: Falls true
}
