package triage

import (
	"crypto/sha256"
	"encoding/hex"

	"psims/datasets/incident"
)

// Standing is a theme as it stands on the last of the days it was followed over.
type Standing struct {
	Scored
	ID          string
	FirstRaised incident.Day
	Status      Life
	LastSeen    incident.Day // the last day on which it was raised
}

// thread is one theme followed from day to day.
type thread struct {
	Standing
	observed int // on the day it was last new or grown
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
	var threads []*thread
	used := map[string]int{}
	for i, day := range days {
		taken := map[*thread]bool{}
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
			taken[t] = true
			t.Scored, t.LastSeen = s, day
		}
	}
	return standing(threads, days, lists)
}

// nearest gives the thread, seen not too long ago and not yet continued that day, that shares most reports with s.
func nearest(threads []*thread, s Scored, day incident.Day, taken map[*thread]bool, c Config) *thread {
	var best *thread
	most := 0.0
	for _, t := range threads {
		if taken[t] || int(day-t.LastSeen) > 7*c.CiteWeeks {
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

func standing(threads []*thread, days []incident.Day, lists [][]Scored) []Standing {
	if len(days) == 0 {
		return nil
	}
	last := days[len(days)-1]
	var out []Standing
	// The order of the last shortlist is the order of the alerts.
	for _, s := range lists[len(lists)-1] {
		for _, t := range threads {
			if t.LastSeen == last && t.Lead == s.Lead && t.Window == s.Window && t.Source == s.Source {
				out = append(out, t.Standing)
				break
			}
		}
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
