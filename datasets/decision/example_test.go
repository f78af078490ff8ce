package decision_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"psims/datasets/decision"
	"psims/datasets/incident"
)

func ExampleStore() {
	dir, err := os.MkdirTemp("", "psims-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir) // an example's folder
	ctx := context.Background()
	s, err := decision.Open(ctx, filepath.Join(dir, "review.sqlite"))
	if err != nil {
		panic(err)
	}
	defer s.Close() // every act is on the disk already
	day := incident.NewDay(2026, time.March, 29)
	me := decision.Act{Who: "ann", At: time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC), AsOf: day, Run: "2026-03-29-0123abcd"}
	_, err = s.Decide(ctx, me, decision.Decision{Alert: "theme-1", State: decision.Known, Reason: "Told of in 2024.", Due: incident.NoDay, Observed: 12})
	if err != nil {
		panic(err)
	}
	same, err := s.StandingAt(ctx, day)
	if err != nil {
		panic(err)
	}
	next, err := s.StandingAt(ctx, day+1)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(same), next["theme-1"].State)
	// Output: 0 known
}
