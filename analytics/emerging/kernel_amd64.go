package emerging

import "golang.org/x/sys/cpu"

// fastKernel says whether the processor has what addFast needs.
var fastKernel = cpu.X86.HasAVX2

// addFast adds to the sums of the n reports in rows, of which the first of size sums is
// that of report from, the weight of each lane by what it is worth to hold the term so
// often. It stops before the first report behind the sums, and gives how many it went
// through.
//
//go:noescape
func addFast(sums *[lanes]float64, size, from int, rows *int32, times *uint8, n int, weights *[lanes]float64, worth *[256]float64) int
