package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"psims/datasets/decision"
	"psims/datasets/sandbox"
)

type sqlVerb struct {
	Query  string        `arg:"" help:"SELECT …, or - to read it from standard input."`
	Rows   int           `help:"Most rows of the answer." default:"1000"`
	Within time.Duration `help:"Most time." default:"20s"`
	Memory int           `help:"Most memory, in MB." default:"512" placeholder:"MB"`
	Scope  string        `help:"Part of the events that may be seen, as JSON; the pages ask with it." hidden:""`

	Confined bool `help:"Write no file, and use no more processor time than --within; the pages ask so." hidden:""`
}

// maxQuestion is the most bytes that a question may have.
const maxQuestion = 64 << 10

// Run answers SQL over the newest run's de-identified tables.
func (v *sqlVerb) Run(ctx context.Context, a *app) error {
	if v.Confined {
		if err := confine(uint64(v.Within.Seconds()) + 1); err != nil {
			return err
		}
	}
	query := v.Query
	if query == "-" {
		text, err := io.ReadAll(io.LimitReader(a.in, maxQuestion+1))
		if err != nil {
			return fmt.Errorf("reading the question: %w", err)
		}
		query = string(text)
	}
	if len(query) > maxQuestion || v.Rows < 1 || v.Memory < 50 || v.Within <= 0 {
		return usagef("the question may have %d bytes, the answer 1 row or more, and memory 50 MB or more", maxQuestion)
	}
	c := sandbox.Default()
	c.Rows, c.Time, c.MemoryMB = v.Rows, v.Within, v.Memory
	if v.Scope != "" {
		var s decision.Scope
		if err := json.Unmarshal([]byte(v.Scope), &s); err != nil {
			return usagef("--scope: %w", err)
		}
		c.Only, c.Either = scoped(s)
	}
	tables, err := a.home.published()
	if err != nil {
		return err
	}
	answer, err := sandbox.Ask(ctx, c, tables, query)
	switch {
	case errors.Is(err, sandbox.ErrRefused):
		return usagef("%w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the question took longer than %v: ask for less, or give it more with --within", v.Within)
	case err != nil:
		return err
	}
	return a.sayAnswer(answer)
}

// scoped says in columns what a scope allows.
func scoped(s decision.Scope) (only, either map[string][]string) {
	only, either = map[string][]string{}, map[string][]string{}
	if len(s.Organisations) > 0 {
		either["organisation"] = s.Organisations
	}
	if len(s.Regions) > 0 {
		either["region"] = s.Regions
	}
	if len(s.Specialties) > 0 {
		only["specialty"] = s.Specialties
	}
	return only, either
}

// published lists the newest run's tables.
func (h home) published() ([]sandbox.Table, error) {
	dir, err := filepath.EvalSymlinks(h.path("current"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, usagef("no run has finished in %q yet: run \"psims run\" first", h.dir)
	}
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	var out []sandbox.Table
	for _, pattern := range []string{"*.parquet", "tables/*.parquet"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			out = append(out, sandbox.Table{Name: strings.TrimSuffix(filepath.Base(p), ".parquet"), Path: p})
		}
	}
	return out, nil
}

func (a *app) sayAnswer(answer sandbox.Answer) error {
	if a.json {
		return json.NewEncoder(a.out).Encode(answer)
	}
	out := csv.NewWriter(a.out)
	for _, row := range append([][]string{answer.Columns}, answer.Rows...) {
		for i, v := range row {
			row[i] = inert(v)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	if answer.Truncated && !a.quiet {
		fmt.Fprintf(a.talk, "Only the first %d rows are shown; --rows asks for more.\n", len(answer.Rows))
	}
	return nil
}

// confine keeps the process from writing any file and from using the processor for
// longer than is allowed, whatever becomes of the limits inside DuckDB.
func confine(seconds uint64) error {
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("confining the process: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: seconds, Max: seconds + 5}); err != nil {
		return fmt.Errorf("confining the process: %w", err)
	}
	return nil
}

// inert keeps a spreadsheet from running a text as a formula.
func inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}
