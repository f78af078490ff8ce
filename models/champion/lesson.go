// Package champion answers: what does a classifier of a task learn from, how good is
// it, and which version of it is in use on a day?
//
// In goes the table of a night's events: a [Night] says which tasks it has, and what is
// due. Of the texts of a due day with what their senders said of each, a [Lesson] is
// gathered from them; a version is learnt from it, judged on what it has not seen, and
// tried against the champion on texts that no version ever learns from. It becomes
// champion if it is no worse. Equal lessons give equal versions under equal names,
// whichever days were run before.
package champion

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/label"
)

// Task is one thing that a classifier says of a narrative.
type Task struct {
	Name    string // folder of its versions
	Subject string // in words
	Scheme  string // whose categories; "" for the other tasks
	// Counted says that its answers are counted and judged. Others only fill gaps, so
	// less is spent on them.
	Counted bool
}

// Config is what a lesson may hold.
type Config struct {
	Model     string  // "accurate" for words and pieces of words, in counted tasks
	MinEvents int     // fewer teach nothing
	MinClass  int     // texts of a class, without which it is left out
	MaxEvents int     // newest that are learnt from
	TestShare float64 // newest that a counted task is judged on
	Seed      uint64
}

// Lesson is what a classifier is learnt from and tried on. Its name depends on nothing
// else.
type Lesson struct {
	Task  Task
	Until incident.Day
	Rows  []int32 // of the events, oldest first
	Texts []string
	Y     *label.Table

	// Never learnt from, by any version: what a new version and the champion are tried on.
	FrozenRows  []int32
	FrozenTexts []string
	FrozenY     []string

	settings Config
}

const (
	frozenOneIn = 20     // one text in so many is never learnt from, by any version
	maxFrozen   = 20_000 // newest of them that versions are tried on
)

// frozen reports whether a text is kept out of every lesson. It depends on the
// text alone, so that repeats of one stay on one side, on every day.
func frozen(text string) bool { return spokenHash(text)%frozenOneIn == 0 }

// spokenHash is the 64-bit FNV-1a hash of a text in lower case with single spaces.
func spokenHash(text string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	var encoded [utf8.UTFMax]byte
	begun, parted := false, false
	for _, r := range text {
		if unicode.IsSpace(r) {
			parted = begun
			continue
		}
		if parted {
			h = (h ^ ' ') * prime
		}
		begun, parted = true, false
		for _, b := range encoded[:utf8.EncodeRune(encoded[:], unicode.ToLower(r))] {
			h = (h ^ uint64(b)) * prime
		}
	}
	return h
}

// DueDay gives the last due day until a day: due days lie on a fixed grid, so that the
// model of a day does not depend on which nights were run.
func DueDay(day incident.Day, every int) incident.Day { return day - incident.Day(int(day)%every) }

// Gather makes the lesson of a due day from its n texts, oldest first, and what the
// senders said of each, "" for nothing: in classes with enough events, the newest when
// there are too many.
//
// Panics if there are not as many answers as texts.
func Gather(t Task, until incident.Day, texts, said []string, c Config) Lesson {
	l := Lesson{Task: t, Until: until, settings: c}
	if len(said) != len(texts) {
		panic(fmt.Sprintf("champion: %d answers for %d texts", len(said), len(texts)))
	}
	counts := map[string]int{}
	for i, v := range said {
		if v != "" && texts[i] != "" {
			counts[v]++
		}
	}
	var names []string
	for i := len(texts) - 1; i >= 0 && (len(l.Rows) < c.MaxEvents || len(l.FrozenRows) < maxFrozen); i-- {
		if said[i] == "" || texts[i] == "" || counts[said[i]] < c.MinClass {
			continue
		}
		if frozen(texts[i]) {
			if len(l.FrozenTexts) < maxFrozen {
				l.FrozenRows, l.FrozenTexts, l.FrozenY = append(l.FrozenRows, int32(i)), append(l.FrozenTexts, texts[i]), append(l.FrozenY, said[i])
			}
			continue
		}
		if len(l.Rows) == c.MaxEvents {
			continue
		}
		l.Rows, l.Texts, names = append(l.Rows, int32(i)), append(l.Texts, texts[i]), append(names, said[i])
	}
	// Oldest first again: the test share is the newest.
	slices.Reverse(l.Rows)
	slices.Reverse(l.Texts)
	slices.Reverse(names)
	l.Y = label.Single(names)
	return l
}

// Enough reports whether there is anything to learn: enough events and two classes.
func (l Lesson) Enough() bool {
	return len(l.Texts) >= l.settings.MinEvents && l.Y.Classes() >= 2
}

// Version names the model of the lesson. Cost: linear in the texts.
func (l Lesson) Version() string {
	h := artefact.NewNamer(l.Task.Name, l.Task.Scheme, l.Until, l.settings.Seed, l.settings.Model, l.settings.TestShare)
	for i, t := range l.Texts {
		h.Add(l.Y.String(i), t)
	}
	return l.Until.String() + "-" + h.Name()
}

// Settings are those of the classifier.
func (l Lesson) Settings() classify.Config {
	c := classify.Default()
	if l.settings.Model == "accurate" && l.Task.Counted {
		c = classify.Accurate()
	}
	if !l.Task.Counted {
		c.Folds = 2
	}
	c.Seed = l.settings.Seed
	return c
}

// Held gives the newest of the frozen texts, at most so many, with their answers.
func (l Lesson) Held(most int) (texts, said []string) {
	m := min(len(l.FrozenTexts), most)
	return l.FrozenTexts[:m], l.FrozenY[:m]
}
