package lfpse

import (
	"bytes"
	"fmt"

	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

// bundles reads one Bundle after another to the end of the text, an entry at a
// time, so that a Bundle of any size takes the memory of one entry.
func (r *reader) bundles(w *source.Window) error {
	for !r.stopped {
		switch kind := next(w); {
		case len(w.Bytes()) == 0:
			return nil
		case kind == '{':
			if err := r.bundle(w); err != nil {
				return err
			}
		default:
			return r.broken(w)
		}
	}
	return nil
}

func (r *reader) broken(w *source.Window) error {
	if w.Err() != nil {
		return w.Err()
	}
	hint := "send the whole Bundle again, or a resource a line (NDJSON)"
	if w.Full() {
		return &source.Error{File: r.file, Line: w.Line, Problem: fmt.Sprintf("an entry of the Bundle is longer than %d MiB", MaxResource>>20), Hint: hint}
	}
	return &source.Error{File: r.file, Line: w.Line, Problem: "the Bundle is cut short here, or is not JSON", Hint: hint}
}

// bundle reads the Bundle that begins here.
func (r *reader) bundle(w *source.Window) error {
	w.Skip(1) // {
	for !r.stopped {
		switch next(w) {
		case ',':
			w.Skip(1)
			continue
		case '}':
			w.Skip(1)
			return nil
		case '"':
		default:
			return r.broken(w)
		}
		key, ok := take(w)
		if !ok || next(w) != ':' {
			return r.broken(w)
		}
		isEntry, isTime := string(key.raw) == "entry", string(key.raw) == "timestamp"
		w.Skip(1)
		switch kind := next(w); {
		case kind == '[' && isEntry:
			if err := r.entries(w); err != nil {
				return err
			}
		default:
			v, ok := take(w)
			if !ok {
				return r.broken(w)
			}
			if isTime {
				day, _ := dayOf(v.String()) // a timestamp that can't be read is as good as none
				r.latest = max(r.latest, day)
			}
		}
	}
	return nil
}

func (r *reader) entries(w *source.Window) error {
	w.Skip(1) // [
	for !r.stopped {
		switch next(w) {
		case ',':
			w.Skip(1)
		case ']':
			w.Skip(1)
			return nil
		case '{':
			n := valueEnd(w)
			if n == 0 {
				return r.broken(w)
			}
			r.entry(&cursor{b: w.Bytes()[:n]}, incident.Place{File: r.file, Line: w.Line})
			w.Skip(n)
		default:
			return r.broken(w)
		}
	}
	return nil
}

// next moves to the next byte that isn't blank and gives it, 0 at the end.
func next(w *source.Window) byte {
	for {
		b := w.Bytes()
		if rest := bytes.TrimLeft(b, " \t\r\n"); len(rest) > 0 {
			w.Skip(len(b) - len(rest))
			return rest[0]
		}
		w.Skip(len(b))
		if !w.More() {
			return 0
		}
	}
}

// take takes the value that begins here; only that of a string or literal is
// given. ok is false when it doesn't end or isn't JSON.
func take(w *source.Window) (v scalar, ok bool) {
	n := valueEnd(w)
	if n == 0 {
		return scalar{}, false
	}
	c := &cursor{b: bytes.Clone(w.Bytes()[:n])}
	v = c.scalar()
	w.Skip(n)
	return v, !c.bad
}

// valueEnd gives the length of the value that begins here, told by its quotes
// and brackets alone, or 0 if it doesn't end within the text or the window.
func valueEnd(w *source.Window) int {
	at, depth, quoted := 0, 0, false
	for {
		b := w.Bytes()
		for ; at < len(b); at++ {
			switch c := b[at]; {
			case quoted && c == '\\':
				if at++; at == len(b) && !w.More() {
					return 0
				}
				b = w.Bytes()
			case c == '"':
				if quoted = !quoted; !quoted && depth == 0 {
					return at + 1
				}
			case quoted:
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth == 0 {
					return at // the literal before it
				}
				if depth--; depth == 0 {
					return at + 1
				}
			case depth == 0 && endsLiteral(c):
				return at
			}
		}
		if !w.More() {
			return 0
		}
	}
}
