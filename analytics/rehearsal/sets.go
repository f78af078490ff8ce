package rehearsal

import (
	"maps"
	"slices"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/models/theme"
)

// Coded gives the sets of searched reports that people gave the same code: category,
// subcategory, medicine or device. rows are the searched rows of the table, ascending;
// the sets hold places among them.
func Coded(t *incident.Table, rows []int32) []Theme {
	sets := map[string][]int32{}
	for _, c := range []struct {
		what   string
		column *incident.Column
	}{{"category", &t.Category}, {"subcategory", &t.Subcategory}, {"medicine", &t.Medication}, {"device", &t.Device}} {
		if len(c.column.Codes) == 0 {
			continue
		}
		for k, i := range rows {
			if code := c.column.Codes[i]; code > 0 {
				name := c.what + ": " + c.column.Names[code]
				sets[name] = append(sets[name], int32(k))
			}
		}
	}
	return named(sets)
}

// Grouped gives the sets of searched reports that are in the same theme.
func Grouped(g *theme.Grouped, rows []int32) []Theme {
	sets := map[string][]int32{}
	for k, i := range rows {
		if of := g.Of[i]; of != cluster.None {
			name := "theme: " + g.Name[of] + " (" + g.ID[of] + ")"
			sets[name] = append(sets[name], int32(k))
		}
	}
	return named(sets)
}

// named gives the sets in the order of their names.
func named(sets map[string][]int32) []Theme {
	var out []Theme
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		out = append(out, Theme{Name: name, Rows: sets[name]})
	}
	return out
}

// Plantable counts the sets that a rehearsal could plant among so many searched reports.
func Plantable(themes []Theme, searched int) int {
	k := 0
	for _, t := range themes {
		if len(t.Rows) >= 24 && 30*len(t.Rows) <= searched {
			k++
		}
	}
	return k
}
