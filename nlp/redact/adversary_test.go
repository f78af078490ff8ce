package redact_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"psims/nlp/redact"
	"psims/nlp/redact/redacttest"
)

// tally counts planted identifiers and those removed whole.
type tally struct{ planted, removed int }

func (c tally) recall() float64 { return float64(c.removed) / float64(c.planted) }

// wilson gives the 95 % interval of the recall (Wilson 1927, equation 2 of
// Newcombe, Statistics in Medicine 17:857, 1998).
func (c tally) wilson() (low, high float64) {
	const z = 1.959963985
	n, p := float64(c.planted), c.recall()
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return (mid - half) / (1 + z*z/n), (mid + half) / (1 + z*z/n)
}

func (c tally) String() string {
	low, high := c.wilson()
	return fmt.Sprintf("%d | %d | %.1f | %.1f to %.1f", c.planted, c.removed, 100*c.recall(), 100*low, 100*high)
}

// adversary is what the gate did with the cases of one half.
type adversary struct {
	kind, form, cell map[string]*tally
	all              tally
	words, lost      int
	missed           map[string][]string // cell -> texts
	wrong            []string
}

func count(m map[string]*tally, key string, removed bool) {
	if m[key] == nil {
		m[key] = &tally{}
	}
	m[key].planted++
	if removed {
		m[key].removed++
	}
}

// attack redacts every case of a half and compares with what was planted.
func attack(g *redact.Gate, half redacttest.Half, seed uint64, each int) adversary {
	a := adversary{kind: map[string]*tally{}, form: map[string]*tally{}, cell: map[string]*tally{}, missed: map[string][]string{}}
	for _, c := range redacttest.Cases(half, seed, each) {
		out, spans := g.Text(c.Text)
		whole := true
		for _, s := range c.Secrets {
			whole = whole && allGone(c.Text, spans, s)
		}
		cell := c.Kind + " | " + c.Form
		count(a.kind, c.Kind, whole)
		count(a.form, c.Form, whole)
		count(a.cell, cell, whole)
		a.all.planted++
		if whole {
			a.all.removed++
		} else {
			a.missed[cell] = append(a.missed[cell], out)
		}
		a.otherWords(c, spans)
	}
	return a
}

// allGone reports whether no letter or digit of the secret is left.
func allGone(text string, spans []redact.Span, s redacttest.Secret) bool {
	for i := s.Start; i < s.End; {
		r, n := utf8.DecodeRuneInString(text[i:])
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !inside(spans, i) {
			return false
		}
		i += n
	}
	return true
}

// otherWords counts the words that no secret touches, and those of them that a span touches.
func (a *adversary) otherWords(c redacttest.Case, spans []redact.Span) {
	at := 0
	for _, w := range strings.Fields(c.Text) {
		from := at + strings.Index(c.Text[at:], w)
		at = from + len(w)
		touches := func(s redacttest.Secret) bool { return from < s.End && s.Start < at }
		if slices.ContainsFunc(c.Secrets, touches) {
			continue
		}
		a.words++
		if slices.ContainsFunc(spans, func(s redact.Span) bool { return from < s.End && s.Start < at }) {
			a.lost++
			a.wrong = append(a.wrong, fmt.Sprintf("%s in %q", w, c.Text))
		}
	}
}

func table(title string, m map[string]*tally) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s | planted | removed | %% | 95 %% interval\n", title)
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, "%s | %s\n", k, m[k])
	}
	return b.String()
}

// everything gives a gate that replaces every kind, hospitals too.
func everything(t testing.TB) *redact.Gate {
	t.Helper()
	c := redact.Default()
	c.Hospitals = true
	g, err := redact.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestAdversary measures the gate on invented reports that hold identifiers in
// forms that people type. Recognisers were mended by the development half alone;
// the others are never read, only counted. Run it with -v for the tables.
func TestAdversary(t *testing.T) {
	g := everything(t)
	for _, c := range []struct {
		half  redacttest.Half
		least float64
	}{{redacttest.Development, 0.99}, {redacttest.Test, 0.98}, {redacttest.Fresh, 0.97}} {
		t.Run(c.half.String(), func(t *testing.T) {
			a := attack(g, c.half, 1, 60)
			t.Log(table("kind", a.kind), table("form", a.form), table("kind | form", a.cell))
			share := float64(a.lost) / float64(a.words)
			t.Logf("all: %s; other words %d, wrongly removed %d (%.3f %%)", a.all, a.words, a.lost, 100*share)
			if a.all.recall() < c.least {
				t.Errorf("recall %.3f, want at least %.2f", a.all.recall(), c.least)
			}
			if share > 0.005 {
				t.Errorf("%.2f %% of the other words are lost, want at most 0.5", 100*share)
			}
			if c.half == redacttest.Development && testing.Verbose() {
				a.show(t)
			}
		})
	}
}

// show logs a few of what got through in each cell, and of what was wrongly removed.
func (a *adversary) show(t *testing.T) {
	t.Helper()
	cells := make([]string, 0, len(a.missed))
	for cell := range a.missed {
		cells = append(cells, cell)
	}
	slices.Sort(cells)
	for _, cell := range cells {
		for _, text := range a.missed[cell][:min(3, len(a.missed[cell]))] {
			t.Logf("missed, %s: %q", cell, text)
		}
	}
	for _, text := range a.wrong[:min(20, len(a.wrong))] {
		t.Logf("wrongly removed: %s", text)
	}
}

// TestHalvesShareNothing: a recogniser mended by one half has seen nothing of the other.
func TestHalvesShareNothing(t *testing.T) {
	names := map[string]bool{}
	for _, n := range redacttest.Development.Names() {
		names[n] = true
	}
	for _, half := range []redacttest.Half{redacttest.Test, redacttest.Fresh} {
		for _, n := range half.Names() {
			if names[n] {
				t.Errorf("the name %s is in the %s half too", n, half)
			}
		}
	}
	again := redacttest.Cases(redacttest.Development, 3, 1)
	for i, c := range redacttest.Cases(redacttest.Development, 3, 1) {
		if c.Text != again[i].Text {
			t.Fatalf("case %d is not the same twice", i)
		}
	}
}

// BenchmarkAdversary redacts texts of which each holds an identifier in an unusual form.
func BenchmarkAdversary(b *testing.B) {
	g := gate(b)
	var texts []string
	size := 0
	for _, c := range redacttest.Cases(redacttest.Development, 5, 5) {
		texts = append(texts, c.Text)
		size += len(c.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			g.Text(text)
		}
	}
}
