package marked_test

import (
	"fmt"
	"strings"
	"testing"

	"psims/models/marked"
)

func TestMarksThatMakeNoSense(t *testing.T) {
	const head = "removed,words,text,missed,wrongly_removed\n"
	for name, c := range map[string]struct{ text, says string }{
		"no mark":        {head + "1,5,x,perhaps,\n", "line 2, column missed: \"perhaps\""},
		"below nought":   {head + "1,5,x,-1,\n", "neither a number"},
		"more than are":  {head + "1,5,x,,2\n", "line 2: 2 placeholders"},
		"another file":   {"a,b\n1,2\n", "no column \"removed\""},
		"nothing at all": {"", "EOF"},
	} {
		if _, err := marked.Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := marked.Read(strings.NewReader(head + "1,5,x,,\n1,5\n"))
	if err != nil || v.Unmarked != 2 || v.LeftIn.Interval != [2]float64{0, 1} {
		t.Errorf("nothing marked: %+v, %v", v, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("removed,words,missed,wrongly_removed\n1,5,yes,0\n")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := marked.Read(strings.NewReader(text))
		if err == nil && (v.Unmarked > v.Texts || v.LeftIn.Count > v.LeftIn.Of || v.WrongPlaces.Count > v.WrongPlaces.Of) {
			t.Errorf("%+v", v)
		}
	})
}

func ExampleRead() {
	v, err := marked.Read(strings.NewReader("removed,words,missed,wrongly_removed\n2,10,0,1\n1,7,2,\n3,9,,\n"))
	fmt.Println(v.Texts, v.Unmarked, v.Recall.Count, "of", v.Recall.Of, err)
	// Output: 3 1 2 of 4 <nil>
}
