package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"psims/datasets/durable"
	"psims/reports/brief"
	"psims/reports/digest"
	"psims/reports/disclosure"
	"psims/reports/provider"
	"psims/reports/publication"
	"psims/reports/specialty"
)

// Variables that hold what must not stand in a file.
const (
	mailPassword = "PSIMS_SMTP_PASSWORD"
	teamsAddress = "PSIMS_TEAMS_WEBHOOK"
)

// digestsFile is the run's record of what there is to say to each scope.
const digestsFile = "digests.json"

// writeDigests writes what there is to say of the country, each specialty and each
// organisation, under the policy for what is published: mail leaves the house.
func (n *night) writeDigests(run brief.Run, outputs []specialty.Output, list []*provider.Sender) error {
	policy, err := disclosure.Parse(n.cfg.Report.Public)
	if err != nil {
		return usagef("report.public: %w", err)
	}
	all := digest.Run{ID: n.id, Policy: policy, Events: n.evidence(), Alerts: run.Alerts, Specialties: outputs, Organisations: list,
		Page: func(code string) string { return providerFolder(code) + "/index.html" }}
	return n.dir.Write(digestsFile, func(w io.Writer) error { return digest.Write(w, all.Gather()) })
}

// readDigests reads what there is to say of a run.
func readDigests(dir publication.Folder) ([]digest.Digest, error) {
	f, err := os.Open(dir.Path(digestsFile))
	if err != nil {
		return nil, fmt.Errorf("reading digests: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	return digest.Read(f)
}

// sentFile remembers of which run each recipient was told last, so that a run that is
// made again tells nobody twice.
const sentFile = "digests-sent.json"

func (h home) readSent() (map[string]string, error) {
	out := map[string]string{}
	text, err := os.ReadFile(h.path(sentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("reading whom the last digests went to: %w", err)
	}
	return out, nil
}

func (h home) writeSent(sent map[string]string) error {
	return durable.Write(h.path(sentFile), func(f *os.File) error {
		enc := json.NewEncoder(f)
		enc.SetIndent("", " ")
		return enc.Encode(sent)
	})
}
