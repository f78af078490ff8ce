package source

import (
	"bytes"
	"io"
)

// Window is a moving view of a text that knows its line number. It holds at most
// Max bytes, so that no text, however odd, takes more memory than that.
type Window struct {
	Line int // of the first unread byte; the first line is 1
	max  int
	r    io.Reader
	buf  []byte
	pos  int
	err  error
}

// NewWindow starts a view at the beginning of r, at line 1.
func NewWindow(r io.Reader, max int) *Window {
	return &Window{Line: 1, max: max, r: r, buf: make([]byte, 0, min(max, 64<<10))}
}

// Bytes are the unread bytes held. They are valid until More or Skip.
func (w *Window) Bytes() []byte { return w.buf[w.pos:] }

// More reads on and reports whether Bytes got longer. It does not at the end of
// the text, on an error, and when the window is full.
func (w *Window) More() bool {
	for tries := 0; w.err == nil && tries < 100; tries++ {
		if w.pos > 0 && (w.pos == len(w.buf) || len(w.buf) == cap(w.buf)) {
			w.buf = w.buf[:copy(w.buf, w.buf[w.pos:])]
			w.pos = 0
		}
		if len(w.buf) == cap(w.buf) {
			if len(w.buf) >= w.max {
				return false
			}
			bigger := make([]byte, len(w.buf), min(2*cap(w.buf), w.max))
			copy(bigger, w.buf)
			w.buf = bigger
		}
		n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf, w.err = w.buf[:len(w.buf)+n], err
		if n > 0 {
			return true
		}
	}
	if w.err == nil {
		w.err = io.ErrNoProgress
	}
	return false
}

// Full reports whether the window can hold no more.
func (w *Window) Full() bool { return len(w.buf)-w.pos >= w.max }

// Err is why the text ended, nil if it did so at its end.
func (w *Window) Err() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}

// Skip takes the first n unread bytes as read and counts their lines.
func (w *Window) Skip(n int) {
	w.Line += bytes.Count(w.buf[w.pos:w.pos+n], []byte{'\n'})
	w.pos += n
}

// SkipLine reads on to the start of the next line, however far that is.
func (w *Window) SkipLine() {
	for {
		if i := bytes.IndexByte(w.Bytes(), '\n'); i >= 0 {
			w.Skip(i + 1)
			return
		}
		w.Skip(len(w.Bytes()))
		if !w.More() {
			return
		}
	}
}

// LineEnd gives how many unread bytes the line has, its line feed included. It
// is 0 at the end of the text. ok is false when the window is full and the line
// hasn't ended.
func (w *Window) LineEnd() (n int, ok bool) {
	from := 0
	for {
		b := w.Bytes()
		if i := bytes.IndexByte(b[from:], '\n'); i >= 0 {
			return from + i + 1, true
		}
		from = len(b)
		if !w.More() {
			return from, !w.Full()
		}
	}
}
