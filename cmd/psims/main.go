// Command psims finds new and under-recognised patient safety issues in the
// reports that the NHS's recording systems hold: it loads extracts, redacts and
// stores them, labels and groups the narratives, looks for what is unusual, and
// writes the alerts and reports that the national team and specialties read.
//
// Each verb is one stage; "psims run" does them in order. See "psims help".
//
// Here are flags, files and exit codes alone; what is found out, and how, is in the
// packages. A verb has a file of its name. Behind them stand the home folder (home.go),
// the configuration (config.go), a run in the making with what its stages share
// (night.go, links.go, strata.go, watch.go, memory.go, decided.go), the parts of a report
// (report_*.go, digest.go and send.go, pdf.go), what the pages ask for (serve_*.go), and
// what the systems around a nightly job are told (observe.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"psims/datasets/warehouse"
)

// Exit codes, as the outside contract lists them.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitWarnings  = 3
	exitGate      = 4
	exitLocked    = 5
	exitTemporary = 75
)

// exitError is an error that asks for an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }
func (e exitError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return exitError{exitUsage, fmt.Errorf(format, args...)}
}

// cli is the whole command line.
type cli struct {
	Home     string `help:"Folder that holds the warehouse, the runs and the configuration." default:"psims-data" env:"PSIMS_HOME" type:"path"`
	Quiet    bool   `help:"Say nothing on success." short:"q"`
	JSON     bool   `help:"Results as JSON." name:"json"`
	Progress string `help:"Progress bars: auto (on a terminal), always or never." enum:"auto,always,never" default:"auto"`

	Synth         synthVerb         `cmd:"" help:"Write invented extracts in all national formats, with planted issues and their truth."`
	Run           runVerb           `cmd:"" help:"The nightly job: load, train if due, label, group, detect, report."`
	Load          loadVerb          `cmd:"" help:"Read extracts into the warehouse."`
	Train         trainVerb         `cmd:"" help:"Fit a classifier on what the warehouse holds."`
	Label         labelVerb         `cmd:"" help:"Label every event with the champion classifier."`
	Group         groupVerb         `cmd:"" help:"Group the narratives into themes."`
	Detect        detectVerb        `cmd:"" help:"Judge every stratum and look for emerging issues; write the alerts."`
	Report        reportVerb        `cmd:"" help:"Write the reports of a run and publish it."`
	Backtest      backtestVerb      `cmd:"" help:"Replay past days, each on what was known then; write the alerts of each."`
	Evaluate      evaluateVerb      `cmd:"" help:"Say how good a model is on files it has not seen."`
	Redact        redactVerb        `cmd:"" help:"De-identify text from standard input, a line each."`
	Outbreak      outbreakVerb      `cmd:"" help:"Outbreak detection on a plain CSV of series."`
	SPC           spcVerb           `cmd:"" name:"spc" help:"XmR charts on a plain CSV of series."`
	Disproportion disproportionVerb `cmd:"" help:"Disproportionality of pairs on a plain CSV."`
	Serve         serveVerb         `cmd:"" help:"Review and self-service pages over the newest run."`
	SQL           sqlVerb           `cmd:"" name:"sql" help:"Ask the newest run's de-identified tables in SQL, read-only."`
	Search        searchVerb        `cmd:"" help:"Search narratives by a strategy of named groups of terms; write the workbook of a focused review."`
	Export        exportVerb        `cmd:"" help:"Release the public statistics of the newest run, with small-number control, as CSV, Parquet, XLSX and ODS."`
	Status        statusVerb        `cmd:"" help:"Age and outcome of the last run, the lock, the open alerts."`
	Config        configVerb        `cmd:"" help:"Print the effective configuration."`
	Version       versionVerb       `cmd:"" help:"Print the version."`
}

// app is what every verb is given.
type app struct {
	home   home
	cfg    config
	in     io.Reader
	out    io.Writer // results
	talk   io.Writer // everything else
	log    *slog.Logger
	json   bool
	quiet  bool
	barred bool // no progress bars
}

func main() {
	// A file that grows past the process's limit is an error of its writer, which is told; not a crash.
	signal.Ignore(syscall.SIGXFSZ)
	// What people reported is nobody's business outside the account and its group, whatever
	// the mask that the process was started with.
	syscall.Umask(syscall.Umask(0o077) | 0o007)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as arguments, for the tests.
func run(ctx context.Context, args []string, in io.Reader, out, talk io.Writer) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("psims"),
		kong.Description("Finds new and under-recognised patient safety issues in incident reports.\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done with warnings above the configured share, 4 stopped by the data-quality gate, 5 another run holds the lock, 75 temporary, try again."),
		kong.Writers(out, talk),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(talk, "psims:", err)
		return exitFailed
	}
	args = spellHelp(args)
	parsed, err := parser.Parse(args)
	if exit >= 0 { // help was asked for and given
		return exit
	}
	if err != nil {
		fmt.Fprintf(talk, "psims: %v\nSee \"psims help\".\n", err)
		return exitUsage
	}
	a, err := c.open(in, out, talk)
	if err == nil {
		parsed.BindTo(ctx, (*context.Context)(nil))
		err = parsed.Run(a)
	}
	return conclude(talk, err)
}

// spellHelp turns "psims help [verb]" into the flag that kong knows.
func spellHelp(args []string) []string {
	if len(args) == 0 {
		return []string{"--help"}
	}
	if args[0] == "help" {
		return append(args[1:len(args):len(args)], "--help")
	}
	return args
}

// conclude says what went wrong, if anything, and gives the exit code.
func conclude(talk io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(talk, "psims:", err)
	return codeOf(err)
}

// codeOf gives the exit code of an error. What may be gone when the same is tried
// again is temporary: no room on the disk, too many open files, a file that another
// process holds, a signal to stop.
func codeOf(err error) int {
	if err == nil {
		return exitDone
	}
	var e exitError
	if errors.As(err, &e) {
		return e.code
	}
	for _, temporary := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EAGAIN, warehouse.ErrBusy, context.Canceled} {
		if errors.Is(err, temporary) {
			return exitTemporary
		}
	}
	return exitFailed
}

// open reads the configuration and prepares what a verb needs.
func (c *cli) open(in io.Reader, out, talk io.Writer) (*app, error) {
	h := home{c.Home}
	cfg, err := readConfig(h.path("psims.toml"))
	if err != nil {
		return nil, err
	}
	// Near the limit, freed memory is looked for more often; what is needed is still taken.
	if cfg.Run.MemoryMB > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(cfg.Run.MemoryMB) << 20)
	}
	a := &app{home: h, cfg: cfg, in: in, out: out, talk: talk, json: c.JSON, quiet: c.Quiet}
	terminal := isTerminal(talk)
	a.barred = c.Quiet || c.Progress == "never" || (c.Progress == "auto" && !terminal)
	level := slog.LevelInfo
	if c.Quiet {
		level = slog.LevelWarn
	}
	if terminal && c.Progress != "never" {
		a.log = slog.New(plainHandler{talk, level})
	} else {
		a.log = slog.New(slog.NewJSONHandler(talk, &slog.HandlerOptions{Level: level}))
	}
	return a, nil
}
