package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/extract/table"
	"psims/datasets/inbox"
	"psims/datasets/incident"
	"psims/datasets/quality"
)

// event is a line of LFPSE with an event of Z01.
func event(id, day string) string {
	return fmt.Sprintf(`{"resourceType":"AdverseEvent","id":%q,"meta":{"profile":["x/patient-safety-adverse-event-6"],"versionId":"1","lastUpdated":"%sT09:00:00Z"},"identifier":{"value":%q},"contained":[{"resourceType":"Location","id":"location1","extension":[{"url":"x/location-details-6","extension":[{"url":"Organisation","valueCode":"Z01"}]}]}],"extension":[{"url":"x/adverse-event-core-6","extension":[{"url":"Description","valueString":"Fell from bed."}]}],"actuality":"actual","event":{"coding":[{"code":"1"}]},"date":%q}`,
		id, day, id, day) + "\n"
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatWaits(t *testing.T) {
	dir := t.TempDir()
	if files, reference, err := inbox.Waiting(filepath.Join(dir, "none")); len(files) != 0 || reference != "" || err != nil {
		t.Errorf("an inbox that is not there holds %v, %q (%v)", files, reference, err)
	}
	for _, name := range []string{"b.csv", "a.ndjson", "organisations.csv", "truth.json", ".hidden", "c.csv.partial"} {
		put(t, dir, name, "x")
	}
	if err := os.Mkdir(filepath.Join(dir, "done"), 0o755); err != nil {
		t.Fatal(err)
	}
	files, reference, err := inbox.Waiting(dir)
	want := []string{filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "b.csv")}
	if diff := cmp.Diff(want, files); diff != "" || reference != filepath.Join(dir, "organisations.csv") || err != nil {
		t.Errorf("the reference %q, files %s (%v)", reference, diff, err)
	}
}

func TestLook(t *testing.T) {
	dir := t.TempDir()
	good := put(t, dir, "a.ndjson", event("L1", "2026-01-05")+"{broken\n"+event("L2", "2026-02-03"))
	odd := put(t, dir, "b.csv", "a,b\n1,2\n")
	r := inbox.Default()
	look := func(path string) (inbox.File, inbox.Days) {
		t.Helper()
		f, days, err := r.Look(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return f, days
	}
	f, days := look(good)
	if f.Rows != 3 || f.Rejects != 1 || f.Oldest != "2026-01-05" || f.Newest != "2026-02-03" || days.Newest.String() != f.Newest || days.Oldest.String() != f.Oldest {
		t.Errorf("a good file is told as %+v of %v", f, days)
	}
	if s := f.String(); s != "a.ndjson: lfpse-fhir-ndjson, 3 rows, 1 of them to be rejected, submitted 2026-01-05 to 2026-02-03" {
		t.Error(s)
	}
	if f, days := look(odd); f.Problem == "" || days != inbox.None() || !strings.Contains(f.String(), "can't be read") {
		t.Errorf("a file of no format is told as %+v of %v", f, days)
	}
	r.Counted = 10
	if f, days := look(good); f.Rows != -1 || days != inbox.None() || !strings.Contains(f.String(), "rows not counted") {
		t.Errorf("a large file is told as %+v of %v", f, days)
	}
	sum, _, err := inbox.Fingerprint(good)
	if err != nil {
		t.Fatal(err)
	}
	id := inbox.LoadID(sum, nil, nil)
	r.Accepted = func(load string) (int, int, bool) { return 7, 2, load == id }
	if f, days := look(good); f.Load != id || f.Rows != 7 || f.Rejects != 2 || days != inbox.None() {
		t.Errorf("a file accepted before is told as %+v of %v", f, days)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := inbox.Default().Look(ctx, good); !errors.Is(err, context.Canceled) {
		t.Errorf("when told to stop: %v", err)
	}
}

// Days of nothing change nothing.
func TestDaysJoin(t *testing.T) {
	d := inbox.Days{Oldest: 3, Newest: 5}
	if got := d.Join(inbox.None()).Join(inbox.Days{Oldest: 4, Newest: 9}); got != (inbox.Days{Oldest: 3, Newest: 9}) {
		t.Errorf("%v", got)
	}
	if inbox.None().Newest != incident.NoDay {
		t.Error("no submission has a newest day")
	}
}

// The same bytes read in another way, or by other rules, are another load.
func TestLoadIDIsOfAllThatALoadDependsOn(t *testing.T) {
	seen := map[string]string{}
	for name, id := range map[string]string{
		"plain":   inbox.LoadID("5e", nil, nil),
		"other":   inbox.LoadID("5f", nil, nil),
		"mapping": inbox.LoadID("5e", &table.Mapping{}, nil),
		"rules":   inbox.LoadID("5e", nil, quality.Default()[:1]),
	} {
		if earlier, twice := seen[id]; twice || len(id) != 16 {
			t.Errorf("%s and %s are both load %q", name, earlier, id)
		}
		seen[id] = name
	}
	if inbox.LoadID("5e", nil, nil) != inbox.LoadID("5e", nil, []quality.Rule{}) {
		t.Error("no rules make another load")
	}
}
