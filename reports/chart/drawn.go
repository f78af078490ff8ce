package chart

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"sync"
)

// Drawn keeps what ECharts drew, so that a figure of which nothing has changed since
// it was last drawn is not drawn again. It keeps raw drawings: what is shown still goes
// through the list of shapes that are let through. Safe for many goroutines. A nil
// Drawn keeps nothing.
type Drawn struct {
	mu     sync.Mutex
	before map[[sha256.Size]byte][]byte
	used   map[[sha256.Size]byte][]byte
}

// Kept is one drawing, packed, with the fingerprint of all that it was made from but
// the engine.
type Kept struct {
	Print [sha256.Size]byte
	SVG   []byte
}

// NewDrawn begins with what an earlier Drawn of the same engine used.
func NewDrawn(kept []Kept) *Drawn {
	d := &Drawn{before: make(map[[sha256.Size]byte][]byte, len(kept)), used: map[[sha256.Size]byte][]byte{}}
	for _, k := range kept {
		d.before[k.Print] = k.SVG
	}
	return d
}

// Used gives the drawings that were asked for, always in the same order.
func (d *Drawn) Used() []Kept {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Kept, 0, len(d.used))
	for print, svg := range d.used {
		out = append(out, Kept{print, svg})
	}
	slices.SortFunc(out, func(a, b Kept) int { return bytes.Compare(a.Print[:], b.Print[:]) })
	return out
}

// fetch gives the drawing with a fingerprint, drawn now if it isn't known.
func (d *Drawn) fetch(print [sha256.Size]byte, draw func() (string, error)) (string, error) {
	if d == nil {
		return draw()
	}
	d.mu.Lock()
	packed, known := d.before[print]
	if !known {
		packed, known = d.used[print]
	}
	d.mu.Unlock()
	var svg string
	if known {
		svg, known = unpack(packed)
	}
	if !known {
		var err error
		if svg, err = draw(); err != nil {
			return "", err
		}
		packed = pack(svg)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.used[print] = packed
	return svg, nil
}

// asked is the fingerprint of what the engine is asked to draw.
func asked(options []byte, width, height int) (sum [sha256.Size]byte) {
	h := sha256.New()
	var size [16]byte
	binary.LittleEndian.PutUint64(size[:8], uint64(width))
	binary.LittleEndian.PutUint64(size[8:], uint64(height))
	h.Write(size[:]) // a hash never fails to write
	h.Write(options)
	copy(sum[:], h.Sum(nil))
	return sum
}

func pack(svg string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed) // the level is one that there is
	io.WriteString(w, svg)                       // a buffer never fails to write
	w.Close()
	return b.Bytes()
}

// unpack gives a drawing; false when it is damaged.
func unpack(packed []byte) (string, bool) {
	svg, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	return string(svg), err == nil
}
