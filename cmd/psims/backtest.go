package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/durable"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
	"psims/models/champion"
)

type backtestVerb struct {
	From  string `help:"First as-of day (YYYY-MM-DD)." required:"" placeholder:"DATE"`
	Until string `help:"Last as-of day (YYYY-MM-DD)." required:"" placeholder:"DATE"`
	Every string `help:"Step: days (7d) or weeks (2w)." default:"7d"`
	Out   string `help:"File to write, a line a day." required:"" type:"path" placeholder:"FILE.jsonl"`
}

// backtestLine is what was on the list on one day.
type backtestLine struct {
	AsOf   incident.Day   `json:"as_of"`
	Alerts []triage.Alert `json:"alerts"`
}

// Run replays the days. Each is a night of its own, from the warehouse as it was
// known on that day: its classifier, vocabulary, groups and limits too. Only what
// an earlier day's search found is kept, for as long as nothing that it read has
// changed since.
func (v *backtestVerb) Run(ctx context.Context, a *app) (err error) {
	from, err1 := incident.ParseDay(v.From)
	until, err2 := incident.ParseDay(v.Until)
	every, err3 := parseStep(v.Every)
	if err := errors.Join(err1, err2, err3); err != nil {
		return usagef("backtest: %w", err)
	}
	if until < from {
		return usagef("backtest: --until %v is before --from %v", until, from)
	}
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	wh, err := a.warehouse(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, wh.Close()) }()
	quiet := *a
	quiet.barred = true // one bar, of the days
	quiet.log = slog.New(slog.DiscardHandler)
	step, done := a.bar(int64(until-from)/int64(every)+1, "replaying")
	defer done()
	shown, days := 0, 0
	mem := newMemory()
	err = durable.Write(v.Out, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<16)
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for day := from; day <= until; day += every {
			alerts, err := quiet.replay(ctx, wh, day, mem)
			if err != nil {
				return fmt.Errorf("replaying %v: %w", day, err)
			}
			if err := enc.Encode(backtestLine{day, append([]triage.Alert{}, alerts...)}); err != nil { // none is [] and not null
				return err
			}
			shown, days = shown+len(alerts), days+1
			step(1)
		}
		return w.Flush()
	})
	if err != nil || a.quiet {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%d days replayed, %.1f alerts a day: %s\n", days, float64(shown)/float64(days), v.Out)
	return err
}

// replay gives the alerts of a day; none when nothing had been reported.
func (a *app) replay(ctx context.Context, wh *warehouse.Warehouse, day incident.Day, mem *memory) ([]triage.Alert, error) {
	n, err := a.nightOf(ctx, wh, day)
	if err != nil || len(n.loads) == 0 {
		return nil, err
	}
	n.memory = mem
	n.only = champion.Category // no alert depends on the other models
	for _, s := range stages {
		if s.name == "report" {
			break
		}
		if _, err := s.do(n, ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return n.alerts, nil
}

// parseStep reads "7d" or "2w".
func parseStep(s string) (incident.Day, error) {
	unit := incident.Day(1)
	number, isDays := strings.CutSuffix(s, "d")
	if !isDays {
		if weeks, isWeeks := strings.CutSuffix(s, "w"); isWeeks {
			number, unit = weeks, 7
		}
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("--every %q: give days or weeks, such as 7d or 2w", s)
	}
	return incident.Day(n) * unit, nil
}
