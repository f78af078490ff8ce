package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"psims/datasets/incident"
)

// Standing is a theme as it stands on the last of the days it was followed over.
type Standing struct {
	Scored
	ID          string
	FirstRaised incident.Day
	Status      Life
	LastSeen    incident.Day // the last day on which it was raised
	Merged      []string     // ids of the themes whose reports it took over
	MergedInto  string       // id of the theme that took its reports over; none if empty
	SplitFrom   string       // id of the theme, still raised, whose reports it was first raised on; none if empty
}

// thread is one theme followed from day to day.
type thread struct {
	Standing
	observed int     // on the day it was last new or grown
	before   []int32 // the reports cited on the day it was raised before the last
}

// What makes a theme "grown": half as many reports again, and at least 3 more.
const (
	grownShare = 1.5
	grownBy    = 3
)

// Follow tells which findings of successive days are the same theme, from the
// reports that they share. days are ascending, and lists[i] is the shortlist of
// days[i]. It returns the themes of the last day, best first, and after them those
// that were raised in the fortnight before and are not any more.
//
// A theme's id comes from the term that it was first raised by, so it is the same
// on every machine and in every replay that begins early enough.
func Follow(days []incident.Day, lists [][]Scored, name func(term int32) string, c Config) []Standing {
	var threads, listed []*thread // listed: those of the day's list, in its order
	used := map[string]int{}
	for i, day := range days {
		taken := map[*thread]bool{}
		listed = listed[:0]
		for _, s := range lists[i] {
			t := nearest(threads, s, day, taken, c)
			if t == nil {
				t = &thread{}
				t.ID = themeID(name(s.Lead), used)
				t.FirstRaised, t.Status, t.observed = day, New, s.Observed
				threads = append(threads, t)
			} else if grown(t.observed, s.Observed) {
				t.Status, t.observed = Grown, s.Observed
			} else if t.Status != Grown || day-t.LastSeen > 7 {
				t.Status = Open
			}
			listed = append(listed, t)
			taken[t], t.MergedInto = true, ""
			t.before, t.Scored, t.LastSeen = t.Cite, s, day
		}
		relate(threads, taken, day, c)
	}
	if len(days) == 0 {
		return nil
	}
	return standing(threads, listed, days[len(days)-1])
}

// relate notes which of the themes raised on a day merged others, and which new ones
// were split from others.
func relate(threads []*thread, taken map[*thread]bool, day incident.Day, c Config) {
	for _, t := range threads {
		if !taken[t] {
			continue
		}
		for _, other := range threads {
			switch {
			case other == t:
			case taken[other]:
				t.Merged = slices.DeleteFunc(t.Merged, func(id string) bool { return id == other.ID }) // on its own again
				if t.FirstRaised == day && other.FirstRaised < day && t.SplitFrom == "" && overlap(other.before, t.Cite) >= c.Overlap {
					t.SplitFrom = other.ID
				}
			case fresh(other, day, c) && !slices.Contains(t.Merged, other.ID) && overlap(other.Cite, t.Cite) >= c.Overlap:
				t.Merged, other.MergedInto = append(t.Merged, other.ID), t.ID
			}
		}
	}
}

// fresh reports whether a theme was raised not too long ago to go on.
func fresh(t *thread, day incident.Day, c Config) bool { return int(day-t.LastSeen) <= 7*c.CiteWeeks }

// nearest gives the thread, seen not too long ago and not yet continued that day, that shares most reports with s.
func nearest(threads []*thread, s Scored, day incident.Day, taken map[*thread]bool, c Config) *thread {
	var best *thread
	most := 0.0
	for _, t := range threads {
		if taken[t] || !fresh(t, day, c) {
			continue
		}
		if o := overlap(t.Cite, s.Cite); o >= c.Overlap && o > most {
			best, most = t, o
		}
	}
	return best
}

func grown(before, now int) bool {
	return now-before >= grownBy && float64(now) >= grownShare*float64(before)
}

// quietDays is how long a theme that is no longer raised stays on the list.
const quietDays = 14

// standing gives the themes that are listed on the last day, then those gone quiet
// lately.
func standing(threads, listed []*thread, last incident.Day) []Standing {
	var out []Standing
	for _, t := range listed {
		out = append(out, t.Standing)
	}
	for _, t := range threads {
		if t.LastSeen < last && last-t.LastSeen <= quietDays {
			t.Status = Gone
			out = append(out, t.Standing)
		}
	}
	return out
}

// themeID names a theme by its first lead term; a second theme of the same term gets a number.
func themeID(lead string, used map[string]int) string {
	used[lead]++
	key := lead
	for range used[lead] - 1 {
		key += "+"
	}
	return shortHash("theme", key)
}

// shortHash makes an id of a kind and a key.
func shortHash(kind, key string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + key))
	return kind + "-" + hex.EncodeToString(sum[:5])
}

// Yesterday gives, by id, how many reports told of each theme of a day on the list of
// the day before: none where no theme there shares enough reports with it.
func Yesterday(themes []Standing, list []Scored, c Config) map[string]int {
	told := make(map[string]int, len(themes))
	for _, t := range themes {
		n, most := 0, 0.0
		for _, s := range list {
			if o := overlap(s.Cite, t.Cite); o >= c.Overlap && o > most {
				n, most = s.Observed, o
			}
		}
		told[t.ID] = n
	}
	return told
}
