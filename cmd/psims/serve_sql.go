package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"psims/datasets/sandbox"
	"psims/reports/portal"
)

// Limits of a question from the pages: time, and how many are answered at once.
const (
	pageQuestionTime = 10 * time.Second
	questionsAtOnce  = 2
)

// asker answers SQL for the pages, each question in a process of its own that sees
// none of this one's secrets: its environment is env alone.
func (a *app) asker(env ...string) func(context.Context, portal.Question) (portal.Answer, error) {
	places := make(chan struct{}, questionsAtOnce)
	return func(ctx context.Context, q portal.Question) (portal.Answer, error) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		case <-ctx.Done():
			return portal.Answer{}, ctx.Err()
		}
		ctx, cancel := context.WithTimeout(ctx, pageQuestionTime+5*time.Second)
		defer cancel()
		program, err := os.Executable()
		if err != nil {
			return portal.Answer{}, err
		}
		args := []string{"--home", a.home.dir, "--json", "--quiet", "sql", "--confined", "--within", pageQuestionTime.String()}
		if !q.Scope.Whole() {
			scope, err := json.Marshal(q.Scope)
			if err != nil {
				return portal.Answer{}, err
			}
			args = append(args, "--scope", string(scope))
		}
		cmd := exec.CommandContext(ctx, program, append(args, "-")...)
		cmd.Env = append([]string{}, env...) // nil would be this one's own
		cmd.Stdin = strings.NewReader(q.SQL)
		var out, talk bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &talk
		if err := cmd.Run(); err != nil {
			var exit *exec.ExitError
			if !errors.As(err, &exit) || ctx.Err() != nil {
				return portal.Answer{}, fmt.Errorf("asking in SQL: %w", err)
			}
			return portal.Answer{}, portal.Refused(a.withoutPlaces(talk.String()))
		}
		var answer sandbox.Answer
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
			return portal.Answer{}, fmt.Errorf("asking in SQL: %w", err)
		}
		return portal.Answer(answer), nil
	}
}

// withoutPlaces takes the names of folders out of what DuckDB said, and the name of
// this program.
func (a *app) withoutPlaces(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "psims: ")
	if s == "" {
		return "The question used more time or memory than it may."
	}
	return strings.ReplaceAll(s, a.home.dir, "…")
}
