// Package links holds the documentation to what is there: every link of a page leads
// to a file of the repository, every link to a part of a page to a heading on it, and
// every page can be reached from the README.
package links_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// pages are the README and its like, and everything under docs.
func pages(t *testing.T) []string {
	t.Helper()
	out := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".md") {
			rel, err := filepath.Rel(root, p)
			if err != nil {
				return err
			}
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	fence   = regexp.MustCompile("(?ms)^```.*?^```$")
	span    = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	notWord = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	return fence.ReplaceAllString(string(text), "")
}

// targets are the links of a text, but those to elsewhere.
func targets(text string) []string {
	var out []string
	for _, m := range link.FindAllStringSubmatch(span.ReplaceAllString(text, ""), -1) {
		if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
			out = append(out, m[1])
		}
	}
	return out
}

// anchors are the names by which the headings of a text can be linked to, as GitHub makes them.
func anchors(text string) []string {
	var out []string
	seen := map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := strings.ReplaceAll(notWord.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")
		if k := seen[name]; k > 0 {
			out = append(out, fmt.Sprintf("%s-%d", name, k))
		} else {
			out = append(out, name)
		}
		seen[name]++
	}
	return out
}

func TestTargetsAndAnchors(t *testing.T) {
	text := "# What it *can't* do: `a b`\n[one](a.md) `[no](b.md)` [away](https://x.example/c.md) ![picture](d.png) [part](e.md#f)\n## Again\n## Again\n"
	if got := targets(text); !slices.Equal(got, []string{"a.md", "d.png", "e.md#f"}) {
		t.Errorf("links %v", got)
	}
	if got := anchors(text); !slices.Equal(got, []string{"what-it-cant-do-a-b", "again", "again-1"}) {
		t.Errorf("anchors %v", got)
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		text := read(t, page)
		for _, target := range targets(text) {
			to, part, _ := strings.Cut(target, "#")
			at := page
			if to != "" {
				at = path.Join(path.Dir(page), to)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(at))); err != nil {
				t.Errorf("%s links to %s, which is not there", page, target)
				continue
			}
			if part != "" && strings.HasSuffix(at, ".md") && !slices.Contains(anchors(read(t, at)), part) {
				t.Errorf("%s links to %s; that page has no such heading", page, target)
			}
		}
	}
}

// TestNamedTestsAreThere: a page that names a test as its proof links to the file that holds it.
func TestNamedTestsAreThere(t *testing.T) {
	named := regexp.MustCompile("\\[`(Test\\w+)`\\]\\(([^)]+_test\\.go)\\)")
	found := 0
	for _, page := range pages(t) {
		for _, m := range named.FindAllStringSubmatch(read(t, page), -1) {
			found++
			code, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path.Join(path.Dir(page), m[2]))))
			if err != nil || !strings.Contains(string(code), "\nfunc "+m[1]+"(") {
				t.Errorf("%s names the test %s, which is not in %s", page, m[1], m[2])
			}
		}
	}
	if found == 0 {
		t.Error("no page names a test: the hazard log should")
	}
}

// TestEveryPageIsReached: a page that no other links to is read by nobody.
func TestEveryPageIsReached(t *testing.T) {
	reached := map[string]bool{"README.md": true}
	for queue := []string{"README.md"}; len(queue) > 0; queue = queue[1:] {
		for _, target := range targets(read(t, queue[0])) {
			to, _, _ := strings.Cut(target, "#")
			at := path.Join(path.Dir(queue[0]), to)
			info, err := os.Stat(filepath.Join(root, filepath.FromSlash(at)))
			switch {
			case to == "" || err != nil || reached[at]:
			case info.IsDir(): // a link to a folder shows its pages
				reached[at] = true
				for _, p := range pages(t) {
					if path.Dir(p) == at && !reached[p] {
						reached[p] = true
						queue = append(queue, p)
					}
				}
			case strings.HasSuffix(at, ".md"):
				reached[at] = true
				queue = append(queue, at)
			}
		}
	}
	for _, page := range pages(t) {
		if !reached[page] {
			t.Errorf("no page that the README leads to links to %s", page)
		}
	}
}
