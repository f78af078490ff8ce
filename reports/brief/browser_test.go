package brief_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"psims/internal/browser"
)

const assetsFolder = "../assets"

// onDisk writes the invented report to a folder and gives it with one page of each kind.
func onDisk(t *testing.T) (dir string, pages []string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range whole(t).files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{"index.html", "alerts/alert-1-pump-tubing.html", "alerts/alert-5-b.html", "alerts/alert-quiet.html", "watch.html", "themes.html", "organisations.html", "about.html"}
}

func TestPagesInABrowser(t *testing.T) {
	dir, pages := onDisk(t)
	browser.Pages{Dir: dir, Names: pages, Assets: assetsFolder}.Check(t)
}

// A page with scripts off must look the same to the last pixel.
func TestPagesNeedNoScript(t *testing.T) {
	ctx := browser.Start(t)
	dir, pages := onDisk(t)
	for _, page := range pages {
		var pictures [2][]byte
		for i, off := range []bool{false, true} {
			err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(off), chromedp.EmulateViewport(1280, 900),
				chromedp.Navigate(browser.Address(dir, page)), chromedp.FullScreenshot(&pictures[i], 100))
			if err != nil {
				t.Fatalf("opening %s: %v", page, err)
			}
		}
		if !bytes.Equal(pictures[0], pictures[1]) {
			t.Errorf("%s looks different without scripts", page)
		}
	}
}

// What an extract says must not run, even in a browser that would run it.
func TestHostileTitleDoesNotRun(t *testing.T) {
	ctx := browser.Start(t)
	dir, _ := onDisk(t)
	for _, page := range []string{"index.html", "alerts/alert-5-b.html"} {
		var title string
		if err := chromedp.Run(ctx, chromedp.Navigate(browser.Address(dir, page)), chromedp.Title(&title)); err != nil {
			t.Fatalf("opening %s: %v", page, err)
		}
		if title == "owned" {
			t.Errorf("a title ran as a script on %s", page)
		}
	}
}

// Every page kind has a print form that a browser can make.
func TestPagesPrint(t *testing.T) {
	ctx := browser.Start(t)
	dir, _ := onDisk(t)
	var shown string
	err := chromedp.Run(ctx, emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Navigate(browser.Address(dir, "alerts/alert-1-pump-tubing.html")),
		chromedp.Evaluate(`getComputedStyle(document.querySelector(".psims-nav")).display + " " + getComputedStyle(document.querySelector(".psims-chart--wide")).display + " " + getComputedStyle(document.querySelector(".psims-chart--narrow")).display`, &shown))
	if err != nil {
		t.Fatal(err)
	}
	if shown != "none block none" {
		t.Errorf("in print the menu, the wide and the narrow chart are %q, want the wide chart alone", shown)
	}
}
