package value

import (
	"strings"

	"psims/datasets/incident"
)

// Harm reads a degree of harm in words: "No Harm", "low", "Moderate physical
// harm", "Severe psychological harm", "Death", "Not applicable", "missing". Letter
// case doesn't matter; ok is false for anything else.
func Harm(words string) (h incident.Harm, ok bool) {
	key := strings.TrimSuffix(Key(words), "_harm")
	key = strings.TrimSuffix(strings.TrimSuffix(key, "_physical"), "_psychological")
	switch key {
	case "no", "none":
		return incident.NoHarm, true
	case "low":
		return incident.LowHarm, true
	case "moderate":
		return incident.ModerateHarm, true
	case "severe":
		return incident.SevereHarm, true
	case "fatal", "death":
		return incident.Fatal, true
	case "not_applicable":
		return incident.HarmNotApplicable, true
	case "", "missing", "harm_level_missing", "not_known", "unknown":
		return incident.HarmMissing, true
	}
	return incident.HarmMissing, false
}
