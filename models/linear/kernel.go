package linear

// lane is how many labels the fast kernel adds up at once: weights of a feature
// are padded with zeros to a multiple of it.
const lane = 8

// padded gives k rounded up to whole lanes.
func padded(k int) int { return (k + lane - 1) / lane * lane }

// pad gives rows of k weights as rows of padded(k).
func pad(weights []float32, k int) []float32 {
	wide := padded(k)
	out := make([]float32, len(weights)/k*wide)
	for i := range len(weights) / k {
		copy(out[i*wide:], weights[i*k:(i+1)*k])
	}
	return out
}

// compact undoes pad.
func compact(weights []float32, k int) []float32 {
	wide := padded(k)
	out := make([]float32, 0, len(weights)/wide*k)
	for i := range len(weights) / wide {
		out = append(out, weights[i*wide:i*wide+k]...)
	}
	return out
}

// addRows adds to dst, of whole lanes, row columns[e] of weights times values[e]
// for every e, in order. Every product is rounded before it is added, in Go and in
// assembly alike, so that scores are the same bytes on every machine. Panics if
// lengths do not agree or a column is out of range.
func addRows(dst, weights []float32, columns []int32, values []float32) {
	wide := len(dst)
	values = values[:len(columns)]
	top := int32(len(weights) / wide)
	for _, j := range columns {
		if uint32(j) >= uint32(top) {
			panic("linear: a column out of range")
		}
	}
	if wide%lane == 0 && len(columns) > 0 && fastKernel {
		addRowsFast(&dst[0], wide, &weights[0], &columns[0], &values[0], len(columns))
		return
	}
	addRowsSlow(dst, weights, columns, values)
}

func addRowsSlow(dst, weights []float32, columns []int32, values []float32) {
	wide := len(dst)
	for e, j := range columns {
		a, x := values[e], weights[int(j)*wide:(int(j)+1)*wide]
		y := dst[:len(x)]
		for i, v := range x {
			y[i] += float32(a * v)
		}
	}
}
