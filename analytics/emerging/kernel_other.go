//go:build !amd64

package emerging

const fastKernel = false

func addFast(sums *[lanes]float64, size, from int, rows *int32, times *uint8, n int, weights *[lanes]float64, worth *[256]float64) int {
	panic("emerging: there is no fast kernel for this processor")
}
