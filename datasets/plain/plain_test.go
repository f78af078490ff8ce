package plain_test

import (
	"fmt"
	"strings"
	"testing"

	"psims/datasets/plain"
)

func Example() {
	t, err := plain.Open(strings.NewReader("\ufeffother, B ,a\nx,1,2\ny,3,4\n"), plain.Ask{What: "pairs", Path: "in.csv", Columns: [][]string{{"a"}, {"beta", "b"}, {"c"}}, Required: 2, Fold: true})
	if err != nil {
		fmt.Println(err)
	}
	for row, err := range t.Rows() {
		fmt.Printf("%s %s %q %v\n", row.Cell(0), row.Cell(1), row.Cell(2), err)
		if row.Cell(0) == "4" {
			fmt.Println(row.Fault(1, "%s is %s", row.Name(1), row.Cell(1)))
		}
	}
	// Output:
	// 2 1 "" <nil>
	// 4 3 "" <nil>
	// reading pairs "in.csv", line 3: beta is 3
}

// The first bad row ends the file, and none after it is given.
func TestFirstBadRowEndsTheFile(t *testing.T) {
	table, err := plain.Open(strings.NewReader("a,b\n1,2\n3\n4,5\n"), plain.Ask{What: "pairs", Path: "in.csv", Columns: [][]string{{"a"}}, Required: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows, faults := 0, 0
	for _, err := range table.Rows() {
		if rows++; err != nil {
			faults++
		}
	}
	if rows != 2 || faults != 1 {
		t.Errorf("%d rows and %d faults, want the good row and the fault", rows, faults)
	}
}
