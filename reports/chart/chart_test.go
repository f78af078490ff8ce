package chart_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/spc"
	"psims/datasets/incident"
	"psims/internal/golden"
	"psims/reports/chart"
	"psims/reports/disclosure"
)

func TestDrawingsAreGolden(t *testing.T) {
	e := engine(t)
	drawings, err := e.Draw(context.Background(), figures())
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range figures() {
		golden.Check(t, f.ID+"-wide.svg", []byte(drawings[i].Wide))
		golden.Check(t, f.ID+"-narrow.svg", []byte(drawings[i].Narrow))
		var file bytes.Buffer
		if err := drawings[i].Table.CSV(&file); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, f.ID+".csv", file.Bytes())
	}
}

// The order of work, the warmth of an interpreter and the number of cores must not show.
func TestSameNumbersGiveSameBytes(t *testing.T) {
	e := engine(t)
	want, err := e.Draw(context.Background(), figures())
	if err != nil {
		t.Fatal(err)
	}
	backwards := figures()
	slices.Reverse(backwards)
	for _, procs := range []int{1, 2} {
		before := runtime.GOMAXPROCS(procs)
		got, err := e.Draw(context.Background(), append(backwards, backwards...))
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			w := want[len(want)-1-i%len(want)]
			if got[i].Wide != w.Wide || got[i].Narrow != w.Narrow {
				t.Errorf("with %d cores, drawing %d differs from the first time", procs, i)
			}
		}
	}
}

// Incident text reaches labels, so a label must never become anything but text.
func TestHostileTextIsInert(t *testing.T) {
	for _, hostile := range []string{
		`</script><script>alert(1)</script>`, `</text></svg><img src=x onerror=alert(1)>`, `"><a href="https://example.org">`, `{b}{@value}{style|x}`,
		`]]><script>`, `'; DROP TABLE`, "line\nbreak\x00\u2028", `=HYPERLINK("x")`, `&lt;b&gt;`, `javascript:alert(1)`,
	} {
		b := bars()
		b.Labels[0], b.Heading, b.Unit = hostile, hostile, hostile
		h := heat()
		h.Rows[0], h.Columns[0] = hostile, hostile
		x, ep := xmr(), epidemic()
		x.Unit, ep.Unit = hostile, hostile
		var figures []chart.Figure
		mu, ti, ma, ar, fl := multiples(), timeline(), themeMap(), arrival(), flow()
		mu.Names[0], mu.Unit, ti.Names[0], ti.Heading, ma.Names[0], ma.Meaning, ar.Names[0], fl.From[0], fl.To[0], fl.FromHeading = hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile
		for i, p := range []chart.Plot{b, h, x, ep, mu, ti, ma, ar, fl} {
			figures = append(figures, chart.Figure{ID: string(rune('a' + i)), Title: hostile, Plot: p})
		}
		drawings, err := engine(t).Draw(context.Background(), figures)
		if err != nil {
			t.Fatalf("%q: %v", hostile, err)
		}
		for _, d := range drawings {
			assertStill(t, string(d.Wide))
			assertStill(t, string(d.Narrow))
			var file bytes.Buffer
			if err := d.Table.CSV(&file); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&file).ReadAll()
			if err != nil {
				t.Fatalf("%q: %v", hostile, err)
			}
			for _, row := range rows[1:] {
				if strings.HasPrefix(row[0], "=") {
					t.Errorf("the file has the formula %q", row[0])
				}
			}
		}
	}
}

// assertStill reads a drawing as a browser would and refuses all but shapes and
// text. Inside a page the parser is HTML's, so the bytes are looked at as well.
func assertStill(t testing.TB, svg string) {
	t.Helper()
	for _, banned := range []string{"<script", "<style", "<foreignObject", "<a ", "<img", "<image", `style="`, `class="`, `href="`, "<!", "]]>"} {
		if strings.Contains(svg, banned) {
			t.Errorf("a drawing has %q", banned)
		}
	}
	ids := map[string]bool{}
	d := xml.NewDecoder(strings.NewReader(svg))
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("a drawing can't be read: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("<%s> has the handler %s", start.Name.Local, a.Name.Local)
			}
			if a.Name.Local == "id" {
				if ids[a.Value] {
					t.Errorf("the id %q is given twice", a.Value)
				}
				ids[a.Value] = true
			}
		}
	}
}

func TestDrawingIsAccessible(t *testing.T) {
	drawings, err := engine(t).Draw(context.Background(), figures()[:1])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`role="img"`, `aria-labelledby="weekly-wide-title"`, `<title id="weekly-wide-title">Reports of pump tubing that came apart, by week</title>`,
		`aria-describedby="weekly-wide-desc"`, `The highest week has 6, beginning 16 November 2026. 4 weeks are above their usual range, the latest beginning 16 November 2026.</desc>`,
		`>16 Nov 2026</text>`,
	} {
		if !strings.Contains(string(drawings[0].Wide), want) {
			t.Errorf("the drawing lacks %s", want)
		}
	}
}

// A week that nobody looked at must not look like a week without reports.
func TestMissingWeekIsNotZero(t *testing.T) {
	e := epidemic()
	rows := e.Table().Rows
	if got := rows[41][1].Text; got != "No data" {
		t.Errorf("an unobserved week reads %q", got)
	}
	if got := rows[41][4].Text; got != "Not known" {
		t.Errorf("whether an unobserved week was above usual reads %q", got)
	}
	zero := epidemic()
	for i := 40; i < 43; i++ {
		zero.Observed[i] = disclosure.None().Count(0)
	}
	drawings, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: e}, {ID: "a", Title: "a", Plot: zero}})
	if err != nil {
		t.Fatal(err)
	}
	if drawings[0].Wide == drawings[1].Wide {
		t.Error("unobserved weeks are drawn like weeks without reports")
	}
	if !strings.Contains(string(drawings[0].Wide), "No data") || strings.Contains(string(drawings[1].Wide), "No data") {
		t.Error(`the key says "No data" where there is data, or not where there is none`)
	}
}

// What the policy hides must not come back through a drawing, its text or its file.
func TestHiddenCountsStayHidden(t *testing.T) {
	p := disclosure.HES5()
	draw := func(n int) string {
		e := epidemic()
		e.Hi = nil
		b := bars()
		for i := range e.Observed {
			e.Observed[i] = p.Count(n)
		}
		for i := range b.Counts {
			b.Counts[i] = p.Count(n)
		}
		drawings, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: e}, {ID: "b", Title: "b", Plot: b}})
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, d := range drawings {
			all.WriteString(string(d.Wide + d.Narrow))
			if err := d.Table.CSV(&all); err != nil {
				t.Fatal(err)
			}
		}
		return all.String()
	}
	two, seven := draw(2), draw(7)
	if two != seven {
		t.Error("counts of 2 and of 7 are published in different ways")
	}
	if !strings.Contains(two, "[c]") {
		t.Error("the file does not say that counts are confidential")
	}
}

func TestDrawRefusesBadFigures(t *testing.T) {
	short := epidemic()
	short.Hi = short.Hi[:3]
	ragged := heat()
	ragged.Counts[1] = ragged.Counts[1][:2]
	uneven := xmr()
	uneven.Mean = nil
	tests := []struct {
		why    string
		figure chart.Figure
		want   string
	}{
		{"no id", chart.Figure{Title: "a", Plot: bars()}, "id"},
		{"an id that breaks out of an attribute", chart.Figure{ID: `a"b`, Title: "a", Plot: bars()}, "id"},
		{"no title", chart.Figure{ID: "a", Plot: bars()}, "title"},
		{"no plot", chart.Figure{ID: "a", Title: "a"}, "plot"},
		{"limits for other weeks", chart.Figure{ID: "a", Title: "a", Plot: short}, "3 upper limits for 104"},
		{"a ragged table", chart.Figure{ID: "a", Title: "a", Plot: ragged}, "2 counts in row 1 for 4"},
		{"means missing", chart.Figure{ID: "a", Title: "a", Plot: uneven}, "0 means for 52"},
		{"no bar", chart.Figure{ID: "a", Title: "a", Plot: chart.Bars{}}, "no bar"},
		{"no week", chart.Figure{ID: "a", Title: "a", Plot: chart.Epidemic{}}, "no week"},
		{"small charts of nothing", chart.Figure{ID: "a", Title: "a", Plot: chart.Multiples{}}, "no week or no row"},
		{"a ragged row", chart.Figure{ID: "a", Title: "a", Plot: chart.Multiples{Weeks: weeks(3), Names: []string{"a"}, Counts: [][]disclosure.Shown{shown(1)}}}, "1 counts in row 0 for 3"},
		{"totals missing", chart.Figure{ID: "a", Title: "a", Plot: chart.Timeline{Weeks: weeks(1), Names: []string{"a"}, Counts: [][]disclosure.Shown{shown(1)}}}, "0 totals for 1"},
		{"a circle nowhere", chart.Figure{ID: "a", Title: "a", Plot: chart.Map{Names: []string{"a"}, At: [][2]float64{{math.NaN(), 0}}, Counts: shown(1)}}, "circle 0 has no place"},
		{"no circle", chart.Figure{ID: "a", Title: "a", Plot: chart.Map{}}, "no circle"},
		{"a share that falls", chart.Figure{ID: "a", Title: "a", Plot: chart.Arrival{Days: []int{0, 1}, Names: []string{"a"}, Shares: [][]float64{{50, 40}}}}, "no rising share"},
		{"three lines", chart.Figure{ID: "a", Title: "a", Plot: chart.Arrival{Days: []int{0, 1}, Names: []string{"a", "b", "c"}}}, "3 lines"},
		{"more than all goes over", chart.Figure{ID: "a", Title: "a", Plot: chart.Flow{From: []string{"a"}, To: []string{"b", "c"}, Counts: shown(1), Shares: [][]float64{{0.9, 0.2}}}}, "1.100 together"},
		{"a share of nothing known", chart.Figure{ID: "a", Title: "a", Plot: chart.Flow{From: []string{"a"}, To: []string{"b"}, Counts: shown(1), Shares: [][]float64{{math.NaN()}}}}, "share of NaN"},
	}
	e := engine(t)
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if _, err := e.Draw(context.Background(), []chart.Figure{tt.figure}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

func TestDrawStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := engine(t).Draw(ctx, figures()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// Any counts can be drawn, whatever their sizes and gaps.
func TestAnyCountsDraw(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "weeks")
		ep := chart.Epidemic{Weeks: weeks(n), Unit: "Reports", From: incident.NoDay, Expected: make([]float64, n), Hi: make([]float64, n)}
		x := chart.XmR{Weeks: weeks(n), Unit: "Reports", Mean: make([]float64, n), Lower: make([]float64, n), Upper: make([]float64, n), Variation: make([]chart.Variation, n)}
		for i := range n {
			c := disclosure.None().Count(rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 5_000_000)).Draw(t, "count"))
			if rapid.IntRange(0, 5).Draw(t, "gap") == 0 {
				c = noData()
			}
			ep.Observed, x.Values = append(ep.Observed, c), append(x.Values, c)
			level := rapid.OneOf(rapid.Just(math.NaN()), rapid.Float64Range(-100, 1e6)).Draw(t, "level")
			ep.Expected[i], ep.Hi[i], x.Mean[i], x.Lower[i], x.Upper[i] = level, level+1, level, level-1, level+1
			x.Variation[i] = rapid.SampledFrom(chart.Variations()).Draw(t, "variation")
		}
		plot := rapid.SampledFrom([]chart.Plot{ep, x}).Draw(t, "plot")
		drawings, err := e.Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: plot}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range drawings {
			if strings.Contains(string(d.Wide+d.Narrow), "NaN") || strings.Contains(string(d.Wide+d.Narrow), "undefined") {
				t.Fatal("a drawing has a number that is none")
			}
		}
	})
}

func TestProcessTellsWhatIsUnusual(t *testing.T) {
	y := []float64{40, 43, 36, 45, 38, 41, 34, 42, 44, 37, 40, 39, 46, math.NaN(), 40, 12, 40, 90}
	judged := spc.Default().Chart(y)
	counts := make([]disclosure.Shown, len(y))
	for i, v := range y {
		counts[i] = noData()
		if !math.IsNaN(v) {
			counts[i] = disclosure.None().Count(int(v))
		}
	}
	x := chart.Process(weeks(len(y)), counts, judged, "Reports")
	rows := x.Table().Rows
	for i, want := range map[int]string{0: "Usual variation", 13: "Not known", 15: "Unusually low: below the lower limit", 17: "Unusually high: above the upper limit"} {
		if got := rows[i][5].Text; got != want {
			t.Errorf("week %d reads %q, want %q", i, got, want)
		}
	}
	for _, k := range spc.Kinds() {
		one := judged
		one.Points = []spc.Point{{Kind: k}}
		reason := chart.Process(weeks(1), counts[:1], one, "Reports").Reasons[0]
		if (reason != "") != k.Special() {
			t.Errorf("kind %d has the reason %q", k, reason)
		}
	}
}

// Headings that don't fit over narrow cells become letters with a key.
func TestManyColumnsAreLettered(t *testing.T) {
	h := heat()
	h.Columns = []string{"Acute or general hospital", "Community nursing", "Learning disabilities service", "General practice", "Ambulance service", "Mental health service"}
	for i := range h.Counts {
		h.Counts[i] = shown(1, 2, 3, 4, 5, 6)
	}
	drawings, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: h}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">F</text>", ">Learning disabilities service</text>"} {
		if !strings.Contains(string(drawings[0].Narrow), want) {
			t.Errorf("the narrow drawing lacks %s", want)
		}
		if strings.Contains(string(drawings[0].Wide), want) {
			t.Errorf("the wide drawing has %s, though its headings fit", want)
		}
	}
}

func TestSmallFigureIsDrawnOnce(t *testing.T) {
	f := figures()[2]
	f.Small = true
	drawings, err := engine(t).Draw(context.Background(), []chart.Figure{f})
	if err != nil {
		t.Fatal(err)
	}
	if drawings[0].Wide != "" || drawings[0].Narrow == "" {
		t.Error("a small figure has a wide drawing, or no narrow one")
	}
}

func TestVariationsHaveWords(t *testing.T) {
	for _, v := range chart.Variations() {
		if v.String() == "" || strings.HasPrefix(v.String(), "variation(") {
			t.Errorf("variation %d has no words", v)
		}
	}
}

func TestSparkLeavesGaps(t *testing.T) {
	svg := string(chart.Spark([]float64{1, math.NaN(), 0, 4}, 2))
	if got := strings.Count(svg, "<rect"); got != 3 {
		t.Errorf("%d bars for 3 observed weeks", got)
	}
	if !strings.Contains(svg, `aria-hidden="true"`) {
		t.Error("the decoration is not hidden from assistive technology")
	}
	assertStill(t, svg)
	if svg := string(chart.Spark(nil, 0)); strings.Contains(svg, "<rect") {
		t.Errorf("bars for no weeks: %s", svg)
	}
}

func BenchmarkDraw(b *testing.B) {
	e := engine(b)
	for _, f := range figures() {
		b.Run(f.ID, func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Draw(context.Background(), []chart.Figure{f}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A drawing with a small count is the same whatever the count is.
func TestPlainPlotsKeepHiddenCounts(t *testing.T) {
	draw := func(n int) string {
		h := disclosure.HES5()
		row := []disclosure.Shown{h.Count(n), h.Count(40)}
		plots := []chart.Plot{
			chart.Multiples{Unit: "Reports", Weeks: weeks(2), Names: []string{"a"}, Counts: [][]disclosure.Shown{row}},
			chart.Timeline{Heading: "Theme", Unit: "Reports", Weeks: weeks(2), Names: []string{"a"}, Counts: [][]disclosure.Shown{row}, Totals: []disclosure.Shown{h.Count(n)}, Raised: []incident.Day{incident.NoDay}},
			chart.Map{Heading: "Theme", Unit: "Reports", Names: []string{"a", "b"}, At: [][2]float64{{0, 0}, {1, 1}}, Counts: row},
			chart.Flow{Unit: "Events", From: []string{"a", "b"}, To: []string{"c", "d"}, Counts: row, Shares: [][]float64{{0.5, 0.5}, {1, 0}}},
		}
		var all strings.Builder
		for _, p := range plots {
			d, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: p}})
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString(string(d[0].Wide) + string(d[0].Narrow))
			if err := d[0].Table.CSV(&all); err != nil {
				t.Fatal(err)
			}
		}
		return all.String()
	}
	if draw(1) != draw(7) {
		t.Error("1 and 7 give different drawings")
	}
	if !strings.Contains(draw(3), disclosure.Confidential) {
		t.Error("the file does not mark what is kept back")
	}
}

// No two names on a map touch.
func TestNamesOnAMapKeepApart(t *testing.T) {
	m := chart.Map{Heading: "Theme", Unit: "Reports"}
	for i := range 60 {
		m.Names, m.At, m.Counts = append(m.Names, strings.Repeat("x", 6)+string(rune('a'+i%26))), append(m.At, [2]float64{float64(i * i % 17), float64(i * 7 % 11)}), append(m.Counts, disclosure.None().Count(i))
	}
	d, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: m}})
	if err != nil {
		t.Fatal(err)
	}
	type spot struct{ x1, x2, y float64 }
	var spots []spot
	for _, f := range regexp.MustCompile(`<text dominant-baseline="central" text-anchor="(start|end)" font-size="15px" x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)<`).FindAllStringSubmatch(string(d[0].Wide), -1) {
		x, err1 := strconv.ParseFloat(f[2], 64)
		y, err2 := strconv.ParseFloat(f[3], 64)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		long := 15 * 0.5 * float64(len(f[4]))
		if f[1] == "end" {
			x -= long
		}
		spots = append(spots, spot{x, x + long, y})
	}
	if len(spots) < 10 {
		t.Fatalf("only %d names are drawn", len(spots))
	}
	for i, a := range spots {
		for _, b := range spots[:i] {
			if a.x1 < b.x2 && b.x1 < a.x2 && math.Abs(a.y-b.y) < 14 {
				t.Errorf("names touch at %v and %v", a, b)
			}
		}
	}
}

// A name over another theme's circle would seem to be that theme's.
func TestNamesOnAMapLieOverNoCircle(t *testing.T) {
	m := chart.Map{Heading: "Theme", Unit: "Reports"}
	for i := range 40 {
		m.Names, m.At, m.Counts = append(m.Names, "Nebuliser, tubing "+string(rune('a'+i%26))), append(m.At, [2]float64{float64(i * i % 37), float64(i * 11 % 29)}), append(m.Counts, disclosure.None().Count(100+i*i%300))
	}
	d, err := engine(t).Draw(context.Background(), []chart.Figure{{ID: "a", Title: "a", Plot: m}})
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for width, drawn := range map[string]string{"wide": string(d[0].Wide), "narrow": string(d[0].Narrow)} {
		circles := regexp.MustCompile(`<circle cx="([0-9.]+)" cy="([0-9.]+)" r="([0-9.]+)"`).FindAllStringSubmatch(drawn, -1)
		names := regexp.MustCompile(`text-anchor="(start|middle|end)" font-size="([0-9]+)px" x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)<`).FindAllStringSubmatch(drawn, -1)
		if len(circles) != 40 || len(names) < 6 {
			t.Fatalf("%s: %d circles and %d names", width, len(circles), len(names))
		}
		for _, n := range names {
			x, y, long := number(n[3]), number(n[4]), 0.5*number(n[2])*float64(len(n[5]))
			switch n[1] {
			case "middle":
				x -= long / 2
			case "end":
				x -= long
			}
			for _, c := range circles {
				if cx, cy := number(c[1]), number(c[2]); cx > x && cx < x+long && math.Abs(cy-y) < 0.4*number(n[2]) {
					t.Errorf("%s: %q lies over the circle at %v, %v", width, n[5], cx, cy)
				}
			}
		}
	}
}
