package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// browserNames are what a Chromium is called, where CHROMIUM doesn't say.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// findBrowser looks for a Chromium; "" when there is none.
func findBrowser() string {
	names := browserNames
	if own := os.Getenv("CHROMIUM"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// writePDFs prints the first page of each report, the pages of specialties and those
// for staff, each beside its page. Without a browser there are none, and the log says
// so; a browser that fails is told of and fails nothing, because the pages are there.
func (n *night) writePDFs(ctx context.Context) {
	if !n.cfg.Report.PDF {
		return
	}
	browser := findBrowser()
	if browser == "" {
		n.log.Warn("no PDF is written: there is no Chromium (apt-get install chromium, or name it in CHROMIUM)")
		return
	}
	pages, err := n.printed()
	if err == nil {
		err = n.print(ctx, browser, pages)
	}
	if err != nil {
		n.log.Warn("not all PDFs were written", "error", err.Error())
		return
	}
	n.log.Info("PDFs written", "files", len(pages))
}

// printed lists the pages that are printed, by name within the run's folder.
func (n *night) printed() ([]string, error) {
	var out []string
	for _, pattern := range []string{"site/index.html", "site/specialty/*.html", "organisations/*/index.html", "organisations/*/learned/*.html", "public/index.html"} {
		found, err := fs.Glob(os.DirFS(string(n.dir)), pattern)
		if err != nil {
			return nil, fmt.Errorf("looking for pages to print: %w", err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// Times that starting the browser and printing a page may take.
const (
	startSeconds = 120
	printSeconds = 60
)

// print prints pages in one browser, one after the other.
func (n *night) print(ctx context.Context, browser string, pages []string) (err error) {
	profile, err := os.MkdirTemp("", "psims-print-")
	if err != nil {
		return err
	}
	// The browser's own helpers may still be writing when it has gone: what they leave
	// in the folder for temporary files does no harm.
	defer func() { _ = os.RemoveAll(profile) }()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(browser), chromedp.UserDataDir(profile), chromedp.WSURLReadTimeout(startSeconds * time.Second),
		chromedp.Flag("no-sandbox", os.Geteuid() == 0)} // a browser of root's has no sandbox; the pages are our own and run nothing
	for _, flag := range []string{"headless", "disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "disable-javascript"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Run(ctx); err != nil {
		return fmt.Errorf("starting %s: %w", browser, err)
	}
	defer func() { err = errors.Join(err, chromedp.Cancel(ctx)) }() // waits for the browser to end
	for _, name := range pages {
		if err := n.printPage(ctx, name); err != nil {
			return fmt.Errorf("printing %s: %w", name, err)
		}
	}
	return nil
}

func (n *night) printPage(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, printSeconds*time.Second)
	defer cancel()
	file, err := filepath.Abs(n.dir.Path(name))
	if err != nil {
		return err
	}
	var pdf []byte
	do := func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithGenerateTaggedPDF(true).WithGenerateDocumentOutline(true).Do(ctx)
		return err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(file)}
	if err := chromedp.Run(ctx, chromedp.Navigate(address.String()), chromedp.ActionFunc(do)); err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(file, ".html")+".pdf", n.undated(pdf), 0o644)
}

// stamp is a time in a PDF.
var stamp = regexp.MustCompile(`\((D:\d{14})([^)]*)\)`)

// undated puts the day judged in place of the time of printing, in as many bytes, so
// that the same page gives the same file.
func (n *night) undated(pdf []byte) []byte {
	day := "D:" + strings.ReplaceAll(n.asOf.String(), "-", "") + "000000"
	return stamp.ReplaceAllFunc(pdf, func(found []byte) []byte {
		return append([]byte("("+day), found[len(day)+1:]...)
	})
}
