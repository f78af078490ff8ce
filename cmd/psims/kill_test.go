package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"psims/reports/publication"
)

// copied gives a copy of a home, links and all.
func copied(t testing.TB, home string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "home")
	if out, err := exec.Command("cp", "-a", home, to).CombinedOutput(); err != nil {
		t.Fatalf("copying: %v\n%s", err, out)
	}
	return to
}

// secondNight is a home whose first night is published and whose second waits, and
// the files of the second night.
func secondNight(t testing.TB) string {
	t.Helper()
	home := swiftHome(t)
	aside := t.TempDir()
	for _, name := range []string{"b.ndjson", "c.ndjson"} {
		if err := os.Rename(filepath.Join(home, "inbox", name), filepath.Join(aside, name)); err != nil {
			t.Fatal(err)
		}
	}
	if code, talk := ended(t, home, "run"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	for _, name := range []string{"b.ndjson", "c.ndjson"} {
		if err := os.Rename(filepath.Join(aside, name), filepath.Join(home, "inbox", name)); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// standing checks that "current" is a whole run: every file has the hash that its
// manifest gives.
func standing(t testing.TB, home string) {
	t.Helper()
	dir := filepath.Join(home, "current")
	m, err := publication.Folder(dir).Manifest()
	if err != nil {
		t.Errorf("current is no run: %v", err)
		return
	}
	for name, want := range m.Outputs {
		text, err := os.ReadFile(filepath.Join(dir, name))
		sum := sha256.Sum256(text)
		if err != nil || hex.EncodeToString(sum[:]) != want {
			t.Errorf("current, run %s: %s is not as it was published: %v", m.RunID, name, err)
		}
	}
}

// reached says how far the second night had come when it was cut off.
func reached(t testing.TB, home string) string {
	t.Helper()
	lines, _ := filepath.Glob(filepath.Join(home, "loads", "*.json"))
	partial, _ := filepath.Glob(filepath.Join(home, "runs", "*.partial"))
	if len(partial) == 0 {
		runs, _ := filepath.Glob(filepath.Join(home, "runs", "*"))
		if len(runs) > 1 {
			return "publishing"
		}
		return fmt.Sprintf("loading, %d of 3 accepted", len(lines)-1)
	}
	m, err := publication.Folder(partial[0]).Manifest()
	if err != nil {
		return "opening the night"
	}
	return "after " + strconv.Itoa(len(m.Stages)) + " of 5 stages"
}

// TestKilledAtAnyPoint kills the process at random moments, begins it again, and asks
// for the same bytes as of a night that was never cut off. PSIMS_KILLS asks for so many.
func TestKilledAtAnyPoint(t *testing.T) {
	kills := 4
	if asked := os.Getenv("PSIMS_KILLS"); asked != "" {
		var err error
		if kills, err = strconv.Atoi(asked); err != nil {
			t.Fatal(err)
		}
	}
	home := secondNight(t)
	whole := copied(t, home)
	began := time.Now()
	if code, talk := ended(t, whole, "run"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	took := time.Since(began)
	want := facts(t, whole)
	rng := rand.New(rand.NewPCG(3, uint64(kills)))
	at := map[string]int{}
	for done := 0; done < kills; {
		again := copied(t, home)
		for range min(2, kills-done) {
			args := []string{"run"}
			if rng.IntN(3) > 0 {
				args = append(args, "--resume")
			}
			cmd, talk := program(t, again, args...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rng.Float64() * float64(took)))
			how := syscall.SIGKILL
			if rng.IntN(4) == 0 {
				how = syscall.SIGTERM
			}
			killed := cmd.Process.Signal(how) == nil
			_ = cmd.Wait() // that it was killed is no error here
			if code := cmd.ProcessState.ExitCode(); killed && code != -1 && code != exitTemporary && code != exitDone {
				t.Errorf("exit %d after %v:\n%s", code, how, talk)
			}
			at[reached(t, again)]++
			standing(t, again)
			done++
		}
		code, talk := ended(t, again, "run", "--resume")
		if code != exitDone {
			t.Fatalf("resumed: exit %d:\n%s", code, talk)
		}
		sameFacts(t, want, facts(t, again))
		if t.Failed() {
			t.Fatalf("after kill %d", done)
		}
		if err := os.RemoveAll(again); err != nil {
			t.Fatal(err)
		}
	}
	var where []string
	for _, k := range sortedKeys(at) {
		where = append(where, fmt.Sprintf("%s: %d", k, at[k]))
	}
	slices.Sort(where)
	t.Logf("%d kills of a run of %.1f s; cut off\n  %s", kills, took.Seconds(), strings.Join(where, "\n  "))
}
