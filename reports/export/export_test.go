package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"psims/reports/export"
)

func workbook() export.Workbook {
	return export.Workbook{
		Title: "Invented events & their <counts>", Organisation: "Invented Safety Agency", Created: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Cover: []string{"Counts show what was reported, not how safe care is."}, Notes: []string{"[c] is a count from 1 to 7 that is kept back.", "[p] is provisional."},
		Sheets: []export.Sheet{
			{Name: "harm_by_quarter", Title: "Events by quarter and degree of harm", Lines: []string{"Source: run 1. Some cells refer to [note 1]."},
				Columns: []export.Column{{Heading: "Quarter"}, {Heading: "Fatal", Numeric: true}, {Heading: "Low", Numeric: true}},
				Rows:    [][]export.Cell{{export.Text("2026-Q1"), export.Text("[c]"), export.Number(1230)}, {export.Text("2026-Q2"), export.Number(0), export.Number(1235)}}},
			{Name: "hostile", Title: "=HYPERLINK(\"x\")", Columns: []export.Column{{Heading: "=1+1"}, {Heading: "@SUM(A1)"}},
				Rows: [][]export.Cell{{export.Text("=cmd|' /C calc'!A0"), export.Text("+1")}, {export.Text("-1+1\n\x01"), export.Text("@x")}}},
		},
	}
}

func xlsx(t testing.TB, w export.Workbook) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.XLSX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func ods(t testing.TB, w export.Workbook) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.ODS(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parts(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range z.File {
		r, err := p.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(p.Name, ".xml") {
			if err := wellFormed(b); err != nil {
				t.Errorf("%s is not XML: %v", p.Name, err)
			}
		}
		out[p.Name] = string(b)
	}
	return out
}

func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// The checklist of the Analysis Function, on the bytes of the XLSX.
func TestXLSXMeetsTheChecklist(t *testing.T) {
	file := xlsx(t, workbook())
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.GetSheetList(), []string{"Cover", "Contents", "Notes", "harm_by_quarter", "hostile"}; !slices.Equal(got, want) {
		t.Errorf("worksheets %v, want %v", got, want)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Error("the file does not open on its cover")
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title == "" || props.Creator == "" || props.Language != "en-GB" {
		t.Errorf("document properties %+v, %v", props, err)
	}
	for _, name := range f.GetSheetList() {
		if cells, err := f.GetMergeCells(name); err != nil || len(cells) > 0 {
			t.Errorf("%s has merged cells: %v, %v", name, cells, err)
		}
		if a1, err := f.GetCellValue(name, "A1"); err != nil || a1 == "" {
			t.Errorf("%s has no title in A1: %v", name, err)
		}
		tables, err := f.GetTables(name)
		want := 0
		if name == "harm_by_quarter" || name == "hostile" {
			want = 1
		}
		if err != nil || len(tables) != want {
			t.Errorf("%s has %d marked tables, want %d: %v", name, len(tables), want, err)
		}
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if text == "" {
					t.Errorf("%s!%s is empty", name, cell)
				}
				if formula, err := f.GetCellFormula(name, cell); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q: %v", name, cell, formula, err)
				}
				id, err := f.GetCellStyle(name, cell)
				if err != nil {
					t.Fatal(err)
				}
				style, err := f.GetStyle(id)
				if err != nil || style.Font == nil || style.Font.Family != "Arial" || style.Font.Size < 12 || style.Alignment == nil || !style.Alignment.WrapText && !(want == 1 && len(row) == 1 && i < 3) || len(style.Fill.Color) > 0 {
					t.Errorf("%s!%s is not in wrapped Arial 12 without fill: %+v, %v", name, cell, style, err)
				}
			}
		}
	}
	all := parts(t, file)
	sheet := all["xl/styles.xml"]
	if !strings.Contains(sheet, `<cellStyle name="Heading 1" xfId="1" builtinId="16"/>`) {
		t.Error("no style is named as a heading")
	}
	_, formats, _ := strings.Cut(sheet, "<cellXfs")
	formats, _, _ = strings.Cut(formats, "</cellXfs>")
	isHeading := []bool{}
	for _, f := range regexp.MustCompile(`<xf [^>]*xfId="(\d+)"`).FindAllStringSubmatch(formats, -1) {
		isHeading = append(isHeading, f[1] == "1")
	}
	for i, name := range f.GetSheetList() {
		for _, c := range regexp.MustCompile(`<c r="([A-Z]+\d+)" s="(\d+)"`).FindAllStringSubmatch(all[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], -1) {
			k, err := strconv.Atoi(c[2])
			if err != nil || k >= len(isHeading) || isHeading[k] != (c[1] == "A1") {
				t.Errorf("%s!%s: format %s is wrongly a heading or none: %v", name, c[1], c[2], err)
			}
		}
	}
	for name, part := range all {
		for _, banned := range []string{"<autoFilter", "<pane ", "<mergeCell", "<f>", "hidden=\"1\"", "<drawing", "<headerFooter", "vbaProject"} {
			if strings.Contains(part, banned) {
				t.Errorf("%s holds %s", name, banned)
			}
		}
	}
}

func TestODSMeetsTheChecklist(t *testing.T) {
	file := ods(t, workbook())
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil || z.File[0].Name != "mimetype" || z.File[0].Method != zip.Store {
		t.Fatalf("the file does not begin with its type: %v", err)
	}
	all := parts(t, file)
	content := all["content.xml"]
	for _, banned := range []string{"table:formula", "table:number-columns-spanned", "covered-table-cell", "<draw:", "table:visibility", "filter-buttons=\"true\""} {
		if strings.Contains(content, banned) {
			t.Errorf("the content holds %s", banned)
		}
	}
	if n := strings.Count(content, "<table:database-range "); n != 2 {
		t.Errorf("%d marked tables, want 2", n)
	}
	if n := strings.Count(content, `table:style-name="Heading_20_1"`) + strings.Count(content, `table:style-name="Title_20_over"`); n != 5 {
		t.Errorf("%d headings, want one a worksheet", n)
	}
	if regexp.MustCompile(`<text:p></text:p>`).MatchString(content) {
		t.Error("a cell is empty")
	}
	for _, want := range []string{"<dc:title>", "<dc:language>en-GB</dc:language>"} {
		if !strings.Contains(all["meta.xml"], want) {
			t.Errorf("the properties lack %s", want)
		}
	}
}

func TestSameWorkbookGivesSameBytes(t *testing.T) {
	if !bytes.Equal(xlsx(t, workbook()), xlsx(t, workbook())) {
		t.Error("the XLSX differs from the first time")
	}
	if !bytes.Equal(ods(t, workbook()), ods(t, workbook())) {
		t.Error("the ODS differs from the first time")
	}
}

// Whatever a cell says, it stays text in both.
func TestNoCellRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workbook()
		s := rapid.SampledFrom([]string{"=", "+", "-", "@", "\t=", ""}).Draw(t, "begin") + rapid.String().Draw(t, "text") + "x"
		w.Sheets[0].Rows[0][0] = export.Text(s)
		var x, o bytes.Buffer
		if err := errors.Join(w.XLSX(&x), w.ODS(&o)); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(x.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := f.GetCellFormula("harm_by_quarter", "A5"); err != nil || formula != "" {
			t.Errorf("%q is the formula %q, %v", s, formula, err)
		}
	})
}

func TestValidate(t *testing.T) {
	tests := []struct {
		why    string
		change func(*export.Workbook)
		want   string
	}{
		{"an empty cell", func(w *export.Workbook) { w.Sheets[0].Rows[0][0] = export.Text(" ") }, "empty cell"},
		{"a heading twice", func(w *export.Workbook) { w.Sheets[0].Columns[1].Heading = "quarter" }, "used twice"},
		{"a name twice", func(w *export.Workbook) { w.Sheets[1].Name = "Harm_by_quarter" }, "used twice"},
		{"a name of ours", func(w *export.Workbook) { w.Sheets[1].Name = "notes" }, "used twice"},
		{"a long name", func(w *export.Workbook) { w.Sheets[0].Name = strings.Repeat("a", 32) }, "longer than 31"},
		{"a ragged row", func(w *export.Workbook) { w.Sheets[0].Rows[1] = w.Sheets[0].Rows[1][:2] }, "2 cells for 3 columns"},
		{"no row", func(w *export.Workbook) { w.Sheets[0].Rows = nil }, "no row"},
		{"no cover", func(w *export.Workbook) { w.Cover = nil }, "a cover"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			w := workbook()
			w.Sheets = slices.Clone(w.Sheets)
			tt.change(&w)
			for _, err := range []error{w.XLSX(io.Discard), w.ODS(io.Discard)} {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
			}
		})
	}
}

// A heading to the left over numbers to the right is read as that of the column
// beside it.
func TestHeadingsStandOverTheirNumbers(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(xlsx(t, workbook())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // reading only
	w := workbook()
	for _, s := range w.Sheets {
		rows, err := f.GetRows(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		top := 0
		for k, r := range rows {
			if len(r) == len(s.Columns) && r[0] == s.Columns[0].Heading {
				top = k + 1
			}
		}
		for j, c := range s.Columns {
			name, err := excelize.CoordinatesToCellName(j+1, top)
			if err != nil {
				t.Fatal(err)
			}
			id, err := f.GetCellStyle(s.Name, name)
			if err != nil {
				t.Fatal(err)
			}
			style, err := f.GetStyle(id)
			if err != nil || style.Alignment == nil || (style.Alignment.Horizontal == "right") != c.Numeric {
				t.Errorf("%s!%s %q: %+v, %v", s.Name, name, c.Heading, style.Alignment, err)
			}
		}
	}
}

// A table that is too wide for a page is printed on several, in letters that can be
// read, with its first column and its headings on each of them.
func TestWideTablesAreReadableOnPaper(t *testing.T) {
	w := workbook()
	for q := range 30 {
		w.Sheets[0].Columns = append(w.Sheets[0].Columns, export.Column{Heading: fmt.Sprintf("Category number %d", q), Numeric: true})
		for i := range w.Sheets[0].Rows {
			w.Sheets[0].Rows[i] = append(slices.Clone(w.Sheets[0].Rows[i]), export.Number(float64(q)))
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(xlsx(t, w)))
	if err != nil {
		t.Fatal(err)
	}
	across := func(sheet string) int {
		l, err := f.GetPageLayout(sheet)
		if err != nil || l.FitToWidth == nil || *l.Orientation != "landscape" {
			t.Fatalf("%s: %+v, %v", sheet, l, err)
		}
		return *l.FitToWidth
	}
	wide, narrow := across(w.Sheets[0].Name), across(w.Sheets[1].Name)
	if wide < 4 || wide > 6 || narrow != 1 {
		t.Errorf("printed on %d and %d pages across, want 4 to 6 and 1", wide, narrow)
	}
	repeated := map[string]string{}
	for _, n := range f.GetDefinedName() {
		repeated[n.Scope] = n.RefersTo
	}
	for _, s := range w.Sheets {
		if want := regexp.MustCompile(`^'` + s.Name + `'!\$A:\$[AB],'` + s.Name + `'!\$[3-9]:\$[3-9]$`); !want.MatchString(repeated[s.Name]) {
			t.Errorf("%s repeats %q on each page", s.Name, repeated[s.Name])
		}
	}
	all := parts(t, ods(t, w))
	for part, want := range map[string]string{"styles.xml": fmt.Sprintf(`style:scale-to-X="%d"`, wide), "content.xml": fmt.Sprintf(`table:name="%s" table:style-name="sheet%d"><table:table-header-columns>`, w.Sheets[0].Name, wide)} {
		if !strings.Contains(all[part], want) {
			t.Errorf("%s lacks %s", part, want)
		}
	}
}

// Another program reads both, sheet for sheet.
func TestLibreOfficeReadsBoth(t *testing.T) {
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed (on Debian: apt-get install libreoffice-calc-nogui)")
	}
	if testing.Short() {
		t.Skip("LibreOffice takes some seconds to start")
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"a.xlsx": xlsx(t, workbook()), "b.ods": ods(t, workbook())} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
		// 4 is the first table: the token counts worksheets from 1.
		out, err := exec.CommandContext(t.Context(), program, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,4`, "--outdir", dir, filepath.Join(dir, name)).CombinedOutput()
		if err != nil {
			t.Fatalf("opening %s: %v\n%s", name, err, out)
		}
		made, err := filepath.Glob(filepath.Join(dir, name[:1]+"*.csv"))
		if err != nil || len(made) != 1 {
			t.Fatalf("opening %s made %v, %v\n%s", name, made, err, out)
		}
		text, err := os.ReadFile(made[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Quarter,Fatal,Low", "2026-Q1,[c],1230", "2026-Q2,0,1235"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("LibreOffice reads %s as\n%s", name, text)
			}
		}
	}
}

func ExampleRead() {
	fmt.Println(export.Read("1230").IsText, export.Read("[c]").IsText, export.Read("=1+1").IsText)
	// Output: false true true
}
