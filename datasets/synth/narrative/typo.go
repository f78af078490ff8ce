package narrative

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// loadTypos reads typos.txt: "word = misspelling, misspelling".
func loadTypos() (map[string][]string, error) {
	b, err := texts.ReadFile("text/typos.txt")
	if err != nil {
		return nil, fmt.Errorf("reading the misspellings: %w", err)
	}
	out := map[string][]string{}
	for i, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimSpace(l); l == "" || l[0] == '#' {
			continue
		}
		word, wrong, ok := strings.Cut(l, " = ")
		if !ok {
			return nil, fmt.Errorf("typos.txt:%d: want word = misspellings", i+1)
		}
		for s := range strings.SplitSeq(wrong, ",") {
			out[word] = append(out[word], strings.TrimSpace(s))
		}
	}
	return out, nil
}

// finish misspells words and sets the capitals. Identifiers are not misspelt here
// (they have their own way, see spelt), but take the same capitals as the rest.
func (w *Writer) finish() Text {
	if w.st.Typo > 0 && !w.g.misspell(w) {
		w.out = append(w.out[:0], w.buf...)
	} else if w.st.Typo <= 0 {
		w.out = append(w.out[:0], w.buf...)
	}
	switch w.st.Letters {
	case Capitals:
		w.out = append(w.out[:0], bytes.ToUpper(w.out)...)
	case Small:
		for i, c := range w.out {
			if c >= 'A' && c <= 'Z' {
				w.out[i] = c | 0x20
			}
		}
	}
	return Text{Bytes: w.out, Marks: w.marks, Told: w.told}
}

// misspell copies buf to out with some words misspelt, and moves the marks. It
// reports false when no word was to be misspelt.
func (g *Grammar) misspell(w *Writer) bool {
	// The number of words to the next mistake is geometric.
	skip := func() int { return int(math.Log(1-w.src.Float()) / math.Log(1-w.st.Typo)) }
	next := skip()
	if next > len(w.buf) {
		return false
	}
	w.out = w.out[:0]
	mark, copied := 0, 0
	for i := 0; i < len(w.buf); {
		if mark < len(w.marks) && i == w.marks[mark].Start {
			m := &w.marks[mark]
			length := m.End - m.Start
			w.out = append(w.out, w.buf[copied:m.End]...)
			i, copied = m.End, m.End
			m.End = len(w.out)
			m.Start = m.End - length
			mark++
			continue
		}
		if !letter(w.buf[i]) {
			i++
			continue
		}
		end := i
		for end < len(w.buf) && letter(w.buf[end]) && (mark >= len(w.marks) || end < w.marks[mark].Start) {
			end++
		}
		if next == 0 {
			if end-i >= 4 && w.buf[i] >= 'a' {
				w.out = append(w.out, w.buf[copied:i]...)
				w.out = g.wrong(w, w.out, w.buf[i:end])
				copied = end
				next = skip()
			}
		} else {
			next--
		}
		i = end
	}
	w.out = append(w.out, w.buf[copied:]...)
	return true
}

// keys holds, for each letter, its neighbours on the keyboard.
var keys = [26]string{"qsz", "vgn", "xdv", "sfe", "wrd", "dgr", "fht", "gjy", "uok", "hku", "jli", "kop", "njk", "bmj", "ipl", "ol", "wa", "etf", "adw", "ryg", "yij", "cbf", "qes", "zcd", "tuh", "asx"}

// sounds are spellings that are mistaken for each other.
var sounds = [][2]string{{"ie", "ei"}, {"ei", "ie"}, {"ae", "e"}, {"oe", "e"}, {"ph", "f"}, {"ss", "s"}, {"ll", "l"}, {"mm", "m"}, {"cc", "c"},
	{"tt", "t"}, {"nn", "n"}, {"rr", "r"}, {"ea", "ee"}, {"ou", "u"}, {"tion", "sion"}, {"ance", "ence"}, {"ent", "ant"}, {"able", "ible"}, {"ough", "uff"}, {"ght", "gth"}, {"sc", "s"}, {"rh", "r"}, {"y", "i"}, {"ise", "ize"}}

// wrong appends a misspelling of word.
func (g *Grammar) wrong(w *Writer, dst, word []byte) []byte {
	src := w.src
	if known := g.typos[string(word)]; len(known) > 0 && src.Bool(.75) {
		return append(dst, known[src.Intn(len(known))]...)
	}
	if src.Bool(.35) {
		from := src.Intn(len(sounds))
		for i := range sounds {
			p := sounds[(from+i)%len(sounds)]
			if at := bytes.Index(word, []byte(p[0])); at > 0 {
				dst = append(dst, word[:at]...)
				dst = append(dst, p[1]...)
				return append(dst, word[at+len(p[0]):]...)
			}
		}
	}
	i := 1 + src.Intn(len(word)-2)
	dst = append(dst, word[:i]...)
	switch src.Intn(4) {
	case 0: // left out
	case 1: // doubled
		dst = append(dst, word[i], word[i])
	case 2: // changed places
		dst = append(dst, word[i+1], word[i])
		return append(dst, word[i+2:]...)
	default: // the key beside it
		near := keys[(word[i]|0x20)-'a']
		dst = append(dst, near[src.Intn(len(near))])
	}
	return append(dst, word[i+1:]...)
}
