package linkage_test

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/linkage"
	"psims/datasets/incident"
)

// kept writes weights and reads them again.
func kept(t *testing.T, w *linkage.Weights) *linkage.Weights {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(w); err != nil {
		t.Fatal(err)
	}
	out := new(linkage.Weights)
	if err := gob.NewDecoder(&b).Decode(out); err != nil {
		t.Fatal(err)
	}
	return out
}

func head(in linkage.Input, n int) linkage.Input {
	sex := incident.Column{Names: in.Sex.Names, Codes: in.Sex.Codes[:n]}
	return linkage.Input{Table: in.Table.Head(n), AgeDays: in.AgeDays[:n], Sex: &sex}
}

func TestLaterReportsAreJudgedByKeptWeights(t *testing.T) {
	all, truth := repeated(ward(900, 3), 9)
	in := input(all)
	settled := in.Table.Until(in.Table.Reported[len(all)*3/4])
	until := in.Table.Reported[settled-1]
	w := link(t, head(in, settled), linkage.Default()).Weights()
	if w.Until != until {
		t.Fatalf("weights are learnt until %v, want %v", w.Until, until)
	}
	in.Weights = kept(t, w)
	r := link(t, in, linkage.Default())
	if r.Learnt {
		t.Fatal("weights were learnt anew")
	}
	found := named(in, r)
	later := 0
	row := map[string]int{}
	for i, id := range in.Table.ID {
		row[id] = i
	}
	for p := range truth {
		if max(row[p[0]], row[p[1]]) >= settled {
			if later++; found[p] == 0 {
				t.Errorf("%v is not linked", p)
			}
		}
	}
	if later < 10 {
		t.Fatalf("only %d repeats are later", later)
	}
	for p := range found {
		if !truth[p] || max(row[p[0]], row[p[1]]) < settled {
			t.Errorf("%v is linked", p)
		}
	}
	in.Weights = w
	if diff := cmp.Diff(found, named(in, link(t, in, linkage.Default()))); diff != "" {
		t.Errorf("weights that were not written (-written +not):\n%s", diff)
	}
}

func TestWeightsThatLackASystemArePassedOver(t *testing.T) {
	all, _ := repeated(ward(300, 3), 9)
	in := input(all)
	w := link(t, in, linkage.Default()).Weights()
	for i := range all {
		if i > 250 {
			all[i].System = incident.NRLS
		}
	}
	in = input(all)
	want := link(t, in, linkage.Default())
	in.Weights = w
	got := link(t, in, linkage.Default())
	if !got.Learnt {
		t.Fatal("nothing was learnt of the new system")
	}
	if diff := cmp.Diff(want.Pairs, got.Pairs); diff != "" {
		t.Errorf("(-without +with weights):\n%s", diff)
	}
}
