package redact

import "psims/nlp/lexicon"

// initialsAfter takes the initials, or the initials and a surname, that follow
// token i, a word after which somebody is named: "signed KL", "given by T. Roe",
// "patient H.K.", "checked by Roe L".
func (s *scan) initialsAfter(i int) int {
	c := s.toks[i].class
	signed := s.toks[i].mark&markSigned != 0
	staff := c.Has(lexicon.Role|lexicon.Subject|lexicon.Relation) || s.toks[i].mark&markStaff != 0 || c.Has(lexicon.Title)
	j := i + 1
	if !signed && !staff || j >= len(s.toks) || s.toks[j].taken || s.toks[j].gap != gapSpace && s.toks[j].gap != gapColon && !(s.toks[j].gap == gapDotSp && c.Has(lexicon.Title)) && s.toks[j].gap != gapOpen {
		return i
	}
	if s.byHand(i, j) {
		return s.addName(j, j+1, false)
	}
	if j+2 < len(s.toks) && s.dottedDOB(j+2) || s.toks[j].slip != keyNone || s.toks[j].key == keyBirth || s.toks[j].shape != initial && s.numberAhead(j) {
		return i
	}
	end := j
	for end < len(s.toks) && end-j < 3 && s.single(end) && (end == j || s.initialGap(end)) {
		end++
	}
	if s.post(j, end) {
		return i
	}
	switch n := end - j; {
	case n == 1 && end < len(s.toks) && !s.toks[end].taken && (s.toks[end].gap == gapSpace || s.toks[end].gap == gapDotSp || s.toks[end].gap == gapDot) && s.surnameLike(end) && !s.article(j):
		return s.addName(j, end+1, true) // H. Frobisher
	case n >= 2 && !signed && !c.Has(lexicon.Title) && s.toks[j+1].gap == gapSlash && s.toks[i].mark&markStaff == 0, n == 2 && s.staffNurse(j+1):
		return i // reg r/v at noon, pt c/o pain
	case n >= 2 && end < len(s.toks) && (s.toks[end].gap == gapSpace || s.toks[end].gap <= gapDotSp && s.toks[end].shape == title) && s.surnameLike(end):
		return s.addName(j, end+1, true) // B P Frobisher
	case n >= 2 && (signed || s.toks[j].shape == initial || s.nextGap(j) == gapDot || s.nextGap(j) == gapSlash || c.Has(lexicon.Title) || s.toks[i].mark&markStaff != 0):
		return s.addName(j, end, false)
	case n > 0:
		return i
	}
	t := &s.toks[j]
	size := t.end - t.start
	const other = lexicon.Role | lexicon.Title | lexicon.Subject | lexicon.Relation | lexicon.Auxiliary | lexicon.Head
	plain := t.class&other == 0 && t.key == keyNone && (t.class&lexicon.Thing == 0 && !functionWords[s.foldOf(j)])
	switch {
	case t.shape == upper && size <= 3 && !s.allCaps && plain && (signed || s.personNext(j) || s.closes(j)):
		return s.addName(j, j+1, false)
	case (t.shape == lower || s.allCaps) && t.shape <= upper && size <= 3 && plain && t.class == 0 && (signed || s.toks[i].mark&markStaff != 0):
		return s.addName(j, j+1, false)
	case j+1 < len(s.toks) && s.toks[j+1].gap == gapSpace && s.single(j+1) && !s.article(j+1) && s.surnameLike(j):
		return s.addName(j, j+2, true) // Frobisher L
	}
	return i
}

// byHand reports whether token j, behind token i, is two or three letters that
// nobody but a person leaves: initialled PC, initialled by ES, Dr SE.
func (s *scan) byHand(i, j int) bool {
	t := &s.toks[j]
	n := t.end - t.start
	if n < 2 || n > 3 || t.shape > upper || t.mark&markFunction != 0 || t.key != keyNone || t.class.Has(lexicon.Role|lexicon.Title|lexicon.Relation|lexicon.Auxiliary) || s.headNext(j) || s.post(j, j+1) {
		return false
	}
	hand := s.toks[i].mark&markHand != 0 || i > 0 && s.toks[i-1].mark&markHand != 0 && s.foldOf(i) == "by"
	titled := n == 2 && s.toks[i].class.Has(lexicon.Title) && s.titleIsTitle(i)
	if !hand && !titled {
		return false
	}
	return t.shape == upper || !t.class.Has(lexicon.Word)
}

// post reports whether the letters from token j to end, or the word there, stand
// for a post or a state and not for somebody: NIC, nurse in charge; o/c, on call.
func (s *scan) post(j, end int) bool {
	letters := ""
	for k := j; k < max(end, j+1); k++ {
		letters += s.foldOf(k)
	}
	return posts[letters]
}

var posts = set("wo nok nic ic oc oic sic ncic")

// numberAhead reports whether a number, or the word for one and a number, follow token i.
func (s *scan) numberAhead(i int) bool {
	j := i + 1
	for j < len(s.toks) && j < i+3 && (s.toks[j].key == keyNumber || s.toks[j].key == keyGlue || s.toks[j].key == keyPIN || refs[s.foldOf(j)]) {
		j++
	}
	return j < len(s.toks) && (s.toks[j].shape == digits || s.toks[j].shape == alnum || s.toks[j].shape == placeholder || s.toks[j].taken)
}

// single reports whether token i is one letter other than the words a and I in small letters.
func (s *scan) single(i int) bool {
	t := &s.toks[i]
	return t.end-t.start == 1 && (t.shape == initial || t.shape == lower && s.text[t.start] != 'a' && s.text[t.start] != 'i' || t.shape == lower && (i+1 < len(s.toks) && (s.toks[i+1].gap == gapDot || s.toks[i+1].gap == gapSlash) || i > 0 && s.toks[i-1].end-s.toks[i-1].start == 1 && (t.gap == gapDot || t.gap == gapSlash)))
}

// initialGap says what may stand between initials.
func (s *scan) initialGap(i int) bool {
	g := s.toks[i].gap
	return g == gapSpace || g == gapDot || g == gapDotSp || g == gapSlash
}

// surnameLike reports whether token i may be the surname beside an initial.
func (s *scan) surnameLike(i int) bool {
	t := &s.toks[i]
	if t.taken || t.shape > upper || t.end-t.start < 3 || t.class.Has(lexicon.Role|lexicon.Subject|lexicon.Relation|lexicon.Title) || functionWords[s.foldOf(i)] || t.key != keyNone {
		return false
	}
	return t.class.Has(lexicon.Surname|lexicon.Given) && !t.class.Has(lexicon.Says|lexicon.Auxiliary|lexicon.Drug|lexicon.Device) || s.unknown(i) && !misspelt(s.foldOf(i))
}

// nicknameAt takes what somebody is called, which may be any word: "likes to be
// called Bunty", "answers to Smudge".
func (s *scan) nicknameAt(i int) int {
	switch m := s.toks[i].mark; {
	case m&(markNaming|markNickname) == 0:
		return i
	case m&markNickname == 0 && i > 0 && s.toks[i-1].mark&markBefore == 0 && !(i > 2 && (s.toks[i-2].mark|s.toks[i-3].mark)&markBefore != 0) && s.toks[i].mark&markBefore == 0 && s.toks[i].class != 0 && s.foldOf(i) != "prefers":
		return i
	}
	sure, called := s.naming(i)
	j := i + 1
	if !called || j >= len(s.toks) || s.toks[j].taken || s.toks[j].shape > upper {
		return i
	}
	switch s.toks[j].gap {
	case gapSpace, gapColon, gapOpen, gapComma, gapApos, gapOther:
	default:
		return i
	}
	t := &s.toks[j]
	w := s.foldOf(j)
	quoted := t.gap == gapOpen || t.gap == gapApos
	capital := s.capital(j) && !s.sentenceStart(j)
	if t.class.Has(lexicon.Title) || t.gap == gapOther && !s.soft(i) || (articles[w] || determiners[w] || t.class.Has(lexicon.Auxiliary) || functionWords[w]) && !quoted && !(sure && capital && t.shape == title) {
		return i
	}
	if !sure && !quoted && s.closes(j) && s.foldOf(i) != "as" && t.shape <= title && !notCalled[w] && !inflected(w) && t.class&(lexicon.Role|lexicon.Subject|lexicon.Relation) == 0 {
		return s.addName(j, j+1, true) // the lads call him hubs.
	}
	if !sure && !quoted && !s.capital(j) && !s.stranger(j) && !t.class.Has(lexicon.Given) {
		return i
	}
	if s.foldOf(i) == "as" && !sure && !quoted && !s.unknown(j) && !t.class.Has(lexicon.Given) {
		return i // also known as Adverse Drug Reactions
	}
	if !sure && !quoted && (t.shape == upper && !s.allCaps || t.class.Has(lexicon.Thing)) {
		return i
	}
	end := j + 1
	if end < len(s.toks) && s.toks[end].gap == gapSpace && s.toks[end].shape == title && s.capital(end) {
		end++
	}
	return s.addName(j, end, true)
}

// naming reports whether token i ends a phrase that what somebody is called
// follows, and whether nothing else can follow it.
func (s *scan) naming(i int) (sure, called bool) {
	before := func(n int) string {
		if i-n < 0 || s.toks[i-n+1].gap != gapSpace && s.toks[i-n+1].gap != gapDot {
			return ""
		}
		return s.foldOf(i - n)
	}
	switch s.foldOf(i) {
	case "nickname", "nicknamed", "alias", "aka":
		return true, true
	case "a": // a.k.a.
		return true, before(1) == "k" && before(2) == "a"
	case "called":
		return before(1) == "be" || before(1) == "being", before(1) == "be" || before(1) == "being"
	case "name":
		return before(1) == "preferred" || before(1) == "pet", before(1) == "preferred" || before(1) == "pet"
	case "of":
		by := before(1) == "name" && (before(2) == "by" || before(2) == "the" && before(3) == "by")
		return by, by // not: in the name of
	case "as":
		known := before(1) == "known" || before(2) == "known" || before(3) == "known"
		return known && before(2) != "also", known
	case "him", "her", "himself", "herself", "themselves", "them", "me":
		return false, callers[before(1)]
	case "to":
		return false, before(1) == "answers" || before(1) == "answer"
	case "prefers":
		return false, true
	}
	return false, false
}

// notCalled are words that may follow "call him" though nobody is called so.
var notCalled = set("later again asap immediately first instead mid nightly over names a stupid silly lazy fat")

var callers = set("call calls called calling")
