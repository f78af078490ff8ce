package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// heading is what a drawing says of itself.
type heading struct {
	id, title, description string
	width, height          int
}

// shapes are the elements that a drawing may have, and attributes what they may
// carry. Everything else that the engine writes is either dropped by name here or
// an error: nothing is let through unseen.
var shapes = map[string]bool{"svg": true, "g": true, "path": true, "rect": true, "circle": true, "line": true, "polyline": true, "polygon": true, "text": true, "tspan": true, "defs": true, "clipPath": true}

var attributes = map[string]bool{
	"x": true, "y": true, "x1": true, "y1": true, "x2": true, "y2": true, "cx": true, "cy": true, "r": true, "rx": true, "ry": true, "d": true, "points": true,
	"width": true, "height": true, "transform": true, "fill": true, "fill-opacity": true, "fill-rule": true, "opacity": true,
	"stroke": true, "stroke-width": true, "stroke-dasharray": true, "stroke-dashoffset": true, "stroke-linecap": true, "stroke-linejoin": true, "stroke-miterlimit": true, "stroke-opacity": true,
	"font-size": true, "font-weight": true, "text-anchor": true, "dominant-baseline": true, "clip-path": true, "id": true,
}

// dropped names what only a moving or hovering picture needs. The font is the page's.
var dropped = map[string]bool{"class": true, "cursor": true, "pointer-events": true, "font-family": true, "space": true, "xmlns": true, "xlink": true, "version": true, "baseProfile": true, "viewBox": true, "paint-order": true}

// harmless is what an attribute's value may look like once ids are taken out.
var harmless = regexp.MustCompile(`^[A-Za-z0-9 ,.#%()+\-]*$`)

// clean rewrites what the engine drew as a still, accessible picture: only listed
// elements and attributes, inline styles as attributes (a strict content security
// policy refuses the style attribute), numbers to one decimal place, ids in
// order of appearance under the figure's own id, and a title and description
// that assistive technology reads in place of the shapes.
//
// Errors: an element or attribute that is not on the lists.
func clean(drawn string, h heading) (string, error) {
	c := cleaner{heading: h, ids: map[string]string{}}
	d := xml.NewDecoder(strings.NewReader(printable(drawn)))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return c.out.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("reading the engine's drawing: %w", err)
		}
		if err := c.token(token); err != nil {
			return "", err
		}
	}
}

// printable replaces the characters that no XML text may hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

type cleaner struct {
	heading
	out      strings.Builder
	ids      map[string]string // the engine's id → ours
	skipping int               // depth inside an element that is left out
	inText   bool
}

func (c *cleaner) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return c.start(t)
	case xml.EndElement:
		switch {
		case c.skipping > 0:
			c.skipping--
		default:
			c.inText = c.inText && t.Name.Local != "text"
			c.out.WriteString("</" + t.Name.Local + ">")
		}
	case xml.CharData:
		// Outside text there is only white space between shapes.
		if c.skipping == 0 && c.inText {
			c.out.WriteString(html.EscapeString(string(t)))
		}
	}
	return nil
}

func (c *cleaner) start(t xml.StartElement) error {
	name := t.Name.Local
	if c.skipping > 0 || name == "style" {
		c.skipping++
		return nil
	}
	if !shapes[name] {
		return fmt.Errorf("the engine drew <%s>, which no still picture needs", name)
	}
	if name == "svg" {
		c.open()
		return nil
	}
	c.inText = c.inText || name == "text"
	c.out.WriteString("<" + name)
	for _, a := range t.Attr {
		if a.Name.Local == "style" {
			for _, declaration := range strings.Split(a.Value, ";") {
				key, value, _ := strings.Cut(declaration, ":")
				if err := c.attribute(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
					return err
				}
			}
			continue
		}
		if err := c.attribute(a.Name.Local, a.Value); err != nil {
			return err
		}
	}
	c.out.WriteString(">")
	return nil
}

func (c *cleaner) open() {
	fmt.Fprintf(&c.out, `<svg xmlns="http://www.w3.org/2000/svg" id="%[1]s" width="%[2]d" height="%[3]d" viewBox="0 0 %[2]d %[3]d" role="img" aria-labelledby="%[1]s-title" aria-describedby="%[1]s-desc" focusable="false"><title id="%[1]s-title">%[4]s</title><desc id="%[1]s-desc">%[5]s</desc>`,
		c.id, c.width, c.height, html.EscapeString(printable(c.title)), html.EscapeString(printable(c.description)))
}

func (c *cleaner) attribute(key, value string) error {
	switch {
	case key == "" || dropped[key] || strings.HasPrefix(key, "ecmeta"):
		return nil
	case !attributes[key]:
		return fmt.Errorf("the engine gave a shape the attribute %q, which no still picture needs", key)
	case key == "id":
		value = c.renamed(value)
	case key == "clip-path":
		value = "url(#" + c.renamed(strings.TrimSuffix(strings.TrimPrefix(value, "url(#"), ")")) + ")"
	case !harmless.MatchString(value):
		return fmt.Errorf("the engine gave the attribute %s the value %q", key, value)
	case !strings.HasSuffix(key, "opacity"):
		value = shorten(value)
	}
	c.out.WriteString(" " + key + `="` + html.EscapeString(value) + `"`)
	return nil
}

func (c *cleaner) renamed(id string) string {
	ours, ok := c.ids[id]
	if !ok {
		ours = c.heading.id + "-" + strconv.Itoa(len(c.ids)+1)
		c.ids[id] = ours
	}
	return ours
}

var decimals = regexp.MustCompile(`-?\d+\.\d{2,}`)

// shorten rounds the numbers in a value to one decimal place: a tenth of a pixel.
func shorten(value string) string {
	return decimals.ReplaceAllStringFunc(value, func(s string) string {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return s // the pattern is of numbers only
		}
		return strings.TrimSuffix(strings.TrimSuffix(strconv.FormatFloat(round1(x), 'f', 1, 64), ".0"), "-")
	})
}
