// Package text answers: which words does a narrative use, and where?
//
// In goes the free text of one event, as UTF-8. Out come [Token] values that say
// where each word, number, date, dose or redaction placeholder lies in that text
// by byte offset ([Tokenise]), the sentences ([Sentences]), and, for counting, a
// sequence of folded and stemmed terms as small integers ([Analyser]).
//
// Nothing here changes the text: a token always slices back to what was written,
// so that a finding can be shown in the reporter's own words. All of it is
// deterministic, and none of it allocates for a token.
package text

import "fmt"

// Kind says what sort of thing a token is. Kinds other than Word, Symbol and
// Placeholder carry figures, which tell where and when but not what happened: a
// count of unusual words must be able to leave them out, or it would rank the
// year first.
type Kind uint8

const (
	Word        Kind = iota // fall, x-ray, co-amoxiclav, patient's, R/A, c/o, e.g., NEWS2, 12-lead
	Number                  // 3, 5.5, 1,000, 120/80, 2-3, 5th
	Date                    // 3/4/2013, 2013-04-03, 3rd of April 2013, Apr 3, 2013
	Time                    // 03:10, 3.10pm, 0310hrs
	Dose                    // 5mg, 10 units, 2.5ml, 40mg/ml
	Measure                 // 10cm, 38.5°C, 50%, 120/80mmHg
	Code                    // identifiers: letters with four digits or more, AB12345
	Placeholder             // [NAME], [NHS NUMBER]: what the redaction gate left
	Symbol                  // & + = < > % £ $ @ # ° ↑ ↓ and the like
)

var kindNames = [...]string{"word", "number", "date", "time", "dose", "measure", "code", "placeholder", "symbol"}

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Word, Number, Date, Time, Dose, Measure, Code, Placeholder, Symbol}
}

// String gives the English name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Figure says whether the kind is one of those that carry figures: numbers,
// dates, times, doses, measures and codes.
func (k Kind) Figure() bool { return k >= Number && k <= Code }

// Token is a stretch of a text: bytes Start up to, but not including, End.
type Token struct {
	Start, End int32
	Kind       Kind
	First      bool // the token starts a sentence
}

// In gives the token's own text; s must be the text that was tokenised.
func (t Token) In(s string) string { return s[t.Start:t.End] }

// Span is a stretch of a text: bytes Start up to, but not including, End.
type Span struct{ Start, End int32 }

// In gives the span's own text.
func (p Span) In(s string) string { return s[p.Start:p.End] }

// Tokenise appends the tokens of s to dst, in order and without overlap.
//
// White space and ordinary punctuation give no token. Bytes that are not valid
// UTF-8 separate words. Rules for clinical English:
//   - hyphens and apostrophes inside a word belong to it (co-amoxiclav, x-ray, patient's), curly or straight;
//   - a slash or an ampersand belongs to the word between parts of one or two letters (R/A, s/c, c/o, A&E), and between units (mcg/hr); otherwise it separates (arm/hand);
//   - letters with fewer than four digits are a word (NEWS2, T12, COVID-19), so is a number with a hyphen and letters (12-lead); with more they are a Code;
//   - single letters with stops between are one word with its last stop (e.g., p.o.);
//   - a number takes its unit with it, with or without a space (5mg, 10 units).
//
// A number with a slash is a Number, not a Date, unless it has three parts: 5/7
// is five days on a ward as often as it is the fifth of July.
//
// Nothing is allocated but room in dst. Panics if s is 2 GiB or longer.
func Tokenise(dst []Token, s string) []Token {
	sc := newScanner(s)
	for sc.next() {
		dst = append(dst, sc.token)
	}
	return dst
}

// Sentences appends the sentences of s that hold at least one token to dst, in
// order and without overlap. White space at either end is left out; closing
// marks are kept.
//
// A sentence ends at a new line, at ? or !, and at a full stop that white space
// or the end follows, unless the stop belongs to an abbreviation (Dr. Smith,
// approx. 5, e.g. this), an initial or the number of a list item. A stop with no
// space after it ends a sentence when a capitalised word follows a word in lower
// case (fell.Staff), as hurried writers do.
func Sentences(dst []Span, s string) []Span {
	sc := newScanner(s)
	start, end := int32(-1), int32(0)
	for sc.next() {
		if sc.token.First && start >= 0 {
			dst = append(dst, Span{start, trimRight(s, start, sc.before)})
			start = -1
		}
		if start < 0 {
			start = sc.token.Start
		}
		end = sc.token.End
	}
	if start >= 0 {
		stop := int32(len(s))
		if sc.pending { // a boundary was seen after the last token
			stop = sc.cut
		}
		dst = append(dst, Span{start, trimRight(s, start, max(end, stop))})
	}
	return dst
}

func trimRight(s string, start, end int32) int32 {
	for end > start && classes[s[end-1]]&(classSpace|classNewline) != 0 {
		end--
	}
	return end
}
