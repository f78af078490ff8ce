package export

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ODS writes the workbook as an OpenDocument spreadsheet.
//
// Source: OASIS, "Open Document Format for Office Applications" 1.3, parts 2 and 3.
//
// Errors: what Validate says, or w's own.
func (w Workbook) ODS(out io.Writer) error {
	if err := w.Validate(); err != nil {
		return err
	}
	z := zip.NewWriter(out)
	for _, part := range []struct{ name, content string }{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, // first and not compressed
		{"META-INF/manifest.xml", odsManifest},
		{"meta.xml", w.odsMeta()},
		{"styles.xml", w.odsStyles()},
		{"content.xml", w.odsContent()},
	} {
		method := zip.Deflate
		if part.name == "mimetype" {
			method = zip.Store
		}
		p, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: method})
		if err != nil {
			return fmt.Errorf("writing a spreadsheet: %w", err)
		}
		if _, err := io.WriteString(p, part.content); err != nil {
			return fmt.Errorf("writing a spreadsheet: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("writing a spreadsheet: %w", err)
	}
	return nil
}

const odsManifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>`

const odsSpaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3"`

// odsCellStyles are named, so that assistive technology knows a heading from a cell.
const odsCellStyles = xml.Header + `<office:document-styles` + odsSpaces + `><office:font-face-decls><style:font-face style:name="Arial" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:font-family="Arial"/></office:font-face-decls><office:styles>` +
	`<style:default-style style:family="table-cell"><style:text-properties style:font-name="Arial" fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style>` +
	`<number:number-style style:name="whole"><number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/></number:number-style>` +
	`<style:style style:name="Default" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/><style:text-properties style:font-name="Arial" fo:font-size="12pt"/></style:style>` +
	`<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="table-cell" style:parent-style-name="Default"><style:text-properties fo:font-size="16pt" fo:font-weight="bold"/></style:style>` +
	`<style:style style:name="Table_20_heading" style:display-name="Table heading" style:family="table-cell" style:parent-style-name="Default"><style:table-cell-properties fo:border-bottom="0.75pt solid #000000"/><style:text-properties fo:font-weight="bold"/></style:style>` +
	`<style:style style:name="Number_20_heading" style:display-name="Table heading over numbers" style:family="table-cell" style:parent-style-name="Table_20_heading"><style:paragraph-properties fo:text-align="end"/></style:style>` +
	`<style:style style:name="Number" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="whole"><style:paragraph-properties fo:text-align="end"/></style:style>` +
	`<style:style style:name="Title_20_over" style:display-name="Heading 1 over a table" style:family="table-cell" style:parent-style-name="Heading_20_1"><style:table-cell-properties fo:wrap-option="no-wrap"/></style:style>` +
	`<style:style style:name="Over" style:family="table-cell" style:parent-style-name="Default"><style:table-cell-properties fo:wrap-option="no-wrap"/></style:style>` +
	`</office:styles>`

// odsStyles gives the styles of cells, and a page for each number of pages that a
// table is printed across.
func (w Workbook) odsStyles() string {
	var layouts, masters strings.Builder
	for _, n := range w.pages() {
		fmt.Fprintf(&layouts, `<style:page-layout style:name="page%[1]d"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm" style:print-orientation="landscape" style:scale-to-X="%[1]d" style:scale-to-Y="0"/></style:page-layout>`, n)
		fmt.Fprintf(&masters, `<style:master-page style:name="%s" style:page-layout-name="page%d"><style:header style:display="false"/><style:footer style:display="false"/></style:master-page>`, masterPage(n), n)
	}
	return odsCellStyles + `<office:automatic-styles>` + layouts.String() +
		`<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/></office:automatic-styles>` +
		`<office:master-styles>` + masters.String() + `</office:master-styles></office:document-styles>`
}

// pages lists how many pages across tables are printed on, each number once.
func (w Workbook) pages() []int {
	out := []int{1}
	for _, s := range w.Sheets {
		out = append(out, s.across())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// masterPage names the page of so many pages across.
func masterPage(across int) string {
	if across == 1 {
		return "Default"
	}
	return fmt.Sprintf("Across%d", across)
}

// tableStyle names the style of a table that is printed on so many pages across.
func tableStyle(across int) string {
	if across == 1 {
		return "sheet"
	}
	return fmt.Sprintf("sheet%d", across)
}

func (w Workbook) odsMeta() string {
	day := w.Created.UTC().Format(time.RFC3339)
	return xml.Header + `<office:document-meta` + odsSpaces + `><office:meta><dc:title>` + escape(w.Title) + `</dc:title><dc:creator>` + escape(w.Organisation) + `</dc:creator><dc:language>en-GB</dc:language><meta:creation-date>` + day + `</meta:creation-date><dc:date>` + day + `</dc:date></office:meta></office:document-meta>`
}

func (w Workbook) odsContent() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<office:document-content` + odsSpaces + `><office:automatic-styles>`)
	widths := map[int]bool{}
	for _, s := range w.Sheets {
		for j := range s.Columns {
			widths[s.width(j)] = true
		}
	}
	widths[frontWidth] = true
	for n := range frontWidth + 1 {
		if widths[n] {
			fmt.Fprintf(&b, `<style:style style:name="w%d" style:family="table-column"><style:table-column-properties style:column-width="%.1fmm" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"/></style:style>`, n, 2.6*float64(n))
		}
	}
	for _, n := range w.pages() {
		fmt.Fprintf(&b, `<style:style style:name="%s" style:family="table" style:master-page-name="%s"><style:table-properties table:display="true"/></style:style>`, tableStyle(n), masterPage(n))
	}
	b.WriteString(`</office:automatic-styles><office:body><office:spreadsheet>`)
	for _, s := range w.front() {
		fmt.Fprintf(&b, `<table:table table:name="%s" table:style-name="sheet"><table:table-column table:style-name="w%d"/>`, escape(s.name), frontWidth)
		for i, l := range s.lines {
			style := "Default"
			if i == 0 {
				style = "Heading_20_1"
			}
			odsRow(&b, func() { odsText(&b, l.text, style, l.link) })
		}
		b.WriteString(`</table:table>`)
	}
	var ranges strings.Builder
	for i, s := range w.Sheets {
		top := s.ods(&b)
		fmt.Fprintf(&ranges, `<table:database-range table:name="%s" table:target-range-address="&apos;%[2]s&apos;.A%[3]d:&apos;%[2]s&apos;.%[4]s" table:contains-header="true" table:display-filter-buttons="false"/>`,
			tableName(i, s), escape(s.Name), top, at(len(s.Columns), top+len(s.Rows)))
	}
	b.WriteString(`<table:database-ranges>` + ranges.String() + `</table:database-ranges></office:spreadsheet></office:body></office:document-content>`)
	return b.String()
}

const frontWidth = 80

// ods writes a sheet with its table, and gives the row of the headings.
func (s Sheet) ods(b *strings.Builder) int {
	fmt.Fprintf(b, `<table:table table:name="%s" table:style-name="%s"><table:table-header-columns>`, escape(s.Name), tableStyle(s.across()))
	for j := range s.Columns {
		fmt.Fprintf(b, `<table:table-column table:style-name="w%d"/>`, s.width(j))
		if j == s.keys()-1 { // those before stand on every page that the table is printed on
			b.WriteString(`</table:table-header-columns>`)
		}
	}
	above := s.above()
	for k, line := range above {
		style := "Over"
		if k == 0 {
			style = "Title_20_over"
		}
		odsRow(b, func() { odsText(b, line, style, "") })
	}
	b.WriteString(`<table:table-header-rows>`)
	odsRow(b, func() {
		for _, c := range s.Columns {
			style := "Table_20_heading"
			if c.Numeric {
				style = "Number_20_heading"
			}
			odsText(b, c.Heading, style, "")
		}
	})
	b.WriteString(`</table:table-header-rows>`)
	for _, row := range s.Rows {
		odsRow(b, func() {
			for j, c := range row {
				switch {
				case !c.IsText:
					n := strconv.FormatFloat(c.Number, 'f', -1, 64)
					fmt.Fprintf(b, `<table:table-cell table:style-name="Number" office:value-type="float" office:value="%s"><text:p>%s</text:p></table:table-cell>`, n, n)
				case s.Columns[j].Numeric:
					odsText(b, c.Text, "Number", "")
				default:
					odsText(b, c.Text, "Default", "")
				}
			}
		})
	}
	b.WriteString(`</table:table>`)
	return len(above) + 1
}

func odsRow(b *strings.Builder, cells func()) {
	b.WriteString(`<table:table-row>`)
	cells()
	b.WriteString(`</table:table-row>`)
}

// odsText writes a text, whatever it begins with: it is never a formula.
func odsText(b *strings.Builder, s, style, link string) {
	text := escape(s)
	if link != "" {
		text = fmt.Sprintf(`<text:a xlink:type="simple" xlink:href="#&apos;%s&apos;.A1">%s</text:a>`, escape(link), text)
	}
	fmt.Fprintf(b, `<table:table-cell table:style-name="%s" office:value-type="string"><text:p>%s</text:p></table:table-cell>`, style, text)
}

// escape makes text fit for XML: characters that no XML may hold are replaced, and
// line breaks become spaces.
func escape(s string) string {
	var b strings.Builder
	// a strings.Builder never fails to write
	_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)))
	return b.String()
}
