package redact

import "psims/nlp/lexicon"

// product reports whether token i, on no list, stands where a medicine or a device
// does: given Zentrix, allergic to Velonax, the new Solvane driver, Velonax was
// omitted. What is new on the market is on no list either, and is what the engine is
// for; who is called so and stands there gets through.
func (s *scan) product(i int) bool {
	t := &s.toks[i]
	if t.class&^(lexicon.CueEnd|lexicon.PhraseStart) != 0 || t.poss {
		return false
	}
	return s.productBefore(i) || s.productBehind(i)
}

// productBefore judges by the one or two words before token i.
func (s *scan) productBefore(i int) bool {
	if i == 0 || s.toks[i].gap != gapSpace {
		return false
	}
	w := s.foldOf(i - 1)
	if dosing[w] {
		return true
	}
	if i < 2 || s.toks[i-1].gap != gapSpace {
		return false
	}
	before := s.foldOf(i - 2)
	switch w {
	case "of", "to", "on", "onto", "after", "with", "for", "and":
		return measures[before] || w == "of" && i > 2 && before == "instead" && !s.toks[i-3].named
	}
	return false
}

// productBehind judges by what is said of token i: that it was omitted, or is given
// twice, and not that somebody was given something.
func (s *scan) productBehind(i int) bool {
	j := i + 1
	for j < len(s.toks) && s.toks[j].gap == gapSpace && (s.toks[j].class.Has(lexicon.Auxiliary) || negations[s.foldOf(j)]) {
		j++
	}
	if j >= len(s.toks) || s.toks[j].gap != gapSpace {
		return false
	}
	if s.toks[j].class.Has(lexicon.ThingHead) && j == i+1 && s.toks[j].key != keyPlace {
		return true // Orbitrel alarm
	}
	switch w := s.foldOf(j); {
	case handled[w]:
		return true
	case w == "given" || w == "stopped":
		return s.closes(j) || s.nextGap(j) == gapSpace && manners[s.foldOf(j+1)]
	}
	return false
}

// onNoList reports whether token i is on no list, not even on that of rare names.
func (s *scan) onNoList(i int) bool {
	t := &s.toks[i]
	return t.class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0 && longList(t.hash)&inNames == 0
}

// thingsNear reports whether a medicine, a device or a part of one stands within eight
// tokens of token i: what is on no list is likelier to be what it is called there.
func (s *scan) thingsNear(i int) bool {
	for j := max(0, i-8); j <= i+8 && j < len(s.toks); j++ {
		if j != i && (s.toks[j].class.Has(lexicon.Device|lexicon.Drug|lexicon.ThingHead) || parts[s.foldOf(j)]) {
			return true
		}
	}
	return false
}

var (
	// dosing are words right before what is given, used or faulty.
	dosing = set("given gave give giving took take taking prescribed prescribe faulty new using use administered omitted omit dispensed oral iv im sc topical generic brand old used")
	// measures go before "of", "to" or "on" and a product.
	measures  = set("allergic allergy reaction reactions intolerant intolerance sensitive rash dose doses batch batches pack packs box boxes tablet tablets capsule capsules course infusion bag bags vial vials ampoule ampoules syringe mg ml mls units started switched changed restarted weaned loaded blocked filled connected stock supply strip strips bottle bottles half tablets levels level")
	negations = set("not never no been be being to")
	// handled is said of products.
	handled = set("omitted administered prescribed dispensed withheld recalled infused titrated expired leaked alarmed malfunctioned primed flushed overdose toxicity withdrawal")
	// manners follow "given" where a product was.
	manners = set("twice late early without instead again orally iv im sc po before after too at in by as once three four hourly daily")
	// parts are parts of devices, and what devices do.
	parts = set("driver drivers battery batteries alarm alarms alarmed alarming screen display flap hatch lid cable connector software app firmware module handset sensor probe port valve clip seal casing switched rebooted recharged malfunctioned leaking leaked cracked snapped detached disconnected calibrated")
)
