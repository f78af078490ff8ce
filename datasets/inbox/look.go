package inbox

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"psims/datasets/extract/table"
	"psims/datasets/incident"
	"psims/datasets/quality"
)

// File is what can be said of a waiting file before it is loaded.
type File struct {
	Path    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	Format  string `json:"format,omitempty"`
	System  string `json:"system,omitempty"`
	Rows    int    `json:"rows"` // -1 where they were not counted
	Rejects int    `json:"rejects"`
	Oldest  string `json:"oldest,omitempty"` // day submitted
	Newest  string `json:"newest,omitempty"`
	Load    string `json:"loaded_as,omitempty"` // accepted before: it adds nothing
	Problem string `json:"problem,omitempty"`   // why it can't be read: the night would stop here
}

// Reading is how waiting files are read, and what was read before.
type Reading struct {
	Mapping   *table.Mapping // of files in no national format; may be nil
	Rejecting []quality.Rule // that turn single events away
	Counted   int64          // bytes up to which a file is read through; of larger ones only the format is looked at

	// Accepted gives what is known of a load; known is false when there is none of that name.
	Accepted func(load string) (rows, rejects int, known bool)
}

// Default counts the rows of files up to 256 MB: some seconds' work.
func Default() Reading {
	return Reading{Counted: 256 << 20, Accepted: func(string) (int, int, bool) { return 0, 0, false }}
}

// Days are the oldest and the newest day of some submissions; of none, the oldest is
// later than the newest.
type Days struct{ Oldest, Newest incident.Day }

// None are the days of no submission.
func None() Days { return Days{math.MaxInt32, incident.NoDay} }

// Join gives the days of both.
func (d Days) Join(o Days) Days { return Days{min(d.Oldest, o.Oldest), max(d.Newest, o.Newest)} }

// Look reads a waiting file, keeps nothing of it, and gives the days that its events
// were submitted on: none where they were not counted or where it adds nothing. That it
// can't be read as an extract is no error but its problem.
//
// Errors: its bytes can't be read, or ctx is done. Cost: linear in the bytes.
func (r Reading) Look(ctx context.Context, path string) (File, Days, error) {
	f, days := File{Path: path, Rows: -1}, None()
	sum, size, err := Fingerprint(path)
	if err != nil {
		return f, days, err
	}
	f.Bytes = size
	src, use, err := Recognise(path, r.Mapping)
	if err != nil {
		f.Problem = err.Error()
		return f, days, nil
	}
	defer src.Close() // reading only: nothing is lost
	f.Format, f.System = src.Format(), string(src.System())
	id := LoadID(sum, use, r.Rejecting)
	if rows, rejects, known := r.Accepted(id); known {
		f.Load, f.Rows, f.Rejects = id, rows, rejects
		return f, days, nil
	}
	if size > r.Counted {
		return f, days, nil
	}
	f.Rows = 0
	for rec, err := range src.Records() {
		if err := ctx.Err(); err != nil {
			return f, days, err
		}
		switch {
		case err != nil:
			f.Problem, f.Rows = err.Error(), -1
			return f, None(), nil
		case rec.Raw != nil:
			f.Rows += rec.Raw.Rows
			days = days.Join(Days{rec.Raw.Submitted, rec.Raw.Submitted})
		default:
			f.Rows++
			f.Rejects++
		}
	}
	if days != None() {
		f.Oldest, f.Newest = days.Oldest.String(), days.Newest.String()
	}
	return f, days, nil
}

// String says it in a line.
func (f File) String() string {
	s := filepath.Base(f.Path) + ": "
	switch {
	case f.Problem != "":
		return s + "can't be read: " + f.Problem
	case f.Load != "":
		return s + fmt.Sprintf("%s, accepted before as %s: adds nothing", f.Format, f.Load)
	case f.Newest == "" && f.Rows >= 0:
		return s + fmt.Sprintf("%s, %d rows, all of them to be rejected", f.Format, f.Rows)
	case f.Rows < 0:
		return s + fmt.Sprintf("%s, %d MB, rows not counted", f.Format, f.Bytes>>20)
	}
	return s + fmt.Sprintf("%s, %d rows, %d of them to be rejected, submitted %s to %s", f.Format, f.Rows, f.Rejects, f.Oldest, f.Newest)
}
