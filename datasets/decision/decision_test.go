package decision_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/decision"
	"psims/datasets/incident"
)

var morning = time.Date(2026, 3, 30, 8, 0, 0, 0, time.UTC)

func act(who string, day incident.Day) decision.Act {
	return decision.Act{Who: who, At: morning, AsOf: day, Run: "run-" + day.String()}
}

func open(t *testing.T) (*decision.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a folder with ? and #", "review.sqlite")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := decision.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, path
}

func known(alert string) decision.Decision {
	return decision.Decision{Alert: alert, State: decision.Known, Reason: "Told of in 2024.", Owner: "B. Reviewer", Due: 20600, Observed: 12, Severe: 1, Organisations: 5}
}

func TestDecideAndUndo(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	id, err := s.Decide(ctx, act("ann", 20000), known("theme-1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SecondRead(ctx, act("ann", 20000), id, decision.Reading{Agrees: true}); !errors.Is(err, decision.ErrNone) {
		t.Errorf("a second reading of one's own decision: %v, want ErrNone", err)
	}
	if err := s.SecondRead(ctx, act("bea", 20001), id, decision.Reading{Agrees: false, Note: "It has spread."}); err != nil {
		t.Fatal(err)
	}
	got, err := s.History(ctx, "theme-1")
	if err != nil {
		t.Fatal(err)
	}
	want := known("theme-1")
	want.ID, want.Who, want.At, want.AsOf, want.Run, want.Undone = id, "ann", morning, 20000, "run-"+incident.Day(20000).String(), incident.NoDay
	want.Second = []decision.Reading{{Who: "bea", At: morning, Note: "It has spread."}}
	if diff := cmp.Diff([]decision.Decision{want}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := s.Undo(ctx, act("bea", 20002), id); err != nil {
		t.Fatal(err)
	}
	if err := s.Undo(ctx, act("bea", 20002), id); !errors.Is(err, decision.ErrNone) {
		t.Errorf("undoing twice: %v, want ErrNone", err)
	}
	if now, err := s.Standing(ctx); err != nil || len(now) != 0 {
		t.Errorf("after the undo %v stands (%v)", now, err)
	}
}

func TestStandingAtKnowsNothingLater(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	first, err := s.Decide(ctx, act("ann", 20000), known("theme-1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Undo(ctx, act("ann", 20010), first); err != nil {
		t.Fatal(err)
	}
	later := known("theme-1")
	later.State = decision.NotAnIssue
	if _, err := s.Decide(ctx, act("bea", 20020), later); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[incident.Day]decision.State{19999: "", 20000: "", 20001: decision.Known, 20010: decision.Known, 20011: "", 20020: "", 20021: decision.NotAnIssue} {
		at, err := s.StandingAt(ctx, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := at["theme-1"].State; got != want {
			t.Errorf("on day %d %q stands, want %q", day, got, want)
		}
	}
}

func TestDecisionCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*decision.Decision)
		wrong  bool
	}{
		"whole":                     {func(*decision.Decision) {}, false},
		"no reason":                 {func(d *decision.Decision) { d.Reason = " \n" }, true},
		"unknown state":             {func(d *decision.Decision) { d.State = "fine" }, true},
		"published without address": {func(d *decision.Decision) { d.State = decision.Published }, true},
		"published":                 {func(d *decision.Decision) { d.State, d.Link = decision.Published, "https://example.org/alert" }, false},
		"address that is a script":  {func(d *decision.Decision) { d.Link = "javascript:alert(1)" }, true},
		"reason too long":           {func(d *decision.Decision) { d.Reason = strings.Repeat("x", decision.MaxReason+1) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := known("theme-1")
			c.change(&d)
			if err := d.Check(); (err != nil) != c.wrong {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCorrections(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	c := decision.Correction{System: incident.LFPSE, Incident: "LF-1", Field: decision.Category, Was: "Falls", Value: "Medication", Reason: "It tells of a dose."}
	for _, by := range []struct {
		who   string
		day   incident.Day
		value string
	}{{"ann", 20000, "Medication"}, {"bea", 20001, "Medication"}, {"ann", 20005, "Devices"}} {
		c.Value = by.value
		if _, err := s.Correct(ctx, act(by.who, by.day), c); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[incident.Day]string{20000: "", 20001: "Medication", 20006: "Devices"} {
		list, err := s.CorrectionsAt(ctx, day)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(list) > 0 {
			got = list[len(list)-1].Value
		}
		if got != want {
			t.Errorf("on day %d the label is %q, want %q", day, got, want)
		}
	}
	now, err := s.Corrections(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[decision.Field]decision.Agreement{decision.Category: {Questions: 1, Agreed: 0}}, decision.Agree(now)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := s.UndoCorrection(ctx, act("bea", 20007), now[0].ID); err != nil {
		t.Fatal(err)
	}
	if left, err := s.CorrectionsOf(ctx, incident.LFPSE, "LF-1"); err != nil || len(left) != 1 {
		t.Errorf("%d answers are left (%v), want 1", len(left), err)
	}
	c.Field, c.Value = decision.Harm, "awful"
	if _, err := s.Correct(ctx, act("ann", 20000), c); err == nil {
		t.Error("a degree of harm that does not exist was taken")
	}
}

func TestViewsAndSnapshots(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	for _, bad := range []string{"https://elsewhere.example", "//elsewhere.example", "search", `/\elsewhere.example`} {
		if err := s.SaveView(ctx, act("ann", 1), decision.View{Name: "x", Path: bad}); err == nil {
			t.Errorf("the address %q was saved", bad)
		}
	}
	if err := s.SaveView(ctx, act("ann", 1), decision.View{Name: "Pumps", Path: "/search?q=pump"}); err != nil {
		t.Fatal(err)
	}
	if others, err := s.Views(ctx, "bea"); err != nil || len(others) != 0 {
		t.Errorf("another's views are seen: %v %v", others, err)
	}
	own, err := s.Views(ctx, "ann")
	if err != nil || len(own) != 1 {
		t.Fatalf("%v %v", own, err)
	}
	if err := s.RemoveView(ctx, act("bea", 1), own[0].ID); !errors.Is(err, decision.ErrNone) {
		t.Errorf("removing another's view: %v, want ErrNone", err)
	}
	hash, err := s.Freeze(ctx, act("ann", 1), "Pumps", []byte(`{"rows":1}`))
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Freeze(ctx, act("ann", 1), "Pumps", []byte(`{"rows":1}`))
	if err != nil || again != hash {
		t.Errorf("the same result is %s and %s (%v)", hash, again, err)
	}
	got, err := s.Frozen(ctx, hash)
	if err != nil || string(got.Content) != `{"rows":1}` || got.Owner != "ann" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.Frozen(ctx, "no-such"); !errors.Is(err, decision.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
}

func TestUsersAndTokens(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	for name, u := range map[string]decision.User{
		"provider without organisation": {Login: "a", Role: decision.Provider},
		"reader without region":         {Login: "a", Role: decision.RegionReader},
		"lead without specialty":        {Login: "a", Role: decision.SpecialtyLead},
		"reviewer with a scope":         {Login: "a", Role: decision.NationalReviewer, Scope: decision.Scope{Regions: []string{"North"}}},
		"public":                        {Login: "a", Role: decision.Public},
		"space around the login":        {Login: " a", Role: decision.Analyst},
		"line break in a code":          {Login: "a", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"ZX001\nZX002"}}},
	} {
		if err := s.SetUser(ctx, act("root", 1), u); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	want := decision.User{Login: "ann", Name: "Ann", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"ZX001", "ZX002"}}, Active: true}
	if err := s.SetUser(ctx, act("root", 1), want); err != nil {
		t.Fatal(err)
	}
	got, err := s.User(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want.Active = false
	if err := s.SetUser(ctx, act("root", 1), want); err != nil {
		t.Fatal(err)
	}
	if _, err := s.User(ctx, "ann"); !errors.Is(err, decision.ErrNone) {
		t.Errorf("an account that is switched off: %v, want ErrNone", err)
	}
	token := strings.Repeat("secret", 5)
	if err := s.SetToken(ctx, act("root", 1), token, "ZX001", "nightly", true); err != nil {
		t.Fatal(err)
	}
	if who, err := s.Sender(ctx, token); err != nil || who != "ZX001" {
		t.Errorf("got %q, %v", who, err)
	}
	if _, err := s.Sender(ctx, token+"x"); !errors.Is(err, decision.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
}

// edit changes the file behind the store's back.
func edit(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+strings.NewReplacer("?", "%3f", "#", "%23").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // nothing is lost: each statement was acknowledged
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestTamperedLogIsDetected(t *testing.T) {
	const open2 = "DROP TRIGGER audit_keeps_updates_out; DROP TRIGGER audit_keeps_deletes_out;"
	for name, statement := range map[string]string{
		"a reason is changed":      `UPDATE audit SET detail = replace(detail, 'Told', 'Sold') WHERE seq = 2`,
		"a name is changed":        `UPDATE audit SET who = 'eve' WHERE seq = 3`,
		"a line is taken out":      `DELETE FROM audit WHERE seq = 2`,
		"the end is cut off":       `DELETE FROM audit WHERE seq = 5`,
		"all is taken out":         `DELETE FROM audit`,
		"a line is put in between": `UPDATE audit SET seq = seq + 10 WHERE seq > 3`,
		"two lines change places":  `UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2,3); UPDATE audit SET seq = -seq WHERE seq < 0`,
	} {
		t.Run(name, func(t *testing.T) {
			s, path := open(t)
			for i := range 5 {
				if _, err := s.Decide(t.Context(), act("ann", 20000), known(fmt.Sprint("theme-", i))); err != nil {
					t.Fatal(err)
				}
			}
			head, err := s.Verify(t.Context())
			if err != nil || head.Lines != 5 {
				t.Fatalf("an untouched log: %v, %v", head, err)
			}
			edit(t, path, open2+statement)
			if _, err := s.Verify(t.Context(), head); !errors.Is(err, decision.ErrTampered) {
				t.Errorf("got %v, want ErrTampered", err)
			}
		})
	}
}

func TestLogOnlyGrows(t *testing.T) {
	s, path := open(t)
	if _, err := s.Decide(t.Context(), act("ann", 20000), known("theme-1")); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+strings.NewReplacer("?", "%3f", "#", "%23").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // reading only
	for _, statement := range []string{"UPDATE audit SET who = 'eve'", "DELETE FROM audit"} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
}

func TestWritersAndReadersMeet(t *testing.T) {
	s, path := open(t)
	other, err := decision.Open(t.Context(), path) // as another process would
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close() // a test's second handle
	var group sync.WaitGroup
	for k, store := range []*decision.Store{s, other, s, other} {
		group.Go(func() {
			for i := range 20 {
				if _, err := store.Decide(context.Background(), act("ann", 20000), known(fmt.Sprintf("theme-%d-%d", k, i))); err != nil {
					t.Error(err)
				}
				if _, err := store.Standing(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if head, err := s.Verify(t.Context()); err != nil || head.Lines != 80 {
		t.Errorf("%v, %v: want 80 lines", head, err)
	}
}

func TestOpenReadOnly(t *testing.T) {
	s, path := open(t)
	if _, err := decision.OpenReadOnly(t.Context(), path+"-none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	ro, err := decision.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close() // reading only
	if _, err := s.Decide(t.Context(), act("ann", 20000), known("theme-1")); err != nil {
		t.Fatal(err)
	}
	if at, err := ro.StandingAt(t.Context(), 20001); err != nil || len(at) != 1 {
		t.Errorf("%v, %v", at, err)
	}
	if _, err := ro.Decide(t.Context(), act("ann", 20000), known("theme-2")); err == nil {
		t.Error("a decision was stored through a handle for reading")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v (%v): others may read it", info.Mode(), err)
	}
}

// Whatever is written reads back the same, whatever it is made of.
func TestAnyTextReadsBack(t *testing.T) {
	s, _ := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		d := known(fmt.Sprint("alert-", n))
		d.Reason = "x" + rapid.StringN(0, 50, 200).Draw(t, "reason")
		d.Owner = rapid.StringN(0, 20, 80).Draw(t, "owner")
		if strings.ContainsRune(d.Reason+d.Owner, 0) {
			t.Skip("no form can send a NUL")
		}
		if _, err := s.Decide(context.Background(), act("ann", 20000), d); err != nil {
			t.Fatal(err)
		}
		got, err := s.History(context.Background(), d.Alert)
		if err != nil || len(got) != 1 || got[0].Reason != d.Reason || got[0].Owner != d.Owner {
			t.Fatalf("got %+v, %v", got, err)
		}
	})
	if _, err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whether two reports tell of the same event is one question for each two, whichever
// of them a person was at.
func TestAnswersAboutTwoReports(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	say := func(who string, f decision.Field, id, value string) {
		if _, err := s.Correct(ctx, act(who, 20000), decision.Correction{System: incident.LFPSE, Incident: id, Field: f, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	say("ann", decision.SameEvent, "A", "nrls B")
	say("ann", decision.SameEvent, "A", "nrls C")
	say("ann", decision.OtherEvent, "A", "nrls B") // a second thought
	say("bea", decision.SameEvent, "A", "nrls C")
	say("ann", decision.SameEvent, "A", "lfpse D")
	say("bea", decision.OtherEvent, "D", "lfpse A")
	all, err := s.Corrections(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		got = append(got, c.Who+" "+string(c.Field)+" "+c.Incident+" "+c.Value)
	}
	want := []string{"ann same_event A nrls C", "ann other_event A nrls B", "bea same_event A nrls C", "ann same_event A lfpse D", "bea other_event D lfpse A"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := decision.Agree(all)[decision.SameEvent]; a.Questions != 2 || a.Agreed != 1 {
		t.Errorf("agreement %+v, want 1 of 2", a)
	}
}

// What was decided before a day has one fingerprint, which hangs on neither who decided
// nor why; without a store there is none.
func TestPastHasAFingerprint(t *testing.T) {
	s, path := open(t)
	ctx := t.Context()
	print := func(path string, day incident.Day) string {
		t.Helper()
		p, err := decision.PastOf(ctx, path, day)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.Fingerprint(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := print(path+"-none", 20001); got != "" {
		t.Errorf("without a store: %q", got)
	}
	for _, alert := range []string{"theme-2", "theme-1"} {
		if _, err := s.Decide(ctx, act("ann", 20000), known(alert)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Correct(ctx, act("ann", 20003), decision.Correction{System: incident.LFPSE, Incident: "L1", Field: decision.Category, Value: "Falls"}); err != nil {
		t.Fatal(err)
	}
	first, later := print(path, 20001), print(path, 20004)
	if print(path, 20000) != "" || strings.Count(first, "\n") != 2 || !strings.HasPrefix(first, `"theme-1" `) || later != first+"lfpse \"L1\" category \"Falls\"\n" {
		t.Errorf("%q, and later %q", first, later)
	}
	if strings.Contains(later, "ann") {
		t.Errorf("it tells who decided: %q", later)
	}
	if err := (decision.Past{Corrections: make([]decision.Correction, 1)}).Fingerprint(full{}); err == nil {
		t.Error("what could not be written gave no error")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }
