package text

import "psims/nlp/lexicon"

// stopWords are the words that carry no content in an incident report. Words
// that deny (no, not, never, nor, none, without, unable, cannot and the n't
// forms) are kept: "not given" is the opposite of "given". So are words of place
// and side (left, right, up, down, over, under, off, out, back), which tell what happened.
var stopWords = set(`a about above after again all also although am an and any are as at
	be because been before being below both but by
	can could did do does doing done during each either else for from further
	had has have having he her here hers herself him himself his how however
	i if in into is it its itself just
	may me might more most much must my myself
	of on once only or other our ours ourselves own
	per same shall she should since so some such
	than that the their theirs them themselves then there therefore these they this those though through thus to too
	until upon us very via was we were what when where whereby whether which while who whom whose why will with would
	yet you your yours yourself yourselves
	i'm i've i'd he'd she'd they'd we'd it'd he'll she'll they'll it'll we've they've we're they're that's there's
	eg ie etc`)

// negations must never become stop words; a test holds the list to it.
var negations = []string{"no", "not", "never", "nor", "none", "nothing", "neither", "without", "unable", "cannot", "can't", "didn't", "wasn't", "isn't", "won't", "couldn't", "failed", "absent", "denies", "lack"}

// Negations lists words that deny, which no list of stop words may hold.
func Negations() []string { return append([]string(nil), negations...) }

// StopWord says whether a folded word is left out of counts of content.
func StopWord(folded string) bool { return stopWords[folded] }

// NHSAbbreviations gives the abbreviations of NHS incident reports that stand for
// one word, folded form to the word written in full, from package lexicon. Sides (rt,
// lt, r, l) are apart, see [Sides]: on some wards they mean something else.
func NHSAbbreviations() map[string]string { return lexicon.Expansions() }

// Sides gives the abbreviations of left and right, for texts where they mean
// nothing else: merge them into a [Config]'s abbreviations.
func Sides() map[string]string {
	return map[string]string{"rt": "right", "rgt": "right", "r": "right", "lt": "left", "lft": "left", "l": "left"}
}

// calendar words say when, not what; they are figures for the purposes of [Config].
var calendar = set(`january february april june july august september october november december
	jan feb apr jun jul aug sep sept oct nov dec
	monday tuesday wednesday thursday friday saturday sunday mon tues thur thurs fri
	mondays tuesdays wednesdays thursdays fridays saturdays sundays`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	start := -1
	for i := 0; i <= len(words); i++ {
		blank := i == len(words) || classes[words[i]]&(classSpace|classNewline) != 0
		if blank && start >= 0 {
			m[words[start:i]] = true
			start = -1
		} else if !blank && start < 0 {
			start = i
		}
	}
	return m
}
