package signal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/tally"
)

func TestSignalsReadBack(t *testing.T) {
	want := []signal.Signal{
		{Detector: "farrington", Stratum: tally.Stratum{Dimension: "category", Value: "Falls"}, Week: 20_000, Status: signal.Raised, Observed: 9, Expected: 3, Lo: 1, Hi: 7, Score: 1.5, P: 0.001, Q: 0.01, Caveats: []caveat.Caveat{caveat.FewOrganisations, caveat.ReportsJoined}},
		{Stratum: tally.Stratum{Dimension: "all"}, Week: 20_000, Status: signal.TooFew},
	}
	got, err := signal.FromFrame(signal.Frame(want))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := signal.FromFrame(frame.New("signals")); err == nil {
		t.Error("a table without columns gave no error")
	}
}
