package redact

// mark says what a word announces beyond its class in the lexicon, so that most
// words need no second look-up.
type mark uint16

const (
	markSigned   mark = 1 << iota // initials follow: by, signed, witness
	markStaff                     // the word staff
	markNaming                    // what somebody is called may follow
	markBefore                    // makes a naming phrase of the short word after it
	markNickname                  // what somebody is called follows
	markCalled                    // speaks of names and of what somebody is called
	markHand                      // nothing but initials follows: initialled, signature
	markFunction                  // one of functionWords
)

var marks = buildMarks(map[mark]string{
	markSigned:   "by signed signature initialled initialed initials witness witnessed sign countersigned checker per",
	markHand:     "initialled initialed initials signature countersigned",
	markStaff:    "staff",
	markNaming:   "a called name of as him her himself herself themselves them me to prefers",
	markNickname: "nickname nicknamed alias aka",
	markCalled:   "name names named nickname nicknamed alias aka known called call calls calling prefers preferred answers responds answer goes going introduced signs introduces short",
	markBefore:   "k be being preferred pet name known call calls called calling answers answer",
})

func buildMarks(lists map[mark]string) map[string]mark {
	out := map[string]mark{}
	for m, words := range lists {
		for w := range set(words) {
			out[w] |= m
		}
	}
	for w := range functionWords {
		out[w] |= markFunction
	}
	return out
}
