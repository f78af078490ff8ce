package decision

import "psims/datasets/incident"

// Correct puts people's answers in place of the senders' labels, so that everything
// that follows, and the next training too, goes by them. Where people differ, the
// last answer holds. scheme is whose categories are counted, which are those that
// people choose from. It gives the number of labels changed.
func Correct(t *incident.Table, corrections []Correction, scheme string) int {
	if len(corrections) == 0 {
		return 0
	}
	type key struct{ system, id string }
	row := make(map[key]int, t.Len())
	for i := range t.Len() {
		row[key{t.System.Value(i), t.ID[i]}] = i
	}
	changed := 0
	for _, c := range corrections {
		i, ok := row[key{string(c.System), c.Incident}]
		if !ok {
			continue // withdrawn since, or not reported by this day
		}
		switch c.Field {
		case Category:
			t.Category.Set(i, c.Value)
			t.Scheme.Set(i, scheme)
		case Harm:
			h, err := incident.ParseHarm(c.Value)
			if err != nil {
				continue // it was checked when it was stored
			}
			t.Harm[i] = h
		case NeverEvent:
			v := c.Value
			if v == "none" {
				v = ""
			}
			t.NeverEvent.Set(i, v)
		default:
			continue
		}
		changed++
	}
	return changed
}

// Said is what somebody said of two reports, given as rows: that they tell of the same
// event, or that they don't.
type Said struct {
	A, B int32
	Same bool
}

// SaidOf gives what people said of which reports tell of the same event, oldest first.
// Reports that are not in the table, withdrawn or not there by this day, are left out.
func SaidOf(t *incident.Table, corrections []Correction) []Said {
	var out []Said
	var row map[string]int32
	for _, c := range corrections {
		if c.Field != SameEvent && c.Field != OtherEvent {
			continue
		}
		if row == nil {
			row = make(map[string]int32, t.Len())
			for i := range int32(t.Len()) {
				row[t.System.Value(int(i))+" "+t.ID[i]] = i
			}
		}
		a, known := row[string(c.System)+" "+c.Incident]
		b, there := row[c.Value]
		if known && there {
			out = append(out, Said{A: a, B: b, Same: c.Field == SameEvent})
		}
	}
	return out
}

// Changed gives the rows with a text whose category people have changed, in order.
func Changed(t *incident.Table, corrections []Correction) []int32 {
	type key struct{ system, id string }
	changed := map[key]bool{}
	for _, c := range corrections {
		if c.Field == Category {
			k := key{string(c.System), c.Incident}
			changed[k] = changed[k] || c.Was != c.Value
		}
	}
	var rows []int32
	if len(changed) == 0 {
		return nil
	}
	for i := range t.Len() {
		if t.Text[i] != "" && changed[key{t.System.Value(i), t.ID[i]}] {
			rows = append(rows, int32(i))
		}
	}
	return rows
}
