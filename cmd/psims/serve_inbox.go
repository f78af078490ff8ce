package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"psims/datasets/decision"
	"psims/datasets/feedback"
	"psims/datasets/inbox"
	"psims/datasets/quality"
	"psims/reports/portal"
)

// receive takes a file into the inbox, where the next nightly job finds it.
func (a *app) receive(ctx context.Context, u portal.Upload) (portal.Receipt, error) {
	if err := a.home.make(); err != nil {
		return portal.Receipt{}, err
	}
	rules, err := a.rules()
	if err != nil {
		return portal.Receipt{}, err
	}
	r, err := inbox.Receive(ctx, a.home.path("inbox"), u.Organisation, u.Body, quality.Rejecting(rules))
	if refused, ok := errors.AsType[inbox.Refusal](err); ok {
		err = portal.Refused(refused)
	}
	return portal.Receipt(r), err
}

// organisationFiles are the names of files that a run makes for an organisation and
// that pages show.
var organisationFiles = regexp.MustCompile(`^(index\.html|data/[\w.-]+\.csv|learned/[\w.-]+\.html)$`)

// organisationFile gives a file that a run made for an organisation.
func (a *app) organisationFile(run, organisation, name string) ([]byte, error) {
	if !organisationFiles.MatchString(name) {
		return nil, decision.ErrNone
	}
	text, err := os.ReadFile(a.home.path("runs", run, filepath.FromSlash(providerFolder(organisation)), filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, decision.ErrNone
	}
	return text, err
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
