// Package artefact keeps fitted models: as bytes that can be read anywhere and
// checked, in folders that carry what is known about each.
//
// A [File] is a model's numbers with a header; [Encode] writes it and [Decode] reads
// it back or says what is wrong with it. A [Store] keeps versions of the models of
// each task, each in a folder of its own:
//
//	models/<task>/<version>/model.bin     the file
//	models/<task>/<version>/card.md       what it is for and how good it is, in words
//	models/<task>/<version>/metrics.json  the same in figures
//	models/<task>/<version>/…             further files of [Entry.Beside]
//	models/<task>/<version>/SHA256SUMS    the hash of each, as sha256sum -c reads it
//	models/<task>/<version>/promotion.json  why it became champion or did not
//	models/<task>/aliases.toml            which version is the champion
//
// [Store.Decide] promotes a version when it is no worse than the one in use.
//
// # The file
//
// All numbers are little-endian:
//
//	bytes 0–7    "psimsmdl"
//	bytes 8–11   format, 1
//	bytes 12–15  length of the header in bytes
//	…            the header, JSON: {"kind", "meta", "blobs": [{"name", "type", "count", "offset"}]}
//	…            the blobs, each at its offset from the start of the file, zeros between
//	last 32      SHA-256 of all bytes before
//
// Types are "f32", "i32", "u64" and "u8". Offsets are multiples of 64, so that a
// file can be mapped into memory as it is. The same model gives the same bytes.
package artefact

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// ErrCorrupt is in every error about a file that is not as it was written.
var ErrCorrupt = errors.New("the model file is damaged or is not one; train again, or copy the file anew")

const (
	magic     = "psimsmdl"
	format    = 1
	alignment = 64
	maxHeader = 64 << 20
)

// File is a model as named blobs of numbers.
type File struct {
	Kind  string          // which package can restore it, such as "classify"
	Meta  json.RawMessage // settings and names, as that package wrote them
	Blobs []Blob
}

// Blob is a named slice of one type: []float32, []int32, []uint64 or []byte.
type Blob struct {
	Name string
	Data any
}

type header struct {
	Kind  string          `json:"kind"`
	Meta  json.RawMessage `json:"meta"`
	Blobs []place         `json:"blobs"`
}

type place struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Count  int64  `json:"count"`
	Offset int64  `json:"offset"`
}

// Encode gives the bytes of the file. Errors: a blob of another type, or two of one
// name, a kind or a blob without a name, metadata that are not JSON, a header over 64 MiB.
func Encode(f *File) ([]byte, error) {
	h := header{Kind: f.Kind, Meta: f.Meta}
	if h.Meta == nil {
		h.Meta = json.RawMessage("null")
	}
	seen := map[string]bool{}
	for _, b := range f.Blobs {
		kind, count := typeOf(b.Data)
		if kind == "" || b.Name == "" || seen[b.Name] || f.Kind == "" {
			return nil, fmt.Errorf("artefact: blob %q of a %q model is %T, comes twice or lacks a name", b.Name, f.Kind, b.Data)
		}
		seen[b.Name] = true
		h.Blobs = append(h.Blobs, place{Name: b.Name, Type: kind, Count: count})
	}
	// Offsets are part of the header whose length they depend on: write them until they hold.
	var head []byte
	for end := int64(0); ; {
		at := align(16 + end)
		for i := range h.Blobs {
			h.Blobs[i].Offset = at
			at = align(at + h.Blobs[i].Count*sizes[h.Blobs[i].Type])
		}
		var err error
		if head, err = json.Marshal(h); err != nil {
			return nil, fmt.Errorf("writing the header of a %q model: %w", f.Kind, err)
		}
		if int64(len(head)) == end {
			break
		}
		end = int64(len(head))
	}
	if len(head) > maxHeader {
		return nil, fmt.Errorf("artefact: a header of %d bytes for a %q model", len(head), f.Kind)
	}
	out := make([]byte, 0, 16+len(head)+sha256.Size)
	out = append(out, magic...)
	out = binary.LittleEndian.AppendUint32(out, format)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	for i, b := range f.Blobs {
		out = append(out, make([]byte, h.Blobs[i].Offset-int64(len(out)))...)
		out = appendBlob(out, b.Data)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

func align(n int64) int64 { return (n + alignment - 1) / alignment * alignment }

var sizes = map[string]int64{"f32": 4, "i32": 4, "u64": 8, "u8": 1}

func typeOf(data any) (kind string, count int64) {
	switch d := data.(type) {
	case []float32:
		return "f32", int64(len(d))
	case []int32:
		return "i32", int64(len(d))
	case []uint64:
		return "u64", int64(len(d))
	case []byte:
		return "u8", int64(len(d))
	}
	return "", 0
}

func appendBlob(out []byte, data any) []byte {
	switch d := data.(type) {
	case []float32:
		for _, v := range d {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		}
	case []int32:
		for _, v := range d {
			out = binary.LittleEndian.AppendUint32(out, uint32(v))
		}
	case []uint64:
		for _, v := range d {
			out = binary.LittleEndian.AppendUint64(out, v)
		}
	case []byte:
		out = append(out, d...)
	}
	return out
}

// Decode reads a file. The blobs are copies. Errors hold [ErrCorrupt] unless the
// format is a newer one.
func Decode(data []byte) (*File, error) {
	fail := func(what string, args ...any) (*File, error) {
		return nil, fmt.Errorf("reading model: "+what+": %w", append(args, ErrCorrupt)...)
	}
	if len(data) < 16+sha256.Size || string(data[:8]) != magic {
		return fail("%d bytes that do not start as a model does", len(data))
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != format {
		return nil, fmt.Errorf("reading model: format %d, this program reads format %d: use the program that wrote it, or train again", v, format)
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return fail("its hash is %s and should be %s", hex.EncodeToString(got[:8]), hex.EncodeToString(sum[:8]))
	}
	size := int64(binary.LittleEndian.Uint32(data[12:]))
	if size > maxHeader || 16+size > int64(len(body)) {
		return fail("a header of %d bytes in %d", size, len(data))
	}
	var h header
	decoder := json.NewDecoder(bytes.NewReader(data[16 : 16+size]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&h); err != nil {
		return fail("its header: %v", err)
	}
	if h.Kind == "" {
		return fail("a header without a kind")
	}
	f := &File{Kind: h.Kind, Meta: h.Meta}
	end := 16 + size
	for i, p := range h.Blobs {
		each, ok := sizes[p.Type]
		if !ok || p.Name == "" || p.Count < 0 || p.Offset < end || p.Offset > int64(len(body)) || p.Count > (int64(len(body))-p.Offset)/each {
			return fail("blob %d, %q, of %d %s at byte %d of %d", i, p.Name, p.Count, p.Type, p.Offset, len(data))
		}
		end = p.Offset + p.Count*each
		f.Blobs = append(f.Blobs, Blob{p.Name, readBlob(body[p.Offset:end], p.Type)})
	}
	return f, nil
}

func readBlob(b []byte, kind string) any {
	switch kind {
	case "f32":
		out := make([]float32, len(b)/4)
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return out
	case "i32":
		out := make([]int32, len(b)/4)
		for i := range out {
			out[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return out
	case "u64":
		out := make([]uint64, len(b)/8)
		for i := range out {
			out[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		return out
	}
	return bytes.Clone(b)
}

// Get gives the blob of a name as a slice of T. Errors: none of that name and type.
func Get[T float32 | int32 | uint64 | byte](f *File, name string) ([]T, error) {
	for _, b := range f.Blobs {
		if b.Name == name {
			if data, ok := b.Data.([]T); ok {
				return data, nil
			}
			return nil, fmt.Errorf("artefact: blob %q of the %q model is %T: %w", name, f.Kind, b.Data, ErrCorrupt)
		}
	}
	return nil, fmt.Errorf("artefact: the %q model has no blob %q: %w", f.Kind, name, ErrCorrupt)
}

// ReadMeta reads the metadata of a file of the given kind into v, strictly. Errors:
// another kind, metadata that v does not fit.
func ReadMeta(f *File, kind string, v any) error {
	if f.Kind != kind {
		return fmt.Errorf("artefact: the model is of kind %q, wanted %q", f.Kind, kind)
	}
	d := json.NewDecoder(bytes.NewReader(f.Meta))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("reading metadata of the %q model: %w: %w", kind, err, ErrCorrupt)
	}
	return nil
}
