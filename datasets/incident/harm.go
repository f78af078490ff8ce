package incident

import "fmt"

// Harm is the degree of harm to a patient, in words that both national systems
// share. Its order is asked for with WorseThan, never by comparing codes: LFPSE's
// own codes run backwards (1 is fatal), and an unrecorded harm is neither better
// nor worse than a recorded one.
type Harm uint8

const (
	HarmMissing       Harm = iota // a patient was affected; the sender gave no grade
	HarmNotApplicable             // no patient was affected
	NoHarm
	LowHarm
	ModerateHarm
	SevereHarm
	Fatal
)

// harmNames is the one table of names: String, ParseHarm and the documentation use it.
var harmNames = [...]string{"missing", "not applicable", "none", "low", "moderate", "severe", "fatal"}

// Harms lists every value, mildest first, beginning with the two that are not grades.
func Harms() []Harm {
	return []Harm{HarmMissing, HarmNotApplicable, NoHarm, LowHarm, ModerateHarm, SevereHarm, Fatal}
}

// String gives the English name used in every output.
func (h Harm) String() string {
	if int(h) < len(harmNames) {
		return harmNames[h]
	}
	return fmt.Sprintf("harm(%d)", uint8(h))
}

// ParseHarm reads a name that String gives.
//
// Errors: any other text.
func ParseHarm(s string) (Harm, error) {
	for i, name := range harmNames {
		if s == name {
			return Harm(i), nil
		}
	}
	return HarmMissing, fmt.Errorf("reading harm %q: want one of %v", s, harmNames)
}

// Graded reports whether h is a degree of harm rather than the want of one.
func (h Harm) Graded() bool { return h >= NoHarm && h <= Fatal }

// WorseThan reports whether both are graded and h is the worse.
func (h Harm) WorseThan(o Harm) bool { return h.Graded() && o.Graded() && h > o }

// SevereOrFatal reports whether h is one of the two worst grades.
func (h Harm) SevereOrFatal() bool { return h == SevereHarm || h == Fatal }

// Worst returns the worse of two: any grade outranks "not applicable", which
// outranks "missing" (one patient's missing grade doesn't hide another's).
func Worst(a, b Harm) Harm { return max(a, b) }
