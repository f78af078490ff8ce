package label_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/label"
)

func show(t *label.Table) []string {
	out := make([]string, t.Rows())
	for i := range out {
		out[i] = t.String(i)
	}
	return out
}

func TestSingle(t *testing.T) {
	y := label.Single([]string{"fall", "", "drug", "fall"})
	if diff := cmp.Diff([]string{"drug", "fall"}, y.Names()); diff != "" {
		t.Errorf("names:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"fall", "", "drug", "fall"}, show(y)); diff != "" {
		t.Errorf("rows:\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 2}, y.Counts()); diff != "" {
		t.Errorf("counts:\n%s", diff)
	}
	if y.Class(0) != 1 || y.Class(1) != -1 || !y.Exclusive() || !y.Has(2, 0) || y.Has(1, 0) {
		t.Errorf("classes %d, %d", y.Class(0), y.Class(1))
	}
}

func TestMulti(t *testing.T) {
	y := label.Multi([][]string{{"b", "a", "b"}, nil, {"", "c"}})
	if diff := cmp.Diff([]string{"a|b", "", "c"}, show(y)); diff != "" {
		t.Errorf("rows:\n%s", diff)
	}
	if y.Exclusive() || y.Classes() != 3 || y.Class(0) != 0 {
		t.Errorf("%d classes", y.Classes())
	}
}

func TestNamed(t *testing.T) {
	y, err := label.Named([]string{"z", "a"}, []string{"a", "", "z"})
	if err != nil {
		t.Fatal(err)
	}
	if y.Class(0) != 1 || y.Class(1) != -1 || y.Class(2) != 0 {
		t.Errorf("classes %d %d %d", y.Class(0), y.Class(1), y.Class(2))
	}
	for name, names := range map[string][]string{"twice": {"a", "z", "a"}, "empty": {"a", ""}, "missing": {"a"}} {
		if _, err := label.Named(names, []string{"a", "z"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOf(t *testing.T) {
	y := label.Of([]string{"a", "b"}, []int32{1, -1, 0})
	if diff := cmp.Diff([]string{"b", "", "a"}, show(y)); diff != "" {
		t.Errorf("rows:\n%s", diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("class 2 of 2 was taken")
		}
	}()
	label.Of([]string{"a", "b"}, []int32{2})
}

func TestConformKeepsLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
		y := label.Multi(rapid.SliceOf(rapid.SliceOfN(name, 0, 3)).Draw(t, "rows"))
		names := rapid.SliceOfNDistinct(name, 0, 5, rapid.ID[string]).Draw(t, "names")
		z := y.Conform(names)
		if diff := cmp.Diff(names, z.Names()[:len(names)], cmp.Transformer("nil", func(s []string) string { return fmt.Sprint(s) })); diff != "" {
			t.Fatalf("names:\n%s", diff)
		}
		for i := range y.Rows() {
			for _, c := range names {
				was, is := false, false
				for _, l := range y.Row(i) {
					was = was || y.Name(l) == c
				}
				for _, l := range z.Row(i) {
					is = is || z.Name(l) == c
				}
				if was != is {
					t.Fatalf("row %d: %q was %v and is %v", i, c, was, is)
				}
			}
			if len(y.Row(i)) != len(z.Row(i)) {
				t.Fatalf("row %d: %s became %s", i, y.String(i), z.String(i))
			}
		}
		rows := make([]int32, y.Rows())
		for i := range rows {
			rows[i] = int32(len(rows) - 1 - i)
		}
		if g := y.Gather(rows); !cmp.Equal(show(g.Gather(rows)), show(y)) {
			t.Fatalf("gathered twice: %v, was %v", show(g.Gather(rows)), show(y))
		}
	})
}

func ExampleSingle() {
	y := label.Single([]string{"fall", "medication", "fall"})
	fmt.Println(y.Names(), y.Counts(), y.Class(1))
	// Output: [fall medication] [2 1] 1
}
