package theme_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/cluster"
	"psims/models/theme"
	"psims/models/topic"
	"psims/nlp/features"
)

// Words of invented topics.
var (
	pump    = words("syringe driver infusion rate occlusion giving set drip stand")
	power   = words("battery door contact flat charger compartment mains lead")
	noise   = words("alarm silent volume beep mute speaker siren sound")
	falls   = words("slipped bathroom floor wet slippers rail mat commode")
	blood   = words("transfusion crossmatch sample label wristband group bank fridge")
	meals   = words("tray allergy nuts kitchen menu diet swallow thickener")
	theatre = words("swab count scrub instrument table drape surgeon closing")
	common  = words("patient ward nurse staff informed told review shift")
)

func words(s string) []string { return strings.Fields(s) }

// stream is invented reports in the making.
type stream struct {
	rng   *rand.Rand
	texts []string
	days  []incident.Day
	plain bool // reports have the first five words of each list, no common ones, and are all alike
}

func newStream(seed uint64) *stream { return &stream{rng: rand.New(rand.NewPCG(seed, 7))} }

// add puts in n reports from a day up to another, each of five words from each list
// and three common ones. Give days in order.
func (s *stream) add(n int, from, until incident.Day, lists ...[]string) *stream {
	for i := range n {
		var w []string
		for _, list := range lists {
			if s.plain {
				w = append(w, list[:5]...)
				continue
			}
			for _, k := range s.rng.Perm(len(list))[:5] {
				w = append(w, list[k])
			}
		}
		if !s.plain {
			for _, k := range s.rng.Perm(len(common))[:3] {
				w = append(w, common[k])
			}
			s.rng.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
		}
		s.texts = append(s.texts, "The "+strings.Join(w, " ")+".")
		s.days = append(s.days, from+incident.Day(i*int(until-from)/n))
	}
	return s
}

// lesson counts the reports, ordered by day.
func (s *stream) lesson(tb interface{ Fatal(...any) }) theme.Lesson {
	order := make([]int, len(s.days))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(s.days[a] - s.days[b]) })
	var l theme.Lesson
	for _, i := range order {
		l.Texts, l.Reported = append(l.Texts, s.texts[i]), append(l.Reported, s.days[i])
	}
	var err error
	if l.Terms, l.Counts, err = features.Count(context.Background(), l.Texts, features.DefaultCount()); err != nil {
		tb.Fatal(err)
	}
	return l
}

// small are settings for some hundred reports about so many topics.
func small(groups int) theme.Config {
	c := theme.Default()
	c.SpaceDays, c.ReachDays, c.MinReports = 84, 112, 60
	c.Embed.Dimensions, c.Cluster.Groups = 12, groups
	return c
}

func encoded(tb interface{ Fatal(...any) }, a *theme.Atlas) []byte {
	f, err := a.File()
	if err != nil {
		tb.Fatal(err)
	}
	data, err := artefact.Encode(f)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// in gives the theme in which most texts until the atlas's day that hold some words are.
func in(a *theme.Atlas, l theme.Lesson, words ...string) string {
	g := a.Assign(l.Terms, l.Counts)
	n := map[string]int{}
	for i, k := range g.Of {
		if k != cluster.None && l.Reported[i] <= a.Day && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(l.Texts[i], w) }) {
			n[a.Themes[k].ID]++
		}
	}
	best := ""
	for id, c := range n {
		if best == "" || c > n[best] || c == n[best] && id < best {
			best = id
		}
	}
	return best
}

func TestThemesAreFoundAndKeepTheirIDs(t *testing.T) {
	s := newStream(1)
	for _, list := range [][]string{pump, falls, blood, meals} {
		s.add(200, 0, 364, list)
	}
	l := s.lesson(t)
	atlases := chain(t, small(4), l, 364)
	first, last := atlases[4], atlases[len(atlases)-1]
	for _, word := range []string{"syringe", "slipped", "transfusion", "kitchen"} {
		was, is := in(first, l, word), in(last, l, word)
		if was == "" || was != is {
			t.Errorf("reports of %q are in %q on %v and in %q on %v", word, was, first.Day, is, last.Day)
		}
	}
	for _, e := range last.Events {
		if e.Day > first.Day && e.Kind != theme.Renamed {
			t.Errorf("nothing changes in what is reported, and yet: %+v", e)
		}
	}
}

// A sample that was drawn beforehand teaches what all reports do, of which the same
// ones are looked at.
func TestASampleTeachesWhatAllReportsDo(t *testing.T) {
	s := newStream(4)
	for _, list := range [][]string{pump, falls, blood, meals} {
		s.add(150, 0, 84, list)
	}
	c := small(4)
	c.Cluster.Sample = 200
	all := s.lesson(t)
	all.Day = 84
	some := newStream(0)
	n := len(all.Texts)
	for k := range c.Cluster.Sample {
		i := k * n / c.Cluster.Sample
		some.texts, some.days = append(some.texts, all.Texts[i]), append(some.days, all.Reported[i])
	}
	sample := some.lesson(t)
	sample.Day, sample.Within = 84, n
	var atlases [2]*theme.Atlas
	var of [2][]int32
	for k, l := range []theme.Lesson{all, sample} {
		var err error
		if atlases[k], err = c.Next(context.Background(), nil, l); err != nil {
			t.Fatal(err)
		}
		of[k] = atlases[k].Assign(all.Terms, all.Counts).Of
	}
	if len(atlases[0].Themes) != 4 {
		t.Fatalf("%d themes, want 4", len(atlases[0].Themes))
	}
	// Of equal terms the one that is counted first stands first, and names and ids are made of terms.
	ties := cmpopts.IgnoreFields(theme.Theme{}, "ID", "Name", "Terms", "Anchor")
	if diff := cmp.Diff(atlases[0].Themes, atlases[1].Themes, ties); diff != "" {
		t.Errorf("of a sample (-all +sample):\n%s", diff)
	}
	if diff := cmp.Diff(of[0], of[1]); diff != "" {
		t.Errorf("reports are in other themes (-all +sample):\n%s", diff)
	}
}

func TestNewThemeIsBornAndOldOneRetires(t *testing.T) {
	s := newStream(2)
	s.add(300, 0, 364, pump).add(300, 0, 364, blood).add(150, 0, 140, falls).add(60, 224, 364, theatre)
	l := s.lesson(t)
	atlases := chain(t, small(3), l, 364)
	last := atlases[len(atlases)-1]
	is := in(last, l, "swab")
	if !slices.ContainsFunc(last.Events, func(e theme.Event) bool {
		return e.Kind == theme.Born && e.Theme == is && e.Day >= 224 && e.Day <= 280
	}) {
		t.Errorf("theme %q of swabs was not born in the two months after the first report: %+v", is, last.Events)
	}
	was := in(atlases[4], l, "slipped")
	if !slices.ContainsFunc(last.Events, func(e theme.Event) bool { return e.Kind == theme.Retired && e.Theme == was && e.Day > 140 }) {
		t.Errorf("theme %q of falls, of which nothing is reported any more, was not retired: %+v", was, last.Events)
	}
}

func TestGrowingPartsOfAThemeAreASplit(t *testing.T) {
	for seed := range uint64(4) {
		s := newStream(seed)
		// Something ends, so that there is room for one theme more.
		s.add(250, 0, 196, pump).add(300, 0, 392, falls).add(300, 0, 392, blood).add(300, 0, 392, meals).add(80, 0, 84, theatre)
		s.add(150, 196, 392, pump, power).add(150, 196, 392, pump, noise)
		l := s.lesson(t)
		atlases := chain(t, small(5), l, 392)
		last := atlases[len(atlases)-1]
		was := in(atlases[6], l, "syringe")
		a, b := in(last, l, "charger"), in(last, l, "siren")
		if a == b || !descends(last, a, was) || !descends(last, b, was) {
			t.Errorf("seed %d: reports of pumps were in %q; of their power they are in %q, of their noise in %q: %+v", seed, was, a, b, last.Events)
		}
	}
}

// descends reports whether a theme is another one, or was split from one that descends from it.
func descends(a *theme.Atlas, id, from string) bool {
	if id == from {
		return true
	}
	for _, e := range a.Events {
		if e.Kind == theme.Split && e.Theme == id {
			return descends(a, e.Other, from)
		}
	}
	return false
}

func TestThemesThatBecomeOneAreMerged(t *testing.T) {
	// What sets two themes apart comes to stand in all reports, as words of a new form do.
	s := newStream(1)
	s.plain = true
	s.add(300, 0, 392, pump, power).add(300, 0, 392, pump, noise)
	for _, list := range [][]string{falls, blood, meals, theatre} {
		s.add(150, 0, 84, list).add(300, 84, 392, list, power, noise)
	}
	l := s.lesson(t)
	c := small(6)
	c.Split, c.Merge = 0.5, 0.8
	atlases := chain(t, c, l, 392)
	last := atlases[len(atlases)-1]
	a, b := in(atlases[1], l, pump[0], power[0]), in(atlases[1], l, pump[0], noise[0])
	if a == b {
		t.Fatal("two topics in one theme from the start")
	}
	if !slices.ContainsFunc(last.Events, func(e theme.Event) bool {
		return e.Kind == theme.Merged && (e.Theme == a && e.Other == b || e.Theme == b && e.Other == a)
	}) {
		t.Errorf("%q and %q were not merged: %+v", a, b, last.Events)
	}
}

func TestLaterReportsChangeNothing(t *testing.T) {
	s := newStream(3)
	s.add(200, 0, 252, pump).add(200, 0, 252, falls).add(200, 100, 252, meals)
	later := *s
	later.add(300, 170, 252, theatre)
	// The later reports come after day 168, to the same days as some of the others.
	whole, until := later.lesson(t), incident.Day(168)
	n, _ := slices.BinarySearch(whole.Reported, until+1)
	part := theme.Lesson{Texts: whole.Texts[:n], Reported: whole.Reported[:n]}
	var err error
	if part.Terms, part.Counts, err = features.Count(context.Background(), part.Texts, features.DefaultCount()); err != nil {
		t.Fatal(err)
	}
	with, without := chain(t, small(4), whole, until), chain(t, small(4), part, until)
	for i := range without {
		if !bytes.Equal(encoded(t, with[i]), encoded(t, without[i])) {
			t.Fatalf("the atlas of %v depends on what was reported after it", without[i].Day)
		}
	}
	a := without[len(without)-1]
	if len(a.Themes) < 3 {
		t.Errorf("%d themes of three topics", len(a.Themes))
	}
	early := a.Assign(part.Terms, part.Counts)
	late := a.Assign(whole.Terms, whole.Counts)
	if diff := cmp.Diff(early.Of, late.Of[:n]); diff != "" {
		t.Errorf("a report's theme depends on later ones (-without +with):\n%s", diff)
	}
	if diff := cmp.Diff(early.Likeness, late.Likeness[:n]); diff != "" {
		t.Errorf("a report's likeness depends on later ones (-without +with):\n%s", diff)
	}
	tail := a.Assign(whole.Terms, whole.Counts.Slice(n, whole.Counts.Rows()))
	if diff := cmp.Diff(late.Of[n:], tail.Of); diff != "" {
		t.Errorf("only new rows (-all +new):\n%s", diff)
	}
}

func TestCoresDoNotChangeTheBytes(t *testing.T) {
	s := newStream(4)
	for _, list := range [][]string{pump, falls, blood, meals, theatre} {
		s.add(700, 0, 112, list)
	}
	l := s.lesson(t)
	on := func(cores int) (out [][]byte, of []int32) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		var a *theme.Atlas
		for _, a = range chain(t, small(6), l, 112) {
			out = append(out, encoded(t, a))
		}
		return out, a.Assign(l.Terms, l.Counts).Of
	}
	one, ofOne := on(1)
	two, ofTwo := on(2)
	if !cmp.Equal(one, two) || !slices.Equal(ofOne, ofTwo) {
		t.Error("one core and two give different themes")
	}
}

// TestAtlasesAddUp holds any chain to what is true of all: no theme is empty or
// nameless, ids and names are not shared, exemplars are members, what has changed
// from day to day is in the events, and a restored atlas goes on as the first one.
func TestAtlasesAddUp(t *testing.T) {
	lists := [][]string{pump, power, noise, falls, blood, meals, theatre}
	rapid.Check(t, func(t *rapid.T) {
		s := newStream(rapid.Uint64Range(0, 1<<20).Draw(t, "seed"))
		for range rapid.IntRange(1, 7).Draw(t, "topics") {
			from := incident.Day(rapid.IntRange(0, 140).Draw(t, "from"))
			until := from + incident.Day(rapid.IntRange(1, 100).Draw(t, "days"))
			about := [][]string{rapid.SampledFrom(lists).Draw(t, "topic")}
			if rapid.Bool().Draw(t, "of two") {
				about = append(about, rapid.SampledFrom(lists).Draw(t, "second topic"))
			}
			s.add(rapid.IntRange(1, 120).Draw(t, "reports"), from, until, about...)
		}
		l := s.lesson(t)
		c := small(8)
		c.Cluster.Sample = rapid.SampledFrom([]int{50_000, 150}).Draw(t, "sample")
		var prev *theme.Atlas
		for _, l.Day = range c.Grid(0, 252) {
			a, err := c.Next(context.Background(), prev, l)
			if err != nil {
				t.Fatal(err)
			}
			if prev != nil {
				f, err := artefact.Decode(encoded(t, prev))
				if err != nil {
					t.Fatal(err)
				}
				back, err := theme.Restore(f)
				if err != nil {
					t.Fatal(err)
				}
				again, err := c.Next(context.Background(), back, l)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(encoded(t, again), encoded(t, a)) {
					t.Fatalf("day %v: a restored atlas goes on in another way", l.Day)
				}
			}
			addsUp(t, prev, a, l)
			prev = a
		}
	})
}

func addsUp(t *rapid.T, prev, a *theme.Atlas, l theme.Lesson) {
	n, _ := slices.BinarySearch(l.Reported, l.Day+1)
	g := a.Assign(l.Terms, l.Counts.Slice(0, n))
	exemplars := topic.Exemplars(l.Counts.Slice(0, n), g, 5)
	ids, names := map[string]bool{}, map[string]bool{}
	for k, th := range a.Themes {
		if th.ID == "" || th.Name == "" || len(th.Terms) == 0 || th.Reports < 1 || ids[th.ID] || names[th.Name] {
			t.Fatalf("theme %+v is empty, nameless or there twice", th)
		}
		ids[th.ID], names[th.Name] = true, true
		if g.Sizes[k] == 0 || len(exemplars[k]) == 0 {
			t.Fatalf("theme %+v has %d members and %d exemplars", th, g.Sizes[k], len(exemplars[k]))
		}
		for _, i := range exemplars[k] {
			if g.Of[i] != int32(k) {
				t.Fatalf("exemplar %d of theme %d is in %d", i, k, g.Of[i])
			}
		}
	}
	want := map[string]bool{}
	if prev != nil {
		for _, th := range prev.Themes {
			want[th.ID] = true
		}
		if len(a.Events) < len(prev.Events) || !slices.Equal(a.Events[:len(prev.Events)], prev.Events) {
			t.Fatal("the past has changed")
		}
	}
	for _, e := range a.EventsOf(a.Day) {
		if !slices.Contains(theme.Kinds(), e.Kind) || e.Name == "" || e.Reports < 0 {
			t.Fatalf("event %+v", e)
		}
		switch e.Kind {
		case theme.Born, theme.Split:
			if want[e.Theme] {
				t.Fatalf("%+v: it was there before", e)
			}
			want[e.Theme] = true
		case theme.Merged, theme.Retired:
			if !want[e.Theme] {
				t.Fatalf("%+v: it was not there", e)
			}
			delete(want, e.Theme)
		}
		if e.Kind == theme.Merged && !ids[e.Other] {
			t.Fatalf("%+v: into a theme that is not there", e)
		}
	}
	if !cmp.Equal(want, ids) {
		t.Fatalf("events leave %v, and there are %v", want, ids)
	}
}

func TestRefusals(t *testing.T) {
	l := newStream(5).add(100, 0, 50, pump).add(100, 0, 50, falls).lesson(t)
	c := small(4)
	l.Day = 28
	a, err := c.Next(context.Background(), nil, l)
	if err != nil {
		t.Fatal(err)
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	l.Day = 56
	other := c
	other.Warm++
	bad := c
	bad.Split = 2
	off := l
	off.Day = 57
	unordered := l
	unordered.Reported = slices.Clone(l.Reported)
	slices.Reverse(unordered.Reported)
	same := l
	same.Day = 28
	for _, x := range []struct {
		name string
		c    theme.Config
		l    theme.Lesson
		ctx  context.Context
		want error
	}{
		{"other settings than before", other, l, context.Background(), theme.ErrSettings},
		{"settings out of range", bad, l, context.Background(), nil},
		{"a day off the grid", c, off, context.Background(), nil},
		{"a day that has been", c, same, context.Background(), nil},
		{"reports out of order", c, unordered, context.Background(), nil},
		{"a context that is done", c, l, done, context.Canceled},
	} {
		t.Run(x.name, func(t *testing.T) {
			if _, err := x.c.Next(x.ctx, a, x.l); err == nil || x.want != nil && !errors.Is(err, x.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestTooFewReportsTeachNothing(t *testing.T) {
	l := newStream(6).add(40, 0, 50, pump).lesson(t)
	c := small(2)
	for _, a := range chain(t, c, l, 84) {
		if len(a.Themes) != 0 || len(a.Events) != 0 {
			t.Errorf("%d themes of 40 reports", len(a.Themes))
		}
		for _, k := range a.Assign(l.Terms, l.Counts).Of {
			if k != cluster.None {
				t.Fatal("a report is in a theme that is not there")
			}
		}
	}
	// When reporting stops, what was known stays.
	l = newStream(6).add(100, 0, 27, pump).add(100, 0, 27, falls).lesson(t)
	atlases := chain(t, c, l, 280)
	if first, last := atlases[4], atlases[len(atlases)-1]; len(first.Themes) == 0 || !cmp.Equal(first.Themes, last.Themes) {
		t.Errorf("themes %+v, and long after the last report %+v", first.Themes, last.Themes)
	}
}

func TestGrid(t *testing.T) {
	c := theme.Default()
	if diff := cmp.Diff([]incident.Day{28, 56, 84}, c.Grid(1, 111)); diff != "" {
		t.Error(diff)
	}
	c.Since = 57
	if diff := cmp.Diff([]incident.Day{84}, c.Grid(1, 111)); diff != "" {
		t.Error(diff)
	}
	if got := c.Grid(90, 111); len(got) != 0 {
		t.Errorf("before the first grid day there are atlases of %v", got)
	}
}

func FuzzRestore(f *testing.F) {
	l := newStream(7).add(100, 0, 27, pump).add(100, 0, 27, falls).lesson(f)
	c := small(2)
	c.Embed.Dimensions = 3
	for _, a := range chain(f, c, l, 28) {
		f.Add(encoded(f, a))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			t.Skip("too long")
		}
		file, err := artefact.Decode(data)
		if err != nil {
			// The hash stands in the way of most changes: try the parts as they are.
			file = &artefact.File{Kind: theme.Kind, Meta: data}
			for _, name := range []string{"terms", "directions"} {
				file.Blobs = append(file.Blobs, artefact.Blob{Name: name, Data: data})
			}
			for _, name := range []string{"weights", "scales", "centres"} {
				file.Blobs = append(file.Blobs, artefact.Blob{Name: name, Data: []float32{1}})
			}
		}
		a, err := theme.Restore(file)
		if err != nil {
			return
		}
		first := encoded(t, a)
		a.Assign(l.Terms, l.Counts)
		again, err := artefact.Decode(first)
		if err != nil {
			t.Fatal(err)
		}
		back, err := theme.Restore(again)
		if err != nil {
			t.Fatalf("what was written can't be restored: %v", err)
		}
		if !bytes.Equal(first, encoded(t, back)) {
			t.Error("restored and written again, the bytes differ")
		}
	})
}
