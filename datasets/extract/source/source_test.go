package source_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/source"
)

func text(t testing.TB, s *source.Source) (string, error) {
	t.Helper()
	r, err := s.Open()
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	if closing := r.Close(); closing != nil {
		t.Fatal(closing)
	}
	return string(b), err
}

func utf16(t testing.TB, e unicode.Endianness, s string) string {
	t.Helper()
	out, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestText(t *testing.T) {
	const want = "id,text\n1,café 5½ µg “now”\n"
	latin, err := charmap.Windows1252.NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"UTF-8", want, want},
		{"UTF-8 with a mark", "\ufeff" + want, want},
		{"Windows-1252", latin, want},
		{"both in one file", want + latin, want + want},
		{"UTF-16 little-endian", utf16(t, unicode.LittleEndian, want), want},
		{"UTF-16 big-endian", utf16(t, unicode.BigEndian, want), want},
		{"gzip", extracttest.Gzip(t, want), want},
		{"gzip of Windows-1252", extracttest.Gzip(t, latin), want},
		{"gzip of UTF-16", extracttest.Gzip(t, utf16(t, unicode.LittleEndian, want)), want},
		{"empty", "", ""},
		{"two bytes", "ab", "ab"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := source.Stream("x", iotest.OneByteReader(strings.NewReader(c.in)))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // it can be opened again
				if got, err := text(t, s); got != c.want || err != nil {
					t.Errorf("got %q, %v, want %q", got, err, c.want)
				}
			}
		})
	}
	if got, err := text(t, source.File("testdata/small.csv.bz2")); got != "id,text\n1,café\n" || err != nil {
		t.Errorf("bzip2: got %q, %v", got, err)
	}
}

// TestFaults: every file that can't be read says so with its name and a remedy.
func TestFaults(t *testing.T) {
	whole := extracttest.Gzip(t, strings.Repeat("a long line that compresses\n", 1000))
	dir := t.TempDir()
	for _, c := range []struct{ name, in, want string }{
		{"gzip cut short", whole[:len(whole)-12], "cut short"},
		{"gzip header cut short", whole[:5], "cut short"},
		{"gzip with wrong bytes", whole[:20] + "XXXX" + whole[24:], "damaged"},
		{"bzip2 damaged", "BZh9" + strings.Repeat("x", 100), "damaged"},
		{"workbook", "PK\x03\x04 and so on", "CSV"},
		{"Parquet", "PAR1 and so on", "Parquet"},
		{"zstd", "\x28\xb5\x2f\xfd and so on", "zstd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, "extract.csv")
			if err := os.WriteFile(path, []byte(c.in), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := text(t, source.File(path))
			var fault *source.Error
			if !errors.As(err, &fault) || fault.Hint == "" {
				t.Fatalf("got %v, want a source.Error with a hint", err)
			}
			for _, want := range []string{"extract.csv", c.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q doesn't say %q", err, want)
				}
			}
		})
	}
	if _, err := text(t, source.File(filepath.Join(dir, "none"))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that isn't there: %v", err)
	}
	if _, err := source.Stream("x", iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a stream that breaks: %v", err)
	}
}

// TestAnyUTF8PassesUnchanged, however it arrives.
func TestAnyUTF8PassesUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := "x" + strings.Repeat(rapid.String().Draw(t, "text"), rapid.SampledFrom([]int{1, 10, 5000}).Draw(t, "times"))
		s, err := source.Stream("x", strings.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Open()
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "halves") {
			r = io.NopCloser(iotest.HalfReader(r))
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != want {
			t.Fatalf("got %d bytes, %v, want %d", len(got), err, len(want))
		}
	})
}

// TestWindowCountsLines: whatever is skipped and read on, the line is one more
// than the line feeds before, and the bytes come in order.
func TestWindowCountsLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-c\n]{0,20}`), 0, 50).Draw(t, "parts"), "")
		size := rapid.IntRange(8, 64).Draw(t, "size")
		w := source.NewWindow(iotest.OneByteReader(strings.NewReader(want)), size)
		var got []byte
		for {
			if len(w.Bytes()) > size {
				t.Fatalf("the window holds %d bytes of %d", len(w.Bytes()), size)
			}
			n := rapid.IntRange(0, len(w.Bytes())).Draw(t, "skip")
			got = append(got, w.Bytes()[:n]...)
			w.Skip(n)
			if line := 1 + bytes.Count(got, []byte{'\n'}); w.Line != line {
				t.Fatalf("line %d, want %d", w.Line, line)
			}
			if !w.More() && !w.Full() {
				break
			}
		}
		if got = append(got, w.Bytes()...); string(got) != want || w.Err() != nil {
			t.Fatalf("got %q, %v, want %q", got, w.Err(), want)
		}
	})
}
