package linear

import (
	"context"
	"fmt"
	"math"
)

// minimise moves x to where the smooth convex function look is least: the
// limited-memory BFGS method with ten pairs and a line search that halves. look
// gives the value at a point and writes the gradient there.
//
// Errors: a value that is not finite, ctx done.
func minimise(ctx context.Context, look func(x, gradient []float64) float64, x []float64, rounds int, tolerance float64) error {
	const memory = 10
	n := len(x)
	gradient, next, nextGradient, step := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var pairs []pair
	value := look(x, gradient)
	for range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("the loss is %v", value)
		}
		if largest(gradient) <= tolerance {
			return nil
		}
		direction(step, gradient, pairs)
		slope := dot(step, gradient)
		length := 1.0
		if len(pairs) == 0 {
			length = 1 / max(1, math.Sqrt(-slope))
		}
		var nextValue float64
		for try := 0; ; try++ {
			for i := range x {
				next[i] = x[i] + length*step[i]
			}
			nextValue = look(next, nextGradient)
			if nextValue <= value+1e-4*length*slope {
				break
			}
			if try == 30 { // no lower point within rounding: this is the least
				return nil
			}
			length /= 2
		}
		p := pair{s: make([]float64, n), y: make([]float64, n)}
		for i := range x {
			p.s[i], p.y[i] = next[i]-x[i], nextGradient[i]-gradient[i]
		}
		if p.sy = dot(p.s, p.y); p.sy > 1e-12*dot(p.y, p.y) {
			if len(pairs) == memory {
				pairs = pairs[1:]
			}
			pairs = append(pairs, p)
		}
		copy(x, next)
		gradient, nextGradient = nextGradient, gradient
		value = nextValue
	}
	return nil
}

// pair is one step and how the gradient changed over it.
type pair struct {
	s, y []float64
	sy   float64
}

// direction writes −H·gradient, H being the inverse of the curvature as the pairs tell it.
func direction(dst, gradient []float64, pairs []pair) {
	for i, g := range gradient {
		dst[i] = -g
	}
	if len(pairs) == 0 {
		return
	}
	share := make([]float64, len(pairs))
	for i := len(pairs) - 1; i >= 0; i-- {
		p := pairs[i]
		share[i] = dot(p.s, dst) / p.sy
		axpy64(dst, -share[i], p.y)
	}
	last := pairs[len(pairs)-1]
	scale := last.sy / dot(last.y, last.y)
	for i := range dst {
		dst[i] *= scale
	}
	for i, p := range pairs {
		axpy64(dst, share[i]-dot(p.y, dst)/p.sy, p.s)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func largest(v []float64) float64 {
	top := 0.0
	for _, e := range v {
		top = max(top, math.Abs(e))
	}
	return top
}
