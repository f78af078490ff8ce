package boost

import "math"

// leaf is a leaf of the tree that grows: a stretch of fit.rows and its best split.
type leaf struct {
	from, until    int
	gradient, hess float64
	split          split
	parent         int // the node that leads here, −1 for the root
	left           bool
}

// split is the best way to part a leaf in two.
type split struct {
	gain           float64 // 0 for none
	feature, bin   int     // rows in bins up to bin go left
	gradient, hess float64 // of the left part
	rows           int     // in the left part
}

// grow fits one tree to what the trees before left over, and takes its step.
func (f *fit) grow() Tree {
	root := leaf{until: f.n, parent: -1}
	for i := range f.n {
		p := 1 / (1 + math.Exp(-f.odds[i]))
		f.gradient[i] = f.w[i] * (f.y[i] - p)
		f.hess[i] = f.w[i] * p * (1 - p)
		f.rows[i] = int32(i)
		root.gradient += f.gradient[i]
		root.hess += f.hess[i]
	}
	root.split = f.best(root)
	leaves := []leaf{root}
	var t Tree
	for len(leaves) < f.c.Leaves {
		at := -1
		for k := range leaves {
			if leaves[k].split.gain > 0 && (at < 0 || leaves[k].split.gain > leaves[at].split.gain) {
				at = k
			}
		}
		if at < 0 {
			break
		}
		leaves = f.part(&t, leaves, at)
	}
	f.close(&t, leaves)
	return t
}

// part splits leaf at in two and adds the node.
func (f *fit) part(t *Tree, leaves []leaf, at int) []leaf {
	l := leaves[at]
	s := l.split
	node := len(t.Feature)
	if l.parent >= 0 {
		if l.left {
			t.Left[l.parent] = node
		} else {
			t.Right[l.parent] = node
		}
	}
	t.Feature, t.Cut = append(t.Feature, s.feature), append(t.Cut, f.bins[s.feature][s.bin])
	t.Left, t.Right = append(t.Left, 0), append(t.Right, 0)
	// Rows keep their order on either side.
	bins := f.binned[s.feature*f.n : (s.feature+1)*f.n]
	right := f.scratch[:0]
	end := l.from
	for _, i := range f.rows[l.from:l.until] {
		if int(bins[i]) <= s.bin {
			f.rows[end] = i
			end++
		} else {
			right = append(right, i)
		}
	}
	copy(f.rows[end:l.until], right)
	a := leaf{from: l.from, until: end, gradient: s.gradient, hess: s.hess, parent: node, left: true}
	b := leaf{from: end, until: l.until, gradient: l.gradient - s.gradient, hess: l.hess - s.hess, parent: node}
	a.split, b.split = f.best(a), f.best(b)
	leaves[at] = a
	return append(leaves, b)
}

// best finds the split of a leaf that lowers the loss most.
func (f *fit) best(l leaf) split {
	var out split
	n := l.until - l.from
	if n < 2*f.c.MinLeaf {
		return out
	}
	whole := l.gradient * l.gradient / (l.hess + f.c.L2)
	var sumG, sumH [256]float64
	var count [256]int
	for j := range f.d {
		k := len(f.bins[j]) + 1
		clear(sumG[:k])
		clear(sumH[:k])
		clear(count[:k])
		bins := f.binned[j*f.n : (j+1)*f.n]
		for _, i := range f.rows[l.from:l.until] {
			b := bins[i]
			sumG[b] += f.gradient[i]
			sumH[b] += f.hess[i]
			count[b]++
		}
		g, h, rows := 0.0, 0.0, 0
		for b := range k - 1 {
			g, h, rows = g+sumG[b], h+sumH[b], rows+count[b]
			if rows < f.c.MinLeaf || n-rows < f.c.MinLeaf {
				continue
			}
			rg, rh := l.gradient-g, l.hess-h
			if gain := g*g/(h+f.c.L2) + rg*rg/(rh+f.c.L2) - whole; gain > out.gain+1e-12 {
				out = split{gain: gain, feature: j, bin: b, gradient: g, hess: h, rows: rows}
			}
		}
	}
	return out
}

// close numbers the leaves, gives them their values and takes the step.
func (f *fit) close(t *Tree, leaves []leaf) {
	for k, l := range leaves {
		value := f.c.Rate * l.gradient / (l.hess + f.c.L2)
		t.Leaf = append(t.Leaf, value)
		if l.parent >= 0 {
			if l.left {
				t.Left[l.parent] = -k - 1
			} else {
				t.Right[l.parent] = -k - 1
			}
		}
		for _, i := range f.rows[l.from:l.until] {
			f.odds[i] += value
		}
	}
}
