package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
)

type redactVerb struct {
	Sample int    `help:"Draw so many stored events at random into --out, for a person to mark what the gate missed and what it wrongly removed." placeholder:"N" xor:"task"`
	Seed   uint64 `help:"Seed of the sample: the same one draws the same events of the same warehouse." default:"1"`
	Out    string `help:"CSV to write the sample into." type:"path" placeholder:"FILE.csv"`
	Marked string `help:"Read a sample back that a person has marked, and say how good the gate is." type:"existingfile" placeholder:"FILE.csv" xor:"task"`
	Again  bool   `help:"Redact once more what the warehouse holds, after the gate has become better; the ledger says what was taken out." xor:"task"`
}

// Run de-identifies standard input, a line each, unless another task is asked for.
func (v *redactVerb) Run(ctx context.Context, a *app) error {
	switch {
	case v.Sample < 0:
		return usagef("--sample must be at least 1, and is %d", v.Sample)
	case v.Sample > 0:
		return v.draw(ctx, a)
	case v.Marked != "":
		return v.judge(a)
	case v.Again:
		return a.redactAgain(ctx)
	}
	return lines(a)
}

// lines de-identifies standard input, a line each.
func lines(a *app) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(a.in, 1<<16)
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, err := in.ReadString('\n')
		if err != nil && line == "" {
			if err.Error() != "EOF" {
				return fmt.Errorf("reading standard input: %w", err)
			}
			return out.Flush()
		}
		if line[len(line)-1] == '\n' {
			line = line[:len(line)-1]
		}
		text, spans := gate.Text(line)
		if !a.json {
			if _, err := fmt.Fprintln(out, text); err != nil {
				return err
			}
			continue
		}
		type span struct {
			Start int    `json:"start"`
			End   int    `json:"end"`
			Kind  string `json:"kind"`
		}
		list := []span{}
		for _, s := range spans {
			list = append(list, span{s.Start, s.End, s.Kind.String()})
		}
		if err := enc.Encode(map[string]any{"text": text, "spans": list}); err != nil {
			return err
		}
	}
}
