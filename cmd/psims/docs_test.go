package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var (
	block    = regexp.MustCompile("(?ms)^```.*?^```$")
	inBlocks = regexp.MustCompile(`(?m)^(?:.*/)?psims (.+)$`)
	inSpans  = regexp.MustCompile("`psims ([^`\n]+)`|`([a-z]+ [^`\n]*--[^`\n]+)`") // "psims run" or, with a flag, "run --resume"
	option   = regexp.MustCompile(`(^|[\s\[])--([a-z][a-z-]*)`)
)

// commandsOf gives the command lines of psims that a page shows, without the word psims:
// in blocks of code, and in spans that begin with it or with a verb.
func commandsOf(text string, verbs []*kong.Node) []string {
	var out []string
	for _, b := range block.FindAllString(text, -1) {
		for _, m := range inBlocks.FindAllStringSubmatch(b, -1) {
			out = append(out, m[1])
		}
	}
	for _, m := range inSpans.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
		verb, _, _ := strings.Cut(m[2], " ")
		if m[1] != "" || slices.ContainsFunc(verbs, func(n *kong.Node) bool { return n.Name == verb }) {
			out = append(out, m[1]+m[2])
		}
	}
	return out
}

// TestCommandsOfThePagesAreThere: every verb and every flag of a command line that a
// page of the documentation shows is one of the program's.
func TestCommandsOfThePagesAreThere(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Name("psims"))
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, name := range []string{"README.md", "CONTRIBUTING.md"} {
		pages = append(pages, filepath.Join("../..", name))
	}
	err = filepath.WalkDir("../../docs", func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range commandsOf(string(text), parser.Model.Children) {
			found++
			line, _, _ := strings.Cut(shown, "#")
			line, _, _ = strings.Cut(line, "|")
			if fault := unknownIn(parser.Model, line); fault != "" {
				t.Errorf("%s shows \"psims %s\": %s", page, shown, fault)
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d command lines were found", found)
	}
}

// unknownIn says what in a command line the program does not know; "" for nothing.
func unknownIn(model *kong.Application, line string) string {
	node, flags := model.Node, flagsOf(model.Node)
	value := false // the word is the value of the flag before it
	for _, word := range strings.Fields(line) {
		if name, is := strings.CutPrefix(strings.Trim(word, "[]'\""), "--"); is {
			name, _, given := strings.Cut(name, "=")
			i := slices.IndexFunc(flags, func(f *kong.Flag) bool { return f.Name == name })
			if i >= 0 {
				value = !given && !flags[i].IsBool()
			}
			continue
		}
		if !value {
			if i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == word }); i >= 0 {
				node = node.Children[i]
				flags = append(flags, flagsOf(node)...)
			} else if node == model.Node && word != "help" {
				return "there is no verb " + word
			} else if word == "help" {
				return ""
			}
		}
		value = false
	}
	for _, m := range option.FindAllStringSubmatch(line, -1) {
		if m[2] != "help" && !slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Name == m[2] }) {
			return node.Name + " has no flag --" + m[2]
		}
	}
	return ""
}

func flagsOf(n *kong.Node) []*kong.Flag { return slices.Clone(n.Flags) }

func TestUnknownIn(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Name("psims"))
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"--home H run --dry-run":                    "",
		"evaluate emerging [--by auto] --as-of DAY": "",
		"lode a.csv":        "there is no verb lode",
		"--home run status": "",
		"run --dry":         "run has no flag --dry",
		"evaluate emerging --rates 2,4 --nonsense":      "emerging has no flag --nonsense",
		"load --mapping m.toml --organisations o.csv a": "",
	} {
		if got := unknownIn(parser.Model, line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
