package scan

import (
	"fmt"
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

const (
	shortHistory = 52 // weeks before the windows; fewer carry caveat.ShortHistory
	fewEvents    = 5  // seen and expected together; fewer carry caveat.SmallSample
	fewGroups    = 3  // fewer organisations carry caveat.FewOrganisations
)

// Signals gives one signal for each zone or node, in its order. strata name them,
// week is the Monday of the last week.
//
// Raised are all that reach Alpha. Where several share places (a node, its parent,
// its parent's parent) they tell of the same events: Clusters names the best of
// them, and only those know of how many organisations the events come, which
// decides on caveat.FewOrganisations and caveat.BatchReporting. TooFew are those
// that never had MinEvents events, whenever they happened.
//
// P allows for all zones and windows of this scan, so it is not for
// signal.FalseDiscovery together with findings that stand for themselves alone;
// put the smallest P of each scan there.
//
// Panics if there are not as many strata as zones.
func (r *Result) Signals(strata []tally.Stratum, week incident.Day) []signal.Signal {
	if len(strata) != len(r.Zones) {
		panic(fmt.Sprintf("scan: %d strata for %d zones", len(strata), len(r.Zones)))
	}
	out := make([]signal.Signal, len(r.Zones))
	for i, f := range r.Zones {
		out[i] = r.signal(f, strata[i], week)
	}
	for _, f := range r.Clusters {
		out[f.Zone] = r.signal(f, strata[f.Zone], week)
	}
	return out
}

func (r *Result) signal(f Finding, stratum tally.Stratum, week incident.Day) signal.Signal {
	s := signal.Signal{
		Detector: "scan-" + r.Config.Model.String(), Stratum: stratum, Week: week,
		Observed: float64(f.Observed), Expected: f.Expected, Hi: float64(f.Usual),
		P: f.P, Q: math.NaN(), Status: signal.Quiet,
	}
	if f.TooFew {
		s.Status, s.Score, s.Lo, s.Hi = signal.TooFew, math.NaN(), math.NaN(), math.NaN()
		return s
	}
	if r.Critical > 0 {
		s.Score = f.LLR / r.Critical
	}
	if f.LLR > r.Critical {
		s.Status = signal.Raised
	}
	// Only beyond what the replicates can tell is the fitted tail better than their rank.
	if r.Config.Gumbel && f.P <= 1/float64(len(r.Maxima)+1) && f.Gumbel < f.P {
		s.P = f.Gumbel
	}
	s.Caveats = r.caveats(f)
	return s
}

func (r *Result) caveats(f Finding) []caveat.Caveat {
	var out []caveat.Caveat
	if r.Weeks-r.Config.MaxWeeks < shortHistory {
		out = append(out, caveat.ShortHistory)
	}
	if float64(f.Observed)+f.Expected < fewEvents {
		out = append(out, caveat.SmallSample)
	}
	if f.Groups > 0 && f.Groups < fewGroups {
		out = append(out, caveat.FewOrganisations)
	}
	if f.Capped >= fewEvents || f.Filing >= fewEvents && 2*f.Filing >= f.Observed {
		out = append(out, caveat.BatchReporting)
	}
	return out
}
