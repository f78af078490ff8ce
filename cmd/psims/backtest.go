package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
	"psims/models/theme"
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
	mem := &memory{found: map[incident.Day]remembered{}, atlases: map[string]*theme.Atlas{}, chances: map[[sha256.Size]byte]*triage.Chance{}}
	err = writeFile(v.Out, func(f *os.File) error {
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
	n.only = taskCategory // no alert depends on the other models
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

// memory keeps what the search found on earlier days, with a fingerprint of all
// the reports that it read. A nil memory keeps nothing.
type memory struct {
	found   map[incident.Day]remembered
	atlases map[string]*theme.Atlas              // by version
	chances map[[sha256.Size]byte]*triage.Chance // by the reports that they are made of

	joined      *joined // of the reports with this fingerprint
	joinedPrint [sha256.Size]byte
}

// chance gives what chance finds on a day, from memory if the reports until then are
// the same.
func (m *memory) chance(n *night, day incident.Day, calibrate func() (*triage.Chance, error)) (*triage.Chance, error) {
	if m == nil {
		return calibrate()
	}
	var p prints
	print := p.until(n, day)
	if c := m.chances[print]; c != nil {
		return c, nil
	}
	c, err := calibrate()
	m.chances[print] = c
	return c, err
}

func (m *memory) atlas(version string) *theme.Atlas {
	if m == nil {
		return nil
	}
	return m.atlases[version]
}

func (m *memory) keep(version string, a *theme.Atlas) { m.atlases[version] = a }

type remembered struct {
	print [sha256.Size]byte
	list  []triage.Scored
}

// recall gives what was found on a day, from memory if the reports until then are
// the same as when it was found. Terms and rows are numbered in the order of the
// reports, so equal reports have equal numbers, whatever came after them.
func (m *memory) recall(n *night, day incident.Day, search func() []triage.Scored) []triage.Scored {
	if m == nil {
		return search()
	}
	print := n.prints.until(n, day)
	if r, there := m.found[day]; there && r.print == print {
		return r.list
	}
	list := search()
	m.found[day] = remembered{print, list}
	return list
}

// prints hashes the reports in their order, as far as it was asked to.
type prints struct {
	hash hash.Hash
	next int // report
}

// until gives the fingerprint of the reports until a day, and of which of them are
// searched. Those that are not count too: terms are numbered over all. Days are
// asked for in ascending order.
func (p *prints) until(n *night, day incident.Day) (sum [sha256.Size]byte) {
	if p.hash == nil {
		p.hash = sha256.New()
	}
	t := n.table
	var number [8]byte
	for ; p.next < t.Len() && t.Reported[p.next] <= day; p.next++ {
		i := p.next
		_, searched := slices.BinarySearch(n.searched(), int32(i))
		for _, v := range []uint64{uint64(t.Reported[i]), uint64(t.Organisation.Codes[i]), uint64(b2i(searched)), uint64(len(t.Text[i]))} {
			binary.LittleEndian.PutUint64(number[:], v)
			p.hash.Write(number[:]) // a hash never fails to write
		}
		io.WriteString(p.hash, t.Text[i])
	}
	copy(sum[:], p.hash.Sum(nil))
	return sum
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
