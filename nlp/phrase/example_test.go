package phrase_test

import (
	"fmt"

	"psims/nlp/phrase"
)

func ExampleTagger_NounPhrases() {
	for _, c := range phrase.Shared().NounPhrases("The new syringe driver stopped because of a faulty battery.") {
		fmt.Println(c.Text)
	}
	// Output:
	// new syringe driver
	// faulty battery
}
