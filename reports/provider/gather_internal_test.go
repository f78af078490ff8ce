package provider

import (
	"fmt"
	"math"
	"testing"
)

// Peers are of the same type where enough of them report, else of the same size;
// grades of harm play no part.
func TestPeers(t *testing.T) {
	all := map[string]*Sender{}
	add := func(n int, kind string, rows int) []*Sender {
		var out []*Sender
		for range n {
			s := &Sender{Rows: make([]int, rows), own: map[string]float64{"delay": float64(rows), "month": math.NaN()}}
			s.Code, s.Type = fmt.Sprintf("Z%02d", len(all)), kind
			all[s.Code] = s
			out = append(out, s)
		}
		return out
	}
	acute := add(12, "acute", 100)
	practices := append(add(4, "general practice", 25), add(9, "general practice", 6)...)
	hospices := add(3, "hospice", 8)
	unknown, silent, huge := add(1, "", 7)[0], add(1, "acute", 0)[0], add(1, "", 9000)[0]
	for _, tt := range []struct {
		name   string
		s      *Sender
		ofType []*Sender
		want   Peers
	}{
		{"many of its type", acute[0], append(acute, silent), Peers{Organisations: 12, Type: "acute", From: leastSent}},
		{"many of its type with few reports", practices[12], practices, Peers{Organisations: 13, Type: "general practice", From: fewSent}},
		{"few of its type", hospices[0], hospices, Peers{Organisations: 13, From: 4, To: 16}},
		{"of no known type", unknown, []*Sender{unknown, huge}, Peers{Organisations: 13, From: 4, To: 14}},
		{"like nobody", huge, []*Sender{unknown, huge}, Peers{}},
		{"without a report", silent, append(acute, silent), Peers{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, got := tt.s.peers(tt.ofType, all)
			if got != tt.want || len(list) != tt.want.Organisations {
				t.Errorf("%+v with %d, want %+v", got, len(list), tt.want)
			}
			tt.s.Measures = nil
			tt.s.besidePeers(tt.ofType, all)
			if m := tt.s.Measures[0]; m.Key != "delay" || math.IsNaN(m.Lo) != (tt.want.Organisations == 0) || m.Lo > m.Hi {
				t.Errorf("the first measure is %+v", m)
			}
			if m := tt.s.Measures[1]; !math.IsNaN(m.Lo) {
				t.Errorf("what nobody has is compared: %+v", m)
			}
		})
	}
}

// What is filled in comes last, however often it is told; of the rest what is told more
// here than elsewhere first.
func TestTellingThemesFirst(t *testing.T) {
	list := []Theme{{ID: "a", Name: "Candour applied, submitted", Year: 117, Expected: 6}, {ID: "b", Name: "Bed rails", Year: 5, Expected: 5}, {ID: "c", Name: "Wet floor", Year: 9, Expected: 2}}
	tellingFirst(list)
	if got := list[0].ID + list[1].ID + list[2].ID; got != "cba" {
		t.Errorf("in the order %s, want cba", got)
	}
}
