// Package codes holds the code lists of the national systems, embedded, each
// with its source and date: what a code stands for in the sender's own words.
//
// A list is named as its owner names it, with the taxonomy version at the end
// for LFPSE ("service-type-5", "service-type-6"); the others are
// "nrls-in05-level1", "nrls-pd09", "steis-type" and "never-events-2018".
//
// Version 6 of the LFPSE taxonomy isn't public. Its lists are those of version 5
// where a public submitter shows that version 6 has the same question; Gender,
// which version 6 replaced, has no list there. A code that isn't in its list has
// no label, and the caller keeps the code.
package codes

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed codes.csv
var codesCSV string

//go:embed lists.csv
var listsCSV string

// Code is one entry of a list.
type Code struct {
	Code  string
	Label string
}

// List is one code list with where it comes from.
type List struct {
	Name    string
	Title   string
	Source  string
	Date    string // ISO date of the source
	Licence string
	Note    string // what is uncertain or was changed; "" when nothing
	Codes   []Code // in the source's order

	labels map[string]string // by code
	codes  map[string]string // by label, lower case
}

// Label gives the words for a code; ok is false when it isn't in the list. A nil list has no codes.
func (l *List) Label(code string) (label string, ok bool) {
	if l == nil {
		return "", false
	}
	label, ok = l.labels[code]
	return label, ok
}

// Code gives the code with that label, in any letter case.
func (l *List) Code(label string) (code string, ok bool) {
	if l == nil {
		return "", false
	}
	code, ok = l.codes[strings.ToLower(label)]
	return code, ok
}

// Lookup gives the words for a code of the list with that name; ok is false
// when there is no such list or the code isn't in it. Use [Get] once and
// [List.Label] in a loop.
func Lookup(list, code string) (label string, ok bool) { return Get(list).Label(code) }

// Get returns the list with that name, or nil. It must not be changed.
func Get(name string) *List { return all().byName[name] }

// Lists returns every list, by name. They must not be changed.
func Lists() []*List { return slices.Clone(all().lists) }

type index struct {
	lists  []*List
	byName map[string]*List
}

// all reads the embedded files once. They are part of the program, so a fault in
// them is a fault of the program, which the package's tests would show.
var all = sync.OnceValue(func() index {
	ix := index{byName: map[string]*List{}}
	sameAs := map[string]string{}
	for _, r := range rows(listsCSV, 7) {
		l := &List{Name: r[0], Title: r[1], Source: r[3], Date: r[4], Licence: r[5], Note: r[6]}
		ix.lists = append(ix.lists, l)
		ix.byName[l.Name] = l
		sameAs[l.Name] = r[2]
	}
	for _, r := range rows(codesCSV, 3) {
		l := ix.byName[r[0]]
		if l == nil {
			panic(fmt.Sprintf("codes: list %q has no line in lists.csv", r[0]))
		}
		l.Codes = append(l.Codes, Code{Code: r[1], Label: r[2]})
	}
	for _, l := range ix.lists {
		if from := sameAs[l.Name]; from != "" {
			l.Codes = ix.byName[from].Codes
		}
		l.labels, l.codes = make(map[string]string, len(l.Codes)), make(map[string]string, len(l.Codes))
		for _, c := range l.Codes {
			l.labels[c.Code] = c.Label
			l.codes[strings.ToLower(c.Label)] = c.Code
		}
	}
	slices.SortFunc(ix.lists, func(a, b *List) int { return strings.Compare(a.Name, b.Name) })
	return ix
})

func rows(file string, columns int) [][]string {
	r := csv.NewReader(strings.NewReader(file))
	r.FieldsPerRecord = columns
	out, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("codes: reading an embedded list: %v", err))
	}
	return out[1:]
}
