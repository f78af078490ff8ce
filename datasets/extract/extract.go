// Package extract turns input files into events: each national format, and any
// other delimited file by a mapping.
//
// [Open] tells what a file is from what it holds, never from its name, and gives
// a [File] whose records are read as a stream: each is an event
// ([incident.Raw]) or a row that can't be used ([incident.RawReject]). Every row of
// the file is in exactly one of them, so kept + rejected rows = rows read. A bad
// row never stops a file; a file that can't be understood as a whole is an error
// that says what to do.
//
// Read are LFPSE FHIR (a resource, a Bundle, NDJSON) and the LFPSE flat extract
// (package lfpse), NRLS (nrls), StEIS (steis), and mapped tables (table); plain,
// gzip or bzip2; in UTF-8, UTF-16 with a byte order mark, or Windows-1252.
package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/lfpse"
	"psims/datasets/extract/nrls"
	"psims/datasets/extract/source"
	"psims/datasets/extract/steis"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
)

// The formats, as Format gives them.
const (
	FormatLines    = "lfpse-fhir-ndjson"
	FormatBundle   = "lfpse-fhir-bundle"
	FormatResource = "lfpse-fhir-resource"
	FormatFlat     = "lfpse-flat"
	FormatNRLS     = "nrls-csv"
	FormatSTEIS    = "steis-csv"
	FormatTable    = "table"
)

// File is an input file whose format is known.
type File struct {
	system  incident.System
	format  string
	records iter.Seq2[incident.Record, error]
}

// Open recognises the file at path. m may be nil; with a mapping every delimited
// file is read by it, and FHIR is still recognised.
//
// Errors: the file can't be opened or decompressed, is empty or isn't text; no
// format is recognised; a required column is missing. The error names the file,
// the line where there is one, and the remedy.
func Open(path string, m *table.Mapping) (*File, error) {
	return recognise(source.File(path), m)
}

// Read is Open for what r holds from here on; name stands for it in messages. If
// r can't seek, its bytes (at most [source.MaxStream]) are kept in memory.
func Read(name string, r io.Reader, m *table.Mapping) (*File, error) {
	src, err := source.Stream(name, r)
	if err != nil {
		return nil, err
	}
	return recognise(src, m)
}

// System says which recording system the file comes from.
func (f *File) System() incident.System { return f.system }

// Format is one of the Format constants.
func (f *File) Format() string { return f.format }

// Records reads the file from its beginning, a record at a time. The first error
// ends them; what came before it must then not be kept, for the file is not whole.
func (f *File) Records() iter.Seq2[incident.Record, error] { return f.records }

// Close ends the use of the file. Nothing is held open between and after readings.
func (f *File) Close() error { return nil }

func recognise(src *source.Source, m *table.Mapping) (*File, error) {
	head, err := head(src)
	if err != nil {
		return nil, err
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(text) == 0:
		return nil, &source.Error{File: src.Name, Problem: "it is empty", Hint: "ask for it again"}
	// Where zero bytes are few, the rows that hold them are rejected, and not the file.
	case bytes.Count(text, []byte{0})*zeroOneIn > len(text):
		return nil, &source.Error{File: src.Name, Problem: "it is not text", Hint: "send CSV or JSON in UTF-8; UTF-16 needs a byte order mark"}
	case text[0] == '{' || text[0] == '[':
		return resources(src, text)
	case text[0] == '<':
		return nil, &source.Error{File: src.Name, Problem: "it is XML or HTML", Hint: "ask for FHIR as JSON, or for CSV"}
	}
	return columns(src, m)
}

// zeroOneIn is how many bytes there must be to each zero byte of a text.
const zeroOneIn = 20

// headSize is how much of a text is looked at to tell its format.
const headSize = 64 << 10

func head(src *source.Source) ([]byte, error) {
	text, err := src.Open()
	if err != nil {
		return nil, err
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(text, head)
	// Compared and not unwrapped: damaged compression holds an unexpected end within its own error.
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil
	}
	return head[:n], errors.Join(err, text.Close())
}

func resources(src *source.Source, head []byte) (*File, error) {
	shape := lfpse.ShapeOf(head)
	formats := map[lfpse.Shape]string{lfpse.Lines: FormatLines, lfpse.Bundle: FormatBundle, lfpse.Resource: FormatResource}
	if shape == lfpse.NotFHIR {
		return nil, &source.Error{File: src.Name, Problem: "it is JSON, but holds no FHIR resource", Hint: "LFPSE sends an AdverseEvent, a Bundle, or an AdverseEvent a line (NDJSON)"}
	}
	return &File{incident.LFPSE, formats[shape], lfpse.FHIR(src, shape)}, nil
}

// columns recognises a delimited file by its header, unless a mapping says what it is.
func columns(src *source.Source, m *table.Mapping) (*File, error) {
	if m != nil {
		t, err := delimited.Open(src, m.Comma())
		if err != nil {
			return nil, err
		}
		records, err := table.Records(t, m)
		return file(incident.Mapped, FormatTable, records, err)
	}
	t, err := delimited.Open(src, 0)
	if err != nil {
		return nil, err
	}
	// A misspelt name must not hide a format, so half of the columns that it needs will do to
	// recognise it; the reader then says which is missing.
	const enough = 0.5
	flat, nrlsShare, steisShare := lfpse.FlatShare(t.Header), nrls.Share(t), steis.Share(t)
	switch best := max(flat, nrlsShare, steisShare); {
	case best < enough:
		return nil, t.Fault(fmt.Sprintf("no header of a known format: its columns are %s", some(t.Header)), "give a mapping with --mapping: a TOML file whose [fields] say which columns are incident_id, reported_date, organisation and description")
	case best == flat:
		records, err := lfpse.Flat(t)
		return file(incident.LFPSE, FormatFlat, records, err)
	case best == nrlsShare:
		records, err := nrls.Records(t)
		return file(incident.NRLS, FormatNRLS, records, err)
	}
	records, err := steis.Records(t)
	return file(incident.STEIS, FormatSTEIS, records, err)
}

func file(system incident.System, format string, records iter.Seq2[incident.Record, error], err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	return &File{system, format, records}, nil
}

// some lists the first names of a header.
func some(header []string) string {
	const enough = 8
	if len(header) <= enough {
		return strings.Join(header, ", ")
	}
	return strings.Join(header[:enough], ", ") + fmt.Sprintf(" and %d more", len(header)-enough)
}
