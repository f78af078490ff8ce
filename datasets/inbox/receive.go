package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"psims/datasets/extract"
	"psims/datasets/extract/source"
	"psims/datasets/incident"
	"psims/datasets/quality"
)

// Refusal is why nothing of a file was taken, in words for its sender.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Receipt is what was taken.
type Receipt struct {
	Load     string
	SHA256   string
	Format   string
	Read     int // rows
	Kept     int
	Rejected map[string]int // rows by reason
	First    string         // problem: line and sentence
}

// receiving is how long it may take to receive a file and to read it through.
const receiving = 10 * time.Minute

// Receive takes what a sender hands over into an inbox, where the next nightly job
// finds it. It is written under another name first, read through, and kept only if its
// format is known and every event is of the organisation that sends it; organisation is
// "" for a sender who may speak for all. Rejecting are the rules that turn single
// events away: they are part of the load's name.
//
// Errors: a Refusal; the file can't be written; ctx done, or it took too long.
func Receive(ctx context.Context, dir, organisation string, body io.Reader, rejecting []quality.Rule) (r Receipt, err error) {
	ctx, cancel := context.WithTimeout(ctx, receiving)
	defer cancel()
	f, err := os.CreateTemp(dir, ".received-*.partial")
	if err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	defer func() {
		if removing := os.Remove(f.Name()); !errors.Is(removing, fs.ErrNotExist) {
			err = errors.Join(err, removing)
		}
	}()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	r.SHA256 = hex.EncodeToString(h.Sum(nil))
	r.Load = LoadID(r.SHA256, nil, rejecting)
	if err := measure(ctx, f.Name()); err != nil {
		return r, err
	}
	if err := r.inspect(ctx, f.Name(), organisation); err != nil {
		return r, err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, "received-"+r.Load)); err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	return r, nil
}

// Limits of what a received file may unpack to: in all, beside what was sent once it
// is large, and in one line, which is held in memory.
const (
	maxUnpacked = 8 << 30
	maxRatio    = 100 // narratives are packed to a tenth
	largeFrom   = 64 << 20
	maxLine     = 32 << 20
)

// measure reads a received file through, without keeping anything of it, and
// refuses one that was packed to fill a memory or a disk.
func measure(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("measuring a received file: %w", err)
	}
	src, err := source.File(path).Open()
	if err != nil {
		return Refusal("The file is in no format that is known: " + withoutPath(err, path))
	}
	defer src.Close() // reading only: nothing is lost
	var total, line, lines int64
	buf := make([]byte, 256<<10)
	for {
		n, err := src.Read(buf)
		total += int64(n)
		for rest := buf[:n]; len(rest) > 0; {
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				line += int64(len(rest))
				break
			}
			line, lines, rest = 0, lines+1, rest[end+1:]
		}
		switch {
		case total > maxUnpacked || total > largeFrom && total/maxRatio > info.Size():
			return Refusal(fmt.Sprintf("The file of %d bytes unpacks to %d bytes or more, which no extract does. Nothing was taken. Send it in parts, or unpacked.", info.Size(), total))
		case line > maxLine:
			return Refusal(fmt.Sprintf("Line %d is longer than %d MB. Nothing was taken. Send each event on a line of its own.", lines+1, maxLine>>20))
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return Refusal("The file can't be read to its end: " + withoutPath(err, path))
		case ctx.Err() != nil:
			return fmt.Errorf("measuring a received file: %w", ctx.Err())
		}
	}
}

// inspect reads a received file through and fills its receipt.
func (r *Receipt) inspect(ctx context.Context, path, organisation string) error {
	src, err := extract.Open(path, nil)
	if err != nil {
		return Refusal("The file is in no format that is known: " + withoutPath(err, path))
	}
	defer src.Close() // reading only: nothing is lost
	r.Format, r.Rejected = src.Format(), map[string]int{}
	for rec, err := range src.Records() {
		if err != nil {
			return Refusal("The file can't be read to its end: " + withoutPath(err, path))
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading a received file: %w", err)
		}
		if rec.Raw == nil {
			j := rec.Reject
			r.Read++
			r.Rejected[string(j.Code)]++
			if r.First == "" {
				// Not its own sentence: that may quote the row.
				r.First = fmt.Sprintf("line %d: %s", j.Place.Line, incident.Reasons()[j.Code])
			}
			continue
		}
		r.Read += rec.Raw.Rows
		r.Kept += rec.Raw.Rows
		if organisation != "" && !rec.Raw.Deleted && rec.Raw.Organisation != organisation {
			return Refusal(fmt.Sprintf("Line %d: the event is of organisation %q, and your token is that of %q. Nothing was taken.", rec.Raw.Place.Line, rec.Raw.Organisation, organisation))
		}
	}
	if r.Kept == 0 {
		return Refusal(fmt.Sprintf("No row of the file can be used; %s.", r.First))
	}
	return nil
}

// withoutPath takes the name of a folder here out of an error.
func withoutPath(err error, path string) string {
	return regexp.MustCompile(regexp.QuoteMeta(filepath.Dir(path))+`/?[^"\s:]*`).ReplaceAllString(err.Error(), "the file")
}
