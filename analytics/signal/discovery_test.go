package signal_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"psims/analytics/signal"

	"pgregory.net/rapid"
)

func ExampleFalseDiscovery() {
	sigs := []signal.Signal{
		{P: 0.04}, {P: 0.001}, {P: 0.03}, {P: math.NaN(), Status: signal.TooFew}, {P: 0.6},
	}
	signal.FalseDiscovery(sigs)
	for _, s := range sigs {
		fmt.Printf("%.4f ", s.Q)
	}
	// Output: 0.0533 0.0040 0.0533 NaN 0.6000
}

// The worked example of Benjamini & Hochberg (1995), section 4.1: fifteen
// p-values of which the procedure rejects the four smallest at 0.05.
func TestFalseDiscoveryPaper(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	sigs := make([]signal.Signal, len(p))
	for i := range p {
		sigs[i].P = p[i]
	}
	signal.FalseDiscovery(sigs)
	rejected := 0
	for _, s := range sigs {
		if s.Q <= 0.05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("rejected %d, want 4", rejected)
	}
}

func TestFalseDiscoveryProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 60).Draw(t, "p")
		sigs := make([]signal.Signal, len(p))
		for i := range p {
			sigs[i].P = p[i]
		}
		turned := slices.Clone(sigs)
		slices.Reverse(turned)
		signal.FalseDiscovery(sigs)
		signal.FalseDiscovery(turned)
		slices.Reverse(turned)
		for i := range sigs {
			if sigs[i].Q != turned[i].Q {
				t.Fatalf("order changes Q: %v and %v", sigs[i].Q, turned[i].Q)
			}
			if sigs[i].Q < sigs[i].P || sigs[i].Q > 1 {
				t.Fatalf("Q = %v for P = %v", sigs[i].Q, sigs[i].P)
			}
			for j := range sigs {
				if sigs[i].P < sigs[j].P && sigs[i].Q > sigs[j].Q {
					t.Fatalf("P %v < %v but Q %v > %v", sigs[i].P, sigs[j].P, sigs[i].Q, sigs[j].Q)
				}
			}
		}
	})
}
