package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Date writes a day in full, or "not known".
func Date(d incident.Day) string {
	if !d.Known() {
		return "not known"
	}
	return d.Time().Format("2 January 2006")
}

// Count writes a number with its noun: "1 report", "1,200 reports".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return disclosure.Commas(n) + " " + many
}

// Join writes a list as people say it: "a, b and c".
func Join(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// Number writes a model's number: one decimal place below 10, none above.
func Number(x float64) string {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return "not known"
	case math.Abs(x) < 9.95:
		return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	default:
		return disclosure.Commas(int(math.Round(x)))
	}
}

// Times compares what was seen with what was expected: "about 5 times as many as
// expected". It says so where the expected number is too small for a ratio.
func Times(observed, expected float64) string {
	switch ratio := observed / expected; {
	case math.IsNaN(expected) || expected < 0:
		return "it is not known how many to expect"
	case expected < 0.5:
		return "hardly any were expected"
	case ratio >= 1.75:
		return fmt.Sprintf("about %s times as many as expected", Number(ratio))
	case ratio >= 1.1:
		return "more than expected"
	case ratio > 0.9:
		return "about as many as expected"
	default:
		return "fewer than expected"
	}
}

// Sentences parts a text that a program wrote into its sentences: at a full stop
// with a space after it, before a capital, a figure or a quotation mark.
func Sentences(s string) []string {
	var out []string
	for from := 0; from < len(s); {
		end := len(s)
		for i := from; i+2 < len(s); i++ {
			if s[i] == '.' && s[i+1] == ' ' && strings.IndexByte("\"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", s[i+2]) >= 0 {
				end = i + 1
				break
			}
		}
		if one := Sentence(s[from:end]); one != "" {
			out = append(out, one)
		}
		from = end + 1
	}
	return out
}

// Sentence begins s with a capital and ends it with a full stop, unless it ends in
// a mark already.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?:") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return Capital(s)
}

// Capital begins s with a capital.
func Capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// Slug makes a name fit for a file or an id: lower-case letters, digits and
// single hyphens. Different names may give the same slug.
func Slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := strings.TrimSuffix(b.String(), "-")
	if len(slug) > 80 {
		slug = strings.TrimSuffix(slug[:80], "-")
	}
	if slug == "" {
		return "unnamed"
	}
	return slug
}

// LifeTag is the tag of an alert's state: "new", "grown", "open" or "quiet".
func LifeTag(state string) Tag {
	switch state {
	case "new":
		return Tag{Text: "New"}
	case "grown":
		return Tag{Text: "Grown", Colour: "purple"}
	case "open":
		return Tag{Text: "Open", Colour: "grey"}
	case "quiet":
		return Tag{Text: "Quiet", Colour: "white"}
	}
	return Tag{Text: Capital(state), Colour: "grey"}
}
