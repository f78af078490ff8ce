// Package redacttest answers, for tests, whether the redaction gate holds against
// texts that it was not built on: it writes invented reports that hold
// identifiers, in the voices of nurses, porters, pharmacists, patients and
// relatives, each identifier in a form that people type: small letters, capitals,
// misspelt, joined to its neighbour, split over a line, written out in words.
//
// In goes a half, a seed and how many cases of each kind and form; out come texts
// with the places of what must go. Frames, names, streets and hospitals are split
// in two by a fixed hash. Recognisers may be mended by what fails in the
// Development half; the Test half is only counted.
//
// Nobody in it is real: names are drawn apart from each other, numbers come from
// the ranges that are never issued where there are such ranges.
package redacttest

import (
	"embed"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"unicode"
)

// Half is a part of the frames and names that shares nothing with the others.
type Half uint32

const (
	Development Half = iota // what recognisers may be mended by
	Test                    // what is only counted
	Fresh                   // frames and names written later, by other voices; counted once
)

// String gives the name of the half.
func (h Half) String() string {
	return [...]string{"development", "test", "fresh"}[h]
}

// lines gives the lines of a list of the half's own family.
func (h Half) lines(name string) []string {
	if h == Fresh {
		return lines("fresh-" + name)
	}
	return lines(name)
}

// Secret is what must go: Text[Start:End], in bytes.
type Secret struct{ Start, End int }

// Case is one invented report.
type Case struct {
	Kind    string // such as "name" or "NHS number"
	Form    string // such as "misspelt"
	Text    string
	Secrets []Secret
}

//go:embed list/*.txt
var lists embed.FS

// lines gives the lines of a list without those that explain it.
func lines(name string) []string {
	b, err := lists.ReadFile("list/" + name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("redacttest: %v", err)) // the lists are part of the program
	}
	all := strings.Split(strings.TrimSpace(string(b)), "\n")
	return all[1:]
}

// mine keeps what belongs to the half.
func (h Half) mine(all []string) []string {
	if h == Fresh {
		return all
	}
	var out []string
	for _, s := range all {
		f := fnv.New32a()
		f.Write([]byte(s))
		if Half(f.Sum32()>>7&1) == h {
			out = append(out, s)
		}
	}
	return out
}

// names are given names and surnames.
type names struct{ given, surname []string }

func (h Half) names(list string) names {
	all := h.lines(list)
	return names{h.mine(strings.Fields(all[0])), h.mine(strings.Fields(all[2]))}
}

// Names gives every given name and surname of a half, for tests that look for
// them where they must not be.
func (h Half) Names() []string {
	var out []string
	for _, list := range []string{"name-english", "name-foreign"} {
		n := h.names(list)
		out = append(append(out, n.given...), n.surname...)
	}
	return out
}

// author writes the cases of one half.
type author struct {
	rng                    *rand.Rand
	frames                 map[string][]string // by kind
	cues                   map[string][]string
	neutral, place, street []string
	english, foreign, word names
}

func newAuthor(h Half, seed uint64) *author {
	a := &author{
		rng: rand.New(rand.NewPCG(seed, uint64(h))), frames: map[string][]string{}, cues: map[string][]string{},
		neutral: h.mine(h.lines("neutral")), place: h.mine(h.lines("place")), street: h.mine(h.lines("street")),
		english: h.names("name-english"), foreign: h.names("name-foreign"), word: h.names("word-name"),
	}
	for _, list := range []string{"frame-name", "frame-number"} {
		for _, line := range h.lines(list) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			kind, frame, _ := strings.Cut(line, "|")
			a.frames[kind] = append(a.frames[kind], frame)
		}
	}
	for kind := range a.frames {
		a.frames[kind] = h.mine(a.frames[kind])
	}
	for _, line := range lines("cue") {
		kind, cues, _ := strings.Cut(line, "|")
		a.cues[kind] = strings.Split(cues, "|")
	}
	return a
}

// Cases writes each cases of every kind in every form it occurs in, in a fixed
// order. The same arguments give the same texts.
func Cases(h Half, seed uint64, each int) []Case {
	a := newAuthor(h, seed)
	var out []Case
	for _, f := range nameForms {
		for range each {
			out = append(out, a.nameCase(f))
		}
	}
	for _, kind := range numberKinds {
		for _, form := range numberForms {
			if !occurs(kind, form) {
				continue
			}
			for range each {
				out = append(out, a.numberCase(kind, form))
			}
		}
	}
	return out
}

// Neutral gives the sentences of a half in which nothing identifies.
func Neutral(h Half) []string { return h.mine(h.lines("neutral")) }

func (a *author) pick(from []string) string { return from[a.rng.IntN(len(from))] }

func (a *author) one(from ...string) string { return a.pick(from) }

// slot is what stands in a frame's place: what is written before the secret
// without a blank, the secret, and what follows it.
type slot struct{ before, secret, after string }

// write puts the slots into the frame, between sentences in which nothing
// identifies, and notes where the secrets lie.
func (a *author) write(kind, form, frame string, slots map[string]slot) Case {
	style := func(s string) string { return s }
	switch form {
	case "small letters":
		style = strings.ToLower
	case "capitals":
		style = strings.ToUpper
	case "telegram":
		frame = telegram(frame)
		if a.rng.IntN(2) == 0 {
			style = strings.ToLower
		}
	}
	c := Case{Kind: kind, Form: form}
	var b strings.Builder
	if a.rng.IntN(2) == 0 {
		b.WriteString(style(a.pick(a.neutral)) + " ")
	}
	for frame != "" {
		open := strings.IndexByte(frame, '{')
		if open < 0 {
			b.WriteString(style(frame))
			break
		}
		end := open + strings.IndexByte(frame[open:], '}')
		s := slots[frame[open+1:end]]
		b.WriteString(style(frame[:open] + s.before))
		if from := b.Len(); s.secret != "" {
			b.WriteString(style(s.secret))
			c.Secrets = append(c.Secrets, Secret{from, b.Len()})
		}
		b.WriteString(style(s.after))
		frame = frame[end+1:]
	}
	if a.rng.IntN(2) == 0 {
		b.WriteString(a.one(" ", "\n", " ") + style(a.pick(a.neutral)))
	}
	c.Text = b.String()
	return c
}

// telegram drops the small words, as people do who are called away.
func telegram(frame string) string {
	const small = " a an the was were is are been be had has have my her his their i we she he they it to and that this of "
	var out []string
	for _, w := range strings.Fields(frame) {
		if !strings.Contains(small, " "+strings.ToLower(w)+" ") {
			out = append(out, w)
		}
	}
	return strings.TrimRight(strings.Join(out, " "), ".")
}

// mistyped makes one slip of the keyboard inside the longest word of s.
func (a *author) mistyped(s string) string {
	words := strings.Split(s, " ")
	longest := 0
	for i, w := range words {
		if len(w) > len(words[longest]) {
			longest = i
		}
	}
	r := []rune(words[longest])
	if len(r) < 3 {
		return s
	}
	at := 1 + a.rng.IntN(len(r)-2)
	switch a.rng.IntN(4) {
	case 0:
		r[at], r[at+1] = unicode.ToLower(r[at+1]), unicode.ToLower(r[at])
	case 1:
		r = append(r[:at:at], r[at+1:]...)
	case 2:
		r = append(r[:at+1:at+1], r[at:]...)
	default:
		r[at] = rune('a' + a.rng.IntN(26))
	}
	words[longest] = string(r)
	return strings.Join(words, " ")
}

// plain writes s without accents, as most keyboards do.
func plain(s string) string {
	return strings.NewReplacer("ł", "l", "ż", "z", "ź", "z", "ś", "s", "ń", "n", "ą", "a", "ę", "e", "ć", "c", "ó", "o", "ă", "a", "ț", "t", "Ș", "S", "ș", "s",
		"ü", "u", "Ö", "O", "ö", "o", "Ş", "S", "ş", "s", "Ç", "C", "ç", "c", "ı", "i", "ã", "a", "ê", "e", "ñ", "n", "Í", "I", "í", "i", "ė", "e", "ū", "u", "ā", "a", "ņ", "n", "ē", "e", "ļ", "l",
		"ó", "o", "á", "a", "š", "s", "Š", "S", "ć", "c", "å", "a", "ø", "o", "Ø", "O", "é", "e", "è", "e", "î", "i", "â", "a", "ŷ", "y", "ú", "u", "ò", "o", "ä", "a").Replace(s)
}
