package breaks_test

import (
	"fmt"
	"math"

	"psims/analytics/breaks"
)

// One of seven organisations moves to LFPSE and reports a half more from then on.
func ExampleRead() {
	all := steady(6, 120)
	all = append(all, from(9, "nrls", 0, 70, 20)...)
	all = append(all, from(9, "lfpse", 70, 120, 30)...)
	t := table(all)
	h := breaks.Read(t, start+7*120-1, breaks.Default())
	for _, b := range h.Breaks {
		fmt.Printf("%s %s to %s in the week of %v: %.2f times as many (%.2f to %.2f)\n", b.Organisation, b.Kind, b.System, b.Week, b.Ratio, b.Lo, b.Hi)
	}
	basis := h.Rebase(make([]int32, t.Len()), nil, 1)[0]
	fmt.Printf("before the move %.2f of what is reported now; caveats %v\n", math.Exp(basis.LogExposure[60]), basis.Caveats)
	// Output:
	// ZX009 switch to lfpse in the week of 2023-05-08: 1.50 times as many (1.30 to 1.73)
	// before the move 0.84 of what is reported now; caveats [system-change]
}
