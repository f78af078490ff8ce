package artefact_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/models/artefact"
)

func sample() *artefact.File {
	return &artefact.File{Kind: "test", Meta: json.RawMessage(`{"names":["a","b"]}`), Blobs: []artefact.Blob{
		{Name: "weights", Data: []float32{1, -2.5, float32(math.Inf(1))}},
		{Name: "none", Data: []int32{}},
		{Name: "columns", Data: []int32{-1, 1 << 30}},
		{Name: "keys", Data: []uint64{math.MaxUint64}},
		{Name: "words", Data: []byte("fall\nbed")},
	}}
}

func encode(t testing.TB, f *artefact.File) []byte {
	t.Helper()
	data, err := artefact.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWrittenThenReadIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &artefact.File{
			Kind: rapid.StringN(1, 10, 20).Draw(t, "kind"),
			Meta: json.RawMessage(fmt.Sprintf(`{"n":%d}`, rapid.Int().Draw(t, "n"))),
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "blobs") {
			b := artefact.Blob{Name: fmt.Sprint("blob", i)}
			switch rapid.IntRange(0, 3).Draw(t, "type") {
			case 0:
				b.Data = rapid.SliceOf(rapid.Float32()).Draw(t, "f32")
			case 1:
				b.Data = rapid.SliceOf(rapid.Int32()).Draw(t, "i32")
			case 2:
				b.Data = rapid.SliceOf(rapid.Uint64()).Draw(t, "u64")
			default:
				b.Data = rapid.SliceOf(rapid.Byte()).Draw(t, "u8")
			}
			f.Blobs = append(f.Blobs, b)
		}
		if !json.Valid([]byte(fmt.Sprintf("%q", f.Kind))) {
			f.Kind = "kind"
		}
		data, err := artefact.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := artefact.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
		again, err := artefact.Encode(got)
		if err != nil || !bytes.Equal(data, again) {
			t.Fatalf("written again differs (%v)", err)
		}
	})
}

func TestEveryDamagedByteIsFound(t *testing.T) {
	data := encode(t, sample())
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x40
		if _, err := artefact.Decode(bad); err == nil {
			t.Fatalf("byte %d was changed and nobody saw", i)
		}
	}
	for _, n := range []int{0, 7, 15, 40, len(data) / 2, len(data) - 1} {
		if _, err := artefact.Decode(data[:n]); !errors.Is(err, artefact.ErrCorrupt) {
			t.Errorf("cut after %d bytes: error %v", n, err)
		}
	}
	if _, err := artefact.Decode(append(bytes.Clone(data), 0)); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("a byte more: error %v", err)
	}
}

// seal makes a file of a header with a right hash.
func seal(header string, blobs []byte) []byte {
	out := []byte("psimsmdl\x01\x00\x00\x00")
	out = binary.LittleEndian.AppendUint32(out, uint32(len(header)))
	out = append(append(out, header...), blobs...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

func TestFalseHeadersAreRefused(t *testing.T) {
	for name, data := range map[string][]byte{
		"not json":               seal("{", nil),
		"no kind":                seal(`{"meta":null,"blobs":[]}`, nil),
		"unknown key":            seal(`{"kind":"a","other":1}`, nil),
		"blob over the end":      seal(`{"kind":"a","blobs":[{"name":"b","type":"f32","count":1000,"offset":128}]}`, make([]byte, 200)),
		"count that overflows":   seal(`{"kind":"a","blobs":[{"name":"b","type":"u64","count":2305843009213693953,"offset":128}]}`, make([]byte, 200)),
		"negative count":         seal(`{"kind":"a","blobs":[{"name":"b","type":"u8","count":-1,"offset":128}]}`, make([]byte, 200)),
		"offset in the header":   seal(`{"kind":"a","blobs":[{"name":"b","type":"u8","count":1,"offset":8}]}`, make([]byte, 200)),
		"offset over the end":    seal(`{"kind":"a","blobs":[{"name":"b","type":"u8","count":0,"offset":9999999999}]}`, make([]byte, 200)),
		"unknown type":           seal(`{"kind":"a","blobs":[{"name":"b","type":"f64","count":1,"offset":128}]}`, make([]byte, 200)),
		"blobs that lie over it": seal(`{"kind":"a","blobs":[{"name":"b","type":"u8","count":64,"offset":192},{"name":"c","type":"u8","count":1,"offset":192}]}`, make([]byte, 300)),
	} {
		if _, err := artefact.Decode(data); !errors.Is(err, artefact.ErrCorrupt) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	newer := encode(t, sample())
	newer[8] = 9
	if _, err := artefact.Decode(newer); err == nil || errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("a newer format: error %v", err)
	}
}

func TestBlobsAreOfTheTypeAskedFor(t *testing.T) {
	f := sample()
	if got, err := artefact.Get[float32](f, "weights"); err != nil || len(got) != 3 {
		t.Errorf("weights %v, %v", got, err)
	}
	if _, err := artefact.Get[int32](f, "weights"); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("weights as whole numbers: %v", err)
	}
	if _, err := artefact.Get[float32](f, "bias"); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("no such blob: %v", err)
	}
	var meta struct{ Names []string }
	if err := artefact.ReadMeta(f, "test", &meta); err != nil || len(meta.Names) != 2 {
		t.Errorf("meta %v, %v", meta, err)
	}
	if err := artefact.ReadMeta(f, "other", &meta); err == nil {
		t.Error("a model of another kind was read")
	}
	var other struct{ Words []string }
	if err := artefact.ReadMeta(f, "test", &other); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("unknown keys: %v", err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, blobs := range map[string][]artefact.Blob{
		"another type": {{Name: "a", Data: []float64{1}}},
		"no name":      {{Data: []byte{1}}},
		"twice":        {{Name: "a", Data: []byte{1}}, {Name: "a", Data: []byte{1}}},
	} {
		if _, err := artefact.Encode(&artefact.File{Kind: "k", Blobs: blobs}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(f, sample()))
	f.Add(seal(`{"kind":"a","blobs":[{"name":"b","type":"u8","count":1,"offset":128}]}`, make([]byte, 200)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, seal(string(data), make([]byte, 256))} { // as it is, and as a header under a right hash
			file, err := artefact.Decode(d)
			if err != nil {
				continue
			}
			if again, err := artefact.Encode(file); err == nil {
				if back, err := artefact.Decode(again); err != nil || !cmp.Equal(len(back.Blobs), len(file.Blobs)) {
					t.Fatalf("written again it does not read: %v", err)
				}
			}
		}
	})
}

func TestStore(t *testing.T) {
	s := artefact.Store{Dir: t.TempDir()}
	e := artefact.Entry{Model: encode(t, sample()), Card: []byte("# A model\n"), Metrics: []byte(`{"accuracy":0.8}`)}
	if _, err := s.Alias("harm", artefact.Champion); !errors.Is(err, artefact.ErrNone) {
		t.Errorf("no model yet: %v", err)
	}
	hash, err := s.Save("harm", "v1", e)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Save("harm", "v1", e); err != nil || again != hash {
		t.Errorf("saved again: %v, %v", again, err)
	}
	if _, err := s.Save("harm", "v1", artefact.Entry{Model: e.Model, Metrics: []byte("{}")}); err == nil {
		t.Error("a version was written over")
	}
	if _, err := s.Save("harm", "v2", e); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(s.Dir, "harm", "v3.partial"), 0o755); err != nil { // a save that was cut off
		t.Fatal(err)
	}
	if got, err := s.Versions("harm"); err != nil || !cmp.Equal(got, []string{"v1", "v2"}) {
		t.Errorf("versions %v, %v", got, err)
	}
	for alias, version := range map[string]string{artefact.Champion: "v1", "candidate": "v2"} {
		if err := s.SetAlias("harm", alias, version); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(s.Dir, "harm", "aliases.toml"))
	if diff := cmp.Diff("candidate = \"v2\"\nchampion = \"v1\"\n", string(text)); err != nil || diff != "" {
		t.Errorf("aliases (%v):\n%s", err, diff)
	}
	version, err := s.Alias("harm", artefact.Champion)
	if err != nil || version != "v1" {
		t.Errorf("champion %q, %v", version, err)
	}
	got, gotHash, err := s.Load("harm", version)
	if err != nil || gotHash != hash {
		t.Fatalf("hash %s, %v", gotHash, err)
	}
	if diff := cmp.Diff(e, got); diff != "" {
		t.Errorf("(-saved +loaded):\n%s", diff)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "harm", "v1", "metrics.json"), []byte(`{"accuracy":0.9}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Load("harm", "v1"); !errors.Is(err, artefact.ErrCorrupt) {
		t.Errorf("metrics were changed: %v", err)
	}
}

func TestStoreRefuses(t *testing.T) {
	s := artefact.Store{Dir: t.TempDir()}
	good := artefact.Entry{Model: encode(t, sample()), Metrics: []byte("{}")}
	for name, call := range map[string]func() error{
		"a version outside the folder": func() error { _, err := s.Save("harm", "../x", good); return err },
		"a task outside the folder":    func() error { _, _, err := s.Load("..", "x"); return err },
		"metrics that are not JSON": func() error {
			_, err := s.Save("harm", "x", artefact.Entry{Model: good.Model, Metrics: []byte("x")})
			return err
		},
		"no model": func() error {
			_, err := s.Save("harm", "x", artefact.Entry{Model: []byte("x"), Metrics: []byte("{}")})
			return err
		},
		"a champion that is not there": func() error { return s.SetAlias("harm", artefact.Champion, "x") },
		"a version that is not there":  func() error { _, _, err := s.Load("harm", "x"); return err },
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func ExampleEncode() {
	data, _ := artefact.Encode(&artefact.File{Kind: "example", Blobs: []artefact.Blob{{Name: "weights", Data: []float32{1, 2}}}})
	f, _ := artefact.Decode(data)
	weights, _ := artefact.Get[float32](f, "weights")
	fmt.Println(f.Kind, weights)
	// Output: example [1 2]
}
