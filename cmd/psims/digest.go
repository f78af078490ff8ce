package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/durable"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/digest"
	"psims/reports/disclosure"
	"psims/reports/provider"
	"psims/reports/specialty"
)

// digestConfig says to whom short messages go when a run is published. No result of a
// run depends on it.
type digestConfig struct {
	Host  string     `toml:"host"`  // of the mail server; "" sends no mail
	Port  int        `toml:"port"`  // 587 for starttls, 465 for tls, 25 for none
	TLS   string     `toml:"tls"`   // starttls, tls or none
	User  string     `toml:"user"`  // the password comes from the environment
	From  string     `toml:"from"`  // address that the messages come from
	Link  string     `toml:"link"`  // address under which readers reach the published run
	When  string     `toml:"when"`  // news: when an issue is new or has grown; always
	Teams bool       `toml:"teams"` // whether the national digest goes to the Teams workflow whose address the environment has
	To    []digestTo `toml:"to,omitempty"`
}

// digestTo is somebody who gets a digest, and of what.
type digestTo struct {
	Address string `toml:"address"`
	Scope   string `toml:"scope"` // national, specialty or organisation
	Name    string `toml:"name"`  // of the specialty, or code of the organisation
}

// Variables that hold what must not stand in a file.
const (
	mailPassword = "PSIMS_SMTP_PASSWORD"
	teamsAddress = "PSIMS_TEAMS_WEBHOOK"
)

func defaultDigest() digestConfig { return digestConfig{Port: 587, TLS: "starttls", When: "news"} }

// on reports whether anything is sent.
func (c digestConfig) on() bool { return c.Host != "" || c.Teams }

func (c digestConfig) validate() error {
	var errs []error
	say := func(format string, of ...any) { errs = append(errs, fmt.Errorf(format, of...)) }
	if !slices.Contains([]string{"starttls", "tls", "none"}, c.TLS) {
		say("digest.tls is %q: want starttls, tls or none", c.TLS)
	}
	if !slices.Contains([]string{"news", "always"}, c.When) {
		say("digest.when is %q: want news or always", c.When)
	}
	if c.Port < 1 || c.Port > 65535 {
		say("digest.port is %d: want 1 to 65535", c.Port)
	}
	if c.User != "" && c.TLS == "none" {
		say("digest.user is given and digest.tls is none: a password would be sent for anybody to read")
	}
	if u, err := url.Parse(c.Link); c.on() && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		say("digest.link is %q: want the address under which readers reach the published run, such as https://host/psims/current", c.Link)
	}
	if _, err := mail.ParseAddress(c.From); c.Host != "" && err != nil {
		say("digest.from is %q: want an address of mail", c.From)
	}
	for _, t := range c.To {
		if _, err := mail.ParseAddress(t.Address); err != nil {
			say("digest.to has the address %q: want one of mail", t.Address)
		}
		k := digest.Kind(t.Scope)
		switch {
		case !slices.Contains(digest.Kinds(), k):
			say("digest.to of %s has the scope %q: want national, specialty or organisation", t.Address, t.Scope)
		case (k == digest.National) != (t.Name == ""):
			say("digest.to of %s has the scope %s and the name %q: a specialty or an organisation has a name, national has none", t.Address, t.Scope, t.Name)
		}
	}
	return errors.Join(errs...)
}

// digestsFile is the run's record of what there is to say to each scope.
const digestsFile = "digests.json"

// writeDigests writes what there is to say of the country, each specialty and each
// organisation, under the policy for what is published: mail leaves the house.
func (n *night) writeDigests(run brief.Run, outputs []specialty.Output, list []*provider.Sender) error {
	policy, err := disclosure.Parse(n.cfg.Report.Public)
	if err != nil {
		return usagef("report.public: %w", err)
	}
	alerts := map[string]triage.Alert{}
	var ids []string
	for _, a := range run.Alerts {
		if a.Status != triage.Gone {
			ids, alerts[a.ID] = append(ids, a.ID), a
		}
	}
	about := func(d digest.Digest, ids []string) digest.Digest {
		for _, id := range ids {
			d.Raised++
			switch alerts[id].Status {
			case triage.New:
				d.New++
			case triage.Grown:
				d.Grown++
			}
		}
		return d
	}
	e := n.evidence()
	recent, before := e.Harms(), e.Before()
	all := digest.Counts{Before: before, Severe: recent[incident.SevereHarm] + recent[incident.Fatal]}
	for _, k := range recent {
		all.Recent += k
	}
	out := []digest.Digest{about(digest.New(digest.National, "", "", "site/index.html", n.asOf, n.id, all, policy), ids)}
	for _, o := range outputs {
		c := digest.Counts{Recent: o.Recent, Before: o.Before, Severe: o.Harm[incident.SevereHarm] + o.Harm[incident.Fatal]}
		var touching []string
		for _, a := range o.Alerts {
			touching = append(touching, a.ID)
		}
		out = append(out, about(digest.New(digest.Specialty, o.Name, o.Name, "site/"+o.File, n.asOf, n.id, c, policy), touching))
	}
	for _, s := range list {
		c := digest.Counts{Recent: s.Recent, Before: s.Before, Severe: s.Severe}
		out = append(out, about(digest.New(digest.Organisation, s.Code, s.Name, providerFolder(s.Code)+"/index.html", n.asOf, n.id, c, policy), s.AlertIDs))
	}
	return n.write(digestsFile, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(out)
	})
}

// readDigests reads what there is to say of a run.
func readDigests(dir string) ([]digest.Digest, error) {
	text, err := os.ReadFile(filepath.Join(dir, digestsFile))
	if err != nil {
		return nil, fmt.Errorf("reading digests: %w", err)
	}
	var out []digest.Digest
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("reading digests of %q: %w", dir, err)
	}
	return out, nil
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

// digestOf finds the digest of a scope.
func digestOf(list []digest.Digest, scope, name string) (digest.Digest, bool) {
	i := slices.IndexFunc(list, func(d digest.Digest) bool {
		return string(d.Kind) == scope && strings.EqualFold(d.Name, name)
	})
	if i < 0 {
		return digest.Digest{}, false
	}
	return list[i], true
}
