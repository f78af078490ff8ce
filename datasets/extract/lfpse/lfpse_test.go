package lfpse_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/lfpse"
	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// read gives the events and rejects of FHIR text, and the error that ended it.
func read(t testing.TB, text string) (raws []*incident.Raw, rejects []*incident.RawReject, last error) {
	t.Helper()
	for r, err := range lfpse.FHIR(extracttest.Stream(t, "x.json", text), lfpse.ShapeOf([]byte(text))) {
		switch {
		case err != nil:
			last = err
		case r.Raw != nil:
			raws = append(raws, r.Raw)
		default:
			rejects = append(rejects, r.Reject)
		}
	}
	return raws, rejects, last
}

// event writes an AdverseEvent of version 6 with these extensions and contained resources.
func event(id, contained, extensions, more string) string {
	return fmt.Sprintf(`{"resourceType":"AdverseEvent","id":%q,"meta":{"profile":["https://x/patient-safety-adverse-event-6"],"versionId":"1","lastUpdated":"2025-03-04T23:59:59+01:00"},`+
		`"contained":[{"resourceType":"Practitioner","extension":[{"url":"p","extension":[{"url":"ReporterOrganisation","valueCode":"Z98"}]}]}%s],`+
		`"extension":[{"url":"c","extension":[{"url":"Description","valueString":"It happened"}]}%s]%s}`, id, contained, extensions, more)
}

func extension(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`{"url":"e","extension":[`)
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"url":%q,"valueCode":%q}`, pairs[i], pairs[i+1])
	}
	return b.String() + "]}"
}

func one(t testing.TB, text string) *incident.Raw {
	t.Helper()
	raws, rejects, err := read(t, text)
	if err != nil || len(raws) != 1 || len(rejects) != 0 {
		t.Fatalf("%d events, rejects %v, %v from %s", len(raws), rejects, err, text)
	}
	return raws[0]
}

func TestHarmIsTheWorst(t *testing.T) {
	patient := func(pairs ...string) string { return extension(pairs...) }
	for _, c := range []struct {
		name     string
		patients []string
		want     incident.Harm
	}{
		{"no patient", nil, incident.HarmNotApplicable},
		{"a patient without a grade", []string{patient("PatientSequence", "1")}, incident.HarmMissing},
		{"fatal is 1", []string{patient("PhysicalHarm", "1")}, incident.Fatal},
		{"none is 5", []string{patient("PhysicalHarm", "5", "PsychologicalHarm", "4")}, incident.NoHarm},
		{"psychological 1 is severe", []string{patient("PhysicalHarm", "4", "PsychologicalHarm", "1")}, incident.SevereHarm},
		{"psychological 3 is low", []string{patient("PhysicalHarm", "5", "PsychologicalHarm", "3")}, incident.LowHarm},
		{"worst over patients", []string{patient("PhysicalHarm", "5"), patient("PhysicalHarm", "2"), patient("PatientSequence", "3")}, incident.SevereHarm},
		{"a grade outranks a missing one", []string{patient("PatientSequence", "1"), patient("PhysicalHarm", "5")}, incident.NoHarm},
		{"a code that isn't known is missing", []string{patient("PhysicalHarm", "7")}, incident.HarmMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			oneResource, many := "", ""
			for i, p := range c.patients {
				if i > 0 {
					oneResource += ","
				}
				oneResource += p
				many += `,{"resourceType":"Patient","extension":[` + p + `]}`
			}
			for _, contained := range []string{`,{"resourceType":"Patient","extension":[` + oneResource + `]}`, `,{"extension":[` + oneResource + `],"resourceType":"Patient"}`, many} {
				r := one(t, event("A", contained, "", ""))
				if r.Harm != c.want || len(r.Patients) != len(c.patients) {
					t.Errorf("harm %v of %d patients, want %v of %d", r.Harm, len(r.Patients), c.want, len(c.patients))
				}
			}
		})
	}
}

// TestHarmFollowsTheNationalRule: min(OT001, OT002 + 1), minimum over patients, on every pair of codes.
func TestHarmFollowsTheNationalRule(t *testing.T) {
	graded := []incident.Harm{0, incident.Fatal, incident.SevereHarm, incident.ModerateHarm, incident.LowHarm, incident.NoHarm}
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
			return [2]int{rapid.IntRange(1, 5).Draw(t, "OT001"), rapid.IntRange(1, 4).Draw(t, "OT002")}
		}), 1, 6).Draw(t, "patients")
		worst, patients := 9, ""
		for _, c := range codes {
			worst = min(worst, c[0], c[1]+1)
			patients += `,{"resourceType":"Patient","extension":[` + extension("PhysicalHarm", fmt.Sprint(c[0]), "PsychologicalHarm", fmt.Sprint(c[1])) + `]}`
		}
		for r, err := range lfpse.FHIR(extracttest.Stream(t, "x.json", event("A", patients, "", "")), lfpse.Lines) {
			if err != nil || r.Raw == nil || r.Raw.Harm != graded[worst] {
				t.Fatalf("%v, %+v, want %v", err, r, graded[worst])
			}
		}
	})
}

func TestCategory(t *testing.T) {
	const process = "Planning or prescribing"
	for _, c := range []struct {
		name, kind, extensions, want string
		labels                       []string
	}{
		{"the challenge comes first", "1", extension("InvolvedAgents", "4", "HealthcareProcess", "5") + "," + extension("SafetyChallenges", "6", "SafetyChallenges", "2"), "Falls", []string{"Falls", "Medications", process}},
		{"no challenge: the agent", "1", extension("SafetyChallenges", "6", "InvolvedAgents", "10", "InvolvedAgents", "3", "Process", "5"), "Devices", []string{"Devices", process}},
		{"neither: the process", "1", extension("SafetyChallenges", "6", "InvolvedAgents", "10", "Process", "5"), process, nil},
		{"nothing known", "1", extension("SafetyChallenges", "6", "InvolvedAgents", "10", "Process", "12"), "", nil},
		{"a code that isn't in the list stays", "1", extension("SafetyChallenges", "77"), "77", nil},
		{"a risk has its theme", "2", extension("RiskTheme", "1", "OutcomeType", "5"), "Staffing, workload, capacity or capability of services", nil},
		{"an outcome has its type", "3", extension("RiskTheme", "1", "OutcomeType", "5"), "Return to theatre", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := one(t, event("A", "", ","+c.extensions, `,"event":{"coding":[{"code":"`+c.kind+`"}]}`))
			if r.Category != c.want || cmp.Diff(c.labels, r.Labels) != "" || r.Scheme != "lfpse" {
				t.Errorf("%q %q in %q, want %q %q", r.Category, r.Labels, r.Scheme, c.want, c.labels)
			}
		})
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, text string
		check      func(r *incident.Raw) bool
	}{
		{"the day is the one written, in its zone", event("A", "", "", ""), func(r *incident.Raw) bool { return r.Submitted.String() == "2025-03-04" }},
		{"a month is its first day", event("A", "", ","+extension("ApproximateDate", "2025-02"), ""), func(r *incident.Raw) bool { return r.Occurred.String() == "2025-02-01" }},
		{"date before estimate", event("A", "", ","+extension("ApproximateDate", "2025-01"), `,"date":"2025-02-03"`), func(r *incident.Raw) bool { return r.Occurred.String() == "2025-02-03" }},
		{"no occurred day", event("A", "", "", ""), func(r *incident.Raw) bool { return !r.Occurred.Known() }},
		{"identifier before reference before id", event("A", "", ","+extension("ReferenceNumber", "B"), `,"identifier":[{"system":"s","value":"C"},{"value":"D"}]`), func(r *incident.Raw) bool { return r.ID == "C" }},
		{"reference before id", event("A", "", ","+extension("ReferenceNumber", "B"), ""), func(r *incident.Raw) bool { return r.ID == "B" }},
		{"where it happened before who reports", event("A", `,{"resourceType":"Location","extension":[`+extension("Organisation", "Z97")+`]}`, "", ""), func(r *incident.Raw) bool { return r.Organisation == "Z97" }},
		{"who reports", event("A", "", "", ""), func(r *incident.Raw) bool { return r.Organisation == "Z98" }},
		{"kind by type", event("A", "", "", `,"type":{"coding":[{"code":"4"}]}`), func(r *incident.Raw) bool { return r.Kind == incident.KindGoodCare }},
		{"no kind is an incident", event("A", "", "", ""), func(r *incident.Raw) bool { return r.Kind == incident.KindIncident }},
		{"entered in error", event("A", "", "", `,"actuality":"entered-in-error"`), func(r *incident.Raw) bool { return r.Deleted }},
		{"status entered in error", event("A", "", "", `,"status":"entered-in-error"`), func(r *incident.Raw) bool { return r.Deleted }},
		{"a withdrawal with a date that can't be read", event("A", "", "", `,"status":"entered-in-error","date":"soon"`), func(r *incident.Raw) bool { return r.Deleted }},
		{"values before their names", `{"extension":[{"extension":[{"valueString":"It happened","url":"Description"}],"url":"c"}],"contained":[{"extension":[{"extension":[{"valueCode":"Z98","url":"ReporterOrganisation"}]}],"resourceType":"Practitioner"}],"id":"A","meta":{"lastUpdated":"2025-03-04"},"resourceType":"AdverseEvent"}`, func(r *incident.Raw) bool { return r.HasText(incident.Description) && r.Organisation == "Z98" }},
		{"escapes", event("A", "", "", `,"date":"\u0032025-02-03"`), func(r *incident.Raw) bool { return r.Occurred.String() == "2025-02-03" }},
		{"numbers for codes", strings.ReplaceAll(event("A", `,{"resourceType":"Patient","extension":[`+extension("PhysicalHarm", "1")+`]}`, "", ""), `"valueCode":"1"`, `"valueInteger":1`), func(r *incident.Raw) bool { return r.Harm == incident.Fatal }},
		{"null is nothing", event("A", "", "", `,"date":null,"identifier":null,"event":null`), func(r *incident.Raw) bool { return r.ID == "A" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := one(t, c.text); !c.check(r) {
				t.Errorf("got %+v", r.Fields)
			}
		})
	}
}

func TestReporterIsNeverRead(t *testing.T) {
	r := one(t, event("A", `,{"resourceType":"Practitioner","extension":[{"url":"p","extension":[{"url":"ReporterContact","valueString":"secret"},{"url":"ReporterRoleOther","valueString":"secret"}]}]}`, "", ""))
	e := r.Release(func(s string) string { return s })
	if shown := fmt.Sprintf("%+v", e); strings.Contains(shown, "secret") {
		t.Error(shown)
	}
}

func TestShapes(t *testing.T) {
	a, b := event("A", "", "", ""), event("B", "", "", "")
	pretty := func(s string) string {
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			t.Fatal(err)
		}
		out, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	bundle := func(resources ...string) string {
		return `{"resourceType":"Bundle","timestamp":"2025-03-05T01:00:00Z","entry":[{"resource":` + strings.Join(resources, `},{"resource":`) + `}]}`
	}
	for _, c := range []struct {
		name, text string
		shape      lfpse.Shape
		kept       int
	}{
		{"a line", a, lfpse.Lines, 1},
		{"lines", a + "\n\n" + b + "\n", lfpse.Lines, 2},
		{"a broken line first", a[:100] + "\n" + b + "\n", lfpse.Lines, 1},
		{"a resource on many lines", pretty(a), lfpse.Resource, 1},
		{"a Bundle on one line", bundle(a, b), lfpse.Bundle, 2},
		{"a Bundle on many lines", pretty(bundle(a, b)), lfpse.Bundle, 2},
		{"two Bundles", bundle(a) + "\n" + bundle(b), lfpse.Lines, 2},
		{"two Bundles on many lines", pretty(bundle(a)) + "\n" + pretty(bundle(b)), lfpse.Bundle, 2},
		{"a Bundle with entries first", `{"entry":[{"resource":` + a + `}],"resourceType":"Bundle"}`, lfpse.Bundle, 1},
		{"an empty Bundle", `{"resourceType":"Bundle","entry":[]}`, lfpse.Bundle, 0},
		{"other JSON", `{"a":1}`, lfpse.NotFHIR, 0},
		{"a list", `[` + a + `]`, lfpse.NotFHIR, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if shape := lfpse.ShapeOf([]byte(c.text)); shape != c.shape {
				t.Errorf("shape %d, want %d", shape, c.shape)
			}
			if c.shape == lfpse.NotFHIR {
				return
			}
			raws, _, err := read(t, c.text)
			if err != nil || len(raws) != c.kept {
				t.Errorf("%d events, %v, want %d", len(raws), err, c.kept)
			}
		})
	}
	for name, text := range map[string]string{"cut short": bundle(a, b)[:len(bundle(a, b))-3], "within an entry": bundle(a, b)[:len(a)+200], "not JSON": `{"resourceType":"Bundle","entry":[` + a + `,nonsense]}`} {
		if _, _, err := read(t, text); err == nil || !strings.Contains(err.Error(), "x.json") || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("a Bundle that is %s: %v", name, err)
		}
	}
	// A broken entry whose brackets match costs only itself.
	raws, rejects, err := read(t, bundle(a, `{"resourceType":oops}`, b))
	if err != nil || len(raws) != 2 || len(rejects) != 1 || rejects[0].Code != incident.BadRow {
		t.Errorf("%d events, %v, %v", len(raws), rejects, err)
	}
}

func TestRevisions(t *testing.T) {
	plain := event("A", "", "", "")
	numbered := func(n string) string { return strings.Replace(plain, `"versionId":"1"`, `"versionId":"`+n+`"`, 1) }
	unnumbered := strings.Replace(plain, `"versionId":"1",`, "", 1)
	raws, rejects, err := read(t, strings.Join([]string{numbered("2"), unnumbered, unnumbered, numbered("2"), numbered("x"), numbered("4"), unnumbered}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []int32
	for _, r := range raws {
		got = append(got, r.Revision)
	}
	if d := cmp.Diff([]int32{2, 1, 3, 4, 5}, got); d != "" {
		t.Error(d)
	}
	if len(rejects) != 2 || rejects[0].Code != incident.DuplicateID || rejects[1].Code != incident.BadNumber {
		t.Errorf("rejects %v", rejects)
	}
}

func TestFlatColumns(t *testing.T) {
	for _, c := range []struct{ name, header, row, fault string }{
		{"question ids", "Reference,SubmissionDate,R006,F001", "A,2025-03-04,Z,T", ""},
		{"database names", "Reference,OriginalSubmissionDate,R006_ReporterOrganisation,F001_Description", "A,2025-03-04,Z,T", ""},
		{"published names, another order", "F001 - Describe what happened,Reported Date,L002 - Organisation,Reference", "T,2025-03-04,Z,A", ""},
		{"the original date gives way", "OriginalSubmissionDate,Reference,SubmissionDate,R006,F001", "1999-01-01,A,2025-03-04,Z,T", ""},
		{"no description", "Reference,SubmissionDate,R006,F002", "", `"F001" is not in the file; did you mean "F002"?`},
		{"no organisation", "Reference,SubmissionDate,F001,x", "", `"L002"`},
		{"a question twice", "Reference,SubmissionDate,R006,F001,F001_Description", "", `two columns are question "F001"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, err := lfpse.Flat(extracttest.Table(t, "flat.csv", c.header+"\n"+c.row+"\n"))
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Errorf("got %v, want %q", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for r, err := range records {
				if n++; err != nil || r.Raw == nil || r.Raw.ID != "A" || r.Raw.Organisation != "Z" || r.Raw.Submitted.String() != "2025-03-04" {
					t.Errorf("%v, %+v", err, r)
				}
			}
			if n != 1 {
				t.Errorf("%d records", n)
			}
		})
	}
}

// TestFlatOrderOfRowsDoesNotMatter: the rows of events may stand anywhere.
func TestFlatOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []string
		want := map[string]int{}
		for e := range rapid.IntRange(1, 8).Draw(t, "events") {
			id := fmt.Sprintf("E%d", e)
			want[id] = rapid.IntRange(1, 4).Draw(t, "patients")
			for p := range want[id] {
				rows = append(rows, fmt.Sprintf("%s,1,2025-03-04,%d,Z,T,%d", id, p+1, 5-p))
			}
		}
		rows = rapid.Permutation(rows).Draw(t, "order")
		table := extracttest.Table(t, "flat.csv", "Reference,Revision,SubmissionDate,EntityId,R006,F001,OT001\n"+strings.Join(rows, "\n"))
		seen := 0
		for r, err := range extracttest.Records(t)(lfpse.Flat(table)) {
			if err != nil || r.Raw == nil {
				t.Fatalf("%v, %v", err, r.Reject)
			}
			n := want[r.Raw.ID]
			harms := []incident.Harm{0, incident.NoHarm, incident.LowHarm, incident.ModerateHarm, incident.SevereHarm}
			if r.Raw.Rows != n || len(r.Raw.Patients) != n || r.Raw.Harm != harms[n] {
				t.Fatalf("%s: %d rows, %d patients, harm %v, want %d", r.Raw.ID, r.Raw.Rows, len(r.Raw.Patients), r.Raw.Harm, n)
			}
			for i, p := range r.Raw.Patients {
				if int(p.Sequence) != i+1 {
					t.Fatalf("patients in the order %v", r.Raw.Patients)
				}
			}
			seen++
		}
		if seen != len(want) {
			t.Fatalf("%d events, want %d", seen, len(want))
		}
	})
}

// FuzzLFPSE: nothing makes the reader panic; and of NDJSON each line that isn't
// empty is one event or one reject, a bad row if encoding/json finds it isn't JSON
// and only then.
func FuzzLFPSE(f *testing.F) {
	for _, name := range []string{"v6.ndjson", "v5.ndjson", "bundle.json", "resource.json"} {
		f.Add(fixture(f, name))
	}
	f.Add(event("A", "", "", "") + "\n{\"a\\u00e9\\ud83d\\ude00\":[1e3,-0.5,{}]}")
	f.Fuzz(func(t *testing.T, text string) {
		shape := lfpse.ShapeOf([]byte(text))
		if shape == lfpse.NotFHIR {
			shape = lfpse.Lines
		}
		codes := map[int][]incident.Reason{}
		var last error
		for r, err := range lfpse.FHIR(extracttest.Stream(t, "x.json", text), shape) {
			if last = err; err != nil {
				continue
			}
			if (r.Raw == nil) == (r.Reject == nil) {
				t.Fatalf("%+v", r)
			}
			if r.Raw == nil {
				codes[r.Reject.Place.Line] = append(codes[r.Reject.Place.Line], r.Reject.Code)
				continue
			}
			if codes[r.Raw.Place.Line] = append(codes[r.Raw.Place.Line], ""); r.Raw.ID == "" || !r.Raw.Submitted.Known() {
				t.Fatalf("%+v", r.Raw.Fields)
			}
		}
		// What a Bundle is, and text in other encodings, is for the other tests.
		if shape != lfpse.Lines || last != nil || strings.Contains(text, "entry") || strings.ContainsAny(text, "\ufeff\\") || strings.ToValidUTF8(text, "") != text || strings.Contains(text, "Bundle") {
			return
		}
		n := 0
		for line := range strings.Lines(text) {
			n++
			line = strings.TrimSpace(line)
			got := codes[n]
			switch {
			case line == "" && len(got) == 0:
			case line == "" || len(got) != 1:
				t.Fatalf("line %d, %q: %v", n, line, got)
			case strings.Count(line, "[")+strings.Count(line, "{") < 100 && json.Valid([]byte(line)) != (got[0] != incident.BadRow):
				t.Fatalf("%q is %q", line, got[0])
			}
		}
	})
}

// FuzzFlat: each row is in one event or one reject.
func FuzzFlat(f *testing.F) {
	extracttest.Fuzz(f, lfpse.Flat, fixture(f, "flat.csv"), "Reference,Revision,SubmissionDate,EntityId,R006,F001,OT001\nA,1,2025-03-04,1,Z,T,1\nA,1,2025-03-04,1,Z,T,1\nA,x,soon,,,,\n")
}

func ExampleFHIR() {
	text := `{"resourceType":"AdverseEvent","id":"LF-1","meta":{"versionId":"1","lastUpdated":"2025-03-04"},"description":"A fall from the bed",` +
		`"contained":[{"resourceType":"Practitioner","extension":[{"url":"x/practitioner-details-5","extension":[{"url":"ReporterOrganisation","valueCode":"Z99"}]}]},` +
		`{"resourceType":"Patient","extension":[{"url":"x/patient-information-5","extension":[{"url":"PhysicalHarm","valueCode":"3"}]}]}]}`
	src, err := source.Stream("night.ndjson", strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	for r, err := range lfpse.FHIR(src, lfpse.Lines) {
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Raw.ID, r.Raw.Kind, r.Raw.Harm)
	}
	// Output: LF-1 incident moderate
}

func BenchmarkFHIR(b *testing.B) {
	line, _, _ := strings.Cut(fixture(b, "v6.ndjson"), "\n")
	var text strings.Builder
	for i := range 2000 {
		text.WriteString(strings.ReplaceAll(line, "LF-000001", fmt.Sprintf("LF-%06d", i)))
		text.WriteByte('\n')
	}
	extracttest.Benchmark(b, text.Len(), lfpse.FHIR(extracttest.Stream(b, "x.json", text.String()), lfpse.Lines))
}

func BenchmarkFlat(b *testing.B) {
	header, rest, _ := strings.Cut(fixture(b, "flat.csv"), "\r\n")
	row, _, _ := strings.Cut(rest, "\r\nLF-900002")
	text := header + "\r\n"
	var rows strings.Builder
	for i := range 5000 {
		rows.WriteString(strings.ReplaceAll(row, "LF-900001", fmt.Sprintf("LF-%06d", i)) + "\r\n")
	}
	extracttest.Benchmark(b, rows.Len(), extracttest.Records(b)(lfpse.Flat(extracttest.Table(b, "flat.csv", text+rows.String()))))
}
