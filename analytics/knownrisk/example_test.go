package knownrisk_test

import (
	"fmt"

	"psims/analytics/knownrisk"
)

func Example() {
	list := knownrisk.Default()
	watcher, err := list.Watch(knownrisk.DefaultConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	const narrative = "Central line placed overnight. CXR this morning: guidewire left in situ, tip in the right atrium."
	for _, hit := range watcher.Match(nil, narrative) {
		fmt.Println(list.Risks[hit.Risk].Title)
		for _, reason := range hit.Reasons[:3] {
			fmt.Printf("  %q at byte %d\n", reason.Span.In(narrative), reason.Span.Start)
		}
	}
	// Output:
	// Retained foreign object after a procedure
	//   "guidewire left in" at byte 49
	//   "guidewire" at byte 49
	//   "left in" at byte 59
}

func ExampleParse() {
	list, err := knownrisk.Parse("alerts.toml", []byte(`
[[risk]]
id = "alert-7"
title = "Fire from emollient"
terms = ["emollient + {cigarette,smoking,lighter,fire}"]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	joined, err := knownrisk.Default().Join(list)
	if err != nil {
		fmt.Println(err)
		return
	}
	watcher, err := joined.Watch(knownrisk.DefaultConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hit := range watcher.Match(nil, "Dressing with emolient caught light from a cigarette; emollient and smoking not discussed.") {
		fmt.Printf("%s %.2f\n", joined.Risks[hit.Risk].ID, hit.Score)
	}
	// Output: alert-7 0.70
}
