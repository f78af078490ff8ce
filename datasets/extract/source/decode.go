package source

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// lineDecoder passes UTF-8 through and decodes each line that isn't from Windows-1252.
type lineDecoder struct {
	r    io.Reader
	buf  []byte // what is read into; held and out are parts of it
	held []byte // read and not yet decoded: the end of an unfinished line
	out  []byte // decoded and not yet given
	err  error
}

const decodeChunk = 64 << 10

func (d *lineDecoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill decodes the next lines. A line longer than a chunk is decoded in pieces.
func (d *lineDecoder) fill() {
	if d.buf == nil {
		d.buf = make([]byte, decodeChunk)
	}
	buf := d.buf
	n := copy(buf, d.held)
	m, err := d.r.Read(buf[n:])
	buf, d.err = buf[:n+m], err
	cut := len(buf)
	if err == nil {
		if cut = bytes.LastIndexByte(buf, '\n') + 1; cut == 0 && len(buf) > decodeChunk/2 {
			cut = runeBoundary(buf)
		}
	}
	d.held = buf[cut:]
	d.out = buf[:cut]
	if !utf8.Valid(d.out) {
		d.out = decodeLines(d.out)
	}
}

// runeBoundary gives the end of b's last whole rune, or len(b) if it doesn't end within one.
func runeBoundary(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

func decodeLines(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n') + 1
		if end == 0 {
			end = len(b)
		}
		line := b[:end]
		b = b[end:]
		if utf8.Valid(line) {
			out = append(out, line...)
			continue
		}
		for _, c := range line {
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
		}
	}
	return out
}
