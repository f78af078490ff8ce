package emerging_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// planted gives a stream in which something new is told of in the last weeks.
func planted(seed uint64) *emerging.Stream {
	rng := rand.New(rand.NewPCG(seed, 2))
	return stream(append(background(rng, 60, 40), theme(rng, 56, 4, 3, func() int32 { return int32(1 + rng.IntN(20)) })...))
}

// A stream that shares the matrix of more reports finds what one with a matrix of its
// own finds, also when its dates are exchanged.
func TestAStreamOfSomeRowsIsOneOfItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := planted(rapid.Uint64().Draw(t, "seed"))
		shared := &emerging.Stream{Terms: all.Terms}
		for i := range all.Day {
			if rapid.IntRange(0, 9).Draw(t, "left out") > 0 {
				shared.Rows = append(shared.Rows, int32(i))
				shared.Day, shared.Organisation = append(shared.Day, all.Day[i]), append(shared.Organisation, all.Organisation[i])
			}
		}
		own := &emerging.Stream{Terms: all.Terms.Gather(shared.Rows), Day: shared.Day, Organisation: shared.Organisation}
		asOf := start + incident.Day(7*60-1)
		for _, pair := range [][2]*emerging.Stream{{shared, own}, {shared.Exchanged(asOf, 3), own.Exchanged(asOf, 3)}} {
			var found [2][]emerging.Candidate
			for k, s := range pair {
				se, err := emerging.NewSearcher(s, emerging.Default())
				if err != nil {
					t.Fatal(err)
				}
				found[k] = se.Search(asOf)
			}
			if diff := cmp.Diff(found[1], found[0]); diff != "" {
				t.Fatalf("of some rows (-own +shared):\n%s", diff)
			}
		}
	})
}

func TestCoresDoNotChangeWhatIsFound(t *testing.T) {
	// Several bands of reports, so that they are really divided.
	rng := rand.New(rand.NewPCG(1, 2))
	s := stream(append(background(rng, 60, 900), theme(rng, 56, 4, 12, func() int32 { return int32(1 + rng.IntN(20)) })...))
	asOf := start + incident.Day(7*60-1)
	var found [2][]emerging.Candidate
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for k := range found {
		runtime.GOMAXPROCS(1 + 2*k)
		found[k] = search(t, s, asOf)
	}
	if len(found[0]) == 0 {
		t.Fatal("nothing was found")
	}
	if diff := cmp.Diff(found[0], found[1]); diff != "" {
		t.Errorf("on three cores (-one +three):\n%s", diff)
	}
}
