package topic

import (
	_ "embed"
	"strings"
	"unicode"

	"psims/nlp/text"
)

//go:embed unnamed.txt
var unnamedList string

// unnamed holds the stems of the words that name no theme by themselves.
var unnamed = readUnnamed(unnamedList)

func readUnnamed(list string) map[string]bool {
	analyser := text.NewAnalyser(text.Config{Stem: true})
	out := map[string]bool{}
	for line := range strings.Lines(list) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			out[w] = true
			for _, stem := range analyser.Strings(nil, w) {
				out[stem] = true
			}
		}
	}
	return out
}

// naming gives a function that reports whether words say what happened to what:
// whether one of them does more than tell of a patient, a writer, a time, an outcome,
// or of nothing.
func naming() func(words string) bool {
	analyser := text.NewAnalyser(text.Default())
	return func(words string) bool {
		for w := range strings.FieldsFuncSeq(strings.ToLower(words), func(c rune) bool { return !unicode.IsLetter(c) && c != '\'' }) {
			if len(w) < 2 || unnamed[w] || text.StopWord(w) || negation[w] {
				continue
			}
			if stems := analyser.Strings(nil, w); len(stems) == 1 && !unnamed[stems[0]] {
				return true
			}
		}
		return false
	}
}

// Paperwork reports whether a name tells of nothing but patients, writers, times, outcomes
// and what is filled in, as "duty of candour, form completed" does.
func Paperwork(name string) bool { return !Mixed(name) && !naming()(name) }

// Tells reports whether a name of [Reports.Name] says what happened to what: one made of
// nothing but words of patients, writers, times and outcomes does not, nor one of
// reports that tell of different things.
func Tells(name string) bool { return !Mixed(name) && naming()(name) }
