package narrative

import "psims/datasets/codes"

// categories are the codes of the fifteen level-1 categories of NRLS (IN05)
// under the keys that the texts use.
var categories = map[string]string{
	"adm": "1", "ass": "2", "con": "3", "agg": "4", "doc": "5", "imp": "6", "inf": "7", "str": "8",
	"dev": "9", "med": "10", "abu": "11", "acc": "12", "shb": "13", "trt": "14", "oth": "15",
}

// categoryName gives NRLS's own words for a category's code.
func categoryName(code string) string {
	label, ok := codes.Lookup("nrls-in05-level1", code)
	if !ok {
		panic("narrative: NRLS has no category " + code)
	}
	return label
}

// harmProfiles gives, for each kind of scenario, how often each degree of harm
// comes of it: none, low, moderate, severe, fatal, in per cent. They are set so
// that all together come near the national 70/25/4/1.
var harmProfiles = map[string][Grades]float64{
	"fall":    {64, 31, 4, .9, .1},
	"skin":    {3, 78, 17.5, 1.5, 0},
	"drug":    {84, 14, 1.7, .27, .03},
	"delay":   {76, 18, 4.6, 1.1, .3},
	"proc":    {57, 33, 8, 1.8, .2},
	"ident":   {93, 6, .9, .1, 0},
	"mental":  {66, 29, 3.6, .8, .6},
	"self":    {38, 53, 7, 1.2, .8},
	"aggress": {78, 20, 1.8, .2, 0},
	"mother":  {42, 43, 13.5, 1.3, .2},
	"baby":    {52, 32, 12, 3, 1},
	"infect":  {52, 36, 9.5, 1.9, .6},
	"service": {91, 8, .9, .1, 0},
	"device":  {85, 12.5, 2.1, .36, .04},
	"deter":   {50, 33, 13, 3.1, .9},
	"death":   {0, 0, 0, 12, 88},
	"cut":     {9, 80, 9.5, 1, .5},
	"tear":    {5, 62, 32, 1, 0},
	"bleed":   {8, 63, 27, 1.8, .2},
	"comp":    {14, 46, 35, 4.5, .5},
	"wound":   {6, 60, 31, 2.7, .3},
	"none":    {100, 0, 0, 0, 0},
	"severe":  {20, 38, 31, 10, 1},
}
