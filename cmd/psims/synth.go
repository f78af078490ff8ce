package main

import (
	"context"
	"encoding/json"
	"fmt"

	"psims/datasets/incident"
	"psims/datasets/synth"
)

type synthVerb struct {
	Out    string `help:"Folder to write into." required:"" type:"path" placeholder:"DIR"`
	Events int    `help:"How many events." default:"30000"`
	Seed   uint64 `help:"Seed: the same seed gives the same bytes." default:"1"`
	Until  string `help:"Last reported day (YYYY-MM-DD); default: 2026-03-29." placeholder:"DATE"`
}

// Run writes invented extracts.
func (v *synthVerb) Run(ctx context.Context, a *app) error {
	c := synth.Default()
	c.Events, c.Seed = v.Events, v.Seed
	if v.Until != "" {
		until, err := incident.ParseDay(v.Until)
		if err != nil {
			return usagef("--until: %w", err)
		}
		c.Until = until
	}
	if err := c.Validate(); err != nil {
		return usagef("%w", err)
	}
	s, err := synth.Write(ctx, v.Out, c)
	if err != nil {
		return err
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(s)
	}
	if a.quiet {
		return nil
	}
	_, err = fmt.Fprintf(a.out, "Wrote %d invented events into %s: %d files, %d planted issues and decoys, %d planted identifiers (truth.json says which).\n",
		s.Events, v.Out, len(s.Files), len(s.Issues), s.Identifiers)
	return err
}
