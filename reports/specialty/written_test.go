package specialty_test

import (
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/reports/specialty"
)

func TestCommentaryIsReadStrictly(t *testing.T) {
	tests := []struct {
		why, text, want string // want is the error; "" for none
	}{
		{"a text", "[what-you-can-do]\ntext = \"Check.\"\nby = \"Dr A. Example\"\non = \"2026-11-01\"\n", ""},
		{"an empty text is none", "[what-you-can-do]\ntext = \" \"\n[why-it-matters]\ntext = \"x\"\nby = \"y\"\n", ""},
		{"a slot that is not there", "[what-you-can-doo]\ntext = \"x\"\nby = \"y\"\n", `no slot "what-you-can-doo"; did you mean "what-you-can-do"?`},
		{"a key that is not there", "[what-you-can-do]\nauthor = \"x\"\n", `no key "what-you-can-do.author"`},
		{"nobody wrote it", "[what-you-can-do]\ntext = \"x\"\n", "who wrote it"},
		{"no day", "[what-you-can-do]\ntext = \"x\"\nby = \"y\"\non = \"soon\"\n", "soon"},
		{"not TOML", "what?", "reading commentary"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			got, err := specialty.ParseWritten("anaesthetics.toml", tt.text, specialty.Slots())
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil || len(got) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			if n, ok := got[specialty.WhatYouCanDo]; ok && n.On != incident.NewDay(2026, 11, 1) {
				t.Errorf("written on %v", n.On)
			}
		})
	}
}

func FuzzParseWritten(f *testing.F) {
	f.Add("[what-you-can-do]\ntext = \"Check.\"\nby = \"Dr A. Example\"\non = \"2026-11-01\"\n")
	f.Add("what-you-can-do.text = \"x\"\nwhat-you-can-do.by = \"y\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := specialty.ParseWritten("a.toml", text, specialty.Slots())
		if err != nil {
			return
		}
		for slot, n := range got {
			if strings.TrimSpace(n.Text) == "" || strings.TrimSpace(n.By) == "" {
				t.Fatalf("%s: %+v has no text or no author", slot, n)
			}
		}
	})
}
