package view

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Place is an organisation as people name it.
type Place struct{ Code, Name string }

// Places gives up to most organisations of the run that words may name, by name: that
// with the code, or that name, alone, else those whose names have a word for each, in
// any order, that begins with it. Names are no secret: everybody may ask. Cost linear in
// the organisations.
func (r *Run) Places(words string, most int) []Place {
	wanted := placeWords(words)
	if len(wanted) == 0 {
		return nil
	}
	var out []Place
	e := r.parts.Events
	for _, code := range e.Organisation.Names {
		name := e.Names[code]
		if code == "" || name == "" {
			continue
		}
		if strings.EqualFold(code, strings.TrimSpace(words)) || strings.EqualFold(name, strings.TrimSpace(words)) {
			return []Place{{code, name}}
		}
		has := placeWords(name)
		if !slices.ContainsFunc(wanted, func(w string) bool {
			return !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) })
		}) {
			out = append(out, Place{code, name})
		}
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Code, b.Code)) })
	return out[:min(len(out), most)]
}

// Place gives an organisation by its code; its name is the code where none is known.
func (r *Run) Place(code string) Place {
	return Place{code, cmp.Or(r.parts.Events.Names[code], code)}
}

// placeWords gives the words of a name in lower case, without those that nearly all names have.
func placeWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains([]string{"the", "nhs", "trust", "foundation", "of", "and", "at"}, w)
	})
}
