package calibrate

import (
	"fmt"
	"math"
)

// Costs says what decisions cost, in any one unit: a wrong label, and the label
// that a person must look at.
type Costs struct {
	Error  float64
	Review float64
}

// Validate says what is wrong with the costs, if anything.
func (c Costs) Validate() error {
	if !(c.Error > 0) || !(c.Review >= 0) || math.IsInf(c.Error+c.Review, 0) {
		return fmt.Errorf("calibrate: an error costs %v and a review %v", c.Error, c.Review)
	}
	return nil
}

// Threshold gives the probability below which it is cheaper to abstain: a label
// of probability p costs (1−p)·Error if it is given, and Review if it is not.
//
// Source: Chow (1970), On optimum recognition error and reject tradeoff.
func (c Costs) Threshold() float64 { return max(0, 1-c.Review/c.Error) }
