package linear

import "golang.org/x/sys/cpu"

// fastKernel says whether the processor has what addRowsFast needs.
var fastKernel = cpu.X86.HasAVX2

// addRowsFast is addRows for wide labels, a multiple of eight, and n features.
//
//go:noescape
func addRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int)

// maxRowsFast is maxRows as addRowsFast is addRows.
//
//go:noescape
func maxRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int)
