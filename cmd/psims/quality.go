package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"psims/datasets/quality"
)

type qualityConfig struct {
	Rules string `toml:"rules"` // TOML file of rules; "" for the built-in ones
}

// rules gives the data-quality rules in effect.
func (a *app) rules() ([]quality.Rule, error) {
	if a.cfg.Quality.Rules == "" {
		return quality.Default(), nil
	}
	text, err := os.ReadFile(a.cfg.Quality.Rules)
	if err != nil {
		return nil, usagef("quality.rules: %w", err)
	}
	rules, err := quality.Parse(string(text))
	if err != nil {
		return nil, usagef("quality.rules: reading %q: %w", a.cfg.Quality.Rules, err)
	}
	return rules, nil
}

// gate holds the data of the night against the rules, writes what it finds to the
// run's tables and manifest, and ends the night when a rule says so.
//
// Errors: exit code 4.
func (n *night) gate(ctx context.Context) error {
	rules, err := n.rules()
	if err != nil {
		return err
	}
	p, err := n.wh.Profile(ctx, n.asOf)
	if err != nil {
		return err
	}
	findings, figures, fresh := quality.Judge(p, rules), p.Figures(), p.Freshness()
	q := quality.Summarise(rules, findings, figures, fresh)
	n.man.Quality = q
	if err := errors.Join(n.dir.WriteForPeople(quality.FindingFrame(findings)), n.dir.WriteForPeople(quality.FigureFrame(figures)),
		n.dir.WriteForPeople(quality.FreshFrame(fresh, n.typeOf)), n.man.Write(n.dir)); err != nil {
		return err
	}
	n.log.Info("data quality judged", "rules", len(rules), "findings", len(findings), "quiet_organisations", q.Organisations[string(quality.Quiet)])
	if len(q.Stopped) == 0 {
		return nil
	}
	return exitError{exitGate, fmt.Errorf("the data-quality gate stopped run %s:\n  %s\nNothing is published: \"current\" stays as it was, and all accepted data are kept. See %s, mend the data or the rule (quality.rules), and run again",
		n.id, strings.Join(q.Stopped, "\n  "), n.dir.Path("tables/quality_findings.csv"))}
}

// typeOf gives the type of an organisation; "" when the reference doesn't know it.
func (n *night) typeOf(organisation string) string { return n.orgs[organisation].Type }
