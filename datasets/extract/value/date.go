// Package value reads single values as people and systems write them: dates,
// ages, and names that are almost right.
package value

import (
	"strings"
	"time"

	"psims/datasets/incident"
)

// Dates reads the dates of one column. The zero value reads day first.
//
// Read are ISO dates (2012-01-31, 2012/01/31, 20120131), numbers with the year
// last (31/01/2012, 31.1.12, 31-01-2012), and a month by its name (31-Jan-2012,
// 31 January 2012, Jan 31, 2012), each with or without a time behind it. A year
// of two digits is 1969 to 2068. The day is the one that is written: no time
// zone is applied.
//
// Whether 03/04/2012 is in April or in March can't be told from one value, so it
// is told from the column: Observe every value first. The column is month first
// if more of its values can only be month first (12/31/2012) than can only be
// day first; else it is day first, as Britain writes. A value that can only be
// read one way is read that way in any column. A column that holds both kinds has
// been through a spreadsheet of another country, and its other dates may be
// wrong: a mapping can give the layout, and what isn't in it is then rejected.
type Dates struct {
	Layout     string // of package time; "" to find out
	dayFirst   int    // values that can only be day first
	monthFirst int
}

// Observe counts a value towards the order of the column.
func (d *Dates) Observe(s string) {
	if d.Layout != "" || len(s) < 6 || s[0] > '9' {
		return
	}
	a, rest, sep, ok := number(s)
	if !ok || sep == 0 || a > 31 {
		return
	}
	b, _, sep2, ok := number(rest)
	switch {
	case !ok || sep2 != sep:
	case a > 12 && b >= 1 && b <= 12:
		d.dayFirst++
	case b > 12 && b <= 31 && a >= 1 && a <= 12:
		d.monthFirst++
	}
}

// MonthFirst reports whether the column was found to be month first.
func (d *Dates) MonthFirst() bool { return d.monthFirst > d.dayFirst }

// Day reads a date; ok is false when it isn't one, or there is no such day, or
// the year isn't from 1900 to 2199.
func (d *Dates) Day(s string) (day incident.Day, ok bool) {
	day, _, ok = d.Time(s)
	return day, ok
}

// Time reads a date and the second of the day, 0 when no time stands behind it.
func (d *Dates) Time(s string) (day incident.Day, second int, ok bool) {
	s = strings.TrimSpace(s)
	if d.Layout != "" {
		t, err := time.Parse(d.Layout, s)
		if err != nil || t.Year() < firstYear || t.Year() > lastYear {
			return incident.NoDay, 0, false
		}
		return incident.DayOf(t), t.Hour()*3600 + t.Minute()*60 + t.Second(), true
	}
	date, clock := splitTime(s)
	if second, ok = secondOfDay(clock); !ok {
		return incident.NoDay, 0, false
	}
	if year, month, dom, found := d.parts(date); found {
		day, ok = calendarDay(year, month, dom)
		return day, second, ok
	}
	return incident.NoDay, 0, false
}

const firstYear, lastYear = 1900, 2199

// parts takes a date apart without asking whether there is such a day.
func (d *Dates) parts(s string) (year, month, day int, ok bool) {
	if s == "" {
		return 0, 0, 0, false
	}
	if s[0] > '9' { // January 31, 2012
		name, rest, _ := strings.Cut(s, " ")
		day, rest, _, ok := number(rest)
		year, end, _, ok2 := number(strings.TrimSpace(rest))
		month = monthNumber(name)
		return year, month, day, ok && ok2 && end == "" && month > 0 && year >= firstYear
	}
	a, rest, sep, ok := number(s)
	if !ok {
		return 0, 0, 0, false
	}
	if sep == 0 { // 20120131
		if len(s) != 8 || rest != "" {
			return 0, 0, 0, false
		}
		return a / 10000, a / 100 % 100, a % 100, true
	}
	if rest == "" {
		return 0, 0, 0, false
	}
	if rest[0] > '9' { // 31-Jan-2012
		name, last, found := strings.Cut(rest, string(sep))
		year, end, _, ok := number(last)
		month = monthNumber(name)
		return century(year, last), month, a, found && ok && end == "" && month > 0
	}
	b, last, sep2, ok := number(rest)
	c, end, _, ok2 := number(last)
	if !ok || !ok2 || sep2 != sep || end != "" {
		return 0, 0, 0, false
	}
	if a > 31 {
		return a, b, c, true
	}
	month, day = b, a
	if b > 12 || d.MonthFirst() && a <= 12 {
		month, day = a, b
	}
	return century(c, last), month, day, true
}

// number takes the number at the start of s and the separator behind it.
func number(s string) (n int, rest string, sep byte, ok bool) {
	i := 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	if i == 0 {
		return 0, s, 0, false
	}
	if i == len(s) {
		return n, "", 0, true
	}
	switch s[i] {
	case '-', '/', '.', ' ', ',':
		return n, s[i+1:], s[i], true
	}
	return 0, s, 0, false
}

func century(year int, written string) int {
	switch {
	case len(written) != 2:
		return year
	case year < 69:
		return 2000 + year
	}
	return 1900 + year
}

var monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// monthNumber reads a month's English name or its first letters, three at least; 0 is none.
func monthNumber(s string) int {
	if s = strings.TrimSuffix(s, "."); len(s) < 3 {
		return 0
	}
	for i, name := range monthNames {
		if len(s) <= len(name) && strings.EqualFold(s, name[:len(s)]) {
			return i + 1
		}
	}
	return 0
}

func calendarDay(year, month, day int) (incident.Day, bool) {
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > 31 {
		return incident.NoDay, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return incident.NoDay, false
	}
	return incident.DayOf(t), true
}

// splitTime separates a date from a time of day behind it: after a T, or after
// the last blank before the first colon.
func splitTime(s string) (date, clock string) {
	if len(s) > 10 && (s[10] == 'T' || s[10] == 't') && s[4] == '-' {
		return s[:10], s[11:]
	}
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s, ""
	}
	blank := strings.LastIndexByte(s[:colon], ' ')
	if blank < 0 {
		return s, ""
	}
	return strings.TrimSpace(s[:blank]), s[blank+1:]
}

// secondOfDay reads 09:12, 9:12:00, 09:12:00.123Z, 09:12:00+01:00 and 9:12 PM.
// The zone is checked and not applied.
func secondOfDay(s string) (second int, ok bool) {
	if s == "" {
		return 0, true
	}
	s = strings.ToUpper(s)
	half := 0
	if rest, found := strings.CutSuffix(s, "PM"); found {
		s, half = strings.TrimSpace(rest), 12
	} else if rest, found := strings.CutSuffix(s, "AM"); found {
		s, half = strings.TrimSpace(rest), -12
	}
	s = strings.TrimSuffix(s, "Z")
	if i := strings.LastIndexAny(s, "+-"); i > 0 {
		if strings.Trim(s[i+1:], "0123456789:") != "" {
			return 0, false
		}
		s = strings.TrimSpace(s[:i])
	}
	if i := strings.LastIndexByte(s, '.'); i > 0 {
		if strings.Trim(s[i+1:], "0123456789") != "" {
			return 0, false
		}
		s = s[:i]
	}
	var parts [3]int
	fields := strings.Split(s, ":")
	if len(fields) < 2 || len(fields) > 3 {
		return 0, false
	}
	for i, f := range fields {
		n, rest, _, ok := number(f)
		if !ok || rest != "" || n > 60 {
			return 0, false
		}
		parts[i] = n
	}
	switch hour := parts[0]; {
	case half > 0 && hour < 12:
		parts[0] += 12
	case half < 0 && hour == 12:
		parts[0] = 0
	}
	return parts[0]*3600 + parts[1]*60 + parts[2], parts[0] < 24 && parts[1] < 60
}
