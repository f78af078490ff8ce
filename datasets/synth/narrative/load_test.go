package narrative_test

import (
	"psims/datasets/synth/narrative"
	"testing"
)

func TestLoad(t *testing.T) {
	_, err := narrative.Load()
	if err != nil {
		t.Fatal(err)
	}
}
