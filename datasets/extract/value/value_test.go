package value_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in, want string // "" when it isn't a date
		second   int
	}{
		{"2012-01-31", "2012-01-31", 0},
		{"2012/1/31", "2012-01-31", 0},
		{"20120131", "2012-01-31", 0},
		{"2012-01-31T09:12:03Z", "2012-01-31", 33123},
		{"2012-01-31t23:59:59.999+01:00", "2012-01-31", 86399},
		{"2012-01-31 09:12:03.000", "2012-01-31", 33123},
		{"31/01/2012", "2012-01-31", 0},
		{"31/1/12", "2012-01-31", 0},
		{"31.01.1969", "1969-01-31", 0},
		{"31.01.69", "1969-01-31", 0},
		{"31.01.68", "2068-01-31", 0},
		{"31-01-2012 9:12", "2012-01-31", 33120},
		{"03/04/2012", "2012-04-03", 0},
		{"31/01/2012 12:30 am", "2012-01-31", 1800},
		{"31/01/2012 1:30:00 PM", "2012-01-31", 48600},
		{"31-Jan-2012", "2012-01-31", 0},
		{"31 January 2012", "2012-01-31", 0},
		{"1 Sept 2012", "2012-09-01", 0},
		{"Jan 31, 2012", "2012-01-31", 0},
		{"  2012-01-31 ", "2012-01-31", 0},
		{"12/31/2012", "2012-12-31", 0}, // can only be month first
		{"29/02/2012", "2012-02-29", 0},
		{"29/02/2011", "", 0},
		{"2012-02-30", "", 0},
		{"31/04/2012", "", 0},
		{"13/13/2012", "", 0},
		{"2012-13-01", "", 0},
		{"2012-01", "", 0},
		{"2012", "", 0},
		{"1899-12-31", "", 0},
		{"9999-12-31", "", 0},
		{"40909", "", 0}, // a spreadsheet's day number says nothing of itself
		{"31/01-2012", "", 0},
		{"31 Foo 2012", "", 0},
		{"2012-01-31T25:00:00", "", 0},
		{"2012-01-31 noon", "", 0},
		{"soon", "", 0},
		{"", "", 0},
	} {
		t.Run(c.in, func(t *testing.T) {
			var d value.Dates
			day, second, ok := d.Time(c.in)
			if day.String() != c.want || ok != (c.want != "") || ok && second != c.second {
				t.Errorf("got %s, second %d, %v, want %q, second %d", day, second, ok, c.want, c.second)
			}
		})
	}
}

func TestOrderIsTheColumns(t *testing.T) {
	for _, c := range []struct {
		name   string
		column []string
		in     string
		want   string
	}{
		{"nothing but doubt: Britain", []string{"03/04/2012", "05/06/2012"}, "03/04/2012", "2012-04-03"},
		{"one that can only be month first", []string{"03/04/2012", "12/31/2012"}, "03/04/2012", "2012-03-04"},
		{"more that can only be day first", []string{"31/12/2012", "30/12/2012", "12/31/2012"}, "03/04/2012", "2012-04-03"},
		{"a clear value is read in any column", []string{"12/31/2012"}, "31/12/2012", "2012-12-31"},
		{"other forms say nothing", []string{"2012-12-31", "31 December 2012", "soon"}, "03/04/2012", "2012-04-03"},
		{"with times", []string{"12/31/2012 10:00"}, "03/04/2012 11:00", "2012-03-04"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d value.Dates
			for _, s := range c.column {
				d.Observe(s)
			}
			if day, ok := d.Day(c.in); !ok || day.String() != c.want {
				t.Errorf("got %s, %v, want %s", day, ok, c.want)
			}
		})
	}
	d := value.Dates{Layout: "1/2/06"}
	d.Observe("31/12/12")
	if day, ok := d.Day("3/4/12"); !ok || day.String() != "2012-03-04" {
		t.Errorf("with a layout: %s, %v", day, ok)
	}
	if day, ok := d.Day("2012-03-04"); ok {
		t.Errorf("not in the layout, but read as %s", day)
	}
}

// TestEveryDayInEveryForm: what a day is written as, it is read as.
func TestEveryDayInEveryForm(t *testing.T) {
	layouts := []string{"2006-01-02", "20060102", "02/01/2006", "2/1/2006", "02.01.2006", "02-Jan-2006", "2 January 2006", "January 2, 2006", "2006-01-02T15:04:05Z07:00", "02/01/2006 15:04:05", "2/1/2006 3:04:05 PM"}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		want = want.AddDate(0, 0, rapid.IntRange(0, 109571).Draw(t, "day")).Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, "second")) * time.Second)
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		var d value.Dates
		day, second, ok := d.Time(want.Format(layout))
		at := want.Hour()*3600 + want.Minute()*60 + want.Second()
		if len(layout) < len("2/1/2006 3:04:05 PM") {
			at = 0
		}
		if !ok || day != incident.DayOf(want) || second != at {
			t.Fatalf("%q: got %s, second %d, %v", want.Format(layout), day, second, ok)
		}
	})
}

// TestAgeDays states the national rule once more, by its own words, for every number of days.
func TestAgeDays(t *testing.T) {
	for days := -10; days < 80000; days++ {
		want := value.NoAge
		switch {
		case 1 <= days && days <= 30:
			want = int32(days)
		case 31 <= days && days <= 371:
			if days%31 == 0 {
				want = int32(days)
			}
		case 372 <= days && days <= 74028:
			if days%372 == 0 {
				want = int32(days)
			}
		}
		if got := value.AgeDays(days); got != want {
			t.Fatalf("AgeDays(%d) = %d, want %d", days, got, want)
		}
	}
}

func TestAgeYears(t *testing.T) {
	for _, c := range []struct {
		years float64
		want  int32
	}{
		{0, 1}, {1.0 / 365, 1}, {28.0 / 365, 28}, {30.0 / 365, 30}, {31.0 / 365, 31}, {0.25, 93}, {0.5, 186}, {0.99, 341},
		{1, 372}, {17.9, 17 * 372}, {45, 16740}, {199, 74028}, {199.9, 74028}, {200, -1}, {-1, -1}, {math.NaN(), -1}, {math.Inf(1), -1},
	} {
		if got := value.AgeYears(c.years); got != c.want {
			t.Errorf("AgeYears(%v) = %d, want %d", c.years, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		years := rapid.Float64Range(0, 199.99).Draw(t, "years")
		if got := value.AgeYears(years); value.AgeDays(int(got)) != got || got < 1 {
			t.Fatalf("AgeYears(%v) = %d, which is no valid age in days", years, got)
		}
	})
}

func TestAgeBetween(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int32
	}{
		{"2012-01-31", "2012-01-31", 1}, {"2012-01-31", "2012-02-01", 1}, {"2012-01-31", "2012-02-28", 28}, {"2012-01-31", "2012-02-29", 29},
		{"2012-01-31", "2012-03-01", 31}, {"2011-03-01", "2012-02-29", 11 * 31}, {"2011-03-01", "2012-03-01", 372},
		{"1952-02-29", "2012-02-28", 59 * 372}, {"1952-02-29", "2012-02-29", 60 * 372},
		{"2012-02-01", "2012-01-31", -1}, {"", "2012-01-31", -1}, {"2012-01-31", "", -1},
	} {
		var born, on incident.Day
		if err := born.UnmarshalText([]byte(c.born)); err != nil {
			t.Fatal(err)
		}
		if err := on.UnmarshalText([]byte(c.on)); err != nil {
			t.Fatal(err)
		}
		if got := value.AgeBetween(born, on); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.born, c.on, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		born := incident.Day(rapid.Int32Range(-20000, 20000).Draw(t, "born"))
		on := born + incident.Day(rapid.Int32Range(0, 80000).Draw(t, "age"))
		got := value.AgeBetween(born, on)
		if got != value.NoAge && value.AgeDays(int(got)) != got {
			t.Fatalf("AgeBetween(%s, %s) = %d, which is no valid age in days", born, on, got)
		}
		if next := value.AgeBetween(born, on+1); next != value.NoAge && next < got {
			t.Fatalf("born %s, a day after %s is younger: %d, %d", born, on, got, next)
		}
	})
}

func TestHarm(t *testing.T) {
	for words, want := range map[string]incident.Harm{
		"No Harm": incident.NoHarm, "none": incident.NoHarm, "No physical harm": incident.NoHarm, "No psychological harm": incident.NoHarm,
		"Low": incident.LowHarm, "low harm": incident.LowHarm, "Moderate physical harm": incident.ModerateHarm,
		"SEVERE": incident.SevereHarm, "Severe psychological harm": incident.SevereHarm, "Death": incident.Fatal, "Fatal": incident.Fatal,
		"": incident.HarmMissing, "Harm level missing": incident.HarmMissing, "Not applicable": incident.HarmNotApplicable,
	} {
		if got, ok := value.Harm(words); !ok || got != want {
			t.Errorf("Harm(%q) = %v, %v, want %v", words, got, ok, want)
		}
	}
	for _, h := range incident.Harms() {
		if got, ok := value.Harm(h.String()); !ok || got != h {
			t.Errorf("our own name %q is read as %v, %v", h, got, ok)
		}
	}
	for _, words := range []string{"3", "lowish", "harm", "no low"} {
		if got, ok := value.Harm(words); ok {
			t.Errorf("Harm(%q) = %v, want none", words, got)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		of   []string
		want string
	}{
		{"a letter missing", "incidnt_id", []string{"description", "incident_id"}, "incident_id"},
		{"letters swapped", "catgeory", []string{"category", "categories"}, "category"},
		{"the beginning", "incident_desc", []string{"incident_id", "incident_description"}, "incident_description"},
		{"letter case and blanks", "Incident ID", []string{"incident_id"}, "incident_id"},
		{"nothing like it", "ward", []string{"incident_id", "description"}, ""},
		{"no candidates", "ward", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := value.Nearest(c.in, c.of); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{4,12}`), 1, 8, rapid.ID[string]).Draw(t, "names")
		want := rapid.SampledFrom(names).Draw(t, "name")
		if got := value.Nearest(want, names); got != want {
			t.Fatalf("the nearest to %q of %q is %q", want, names, got)
		}
	})
}

func ExampleDates() {
	var d value.Dates
	for _, s := range []string{"03/04/2012", "12/31/2012"} {
		d.Observe(s)
	}
	day, ok := d.Day("03/04/2012")
	fmt.Println(day, ok, d.MonthFirst())
	// Output: 2012-03-04 true true
}
