package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"psims/datasets/inbox"
	"psims/reports/publication"

	"github.com/google/go-cmp/cmp"
)

// asProgram makes the test binary be the program, so that tests can start, stop and
// starve a real process.
const asProgram = "PSIMS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program prepares a process of the program on a home.
func program(t testing.TB, home string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"--home", home}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	talk := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = talk, talk
	return cmd, talk
}

// ended runs a process of the program to its end and gives its exit code and what it said.
func ended(t testing.TB, home string, args ...string) (int, string) {
	t.Helper()
	cmd, talk := program(t, home, args...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), talk.String()
}

// swift is a configuration whose run takes a second or two: no classifier is learnt.
const swift = "[train]\ntasks = []\n[detect]\nlookback_weeks = 2\n"

// swiftHome is a home with a history waiting in its inbox, in several files.
func swiftHome(t testing.TB) string {
	t.Helper()
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	lines := strings.SplitAfter(strings.TrimSuffix(history(20, 12), "\n"), "\n")
	for k := range 3 {
		part := lines[k*len(lines)/3 : (k+1)*len(lines)/3]
		write(t, filepath.Join(home, "inbox", string(rune('a'+k))+".ndjson"), strings.Join(part, "")+lines[0])
	}
	write(t, filepath.Join(home, "inbox", inbox.Reference), "code,name,type,region,icb\nZ01,Invented Trust,acute,North,ICB 1\nZ02,Invented Two,mental health,South,ICB 2\n")
	return home
}

// facts are the bytes that must be the same however a run came about: the published
// run, but for the times in its manifest, and the accepted rows.
func facts(t testing.TB, home string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"current", "loads", "quarantine", "feedback"} {
		dir, err := filepath.EvalSymlinks(filepath.Join(home, root))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			name := root + strings.TrimPrefix(path, dir)
			switch {
			case root == "current" && d.Name() == publication.Name:
				text = timeless(t, dir)
			case root == "loads" && strings.HasSuffix(name, ".json"):
				text = []byte("a line of the ledger") // it holds when it was written
			}
			out[name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func timeless(t testing.TB, dir string) []byte {
	t.Helper()
	m, err := publication.Folder(dir).Manifest()
	if err != nil {
		t.Fatal(err)
	}
	m.Times = publication.Times{}
	other := t.TempDir()
	if err := m.Write(publication.Folder(other)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(other, publication.Name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sameFacts reports which files differ, not how.
func sameFacts(t testing.TB, want, got map[string]string) {
	t.Helper()
	var differ []string
	for name := range want {
		if got[name] != want[name] {
			differ = append(differ, name)
		}
	}
	for name := range got {
		if _, there := want[name]; !there {
			differ = append(differ, "+"+name)
		}
	}
	if diff := cmp.Diff([]string(nil), differ); diff != "" {
		t.Errorf("files that differ:\n%s", diff)
	}
}

// TestLostWarehouseIsRebuilt: with the warehouse deleted, the next run makes it anew
// from the accepted loads and gives the same bytes.
func TestLostWarehouseIsRebuilt(t *testing.T) {
	home := swiftHome(t)
	began := time.Now()
	if code, talk := ended(t, home, "run"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	t.Logf("a run took %v", time.Since(began))
	want := facts(t, home)
	if len(want) < 30 {
		t.Fatalf("only %d files to compare", len(want))
	}
	for _, name := range []string{"warehouse.duckdb", "models", "runs", "current"} {
		if err := os.RemoveAll(filepath.Join(home, name)); err != nil {
			t.Fatal(err)
		}
	}
	code, talk := ended(t, home, "run")
	if code != exitDone || strings.Count(talk, "accepted before, now in the warehouse") != 3 {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	sameFacts(t, want, facts(t, home))
}

// TestOthersOnTheMachineReadNothing: what the program writes is closed to accounts
// outside its group, whatever the mask that it was started with.
func TestOthersOnTheMachineReadNothing(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	extract := write(t, filepath.Join(t.TempDir(), "a.ndjson"), lfpse("L1", 1, "2026-01-05", "Fell from bed.")+"{broken\n")
	before := syscall.Umask(0)
	code, talk := ended(t, home, "load", extract)
	syscall.Umask(before)
	if code != exitWarnings {
		t.Fatalf("loading ended with %d: %s", code, talk)
	}
	files := 0
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o007 != 0 {
			t.Errorf("%s can be used by others: %v", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 10 {
		t.Errorf("%d files looked at (%v)", files, err)
	}
}
