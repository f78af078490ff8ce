// Package layers holds the test that keeps the architecture true: which folder
// may import which, where heavy dependencies live, and who may open the gate.
package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// order lists the top-level folders from the bottom up. A package may import
// its own folder and any folder before it.
var order = []string{"internal", "datasets", "nlp", "models", "analytics", "reports", "cmd"}

// only names the packages that may import a fenced dependency (tests may import it anywhere below them).
var only = map[string][]string{
	"github.com/duckdb/duckdb-go": {"datasets/warehouse", "datasets/sandbox"},
	"github.com/apache/arrow-go":  {"datasets/"},
	"net/http":                    {"reports/portal", "cmd/"},
	"html/template":               {"reports/"},
	"github.com/jdkato/prose":     {"nlp/phrase"},
	"github.com/mattn/go-sqlite3": {"datasets/decision"},
	"github.com/dop251/goja":      {"reports/chart"},
	"github.com/go-echarts":       {"reports/chart"},
	"github.com/alecthomas/kong":  {"cmd/"},
	"github.com/wneessen/go-mail": {"cmd/"},
	"github.com/chromedp":         {"cmd/", "internal/browser"},
	"flag":                        {"cmd/", "internal/golden"},
	"os":                          {"cmd/", "internal/", "datasets/decision", "datasets/warehouse", "datasets/extract", "datasets/inbox", "datasets/synth", "datasets/frame/parquet", "datasets/durable", "models/artefact", "models/shelf", "reports/publication"},
	"math/rand":                   {},
}

func TestImportsPointDown(t *testing.T) {
	eachFile(t, func(rel, pkg string, file *ast.File, fset *token.FileSet) {
		from, _, _ := strings.Cut(pkg, "/")
		if !slices.Contains(order, from) {
			t.Errorf("%s: folder %q is not in the architecture", rel, from)
		}
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value) // the parser has already accepted it
			if rest, ours := strings.CutPrefix(imp, "psims/"); ours {
				to, _, _ := strings.Cut(rest, "/")
				if slices.Index(order, to) > slices.Index(order, from) {
					t.Errorf("%s imports %s: %s sits below %s", rel, imp, from, to)
				}
			}
			if strings.HasSuffix(rel, "_test.go") && imp != "math/rand" && imp != "github.com/duckdb/duckdb-go" {
				continue
			}
			for dep, homes := range only {
				fenced := imp == dep || strings.HasPrefix(imp, dep+"/")
				if fenced && !(dep == "math/rand" && imp != dep) && !within(pkg, homes) {
					t.Errorf("%s imports %s, which belongs in %v", rel, imp, homes)
				}
			}
		}
	})
}

// TestDetectorsStandAlone keeps the detectors from importing each other: only
// emerging and triage join findings.
func TestDetectorsStandAlone(t *testing.T) {
	detectors := []string{"analytics/spc", "analytics/outbreak", "analytics/scan", "analytics/disproportion", "analytics/funnel"}
	eachFile(t, func(rel, pkg string, file *ast.File, _ *token.FileSet) {
		if !slices.Contains(detectors, pkg) {
			return
		}
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			if rest, ours := strings.CutPrefix(imp, "psims/"); ours && rest != pkg && slices.Contains(detectors, rest) {
				t.Errorf("%s imports the detector %s", rel, imp)
			}
		}
	})
}

// TestClockAndGate finds calls of the clock, of global chance and of the
// redaction gate outside their homes.
func TestClockAndGate(t *testing.T) {
	eachFile(t, func(rel, pkg string, file *ast.File, fset *token.FileSet) {
		if strings.HasSuffix(rel, "_test.go") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at := fset.Position(sel.Pos())
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && sel.Sel.Name == "Now" && !within(pkg, []string{"cmd/"}) {
				t.Errorf("%s:%d asks the clock: the day is an argument", rel, at.Line)
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "rand" && sel.Sel.Name != "New" && sel.Sel.Name != "NewPCG" && sel.Sel.Name != "Rand" && sel.Sel.Name != "NewZipf" && sel.Sel.Name != "Source" && sel.Sel.Name != "PCG" && sel.Sel.Name != "ChaCha8" && sel.Sel.Name != "NewChaCha8" {
				t.Errorf("%s:%d uses global chance (rand.%s): the seed is an argument", rel, at.Line, sel.Sel.Name)
			}
			return true
		})
		if within(pkg, []string{"datasets/incident", "nlp/redact"}) {
			return
		}
		imports := false
		for _, spec := range file.Imports {
			imports = imports || spec.Path.Value == `"psims/datasets/incident"`
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !imports || len(call.Args) != 1 {
				return true
			}
			// Arrow's Release takes no argument; the gate's takes the cleaner.
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Release" {
				t.Errorf("%s:%d opens the redaction gate: only nlp/redact may", rel, fset.Position(call.Pos()).Line)
			}
			return true
		})
	})
}

func within(pkg string, homes []string) bool {
	return slices.ContainsFunc(homes, func(h string) bool { return strings.HasPrefix(pkg+"/", strings.TrimSuffix(h, "/")+"/") })
}

func eachFile(t *testing.T, visit func(rel, pkg string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	const root = "../.."
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "bench") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		seen++
		visit(filepath.ToSlash(rel), filepath.ToSlash(filepath.Dir(rel)), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no Go file found")
	}
}
