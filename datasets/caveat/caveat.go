// Package caveat is the coded warning that rides with a number to its reader.
package caveat

// Caveat is a code with one plain sentence.
type Caveat string

const (
	ShortHistory     Caveat = "short-history"
	TrialLimits      Caveat = "trial-limits"
	RecentIncomplete Caveat = "recent-incomplete"
	SystemChange     Caveat = "system-change"
	BatchReporting   Caveat = "batch-reporting"
	FewOrganisations Caveat = "few-organisations"
	NotConverged     Caveat = "not-converged"
	SmallSample      Caveat = "small-sample"
	ReportsNotSafety Caveat = "reports-not-safety"
	ZeroVariation    Caveat = "zero-variation"
	ReportsJoined    Caveat = "reports-joined"
)

// sentences is the one table of sentences; the documentation and its test use it.
var sentences = map[Caveat]string{
	ShortHistory:     "There is little history to compare with, so what is expected is uncertain.",
	TrialLimits:      "Fewer than 13 points: the limits are trial limits.",
	RecentIncomplete: "The latest weeks are incomplete: reports are still to come.",
	SystemChange:     "Organisations moved to another recording system in this period; counts before and after are not comparable.",
	BatchReporting:   "An organisation sent a large batch of older reports at once.",
	FewOrganisations: "The reports come from few organisations.",
	NotConverged:     "The model could not be fitted, so nothing can be said of this count.",
	SmallSample:      "The numbers are small.",
	ReportsNotSafety: "Counts show what was reported, not how safe care is.",
	ReportsJoined:    "Some reports tell of an event that another report tells of already; each event is counted once.",
	ZeroVariation:    "The values do not vary, so limits can't be drawn.",
}

// Sentence gives the warning in words for a reader.
func (c Caveat) Sentence() string { return sentences[c] }

// All lists every caveat with its sentence.
func All() map[Caveat]string {
	out := make(map[Caveat]string, len(sentences))
	for k, v := range sentences {
		out[k] = v
	}
	return out
}
