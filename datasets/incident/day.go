package incident

import (
	"fmt"
	"math"
	"time"
)

// Day is a calendar day, counted from 1 January 1970. The engine judges days and
// weeks, never hours; a time of day stays in the narrative or is dropped.
type Day int32

// NoDay says that no day was recorded. It sorts before every real day.
const NoDay Day = math.MinInt32

// NewDay returns the day of that calendar date.
func NewDay(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DayOf returns the calendar day of t in t's own time zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads an ISO date (2006-01-02).
//
// Errors: the text is not an ISO date, or there is no such day.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDay, fmt.Errorf("reading date %q: want YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Known reports whether d is a real day.
func (d Day) Known() bool { return d != NoDay }

// Time returns midnight UTC at the start of d.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String gives the ISO date, or "" for NoDay.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Monday returns the first day of d's ISO week. NoDay stays NoDay.
func (d Day) Monday() Day {
	if d == NoDay {
		return NoDay
	}
	// 1 January 1970 was a Thursday, day 3 of an ISO week that starts at 0.
	offset := (int(d) + 3) % 7
	if offset < 0 {
		offset += 7
	}
	return d - Day(offset)
}

// MarshalText writes the ISO date; NoDay is empty.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = NoDay
		return nil
	}
	*d, err = ParseDay(string(b))
	return err
}
