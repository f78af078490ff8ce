package redact

// mark says what a word announces beyond its class in the lexicon, so that most
// words need no second look-up.
type mark uint8

const (
	markSigned   mark = 1 << iota // initials follow: by, signed, witness
	markStaff                     // the word staff
	markNaming                    // what somebody is called may follow
	markBefore                    // makes a naming phrase of the short word after it
	markNickname                  // what somebody is called follows
)

var marks = buildMarks(map[mark]string{
	markSigned:   "by signed signature initialled initialed initials witness witnessed sign countersigned checker per",
	markStaff:    "staff",
	markNaming:   "a called name of as him her himself herself themselves them me to prefers",
	markNickname: "nickname nicknamed alias aka",
	markBefore:   "k be being preferred pet name known call calls called calling answers answer",
})

func buildMarks(lists map[mark]string) map[string]mark {
	out := map[string]mark{}
	for m, words := range lists {
		for w := range set(words) {
			out[w] |= m
		}
	}
	return out
}
