package specialty

import (
	"slices"
	"strings"

	"psims/nlp/text"
)

// ownParts is how many phrases and terms a theme's own name has.
const ownParts = 2

// Own names themes by what distinguishes them within a specialty: a phrase that ends
// in a word of the specialty's own name says nothing there ("left index finger" among
// the reports of fingers), so terms of the theme stand in its place. A theme that was
// named by such a phrase repeats the specialty.
func Own(specialty string, themes []Theme) []Theme {
	analyser := text.NewAnalyser(text.Default())
	said := map[string]bool{}
	for _, w := range analyser.Strings(nil, specialty) {
		said[w] = !general[w]
	}
	repeats := func(phrase string, last bool) bool {
		stems := analyser.Strings(nil, phrase)
		if last && len(stems) > 0 {
			stems = stems[len(stems)-1:]
		}
		return slices.ContainsFunc(stems, func(w string) bool { return said[w] })
	}
	out := slices.Clone(themes)
	for k := range out {
		t := &out[k]
		parts := strings.Split(t.Name, ", ")
		kept := slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return repeats(p, true) })
		if len(kept) == len(parts) {
			continue
		}
		t.Repeats = true
		for _, term := range t.Terms {
			if len(kept) >= ownParts {
				break
			}
			if !repeats(term, false) && !slices.ContainsFunc(kept, func(p string) bool { return holdsWord(p, term) }) {
				kept = append(kept, term)
			}
		}
		if len(kept) > 0 {
			t.Whole, t.Name = t.Name, strings.Join(kept, ", ")
		}
	}
	return out
}

// holdsWord reports whether two phrases share a word.
func holdsWord(a, b string) bool {
	words := strings.Fields(strings.ToLower(b))
	return slices.ContainsFunc(strings.Fields(strings.ToLower(a)), func(w string) bool { return slices.Contains(words, w) })
}

// general are the stems of words in names of specialties that say nothing of their own.
var general = func() map[string]bool {
	out := map[string]bool{}
	analyser := text.NewAnalyser(text.Default())
	for _, w := range analyser.Strings(nil, "medicine medical surgery surgical care general service services health healthcare practice adult adults child children community clinical acute intensive emergency nursing old age other multiple specialty unit professional allied internal") {
		out[w] = true
	}
	return out
}()
