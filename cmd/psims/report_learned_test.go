package main

import (
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var linked = regexp.MustCompile(`<a [^>]*href="([^"#]+)`)

// linksHold checks that every link between the pages of a run leads to a file, and
// gives the pages for staff and how often the site's page of organisations links to one.
func linksHold(t *testing.T, run string) (staff, fromSite int) {
	t.Helper()
	err := filepath.WalkDir(run, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "learned" {
			staff++
		}
		for _, m := range linked.FindAllStringSubmatch(string(text), -1) {
			name, err := url.PathUnescape(html.UnescapeString(m[1]))
			if err != nil {
				t.Errorf("%s links to %q: %v", path, m[1], err)
			}
			to := filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s, which is not there", path, name)
			}
			if strings.HasSuffix(path, "site/organisations.html") && strings.Contains(name, "/learned/") {
				fromSite++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return staff, fromSite
}

// An organisation whose name a file system would take for a path has pages too, and
// they say what people wrote for all organisations and for it alone.
func TestStaffPagesAreLinkedAndTellWhatPeopleWrote(t *testing.T) {
	home := t.TempDir()
	few := strings.NewReplacer(`"Z03"`, `"A/1"`, `"Z04"`, `"A/1"`, `"Z05"`, `"A/1"`, `"Z06"`, `"A/1"`, `"Z07"`, `"A/1"`, `"Z08"`, `"A/1"`, `"Z09"`, `"A/1"`, `"Z10"`, `"A/1"`, `"Z11"`, `"A/1"`, `"Z12"`, `"A/1"`)
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), few.Replace(history(30, 30)))
	write(t, filepath.Join(home, "psims.toml"), "[report]\nstaff = \"threshold-2\"\n")
	must(t, home, "run")
	pages, err := filepath.Glob(filepath.Join(home, "current", "organisations", "A%2F1", "learned", "*.html"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("pages for staff: %v, %v", pages, err)
	}
	theme := strings.TrimSuffix(filepath.Base(pages[0]), ".html")
	write(t, filepath.Join(home, commentary, theme+".toml"), "[what-we-learned]\ntext = \"The hatch is weak.\"\nby = \"Dr A. Example\"\n[what-you-can-do]\ntext = \"Look at it.\"\nby = \"Dr A. Example\"\n")
	write(t, filepath.Join(home, commentary, "A%2F1-"+theme+".toml"), "[what-we-did]\ntext = \"We taped it.\"\nby = \"B. Example\"\n[what-you-can-do]\ntext = \"Ask for tape.\"\nby = \"B. Example\"\n")
	must(t, home, "run")
	text, err := os.ReadFile(pages[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The hatch is weak.", "We taped it.", "Ask for tape."} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(string(text), "Look at it.") {
		t.Error("the text for all stands beside the organisation's own")
	}
	run, err := filepath.EvalSymlinks(filepath.Join(home, "current"))
	if err != nil {
		t.Fatal(err)
	}
	if staff, fromSite := linksHold(t, run); staff == 0 || staff != fromSite {
		t.Errorf("%d pages for staff, %d linked from the site", staff, fromSite)
	}
}
