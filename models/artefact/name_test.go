package artefact_test

import (
	"testing"

	"psims/models/artefact"
)

// TestNamesDependOnAllParts: other settings, other parts and other borders between parts
// give other names; the same give the same.
func TestNamesDependOnAllParts(t *testing.T) {
	name := func(setting int, parts ...string) string {
		n := artefact.NewNamer("harm", setting)
		n.Add(parts...)
		return n.Name()
	}
	seen := map[string]bool{name(1, "ab", "c"): true, name(2, "ab", "c"): true, name(1, "a", "bc"): true, name(1, "abc"): true, name(1): true}
	if len(seen) != 5 {
		t.Errorf("5 things have %d names", len(seen))
	}
	first := name(1, "ab", "c")
	if again := name(1, "ab", "c"); again != first || len(first) != 8 {
		t.Errorf("the same thing is named %q and %q", first, again)
	}
}
