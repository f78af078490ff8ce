package drift_test

import (
	"strings"
	"testing"

	"psims/datasets/frame"
	"psims/models/drift"
)

// TestVerdictIsPublished: the verdict stands first, each measure behind it, and it is
// said in words unless all is steady.
func TestVerdictIsPublished(t *testing.T) {
	r := &drift.Report{Status: drift.Changed, Measures: []drift.Measure{{Name: "new words", Status: drift.Changed, Value: 0.3, Usual: 0.1, Says: "Many words are new."}, {Name: "length", Status: drift.Steady, Says: "Texts are as long as ever."}}}
	f := r.Frame()
	names, err := frame.Get[string](f, "measure")
	if err != nil || strings.Join(names, ",") != "all,new words,length" {
		t.Errorf("measures %v, %v", names, err)
	}
	if said, err := drift.Note(f); err != nil || !strings.Contains(said, "Many words are new.") {
		t.Errorf("%q, %v", said, err)
	}
	r.Status = drift.Steady
	if said, err := drift.Note(r.Frame()); err != nil || said != "" {
		t.Errorf("where all is steady it says %q, %v", said, err)
	}
	if _, err := drift.Note(frame.New("drift")); err == nil {
		t.Error("a table without columns gave no error")
	}
}
