// Package assets holds what the pages are made with and that others wrote: the
// NHS.UK style sheet and the chart engine, as npm packages pinned in
// package-lock.json. `make assets` builds them into dist/; the program embeds
// that folder, so that a page or a chart never asks anything of the outside.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
)

//go:embed dist
var dist embed.FS

// Style gives the style sheet of the pages' components. It holds no address and
// no font.
//
// Errors: the program was built without the assets.
func Style() (string, error) { return read("nhsuk.css") }

// PortalStyle gives the rules for the portal's forms, which come after Style's. It
// holds no address and no font.
//
// Errors: the program was built without the assets.
func PortalStyle() (string, error) { return read("portal.css") }

// ECharts gives the chart engine's source. Only package chart runs it, inside
// the program; it is never part of a page.
//
// Errors: the program was built without the assets.
func ECharts() (string, error) { return read("echarts.min.js") }

// Licence is the licence of one of the embedded works.
type Licence struct {
	Name string // "echarts-LICENSE.txt"
	Text string
}

// Licences lists the licences that go with the program, by name.
//
// Errors: the program was built without the assets.
func Licences() ([]Licence, error) {
	entries, err := fs.ReadDir(dist, "dist/licences")
	if err != nil {
		return nil, missing("licences", err)
	}
	var out []Licence
	for _, e := range entries {
		text, err := read(path.Join("licences", e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, Licence{Name: e.Name(), Text: text})
	}
	return out, nil
}

func read(name string) (string, error) {
	b, err := dist.ReadFile("dist/" + name)
	if err != nil {
		return "", missing(name, err)
	}
	return string(b), nil
}

// missing says what to do about a fresh clone, where dist is still empty.
func missing(name string, err error) error {
	return fmt.Errorf("reading built asset %q: run \"make assets\", then build the program again: %w", name, err)
}
