// Package source opens an input file and gives its text: decompressed (gzip,
// bzip2), without a byte order mark, and in UTF-8 whatever it was written in.
//
// What a file is, is told from its first bytes, never from its name. A source
// can be opened again and again, because some formats have to be read twice.
package source

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxStream is how many bytes of a stream that can't be rewound are held in memory.
const MaxStream = 256 << 20

// Source is an input file that can be opened again and again, one opening at a time.
type Source struct {
	Name string
	open func() (io.ReadCloser, error)
}

// File is the file at path. It is not looked at before Open.
func File(path string) *Source {
	return &Source{Name: path, open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// Stream is what r holds from here on, under that name. If r can seek, each
// opening rewinds it; if not, its bytes are kept in memory.
//
// Errors: r can't be read, or it can't seek and holds more than [MaxStream] bytes.
func Stream(name string, r io.Reader) (*Source, error) {
	if s, ok := r.(io.ReadSeeker); ok {
		if start, err := s.Seek(0, io.SeekCurrent); err == nil {
			return &Source{Name: name, open: func() (io.ReadCloser, error) {
				_, err := s.Seek(start, io.SeekStart)
				return io.NopCloser(s), err
			}}, nil
		}
	}
	held, err := io.ReadAll(io.LimitReader(r, MaxStream+1))
	if err != nil {
		return nil, &Error{File: name, Problem: "it can't be read", Err: err}
	}
	if len(held) > MaxStream {
		return nil, &Error{File: name, Problem: fmt.Sprintf("it is longer than %d MiB", MaxStream>>20), Hint: "load it from a file"}
	}
	return &Source{Name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(held)), nil }}, nil
}

// Open gives the text from its beginning. The caller closes it.
//
// Text with a byte order mark is UTF-8 or UTF-16. Other text is UTF-8, but a
// line that isn't valid UTF-8 is read as Windows-1252: exports are often pasted
// together from both.
//
// Errors: the file can't be opened, or its compression is damaged. A file that
// is damaged further on gives its error from Read.
func (s *Source) Open() (io.ReadCloser, error) {
	f, err := s.open()
	if err != nil {
		return nil, &Error{File: s.Name, Problem: "it can't be opened", Err: err}
	}
	text, err := s.decompress(bufio.NewReaderSize(f, 64<<10))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &opened{Reader: decode(text), file: f}, nil
}

func (s *Source) decompress(r *bufio.Reader) (*bufio.Reader, error) {
	magic, err := r.Peek(10)
	if err != nil && err != io.EOF {
		return nil, &Error{File: s.Name, Problem: "it can't be read", Err: err}
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, s.damaged("gzip", err)
		}
		return bufio.NewReaderSize(&whole{r: z, source: s, kind: "gzip"}, 64<<10), nil
	case bytes.HasPrefix(magic, []byte("BZh")) && len(magic) > 3 && magic[3] >= '1' && magic[3] <= '9':
		return bufio.NewReaderSize(&whole{r: bzip2.NewReader(r), source: s, kind: "bzip2"}, 64<<10), nil
	}
	for _, k := range foreign {
		if bytes.HasPrefix(magic, []byte(k.magic)) {
			return nil, &Error{File: s.Name, Problem: "it is " + k.what + ", not text", Hint: k.hint}
		}
	}
	return r, nil
}

// foreign are the kinds of file that people send instead of text.
var foreign = []struct{ magic, what, hint string }{
	{"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV UTF-8"},
	{"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV UTF-8"},
	{"PAR1", "a Parquet file", "export it as CSV"},
	{"%PDF", "a PDF document", "ask for the extract as CSV or JSON"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it, or use gzip"},
	{"\xfd7zXZ", "compressed with xz", "unpack it, or use gzip"},
	{"7z\xbc\xaf", "a 7-Zip archive", "unpack it"},
}

// whole gives the error of damaged compression the file's name and a remedy.
type whole struct {
	r      io.Reader
	source *Source
	kind   string
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		err = w.source.damaged(w.kind, err)
	}
	return n, err
}

func (s *Source) damaged(kind string, err error) error {
	problem := "its " + kind + " compression is damaged"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		problem = "its " + kind + " compression is cut short"
	}
	return &Error{File: s.Name, Problem: problem, Hint: "copy the file again", Err: err}
}

// decode turns text of any of the known encodings into UTF-8 without a mark.
func decode(r *bufio.Reader) io.Reader {
	mark, _ := r.Peek(3) // a shorter file has no mark, and a read error comes again at the first Read
	switch {
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		_, _ = r.Discard(3) // they were peeked, so they are there
	}
	return &lineDecoder{r: r}
}

type opened struct {
	io.Reader
	file io.Closer
}

func (o *opened) Close() error { return o.file.Close() }
