package chart_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/reports/assets"
	"psims/reports/chart"
)

// What is kept is shown as it was, what is damaged is drawn again, and what is asked
// for no longer is dropped.
func TestKeptDrawings(t *testing.T) {
	source, err := assets.ECharts()
	if err != nil {
		t.Fatal(err)
	}
	figures := []chart.Figure{{ID: "a", Title: "One", Plot: epidemic(), Small: true}, {ID: "b", Title: "Two", Plot: epidemic()}}
	draw := func(kept []chart.Kept, figures []chart.Figure) ([]chart.Drawing, []chart.Kept) {
		t.Helper()
		drawn := chart.NewDrawn(kept)
		e, err := chart.NewEngine(source, drawn)
		if err != nil {
			t.Fatal(err)
		}
		out, err := e.Draw(context.Background(), figures)
		if err != nil {
			t.Fatal(err)
		}
		return out, drawn.Used()
	}
	plain, err := engine(t).Draw(context.Background(), figures)
	if err != nil {
		t.Fatal(err)
	}
	first, kept := draw(nil, figures)
	if len(kept) != 2 { // the narrow drawing of both is the same one
		t.Fatalf("%d drawings are kept of one narrow and one wide", len(kept))
	}
	again, keptAgain := draw(kept, figures)
	damaged := slices.Clone(kept)
	damaged[0].SVG = damaged[0].SVG[:len(damaged[0].SVG)/2]
	mended, keptMended := draw(damaged, figures)
	for name, got := range map[string][]chart.Drawing{"nothing known": first, "all known": again, "one damaged": mended} {
		if diff := cmp.Diff(plain, got); diff != "" {
			t.Errorf("%s (-nothing kept +kept):\n%s", name, diff)
		}
	}
	// What ECharts gives, before it is cleaned, has numbers that run on.
	if len(keptMended) != 2 || !cmp.Equal(kept, keptAgain) {
		t.Errorf("%d drawings are kept of two of which one was damaged; or known ones are kept otherwise than before", len(keptMended))
	}
	if _, fewer := draw(kept, figures[:1]); len(fewer) != 1 {
		t.Errorf("%d drawings are kept of one that was asked for", len(fewer))
	}

	// That nothing is drawn anew shows where what is kept is another's.
	exchanged := slices.Clone(kept)
	exchanged[0].SVG, exchanged[1].SVG = exchanged[1].SVG, exchanged[0].SVG
	if other, _ := draw(exchanged, figures[:1]); cmp.Equal(plain[:1], other) {
		t.Error("a drawing that was known was drawn again")
	}
}
