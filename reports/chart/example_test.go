package chart_test

import (
	"fmt"
	"os"

	"psims/reports/chart"
	"psims/reports/disclosure"
)

func ExampleBars() {
	p := disclosure.HES5()
	b := chart.Bars{
		Heading: "Region", Unit: "Reports",
		Labels: []string{"London", "Midlands"},
		Counts: []disclosure.Shown{p.Count(1232), p.Count(4)},
	}
	fmt.Println(b.Describe())
	if err := b.Table().CSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Bar chart of reports by region, 2 bars. The longest is London, with 1,230.
	// Region,Reports
	// London,1230
	// Midlands,[c]
}
