// Package browser holds what tests of pages in a real Chromium have in common: is
// every page accessible, does it stand alone, does it fit a small screen, is it
// valid HTML?
package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Pages are pages on disk, or at an address when Base is given, with the folder of
// reports/assets for the checkers.
type Pages struct {
	Dir    string
	Base   string // "http://127.0.0.1:8321": Names are paths there
	Names  []string
	Assets string
}

// Check does every check that any page must pass.
func (p Pages) Check(t *testing.T) {
	t.Helper()
	t.Run("accessible", p.accessible)
	t.Run("asks for nothing", p.alone)
	t.Run("fits small screens", p.fits)
	t.Run("valid HTML", p.valid)
}

// CheckServed does the checks of pages at an address; copies of them in Dir, by
// number, are checked for valid HTML.
func (p Pages) CheckServed(t *testing.T) {
	t.Helper()
	t.Run("accessible", p.accessible)
	t.Run("fits small screens", p.fits)
	copies := Pages{Dir: p.Dir, Assets: p.Assets}
	for i := range p.Names {
		copies.Names = append(copies.Names, fmt.Sprintf("%d.html", i))
	}
	t.Run("valid HTML", copies.valid)
}

func (p Pages) address(page string) string {
	if p.Base != "" {
		return p.Base + page
	}
	return Address(p.Dir, page)
}

// Start starts Chromium for one test. The browser tests run when PSIMS_BROWSER
// is 1 (`make e2e`), and then nothing that they need may be missing.
func Start(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv("PSIMS_BROWSER") != "1" {
		t.Skip(`browser tests run with PSIMS_BROWSER=1 ("make e2e")`)
	}
	program := os.Getenv("CHROMIUM")
	if program == "" {
		program = "chromium"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("finding the browser: %v: install it (on Debian: apt-get install chromium), or name it in CHROMIUM", err)
	}
	profile, err := os.MkdirTemp("", "psims-browser-")
	if err != nil {
		t.Fatal(err)
	}
	// The browser's own helpers may still be writing when it has gone: what they
	// leave in the folder for temporary files does no harm.
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.WSURLReadTimeout(time.Minute)}
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // it waits for the browser to end; a test has failed already if it never began
	return ctx
}

// Address is the address of a page.
func Address(dir, page string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, page))}).String()
}

// axeRun opens every expander, so that what they hold is checked too, and runs the rules.
const axeRun = `(async () => {
	document.querySelectorAll("details").forEach(d => d.open = true);
	const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
	return JSON.stringify({ passes: found.passes.length, violations: found.violations.map(v => v.id + ": " + v.help + " at " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(" | ")) });
})()`

func (p Pages) accessible(t *testing.T) {
	ctx := Start(t)
	axe, err := os.ReadFile(filepath.Join(p.Assets, "dist/_test/axe.min.js"))
	if err != nil {
		t.Fatalf(`reading the accessibility checker: %v: run "make assets"`, err)
	}
	for _, width := range []int64{1280, 390} {
		for _, page := range p.Names {
			var answer string
			err := chromedp.Run(ctx,
				chromedp.EmulateViewport(width, 900),
				chromedp.Navigate(p.address(page)),
				chromedp.Evaluate(string(axe)+";0", nil),
				chromedp.Evaluate(axeRun, &answer, awaited),
			)
			if err != nil {
				t.Fatalf("checking %s: %v", page, err)
			}
			var found struct {
				Passes     int
				Violations []string
			}
			if err := json.Unmarshal([]byte(answer), &found); err != nil {
				t.Fatal(err)
			}
			if found.Passes < 15 {
				t.Errorf("%s at %d px: only %d rules could be checked", page, width, found.Passes)
			}
			for _, v := range found.Violations {
				t.Errorf("%s at %d px: %s", page, width, v)
			}
		}
	}
}

func (p Pages) alone(t *testing.T) {
	ctx := Start(t)
	var mu sync.Mutex
	var asked []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			asked = append(asked, e.Request.URL)
			mu.Unlock()
		}
	})
	for _, page := range p.Names {
		mu.Lock()
		asked = nil
		mu.Unlock()
		if err := chromedp.Run(ctx, network.Enable(), chromedp.Navigate(p.address(page)), chromedp.Sleep(300*time.Millisecond)); err != nil {
			t.Fatalf("opening %s: %v", page, err)
		}
		mu.Lock()
		got := slices.DeleteFunc(slices.Clone(asked), func(u string) bool { return u == "data:," })
		mu.Unlock()
		if want := []string{Address(p.Dir, page)}; !slices.Equal(got, want) {
			t.Errorf("%s asks for %v, want %v alone", page, got, want)
		}
	}
}

func (p Pages) fits(t *testing.T) {
	ctx := Start(t)
	for _, width := range []int64{390, 320} {
		for _, page := range p.Names {
			var wide, charts, cut int64
			err := chromedp.Run(ctx,
				chromedp.EmulateViewport(width, 844),
				chromedp.Navigate(p.address(page)),
				chromedp.Evaluate(`document.querySelectorAll("details").forEach(d => d.open = true); document.documentElement.scrollWidth`, &wide),
				chromedp.Evaluate(`[...document.querySelectorAll(".psims-chart")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 20).length`, &charts),
				chromedp.Evaluate(`[...document.querySelectorAll(".psims-stack")].filter(e => e.parentElement.scrollWidth > e.parentElement.clientWidth + 1).length`, &cut),
			)
			if err != nil {
				t.Fatalf("opening %s: %v", page, err)
			}
			if wide > width {
				t.Errorf("%s is %d px wide on a screen of %d px", page, wide, width)
			}
			if cut > 0 {
				t.Errorf("%s at %d px has %d tables whose rows are blocks and yet cut at the edge", page, width, cut)
			}
			if charts > 0 {
				t.Errorf("%s at %d px has %d charts without height", page, width, charts)
			}
		}
	}
}

// htmlRules are those of html-validate's standard set but for its taste in layout:
// templates leave white space, and tables and regions carry roles on purpose.
const htmlRules = `{"extends":["html-validate:standard"],"rules":{"no-trailing-whitespace":"off","long-title":"off","no-inline-style":"error","prefer-native-element":"off","no-redundant-role":"off","void-style":"off","require-sri":"off"}}`

func (p Pages) valid(t *testing.T) {
	if os.Getenv("PSIMS_BROWSER") != "1" {
		t.Skip(`page checks run with PSIMS_BROWSER=1 ("make e2e")`)
	}
	program, err := filepath.Abs(filepath.Join(p.Assets, "node_modules/.bin/html-validate"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf(`finding the page checker: %v: run "make assets"`, err)
	}
	rules := filepath.Join(p.Dir, "rules.json")
	if err := os.WriteFile(rules, []byte(htmlRules), 0o644); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"--config", rules, "--formatter", "text"}
	for _, page := range p.Names {
		arguments = append(arguments, filepath.Join(p.Dir, page))
	}
	if out, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput(); err != nil {
		t.Errorf("checking pages: %v\n%s", err, first(string(out), 30))
	}
}

// Sheets prints a page as PDF and counts the sheets of A4.
func Sheets(t *testing.T, address string) int {
	t.Helper()
	ctx := Start(t)
	var pdf []byte
	print := func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}
	if err := chromedp.Run(ctx, chromedp.Navigate(address), chromedp.ActionFunc(print)); err != nil {
		t.Fatalf("printing %s: %v", address, err)
	}
	return len(sheet.FindAll(pdf, -1))
}

// sheet is what each page of Chromium's PDF has, and nothing else.
var sheet = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

func first(s string, lines int) string {
	list := strings.Split(s, "\n")
	if len(list) > lines {
		return strings.Join(list[:lines], "\n") + fmt.Sprintf("\nand %d more lines", len(list)-lines)
	}
	return s
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
