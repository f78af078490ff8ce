package main

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

	"psims/datasets/decision"
	"psims/datasets/extract"
	"psims/datasets/extract/source"
	"psims/datasets/feedback"
	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/reports/portal"
)

// checkTime is how long a received file may take to be read through.
const checkTime = 10 * time.Minute

// receive takes a file into the inbox, where the next nightly job finds it. It is
// written under another name first, read through, and kept only if its format is
// known and every event is of the organisation that sends it.
func (a *app) receive(ctx context.Context, u portal.Upload) (r portal.Receipt, err error) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if err := a.home.make(); err != nil {
		return r, err
	}
	f, err := os.CreateTemp(a.home.path("inbox"), ".received-*.partial")
	if err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	defer func() {
		if removing := os.Remove(f.Name()); !errors.Is(removing, fs.ErrNotExist) {
			err = errors.Join(err, removing)
		}
	}()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), u.Body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	r.SHA256 = hex.EncodeToString(h.Sum(nil))
	rules, err := a.rules()
	if err != nil {
		return r, err
	}
	r.Load = loadID(r.SHA256, nil, quality.Rejecting(rules))
	if err := measure(ctx, f.Name()); err != nil {
		return r, err
	}
	if err := a.inspect(ctx, f.Name(), u.Organisation, &r); err != nil {
		return r, err
	}
	if err := os.Rename(f.Name(), a.home.path("inbox", "received-"+r.Load)); err != nil {
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
		return portal.Refused("The file is in no format that is known: " + withoutPath(err, path))
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
			return portal.Refused(fmt.Sprintf("The file of %d bytes unpacks to %d bytes or more, which no extract does. Nothing was taken. Send it in parts, or unpacked.", info.Size(), total))
		case line > maxLine:
			return portal.Refused(fmt.Sprintf("Line %d is longer than %d MB. Nothing was taken. Send each event on a line of its own.", lines+1, maxLine>>20))
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return portal.Refused("The file can't be read to its end: " + withoutPath(err, path))
		case ctx.Err() != nil:
			return fmt.Errorf("measuring a received file: %w", ctx.Err())
		}
	}
}

// inspect reads a received file through and fills its receipt.
func (a *app) inspect(ctx context.Context, path, organisation string, r *portal.Receipt) error {
	src, err := extract.Open(path, nil)
	if err != nil {
		return portal.Refused("The file is in no format that is known: " + withoutPath(err, path))
	}
	defer src.Close() // reading only: nothing is lost
	r.Format, r.Rejected = src.Format(), map[string]int{}
	for rec, err := range src.Records() {
		if err != nil {
			return portal.Refused("The file can't be read to its end: " + withoutPath(err, path))
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
			return portal.Refused(fmt.Sprintf("Line %d: the event is of organisation %q, and your token is that of %q. Nothing was taken.", rec.Raw.Place.Line, rec.Raw.Organisation, organisation))
		}
	}
	if r.Kept == 0 {
		return portal.Refused(fmt.Sprintf("No row of the file can be used; %s.", r.First))
	}
	return nil
}

// withoutPath takes the name of a folder here out of an error.
func withoutPath(err error, path string) string {
	return regexp.MustCompile(regexp.QuoteMeta(filepath.Dir(path))+`/?[^"\s:]*`).ReplaceAllString(err.Error(), "the file")
}

// feedbackOf gives what an organisation is told of a load.
func (a *app) feedbackOf(organisation, load string) ([]byte, error) {
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(load) {
		return nil, decision.ErrNone
	}
	text, err := os.ReadFile(a.home.path("feedback", feedback.Folder(organisation), load+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, decision.ErrNone
	}
	return text, err
}
