package lexicon

import (
	"fmt"
	"strings"
)

// Reach says on which side of a negation cue the thing denied stands.
type Reach uint8

const (
	Forward  Reach = iota // the thing follows: "no fracture"
	Backward              // the thing precedes: "fracture ruled out"
	Stop                  // not a denial: here the reach of one ends ("but")
)

var reachNames = [...]string{"before", "after", "stop"}

// String gives the name used in the list.
func (r Reach) String() string {
	if int(r) < len(reachNames) {
		return reachNames[r]
	}
	return fmt.Sprintf("reach(%d)", uint8(r))
}

// Negation is a phrase that denies, or that ends a denial.
type Negation struct {
	Words []string
	Reach Reach
}

// Negations lists the negation cues in the order of the file. Don't change what it gives.
func Negations() []Negation { return loaded().negations }

func parseNegation(line string) Negation {
	side, phrase, _ := strings.Cut(line, " ")
	for i, name := range reachNames {
		if side == name && phrase != "" {
			return Negation{Words: strings.Fields(phrase), Reach: Reach(i)}
		}
	}
	panic(fmt.Sprintf("lexicon: a negation needs before, after or stop and a phrase: %q", line))
}
