package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFilesNoOneShouldSend: what the operator sees of each, and that the last good run
// and all that was accepted stand.
func TestFilesNoOneShouldSend(t *testing.T) {
	good := lfpse("G1", 1, "2025-06-01", "Fell from bed in the night.")
	zipped := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	long := 100 << 20
	if testing.Short() {
		long = 20 << 20
	}
	base := secondNight(t)
	for _, c := range []struct {
		name, file, text string
		code             int
		says             string
		kept             bool // the file's good event is in the warehouse afterwards
	}{
		{"truncated gzip", "z.ndjson.gz", zipped(history(5, 50))[:2000], exitFailed, "z.ndjson.gz", false},
		{"not a known format", "z.csv", "a,b\n1,2\n", exitFailed, "mapping", false},
		{"empty file", "z.csv", "", exitFailed, "z.csv", false},
		{"binary file", "z.bin", "\x7fELF\x00\x00\x01", exitFailed, "not text", false},
		{"windows-1252 among utf-8", "z.ndjson", good + lfpse("G2", 1, "2025-06-01", "Caf\xe9 spill, patient slipped."), exitDone, "2 kept", true},
		{"a line of 100 MB", "z.ndjson", good + lfpse("G2", 1, "2025-06-01", strings.Repeat("x", long)), exitDone, "1 kept, 1 rejected", true},
		{"NUL bytes within", "z.ndjson", good + "{\"resourceType\":\"Adverse\x00Event\"}\n" + lfpse("G2", 1, "2025-06-01", "Fell \x00 again."), exitDone, "rejected", true},
		{"the same id twice", "z.ndjson", good + good + lfpse("G1", 2, "2025-06-02", "Fell from bed in the night, revised."), exitDone, "2 kept, 1 rejected; 2 events, 2 new", true},
		{"one event in the year 2062", "z.ndjson", good + lfpse("G2", 1, "2062-01-05", "Reported in the future."), exitGate, "--as-of 2025-06-01", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := copied(t, base)
			// More reports, so that one is few, and none of its rejected rows too many.
			write(t, filepath.Join(home, "inbox", "a.ndjson"), strings.ReplaceAll(history(20, 60), "L0", "M0"))
			write(t, filepath.Join(home, "inbox", c.file), c.text)
			before, err := os.Readlink(filepath.Join(home, "current"))
			if err != nil {
				t.Fatal(err)
			}
			code, talk := ended(t, home, "run")
			if code != c.code || !strings.Contains(talk, c.says) {
				t.Errorf("exit %d, want %d and %q:\n%s", code, c.code, c.says, last(talk))
			}
			t.Logf("exit %d: %s", code, last(talk))
			standing(t, home)
			if after, _ := os.Readlink(filepath.Join(home, "current")); code != exitDone && after != before {
				t.Errorf("current moved from %s to %s", before, after)
			}
			if _, err := os.Stat(filepath.Join(home, "inbox", c.file)); (err == nil) == c.kept {
				t.Errorf("in the inbox still: %v, want %v", err == nil, !c.kept)
			}
			if accepted, _ := filepath.Glob(filepath.Join(home, "loads", "*.json")); len(accepted) < 5 {
				t.Errorf("%d files accepted, want the 4 good ones at least", len(accepted)-1)
			}
		})
	}
}

// last gives the last line that a process said.
func last(talk string) string {
	lines := strings.Split(strings.TrimSpace(talk), "\n")
	return lines[len(lines)-1]
}

func TestTwoRunsAtOnce(t *testing.T) {
	home := swiftHome(t)
	first, talk := program(t, home, "run")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	a := opened(t, home)
	for deadline := time.Now().Add(time.Minute); !a.home.held(); {
		if time.Now().After(deadline) {
			t.Fatal("the first run took no lock")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if code, said := ended(t, home, "run"); code != exitLocked || !strings.Contains(said, "another psims") {
		t.Errorf("second run: exit %d: %s", code, said)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("first run: %v\n%s", err, talk)
	}
	standing(t, home)
}

// TestTheClockDoesNotMatter: another time zone and language, one core, and files dated in the future or the
// far past, give the same bytes.
func TestTheClockDoesNotMatter(t *testing.T) {
	home := swiftHome(t)
	other := copied(t, home)
	if code, talk := ended(t, home, "run"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	for k, name := range []string{"a.ndjson", "b.ndjson"} {
		at := time.Now().AddDate(40-80*k, 0, 0)
		if err := os.Chtimes(filepath.Join(other, "inbox", name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	cmd, talk := program(t, other, "run")
	cmd.Env = append(cmd.Env, "TZ=Pacific/Kiritimati", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v:\n%s", err, talk)
	}
	sameFacts(t, facts(t, home), facts(t, other))
}

// disk is a small disk of its own, where the machine lets a test have one.
type disk struct {
	t    testing.TB
	path string
}

func newDisk(t testing.TB, kilobytes int) disk {
	t.Helper()
	d := disk{t, t.TempDir()}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+strconv.Itoa(kilobytes)+"k", "psims-test", d.path).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %s", bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", d.path).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return d
}

func (d disk) remount(options string) {
	d.t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, d.path).CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, out)
	}
}

// on copies a home to the disk and gives its place there.
func (d disk) on(home string) string {
	d.t.Helper()
	to := filepath.Join(d.path, "home")
	if out, err := exec.Command("cp", "-a", home, to).CombinedOutput(); err != nil {
		d.t.Fatalf("copying: %v\n%s", err, out)
	}
	return to
}

// TestDiskFull: with room for less and less of the night, it ends with exit code 75,
// the last run stands, and with room again it gives the same bytes.
func TestDiskFull(t *testing.T) {
	base := secondNight(t)
	whole := copied(t, base)
	if code, talk := ended(t, whole, "run"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	want := facts(t, whole)
	d := newDisk(t, 256<<10)
	home := d.on(base)
	used := folderKB(t, home)
	full := 0
	rooms := []int{0, 100, 400, 1000, 2500, 5000, 9000, 14000}
	if testing.Short() {
		rooms = []int{0, 1000, 5000}
	}
	for _, room := range rooms {
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
		d.remount("size=256m")
		home = d.on(base)
		d.remount("size=" + strconv.Itoa(used+room) + "k")
		code, talk := ended(t, home, "run")
		t.Logf("%d kB of room: exit %d: %s", room, code, last(talk))
		if code == exitDone {
			break
		}
		full++
		if code != exitTemporary {
			t.Errorf("%d kB of room: exit %d, want %d:\n%s", room, code, exitTemporary, talk)
		}
		standing(t, home)
		d.remount("size=256m")
		if code, talk := ended(t, home, "run", "--resume"); code != exitDone {
			t.Fatalf("%d kB of room, and room again: exit %d:\n%s", room, code, talk)
		}
		sameFacts(t, want, facts(t, home))
	}
	if full < 2 {
		t.Errorf("the disk was full %d times only", full)
	}
}

func folderKB(t testing.TB, path string) int {
	t.Helper()
	out, err := exec.Command("du", "-sk", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	kb, err := strconv.Atoi(strings.Fields(string(out))[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// TestReadOnlyHome: nothing can be written; the message names the place.
func TestReadOnlyHome(t *testing.T) {
	base := secondNight(t)
	d := newDisk(t, 64<<10)
	home := d.on(base)
	d.remount("ro")
	code, talk := ended(t, home, "run")
	t.Logf("exit %d: %s", code, last(talk))
	if code != exitFailed || !strings.Contains(talk, "read-only file system") || !strings.Contains(talk, home) {
		t.Errorf("exit %d:\n%s", code, talk)
	}
	standing(t, home)
	if code, out := ended(t, home, "status"); code != exitDone || !strings.Contains(out, "Last run") {
		t.Errorf("status: exit %d:\n%s", code, out)
	}
	d.remount("rw")
	if code, talk := ended(t, home, "run"); code != exitDone {
		t.Errorf("writable again: exit %d:\n%s", code, talk)
	}
}

// TestFileSizeLimit: a file that may not grow any more is temporary, not a crash.
func TestFileSizeLimit(t *testing.T) {
	home := secondNight(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "ulimit -f 64; exec \"$0\" --home \"$1\" run", self, home) // blocks of 512 bytes or 1 KB
	cmd.Env = append(os.Environ(), asProgram+"=1")
	out, _ := cmd.CombinedOutput() // its exit code is looked at
	t.Logf("exit %d: %s", cmd.ProcessState.ExitCode(), last(string(out)))
	if code := cmd.ProcessState.ExitCode(); code != exitTemporary {
		t.Errorf("exit %d:\n%s", code, out)
	}
	standing(t, home)
	if code, talk := ended(t, home, "run"); code != exitDone {
		t.Errorf("without the limit: exit %d:\n%s", code, talk)
	}
}
