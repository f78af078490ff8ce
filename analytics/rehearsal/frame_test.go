package rehearsal_test

import (
	"math"
	"testing"

	"psims/analytics/rehearsal"
	"psims/datasets/frame"
)

func TestFrames(t *testing.T) {
	r := &rehearsal.Result{Planted: []rehearsal.Planted{{Name: "a", Rate: 2}, {Name: "b", Rate: 4}},
		Levels: []rehearsal.Level{{Balance: 4, Found: []rehearsal.Found{{Found: true, Delay: 3, Precision: 0.5}, {}}}, {Balance: 5, Found: []rehearsal.Found{{}, {}}}}}
	got := rehearsal.FoundFrame([]*rehearsal.Result{r, r}).Reader()
	repeat, theme, delay := frame.Take[int64](got, "repeat"), frame.Take[string](got, "theme"), frame.Take[float64](got, "delay")
	if got.Err() != nil || len(repeat) != 8 || repeat[7] != 2 || theme[3] != "b" || delay[0] != 3 || !math.IsNaN(delay[1]) {
		t.Errorf("%v %v %v, %v", repeat, theme, delay, got.Err())
	}
	levels := rehearsal.LevelFrame([]rehearsal.Total{{Balance: 4, Weeks: 8, False: 2, Rates: []rehearsal.AtRate{{Rate: 2, Planted: 1}, {Rate: 4, Planted: 1}}}}).Reader()
	if wrong := frame.Take[float64](levels, "false_alerts_per_week"); levels.Err() != nil || len(wrong) != 2 || wrong[0] != 0.25 {
		t.Errorf("false alerts a week %v, %v", wrong, levels.Err())
	}
}
