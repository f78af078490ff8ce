package main

import (
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
	"psims/datasets/incident"
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
	r.Load = loadID(r.SHA256, nil, rejecting(rules))
	if err := a.inspect(ctx, f.Name(), u.Organisation, &r); err != nil {
		return r, err
	}
	if err := os.Rename(f.Name(), a.home.path("inbox", "received-"+r.Load)); err != nil {
		return r, fmt.Errorf("receiving a file: %w", err)
	}
	return r, nil
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
	text, err := os.ReadFile(a.home.path("feedback", folderName(organisation), load+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, decision.ErrNone
	}
	return text, err
}
