package specialty

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// ParseWritten reads what people have written for a page into those slots, from TOML: a
// table for each slot, with text, by and on. A text without a word is none. name is for
// messages.
//
// Errors: it is not TOML, has a slot or a key that is not known, a text that nobody put
// their name to, or a day that is none.
func ParseWritten(name, text string, slots []Slot) (Written, error) {
	var notes map[string]struct {
		Text string
		By   string
		On   string
	}
	meta, err := toml.Decode(text, &notes)
	if err != nil {
		return nil, fmt.Errorf("reading commentary %q: %w", name, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("reading commentary %q: there is no key %q; a slot has text, by and on", name, extra[0])
	}
	var known []string
	for _, s := range slots {
		known = append(known, string(s))
	}
	out := Written{}
	for _, slot := range slices.Sorted(maps.Keys(notes)) {
		n := notes[slot]
		if !slices.Contains(known, slot) {
			return nil, fmt.Errorf("reading commentary %q: there is no slot %q; %s (there are %s)", name, slot, value.DidYouMean(slot, known), strings.Join(known, ", "))
		}
		if strings.TrimSpace(n.Text) == "" {
			continue
		}
		if strings.TrimSpace(n.By) == "" {
			return nil, fmt.Errorf("reading commentary %q: slot %q doesn't say who wrote it (by = \"…\")", name, slot)
		}
		note := Note{Text: n.Text, By: n.By}
		if n.On != "" {
			if note.On, err = incident.ParseDay(n.On); err != nil {
				return nil, fmt.Errorf("reading commentary %q, slot %q: %w", name, slot, err)
			}
		}
		out[Slot(slot)] = note
	}
	return out, nil
}
