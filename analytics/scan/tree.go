package scan

import (
	"fmt"
	"slices"
	"strings"
)

// Tree is a hierarchy and the reports coded to its nodes: organisation in
// integrated care board in region, category level 2 in level 1, drug in class.
// Each node, with all that lies below it, is a cut that is looked at.
type Tree struct {
	Data           // Places are the nodes; a report may be coded to any of them
	Parent []int32 // of each node; −1: a root. There may be several
}

// Grow makes a tree of paths, each from the top down. It gives the parent and the
// name of each node, and the node at which each path ends. A path stops at the
// first empty name: what lies below was not recorded. A path without any name
// ends at a root of its own, whose name is empty.
func Grow(paths [][]string) (parent []int32, name []string, leaf []int32) {
	type step struct {
		parent int32
		name   string
	}
	known := map[step]int32{}
	leaf = make([]int32, len(paths))
	for i, path := range paths {
		if k := slices.Index(path, ""); k >= 0 {
			path = path[:k]
		}
		if len(path) == 0 {
			path = []string{""}
		}
		at := int32(-1)
		for _, s := range path {
			node, ok := known[step{at, s}]
			if !ok {
				node = int32(len(parent))
				known[step{at, s}] = node
				parent, name = append(parent, at), append(name, strings.Clone(s))
			}
			at = node
		}
		leaf[i] = at
	}
	return parent, name, leaf
}

// Scan looks at every node and every window. Finding.Zone is the node. Of nodes
// with the same ratio the deepest is told.
//
// Errors: settings or data that can't be used, a tree that is none. Panics on
// broken shapes.
func (t Tree) Scan(c Config) (*Result, error) {
	if len(t.Parent) != t.Places {
		panic(fmt.Sprintf("scan: %d parents for %d nodes", len(t.Parent), t.Places))
	}
	zones, err := cuts(t.Parent)
	if err != nil {
		return nil, err
	}
	return run(&t.Data, zones, c)
}

// cuts makes a zone of every node, children before their parents.
func cuts(parent []int32) (Zones, error) {
	n := len(parent)
	children := make([][]int32, n)
	order := make([]int32, 0, n) // from the roots down, level by level
	for i, p := range parent {
		switch {
		case p < -1 || int(p) >= n:
			return Zones{}, fmt.Errorf("scan: node %d has parent %d of %d nodes: -1 is for none", i, p, n)
		case p < 0:
			order = append(order, int32(i))
		default:
			children[p] = append(children[p], int32(i))
		}
	}
	for i := 0; i < len(order); i++ {
		order = append(order, children[order[i]]...)
	}
	if len(order) < n {
		return Zones{}, fmt.Errorf("scan: %d of %d nodes hang from no root: one lies below itself", n-len(order), n)
	}
	slices.Reverse(order)
	z := newZones(n)
	z.tree = true
	zone := make([]int32, n)
	var parts []int32
	for _, node := range order {
		parts = append(parts[:0], node)
		for _, child := range children[node] {
			parts = append(parts, zone[child])
		}
		zone[node] = z.add(parts...)
		z.name[z.Len()-1] = node
	}
	return z, nil
}
