//go:build !amd64

package linear

const fastKernel = false

func addRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int) {
	panic("linear: there is no fast kernel for this processor")
}

func maxRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int) {
	panic("linear: there is no fast kernel for this processor")
}
