package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// readCSV reads a written CSV as rows of named cells.
func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for k, name := range rows[0] {
			m[name] = r[k]
		}
		out = append(out, m)
	}
	return out
}

func TestSPCVerb(t *testing.T) {
	dir := t.TempDir()
	var in strings.Builder
	in.WriteString("series,idx,y\n")
	for i, y := range []int{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1} {
		fmt.Fprintf(&in, "a,%d,%d\n", i+1, y)
	}
	file := write(t, filepath.Join(dir, "in.csv"), in.String())
	// Source: NHSRplotthedots, vignette "deviations": limits with and without screening.
	for _, c := range []struct {
		screen   []string
		upl, lpl float64
	}{{[]string{"--screen"}, 4.6, -0.72}, {nil, 6.95, -3.06}} {
		out := filepath.Join(dir, "out.csv")
		must(t, dir, append([]string{"spc", "--series", file, "--out", out}, c.screen...)...)
		row := readCSV(t, out)[4]
		for name, want := range map[string]float64{"mean": 1.94, "upl": c.upl, "lpl": c.lpl} {
			if got, err := strconv.ParseFloat(row[name], 64); err != nil || math.Abs(got-want) > 0.006 {
				t.Errorf("%v: %s is %s, want %g", c.screen, name, row[name], want)
			}
		}
		if row["special_cause_type"] != "Above UCL" || row["y"] != "10" {
			t.Errorf("%v: row %v", c.screen, row)
		}
	}
}

func TestOutbreakVerb(t *testing.T) {
	dir := t.TempDir()
	var in strings.Builder
	in.WriteString("week,series,observed\n")
	for w := 1; w <= 320; w++ {
		quiet, loud := 3+w%3, 3+(w*7)%3
		if w == 318 {
			loud = 40
		}
		fmt.Fprintf(&in, "%d,quiet,%d\n%d,loud,%d\n", w, quiet, w, loud)
	}
	file := write(t, filepath.Join(dir, "in.csv"), in.String())
	for _, method := range []string{"farrington-flexible", "farrington", "ears-c1", "ears-c2", "cusum", "bayes", "predictive"} {
		out := filepath.Join(dir, method+".csv")
		must(t, dir, "outbreak", "--series", file, "--method", method, "--start", "318", "--out", out)
		rows := readCSV(t, out)
		if len(rows) != 6 {
			t.Fatalf("%s: %d rows, want 3 weeks of 2 series", method, len(rows))
		}
		for _, r := range rows {
			if want := flag(r["series"] == "loud" && r["week"] == "318"); r["week"] == "318" && r["alarm"] != want {
				t.Errorf("%s: %s in week %s has alarm %q, want %s", method, r["series"], r["week"], r["alarm"], want)
			}
		}
	}
	code, _, talk := psims(t, dir, "outbreak", "--series", write(t, filepath.Join(dir, "bad.csv"), "series,weak,observed\na,1,x\n"), "--start", "1", "--out", filepath.Join(dir, "o.csv"))
	if code != exitUsage || !strings.Contains(talk, `"week"`) || !strings.Contains(talk, "weak") {
		t.Errorf("a misspelt header: exit %d: %s", code, talk)
	}
	code, _, talk = psims(t, dir, "outbreak", "--series", write(t, filepath.Join(dir, "bad2.csv"), "series,week,observed\na,1,3\na,2,x\n"), "--start", "1", "--out", filepath.Join(dir, "o.csv"))
	if code != exitFailed || !strings.Contains(talk, "line 3") {
		t.Errorf("a value that is no number: exit %d: %s", code, talk)
	}
}

func TestRedactVerb(t *testing.T) {
	var out, talk strings.Builder
	code := run(t.Context(), []string{"--home", t.TempDir(), "redact"}, strings.NewReader("Seen by Dr Jane Okafor, tel 07700 900123.\n\nNo names here"), &out, &talk)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, talk.String())
	}
	lines := strings.Split(out.String(), "\n")
	if strings.Contains(out.String(), "Okafor") || strings.Contains(out.String(), "900123") || !strings.Contains(lines[0], "[NAME]") || !strings.Contains(lines[0], "[PHONE]") || lines[1] != "" || lines[2] != "No names here" {
		t.Errorf("redacted: %q", out.String())
	}
}

// TestDisproportionOnAPlainTable judges a table whose first pair stands out, and
// compares it with figures worked out by hand.
func TestDisproportionOnAPlainTable(t *testing.T) {
	dir := t.TempDir()
	in := write(t, dir+"/pairs.csv", "row,col,a,b,c,d\ninsulin,device,20,80,10,890\ninsulin,fall,5,95,95,805\npump,fall,0,50,100,850\n")
	must(t, dir, "disproportion", "--pairs", in, "--out", dir+"/out.csv")
	rows := readCSV(t, dir+"/out.csv")
	if len(rows) != 3 || rows[0]["row"] != "insulin" || rows[0]["col"] != "device" {
		t.Fatalf("%d rows, the first %v", len(rows), rows[0])
	}
	for column, want := range map[string]float64{"expected": 3, "prr": 18, "ror": 22.25} {
		if got, err := strconv.ParseFloat(rows[0][column], 64); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %s, want %g", column, rows[0][column], want)
		}
	}
	if rows[2]["prr"] != "0" || rows[2]["prr_hi"] != "" {
		t.Errorf("a pair without events has PRR %q up to %q, want 0 and nothing", rows[2]["prr"], rows[2]["prr_hi"])
	}
	for text, says := range map[string]string{
		"row,col,a,b,c\nx,y,1,2,3\n":         `no column "d"`,
		"row,col,a,b,c,d\nx,y,1,2,3,-4\n":    "line 2: d is \"-4\"",
		"row,col,a,b,c,d\nx,y,0,0,0,0\n":     "nor all zero",
		"row,col,a,b,c,d\nx,y,1,2,three,4\n": "line 2: c is \"three\"",
	} {
		code, _, talk := psims(t, dir, "disproportion", "--pairs", write(t, dir+"/bad.csv", text), "--out", dir+"/bad-out.csv")
		if code == exitDone || !strings.Contains(talk, says) {
			t.Errorf("%q: exit code %d, said %q, want %q", text, code, talk, says)
		}
	}
}

func TestSPCWithDenominators(t *testing.T) {
	dir := t.TempDir()
	var in strings.Builder
	in.WriteString("series,idx,y,n\n")
	for i := range 20 {
		y := 18 + 4*(i%2)
		if i == 19 {
			y = 45
		}
		fmt.Fprintf(&in, "a,%d,%d,100\n", i+1, y)
	}
	file := write(t, dir+"/in.csv", in.String())
	for _, chart := range []string{"p", "u"} {
		must(t, dir, "spc", "--series", file, "--chart", chart, "--out", dir+"/out.csv")
		rows := readCSV(t, dir+"/out.csv")
		if rows[19]["special_cause_type"] != "Above UCL" || rows[19]["variation"] != "neutral_high" || rows[3]["special_cause_type"] != "Common Cause" {
			t.Errorf("%s chart: %v, %v", chart, rows[3], rows[19])
		}
	}
	if code, _, talk := psims(t, dir, "spc", "--series", write(t, dir+"/bad.csv", "series,idx,y,n\na,1,5,4\n"), "--chart", "p", "--out", dir+"/out.csv"); code == exitDone || !strings.Contains(talk, "5 of 4") {
		t.Errorf("more events than cases: exit code %d, %s", code, talk)
	}
}
