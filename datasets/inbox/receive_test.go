package inbox_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"psims/datasets/inbox"
)

// What can't be taken is refused in words that name no folder, and leaves nothing behind.
func TestReceiveTakesWholeOrNothing(t *testing.T) {
	dir := t.TempDir()
	good := event("L1", "2026-01-05") + "nonsense\n" + event("L2", "2026-01-06")
	for name, c := range map[string]struct{ text, want string }{
		"another organisation": {strings.Replace(good, `"Z01"`, `"Z02"`, 1), "Line 1"},
		"no format":            {"a,b\n1,2\n", "no format"},
		"nothing of use":       {`{"resourceType":"AdverseEvent"}` + "\n", "No row"},
		"empty":                {"", "no format"},
	} {
		var refused inbox.Refusal
		if _, err := inbox.Receive(t.Context(), dir, "Z01", strings.NewReader(c.text), nil); !errors.As(err, &refused) || !strings.Contains(string(refused), c.want) || strings.Contains(string(refused), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := io.MultiReader(strings.NewReader(good), brokenReader{})
	if _, err := inbox.Receive(t.Context(), dir, "Z01", broken, nil); err == nil {
		t.Error("a connection that broke gave a receipt")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("what was refused left %v (%v)", entries, err)
	}
	r, err := inbox.Receive(t.Context(), dir, "", strings.NewReader(good), nil)
	if err != nil || r.Read != 3 || r.Kept != 2 || r.Rejected["bad-row"] != 1 || !strings.HasPrefix(r.First, "line 2: ") {
		t.Fatalf("%+v, %v", r, err)
	}
	files, _, err := inbox.Waiting(dir)
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], "received-"+r.Load) {
		t.Errorf("after it waits %v (%v)", files, err)
	}
	sum, size, err := inbox.Fingerprint(files[0])
	if err != nil || sum != r.SHA256 || size != int64(len(good)) || inbox.LoadID(sum, nil, nil) != r.Load {
		t.Errorf("the receipt is of %s, the file of %s and %d bytes (%v)", r.SHA256, sum, size, err)
	}
}

// What was packed to fill a memory or a disk is refused with a clear word, with
// little memory, and leaves nothing behind.
func TestPackedBombsAreRefused(t *testing.T) {
	dir := t.TempDir()
	packed := func(begin, repeat string, size int) io.Reader {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
		if err != nil {
			t.Fatal(err)
		}
		piece := []byte(strings.Repeat(repeat, 1<<20/len(repeat)))
		_, err = z.Write([]byte(begin))
		for n := 0; n < size && err == nil; n += len(piece) {
			_, err = z.Write(piece)
		}
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return &b
	}
	one := event("L1", "2026-01-05")
	for name, c := range map[string]struct {
		body io.Reader
		want string
	}{
		"many lines":     {packed(one, one, 200<<20), "which no extract does"},
		"one line":       {packed(strings.TrimSuffix(one, "}\n")+`,"x":"`, "a", 60<<20), "Line 1 is longer"},
		"one plain line": {io.LimitReader(io.MultiReader(strings.NewReader(`{"resourceType":"AdverseEvent","x":"`), endless{}), 100<<20), "Line 1 is longer"},
		"cut short":      {io.LimitReader(packed(one, one, 1<<20), 2000), "cut short"},
		"an archive":     {strings.NewReader("PK\x03\x04" + strings.Repeat("x", 1000)), "zip archive"},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var refused inbox.Refusal
		if _, err := inbox.Receive(t.Context(), dir, "Z01", c.body, nil); !errors.As(err, &refused) || !strings.Contains(string(refused), c.want) || strings.Contains(string(refused), dir) {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 64<<20 {
			t.Errorf("%s: the memory grew by %d MB", name, grown>>20)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("the inbox holds %v (%v)", entries, err)
	}
}

// endless is a text without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the connection broke") }
