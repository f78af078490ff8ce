// Package narrative writes the free text of invented patient safety events: what
// happened, what was done and why, in the many ways in which staff of the health
// service write. In goes a [Case] (a scenario with its patient, ward and harm) and
// a [Style] (how this reporter writes); out comes a text, with the places of every
// identifier that was planted in it.
//
// The words stand in text/*.txt, in a small grammar that a clinician can read and
// mend. A block begins with "= name | key: value | …" for a scenario, "% name" for
// a specialty, "@ name" for a rule that others use. A scenario has fragments of
// several parts: what happened (-), the circumstances before (<), how it was found
// (!), why (?), what was done (>), what came of it (+, or +0 to +4 by degree of
// harm) and a headline (*); "let" names values that hold throughout a text. "~"
// before a mark is for whole sentences, which hasty writers use less. A block
// without keys adds to the one of the same name before it. What every scenario of
// a kind of setting may say stands in the rules ctx., found., why., act., who. and
// course., with the name of the setting.
//
// Fragments are clauses. A narrative is a choice of fragments in one of several
// orders, joined, shortened, abbreviated and misspelt as the writer does.
//
// In a fragment
//
//	{a|b|}     is one of the alternatives, here perhaps nothing
//	[a]        is a, or nothing
//	<name>     is a value of the case (pt, he, drug, ward …), or a rule (@ name)
//	<n 2 6>    is a whole number from 2 to 6
//
// and words of lexicon.txt may be abbreviated, "the", "a", "was" and their like
// left out by a hasty writer.
//
// Nobody is described: names, numbers and places are drawn from invented or
// reserved ranges (see [Kind]).
package narrative
