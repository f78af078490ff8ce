package delimited_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/source"
)

func stream(t testing.TB, r io.Reader) *source.Source {
	t.Helper()
	s, err := source.Stream("file.csv", r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, text string) *delimited.Table {
	t.Helper()
	table, err := delimited.Open(stream(t, strings.NewReader(text)), 0)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// rows shows each row as "line: fields" or "line! reason".
func rows(t testing.TB, table *delimited.Table) (out []string) {
	t.Helper()
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Reason != "" {
			out = append(out, fmt.Sprintf("%d! %s", row.Line, row.Reason))
			continue
		}
		var fields []string
		for i := range table.Header {
			fields = append(fields, row.Text(i))
		}
		out = append(out, fmt.Sprintf("%d: %s", row.Line, strings.Join(fields, "|")))
	}
	return out
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"plain", "a,b\n1,2\n3,4\n", []string{"2: 1|2", "3: 3|4"}},
		{"no line feed at the end", "a,b\r\n1,2\r\n3,4", []string{"2: 1|2", "3: 3|4"}},
		{"the header alone", "a,b", nil},
		{"the header alone, with a line feed", "a,b\r\n", nil},
		{"tabs", "a\tb\n1,0\t2\n", []string{"2: 1,0|2"}},
		{"semicolons", "a;b,c;d\n1;2;3\n", []string{"2: 1|2|3"}},
		{"pipes", "a|b\n1|2\n", []string{"2: 1|2"}},
		{"the header says so", "sep=|\na,a2,a3|b\n1|2\n", []string{"3: 1|2"}},
		{"quotes", "a,b\n\"x, \"\"y\"\"\",2\n", []string{"2: x, \"y\"|2"}},
		{"a text of two lines", "a,b\n\"x\r\ny\",2\n3,4\n", []string{"2: x\ny|2", "4: 3|4"}},
		{"a header of two lines", "\"a\nz\",b\n1,2\n", []string{"3: 1|2"}},
		{"blanks around", "a,b\n  1 , 2\t\n", []string{"2: 1|2"}},
		{"empty lines are no rows", "\n\na,b\n\n1,2\n \n,\n\r\n3,4\n\n", []string{"5: 1|2", "9: 3|4"}},
		{"short and long", "a,b\n1\n1,2,3\n4,5\n", []string{"2! bad-row", "3! bad-row", "4: 4|5"}},
		{"a quote in a text", "a,b\n5\" tube,2\n3,4\n", []string{"2! bad-row", "3: 3|4"}},
		{"text behind a quote", "a,b\n\"x\" y,2\n3,4\n", []string{"2! bad-row", "3: 3|4"}},
		{"a stray quote costs its own line", "a,b\n\"1,2\n3,4\n5,6\n", []string{"2! bad-row", "3: 3|4", "4: 5|6"}},
		{"a stray quote before a good one", "a,b\n\"1,2\n\"3\",4\n5,6\n", []string{"2! bad-row", "3: 3|4", "4: 5|6"}},
		{"a stray quote that another closes", "a,b\n\"1,2\n3\",4,5\n6,7\n", []string{"2! bad-row", "3! bad-row", "4: 6|7"}},
		{"an open quote at the end", "a,b\n1,2\n\"3,4", []string{"2: 1|2", "3! bad-row"}},
		{"zero bytes", "a,b\n1,\x002\n3,4\n", []string{"2! bad-encoding", "3: 3|4"}},
		{"zero bytes in quotes", "a,b\n1,\"x\n\x00\"\n3,4\n", []string{"2! bad-encoding", "4: 3|4"}},
		{"a long line", "a,b\n" + strings.Repeat("x", delimited.MaxRow+1) + "\n3,4\n", []string{"2! bad-row", "3: 3|4"}},
		{"a long quoted row", "a,b\n\"" + strings.Repeat("x\n", delimited.MaxRow/2) + "\n3,4\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rows(t, open(t, c.in))
			if c.name == "a long quoted row" {
				if last := got[len(got)-1]; last != fmt.Sprintf("%d: 3|4", delimited.MaxRow/2+3) {
					t.Errorf("the row behind it is %q", last)
				}
				return
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			again, err := delimited.Open(stream(t, iotest.OneByteReader(strings.NewReader(c.in))), 0)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, rows(t, again)); d != "" {
				t.Error("byte by byte:", d)
			}
		})
	}
}

func TestOpenFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", "empty"},
		{"empty lines", "\n \n\r\n", "empty"},
		{"two columns of one name", "a,b, a\n", `two columns are named "a"`},
		{"a broken header", "a,\"b\n", "header can't be read"},
		{"zero bytes", "a,b\x00\n", "not text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := delimited.Open(stream(t, strings.NewReader(c.in)), 0)
			var fault *source.Error
			if !errors.As(err, &fault) || fault.Hint == "" || fault.File != "file.csv" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestFields(t *testing.T) {
	table := open(t, "Log No.,Type of Incident:,RP01\nNULL,2,3\n")
	fields, err := table.Fields([][]string{{"INCIDENTID", "rp01"}, {"log_no"}, {"in07"}}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if fields.Position(0) != 2 || fields.Position(1) != 0 || fields.Position(2) != -1 || fields.Name(1) != "Log No." || fields.Name(2) != "" || cmp.Diff([]int{0, 2}, fields.Known) != "" {
		t.Errorf("fields at %d, %d, %d of %v", fields.Position(0), fields.Position(1), fields.Position(2), fields.Known)
	}
	for row, err := range table.Rows() {
		if err != nil || fields.Get(row, 0) != "3" || fields.Get(row, 1) != "" || fields.Get(row, 2) != "" {
			t.Errorf("%v: %q, %q, %q", err, fields.Get(row, 0), fields.Get(row, 1), fields.Get(row, 2))
		}
	}
	if _, err := table.Fields([][]string{{"in07"}}, 1); err == nil || !strings.Contains(err.Error(), `"in07"`) {
		t.Errorf("a required field that isn't there: %v", err)
	}
	if err := table.Missing("Typ of incident"); !strings.Contains(err.Error(), `did you mean "Type of Incident:"?`) {
		t.Error(err)
	}
	if table.Column("log no.") != -1 || table.Column("RP01") != 2 {
		t.Error("Column doesn't take the very name")
	}
	var row delimited.Row
	if row.Text(-1) != "" || row.Text(7) != "" {
		t.Error("a column that isn't there has a text")
	}
}

func TestReadErrorEndsRows(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 50000) + "1,"
	table, err := delimited.Open(stream(t, torn{strings.NewReader(text)}), 0)
	if err != nil {
		t.Fatal(err)
	}
	n, last := 0, error(nil)
	for row, err := range table.Rows() {
		switch last = err; {
		case err == nil && row.Reason != "":
			t.Errorf("line %d, which is not whole, was given", row.Line)
		case err == nil:
			n++
		}
	}
	if !errors.Is(last, io.ErrClosedPipe) || n != 50000 {
		t.Errorf("%d rows, then %v", n, last)
	}
}

// torn is a file that breaks where it should end.
type torn struct{ *strings.Reader }

func (r torn) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrClosedPipe
	}
	return n, err
}

// TestWhatIsWrittenIsRead: rows that encoding/csv writes come back the same.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]rune{',', '\t', ';', '|'}).Draw(t, "comma")
		n := rapid.IntRange(1, 5).Draw(t, "columns")
		field := rapid.StringMatching(`x[ a"\n,;|é\t]{0,12}x|x?`)
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma, w.UseCRLF = comma, rapid.Bool().Draw(t, "crlf")
		var want [][]string
		for i := range rapid.IntRange(0, 20).Draw(t, "rows") + 1 {
			record := make([]string, n)
			for j := range record {
				if record[j] = field.Draw(t, "field"); i == 0 {
					record[j] = fmt.Sprintf("column %d", j)
				}
			}
			if strings.Join(record, "") == "" {
				continue // an empty row is none
			}
			want = append(want, record)
			if err := w.Write(record); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		s, err := source.Stream("x", iotest.HalfReader(&b))
		if err != nil {
			t.Fatal(err)
		}
		table, err := delimited.Open(s, byte(comma))
		if err != nil {
			t.Fatal(err)
		}
		got := [][]string{table.Header}
		for row, err := range table.Rows() {
			if err != nil || row.Reason != "" {
				t.Fatalf("%v, %s", err, row.Problem)
			}
			record := make([]string, n)
			for j := range record {
				record[j] = row.Text(j)
			}
			got = append(got, record)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

// FuzzRows: what encoding/csv reads without a fault is read alike; and of
// whatever else, each line is in one row, kept or rejected, or empty.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a,b\n\"1,2\n3,4\n", "a,b\n\"x\r\ny\",\"\"\"\"\n", "a,b\r\n1\r,2\n", "\"a\",b\n,\n1,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s, err := source.Stream("x", strings.NewReader(in))
		if err != nil {
			t.Skip()
		}
		table, err := delimited.Open(s, ',')
		if err != nil {
			return
		}
		var got [][]string
		faults, last := 0, 0
		for row, err := range table.Rows() {
			if err != nil {
				return
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			if row.Reason != "" {
				faults++
				continue
			}
			record := make([]string, len(table.Header))
			for i := range record {
				record[i] = row.Text(i)
			}
			got = append(got, record)
		}
		if lines := strings.Count(in, "\n") + 1; last > lines {
			t.Fatalf("line %d of %d", last, lines)
		}
		want, ok := oracle(in, len(table.Header))
		if !ok {
			return
		}
		if d := cmp.Diff(want, got); d != "" || faults > 0 {
			t.Fatalf("%q: %d faults, %s", in, faults, d)
		}
	})
}

// oracle reads with encoding/csv what both readers should read alike: no fault,
// nothing that we hold to be empty and it doesn't, and text that both decode.
func oracle(in string, columns int) (rows [][]string, ok bool) {
	if strings.HasPrefix(in, "sep=") || strings.ContainsAny(in, "\x00") || strings.ToValidUTF8(in, "") != in || strings.HasPrefix(in, "\ufeff") {
		return nil, false
	}
	r := csv.NewReader(strings.NewReader(in))
	r.FieldsPerRecord = columns
	all, err := r.ReadAll()
	if err != nil || len(all) == 0 {
		return nil, false
	}
	for _, record := range all {
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			return nil, false
		}
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
	}
	if len(all) == 1 {
		return nil, true
	}
	return all[1:], true
}

func ExampleTable_Rows() {
	src, err := source.Stream("wards.csv", strings.NewReader("id;text\n1;\"Bed; rail\"\n2;too;many\n"))
	if err != nil {
		panic(err)
	}
	table, err := delimited.Open(src, 0)
	if err != nil {
		panic(err)
	}
	for row, err := range table.Rows() {
		switch {
		case err != nil:
			panic(err)
		case row.Reason != "":
			fmt.Println(row.Line, row.Reason)
		default:
			fmt.Println(row.Line, row.Text(table.Column("text")))
		}
	}
	// Output:
	// 2 Bed; rail
	// 3 bad-row
}

func BenchmarkRows(b *testing.B) {
	for name, line := range map[string]string{
		"plain":  "12345,2012-01-31,RZZ,Patient fell from the bed during the night and was found on the floor,Falls\n",
		"quoted": "12345,2012-01-31,RZZ,\"Patient fell from the bed, during the night, and was \"\"found\"\" on the floor\",Falls\n",
	} {
		b.Run(name, func(b *testing.B) {
			text := "id,day,org,text,category\n" + strings.Repeat(line, 20000)
			table := open(b, text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				for row, err := range table.Rows() {
					if err != nil || row.Reason != "" {
						b.Fatal(err, row.Problem)
					}
				}
			}
		})
	}
}
