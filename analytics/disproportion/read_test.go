package disproportion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/disproportion"
)

func TestReadPairs(t *testing.T) {
	got, err := disproportion.Read(strings.NewReader("d,row,col,a,b,c\n890,insulin,device,20,80,10\n805,insulin,fall,5,95,95\n850,pump,fall,0,50,100\n"), "in.csv")
	want := disproportion.Pairs{Rows: []string{"insulin", "pump"}, Cols: []string{"device", "fall"}, Cells: []disproportion.Cell{
		{Row: 0, Col: 0, A: 20, B: 80, C: 10, D: 890}, {Row: 0, Col: 1, A: 5, B: 95, C: 95, D: 805}, {Row: 1, Col: 1, A: 0, B: 50, C: 100, D: 850}}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for in, says := range map[string]string{
		"row,col,a,b,c\nx,y,1,2,3\n":         `reading pairs "in.csv": there is no column "d"`,
		"row,col,a,b,c,d\nx,y,1,2,3,-4\n":    `reading pairs "in.csv", line 2: d is "-4": want a whole number of events, 0 or more`,
		"row,col,a,b,c,d\nx,y,1,2,three,4\n": `line 2: c is "three"`,
		"row,col,a,b,c,d\nx,y,1,2,3\n":       "wrong number of fields",
	} {
		if _, err := disproportion.Read(strings.NewReader(in), "in.csv"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", in, err, says)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("row,col,a,b,c,d\nx,y,1,2,3,4\nx,z,1,2,3,4\n")
	f.Add("\ufeffcol,d,row,c,b,a\n\"x\ny\",7,z,0,0,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := disproportion.Read(strings.NewReader(text), "in.csv")
		if err != nil {
			return
		}
		for _, c := range p.Cells {
			if int(c.Row) >= len(p.Rows) || int(c.Col) >= len(p.Cols) || c.A < 0 || c.B < 0 || c.C < 0 || c.D < 0 {
				t.Fatalf("%+v of %d rows and %d columns", c, len(p.Rows), len(p.Cols))
			}
		}
	})
}
