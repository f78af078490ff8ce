package main

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/reports/publication"
)

// printing makes a night with two pages to print.
func printing(t *testing.T, talk io.Writer) *night {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"site/index.html", "organisations/A%2F1/learned/t-1.html"} {
		write(t, filepath.Join(dir, name), "<!DOCTYPE html><html lang=\"en-GB\"><head><title>A page</title></head><body><h1>A heading</h1><p>Text.</p></body></html>")
	}
	a := &app{log: slog.New(slog.NewTextHandler(talk, nil))}
	a.cfg.Report.PDF = true
	return &night{app: a, dir: publication.Folder(dir), asOf: incident.NewDay(2026, 11, 22)}
}

func TestPagesArePrinted(t *testing.T) {
	if findBrowser() == "" {
		t.Skip("there is no Chromium to print with")
	}
	var talk bytes.Buffer
	n := printing(t, &talk)
	n.writePDFs(t.Context())
	first := map[string][]byte{}
	for _, name := range []string{"site/index.pdf", "organisations/A%2F1/learned/t-1.pdf"} {
		text, err := os.ReadFile(n.dir.Path(name))
		if err != nil {
			t.Fatalf("%v\n%s", err, talk.String())
		}
		if !bytes.HasPrefix(text, []byte("%PDF")) || !bytes.Contains(text, []byte("(D:20261122000000")) || !bytes.Contains(text, []byte("/StructTreeRoot")) {
			t.Errorf("%s is no tagged PDF of the day judged", name)
		}
		first[name] = text
	}
	n.writePDFs(t.Context())
	for name, want := range first {
		if got, err := os.ReadFile(n.dir.Path(name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s printed again is another file: %v", name, err)
		}
	}
}

func TestWithoutABrowserNothingFails(t *testing.T) {
	for browser, want := range map[string]string{"/no/such/browser": "there is no Chromium", "/bin/false": "not all PDFs were written"} {
		var talk bytes.Buffer
		n := printing(t, &talk)
		t.Setenv("CHROMIUM", browser)
		n.writePDFs(t.Context())
		if !strings.Contains(talk.String(), want) {
			t.Errorf("%s: the log says %q, want %q", browser, talk.String(), want)
		}
	}
	var talk bytes.Buffer
	n := printing(t, &talk)
	n.cfg.Report.PDF = false
	n.writePDFs(t.Context())
	if talk.Len() > 0 {
		t.Errorf("switched off, it says %s", talk.String())
	}
}
