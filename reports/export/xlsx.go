package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// XLSX writes the workbook for Excel and its like.
//
// Errors: what Validate says, or w's own.
func (w Workbook) XLSX(out io.Writer) (err error) {
	if err := w.Validate(); err != nil {
		return err
	}
	f := excelize.NewFile()
	b := &xlsx{f: f}
	b.styles()
	for i, s := range w.front() {
		b.sheet(i, s.name)
		b.frontSheet(s)
	}
	for i, s := range w.Sheets {
		b.sheet(i+3, s.Name)
		b.table(i, s)
	}
	b.check(f.SetDocProps(&excelize.DocProperties{Title: w.Title, Creator: w.Organisation, LastModifiedBy: w.Organisation, Language: "en-GB", Created: w.Created.UTC().Format(time.RFC3339), Modified: w.Created.UTC().Format(time.RFC3339)}))
	f.SetActiveSheet(0)
	var made bytes.Buffer
	if b.err == nil {
		_, b.err = f.WriteTo(&made)
	}
	if b.err != nil {
		return fmt.Errorf("making a spreadsheet: %w", b.err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("making a spreadsheet: %w", err)
	}
	if err := plain(out, made.Bytes(), []int{b.title, b.overTitle}); err != nil {
		return fmt.Errorf("writing a spreadsheet: %w", err)
	}
	return nil
}

// xlsx builds a file and keeps the first error.
type xlsx struct {
	f                                 *excelize.File
	err                               error
	body, title, head, number, linked int
	headNumber                        int // over numbers: a heading stands where its column does
	over, overTitle                   int // lines over a table: they run on to the right
}

func (b *xlsx) check(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *xlsx) styles() {
	wrap := true
	style := func(s excelize.Style) int {
		s.Alignment = &excelize.Alignment{WrapText: wrap, Vertical: "top", Horizontal: s.Alignment.Horizontal}
		id, err := b.f.NewStyle(&s)
		b.check(err)
		return id
	}
	arial := func(size float64, bold bool) *excelize.Font {
		return &excelize.Font{Family: "Arial", Size: size, Bold: bold}
	}
	left, right := &excelize.Alignment{Horizontal: "left"}, &excelize.Alignment{Horizontal: "right"}
	b.check(b.f.SetDefaultFont("Arial"))
	b.body = style(excelize.Style{Font: arial(12, false), Alignment: left})
	b.title = style(excelize.Style{Font: arial(16, true), Alignment: left})
	line := []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}
	b.head = style(excelize.Style{Font: arial(12, true), Alignment: left, Border: line})
	b.headNumber = style(excelize.Style{Font: arial(12, true), Alignment: right, Border: line})
	whole := "#,##0"
	b.number = style(excelize.Style{Font: arial(12, false), Alignment: right, CustomNumFmt: &whole})
	wrap = false
	b.over = style(excelize.Style{Font: arial(12, false), Alignment: left})
	b.overTitle = style(excelize.Style{Font: arial(16, true), Alignment: left})
	wrap = true
	b.linked = style(excelize.Style{Font: &excelize.Font{Family: "Arial", Size: 12, Underline: "single", Color: "0563C1"}, Alignment: left})
}

func (b *xlsx) sheet(i int, name string) {
	if i == 0 {
		b.check(b.f.SetSheetName("Sheet1", name))
		return
	}
	_, err := b.f.NewSheet(name)
	b.check(err)
}

// at names a cell, from 1.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic("export: " + err.Error()) // both are at least 1
	}
	return name
}

func (b *xlsx) text(sheet, cell, s string, style int) {
	b.check(b.f.SetCellStr(sheet, cell, s)) // a text, whatever it begins with: never a formula
	b.check(b.f.SetCellStyle(sheet, cell, cell, style))
}

func (b *xlsx) frontSheet(s frontSheet) {
	b.check(b.f.SetColWidth(s.name, "A", "A", 90))
	b.landscape(s.name, 1)
	for i, l := range s.lines {
		height := lineHeight * float64(linesOf(l.text, 75))
		if i == 0 {
			height = 1.4 * lineHeight * float64(linesOf(l.text, 52))
		}
		b.check(b.f.SetRowHeight(s.name, i+1, height))
		style := b.body
		switch {
		case i == 0:
			style = b.title
		case l.link != "":
			style = b.linked
			b.check(b.f.SetCellHyperLink(s.name, at(1, i+1), "'"+l.link+"'!A1", "Location"))
		}
		b.text(s.name, at(1, i+1), l.text, style)
	}
}

// lineHeight is the height of a line of Arial 12, in points. Nothing else makes
// room for a text that wraps.
const lineHeight = 16.5

// linesOf gives how many lines a text takes in a column of so many characters.
func linesOf(s string, width int) int {
	return max(1, (utf8.RuneCountInString(s)+width-1)/width)
}

// landscape prints a worksheet on that many pages across.
func (b *xlsx) landscape(sheet string, across int) {
	way, paper, down, fit := "landscape", 9, 0, true // 9 is A4
	b.check(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &way, Size: &paper, FitToWidth: &across, FitToHeight: &down}))
	b.check(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
}

func (b *xlsx) table(i int, s Sheet) {
	b.landscape(s.Name, s.across())
	for j := range s.Columns {
		letter, err := excelize.ColumnNumberToName(j + 1)
		b.check(err)
		b.check(b.f.SetColWidth(s.Name, letter, letter, float64(s.width(j))*1.2))
	}
	above := s.above()
	for k, line := range above {
		style, height := b.over, lineHeight
		if k == 0 {
			style, height = b.overTitle, 1.4*lineHeight
		}
		b.check(b.f.SetRowHeight(s.Name, k+1, height))
		b.text(s.Name, at(1, k+1), line, style)
	}
	top := len(above) + 1
	// On paper, every page says what its rows and its columns are.
	b.check(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.Name, RefersTo: fmt.Sprintf("'%[1]s'!$A:$%[3]c,'%[1]s'!$%[2]d:$%[2]d", s.Name, top, 'A'+s.keys()-1)}))
	high := 2
	for j, c := range s.Columns {
		high = max(high, linesOf(c.Heading, s.width(j)-4)) // words don't fill a line
	}
	b.check(b.f.SetRowHeight(s.Name, top, lineHeight*float64(high)))
	for j, c := range s.Columns {
		style := b.head
		if c.Numeric {
			style = b.headNumber
		}
		b.text(s.Name, at(j+1, top), c.Heading, style)
	}
	for k, row := range s.Rows {
		lines := 1
		for j, c := range row {
			lines = max(lines, linesOf(c.String(), s.width(j)))
		}
		b.check(b.f.SetRowHeight(s.Name, top+1+k, min(409, lineHeight*float64(lines)))) // 409 is the most there is
		for j, c := range row {
			cell := at(j+1, top+1+k)
			switch {
			case c.IsText && s.Columns[j].Numeric:
				b.text(s.Name, cell, c.Text, b.number)
			case c.IsText:
				b.text(s.Name, cell, c.Text, b.body)
			default:
				b.check(b.f.SetCellFloat(s.Name, cell, c.Number, -1, 64))
				b.check(b.f.SetCellStyle(s.Name, cell, cell, b.number))
			}
		}
	}
	no := false
	b.check(b.f.AddTable(s.Name, &excelize.Table{Range: at(1, top) + ":" + at(len(s.Columns), top+len(s.Rows)), Name: tableName(i, s), StyleName: "", ShowRowStripes: &no}))
}

// autoFilter is the filter that every table gets from the library.
var autoFilter = regexp.MustCompile(`<autoFilter[^>]*(/>|></autoFilter>)`)

// plain writes the parts in order of their names, without filters and times: the
// content types first, as readers expect. titles are the formats that become headings.
func plain(out io.Writer, file []byte, titles []int) error {
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	parts := slices.Clone(in.File)
	slices.SortFunc(parts, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	z := zip.NewWriter(out)
	for _, p := range parts {
		r, err := p.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if strings.HasPrefix(p.Name, "xl/tables/") {
			content = autoFilter.ReplaceAll(content, nil)
		}
		if p.Name == "xl/styles.xml" {
			if content, err = headings(content, titles); err != nil {
				return err
			}
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return z.Close()
}

// The parts of a style sheet that name styles.
var (
	namedFormats = regexp.MustCompile(`(?s)<cellStyleXfs count="1">(.*?)</cellStyleXfs>`)
	cellFormats  = regexp.MustCompile(`(?s)<cellXfs count="\d+">(.*?)</cellXfs>`)
	oneFormat    = regexp.MustCompile(`(?s)<xf [^>]*?(/>|>.*?</xf>)`)
	styleNames   = regexp.MustCompile(`(?s)<cellStyles count="1">(.*?)</cellStyles>`)
	namedAs      = regexp.MustCompile(` xfId="\d+"`)
)

// headings gives those formats the name "Heading 1", by which a reader who hears the
// sheet finds its title: the library writes no name but "Normal".
//
// Source: ECMA-376 part 1, 18.8.7 (cellStyle; the built-in id of Heading 1 is 16).
//
// Errors: a style sheet that is not as the library writes it.
func headings(sheet []byte, titles []int) ([]byte, error) {
	cells := cellFormats.FindSubmatchIndex(sheet)
	if cells == nil || !namedFormats.Match(sheet) || !styleNames.Match(sheet) {
		return nil, errors.New("the style sheet is not as expected")
	}
	list := oneFormat.FindAll(sheet[cells[2]:cells[3]], -1)
	var formats bytes.Buffer
	var heading []byte
	for i, f := range list {
		if slices.Contains(titles, i) {
			f = namedAs.ReplaceAll(f, []byte(` xfId="1"`))
			heading = namedAs.ReplaceAll(f, nil)
		}
		formats.Write(f)
	}
	if heading == nil {
		return nil, errors.New("the style sheet has no format for titles")
	}
	out := slices.Concat(sheet[:cells[2]], formats.Bytes(), sheet[cells[3]:])
	out = namedFormats.ReplaceAll(out, slices.Concat([]byte(`<cellStyleXfs count="2">$1`), heading, []byte(`</cellStyleXfs>`)))
	return styleNames.ReplaceAll(out, []byte(`<cellStyles count="2">$1<cellStyle name="Heading 1" xfId="1" builtinId="16"/></cellStyles>`)), nil
}
