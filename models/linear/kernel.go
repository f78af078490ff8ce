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
	values = inRange(len(dst), weights, columns, values)
	if len(dst)%lane == 0 && len(columns) > 0 && fastKernel {
		addRowsFast(&dst[0], len(dst), &weights[0], &columns[0], &values[0], len(columns))
		return
	}
	addRowsSlow(dst, weights, columns, values)
}

// maxRows is addRows with the greater of what is there and the product in place of
// their sum.
func maxRows(dst, weights []float32, columns []int32, values []float32) {
	values = inRange(len(dst), weights, columns, values)
	if len(dst)%lane == 0 && len(columns) > 0 && fastKernel {
		maxRowsFast(&dst[0], len(dst), &weights[0], &columns[0], &values[0], len(columns))
		return
	}
	maxRowsSlow(dst, weights, columns, values)
}

// inRange checks that the columns are rows of weights and gives as many values.
func inRange(wide int, weights []float32, columns []int32, values []float32) []float32 {
	top := uint32(len(weights) / wide)
	for _, j := range columns {
		if uint32(j) >= top {
			panic("linear: a column out of range")
		}
	}
	return values[:len(columns)]
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

func maxRowsSlow(dst, weights []float32, columns []int32, values []float32) {
	wide := len(dst)
	for e, j := range columns {
		a, x := values[e], weights[int(j)*wide:(int(j)+1)*wide]
		y := dst[:len(x)]
		for i, v := range x {
			if p := float32(a * v); !(y[i] > p) { // as the processor does, of zeros too
				y[i] = p
			}
		}
	}
}
