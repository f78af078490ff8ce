package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
)

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// bar starts a progress bar of total steps (-1 when unknown); on anything but a
// terminal it is silent. Call the second function when done.
func (a *app) bar(total int64, what string) (step func(int64), done func()) {
	if a.barred {
		return func(int64) {}, func() {}
	}
	b := progressbar.NewOptions64(total, progressbar.OptionSetWriter(a.talk), progressbar.OptionSetDescription(what),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionThrottle(100e6))
	// A bar that can't be drawn is no reason to stop the work.
	return func(n int64) { _ = b.Add64(n) }, func() { _ = b.Finish() }
}

// plainHandler writes log lines for a person: the message and its attributes.
type plainHandler struct {
	w     io.Writer
	level slog.Level
}

func (h plainHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h plainHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	if r.Level >= slog.LevelWarn {
		b.WriteString(r.Level.String() + ": ")
	}
	b.WriteString(r.Message)
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&b, "  %s=%v", a.Key, a.Value)
		return true
	})
	_, err := fmt.Fprintln(h.w, b.String())
	return err
}

func (h plainHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h plainHandler) WithGroup(string) slog.Handler      { return h }
