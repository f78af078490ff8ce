package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"psims/nlp/redact"
)

// checkRedaction holds what is true of every text: spans in order, in bounds and
// on whole characters, bytes outside them unchanged, placeholders in their
// places and never nested, and nothing left to do.
func checkRedaction(t rapid.TB, g *redact.Gate, in string) {
	t.Helper()
	out, spans := g.Text(in)
	var want strings.Builder
	at := 0
	for _, sp := range spans {
		if sp.Start < at || sp.End <= sp.Start || sp.End > len(in) || sp.Kind >= redact.KindCount {
			t.Fatalf("span %+v after %d in %q", sp, at, in)
		}
		if utf8.ValidString(in) && !utf8.ValidString(in[sp.Start:sp.End]) {
			t.Fatalf("span %+v cuts a character of %q", sp, in)
		}
		for _, k := range redact.Kinds() {
			if strings.Contains(in[sp.Start:sp.End], k.Placeholder()) {
				t.Fatalf("span %+v of %q takes in a placeholder", sp, in)
			}
		}
		want.WriteString(in[at:sp.Start])
		want.WriteString(sp.Kind.Placeholder())
		at = sp.End
	}
	want.WriteString(in[at:])
	if out != want.String() {
		t.Fatalf("%q became %q, its spans give %q", in, out, want.String())
	}
	if again, more := g.Text(out); again != out || len(more) != 0 {
		t.Fatalf("%q became %q, then %q", in, out, again)
	}
}

// fragments are pieces that recognisers look at, so that drawn texts reach them.
var fragments = []string{
	"Dr", "dr.", "MRS", "S/N", "nurse", "Sister", "her son", "wife", "spoke to", "known as", "name is", "reported by", "patient", "Pt",
	"John", "SMITH", "smith", "O'Neill", "McDonald", "Grace", "Rose", "Will", "Frobisher", "van der", "J.", "K", "Ward", "Zoë", "Łukasz",
	"NHS no", "999 000 0018", "9990000018", "07700 900123", "+44", "(01632)", "960001", "bleep", "1234", "ext", "GMC", "1234567", "12A3456E", "PA12345",
	"DOB", "d.o.b.", "born", "12/03/1956", "12th", "March", "1956", "hospital number", "K123456", "MRN", "postcode", "LS14", "4AP", "22", "High Street",
	"lives at", "jane@nhs.net", "@", "www.", "example.com", "https://", "QQ123456C", "Parkinson's", "disease", "St Mary's", "Hospital", "[NAME]", "[NHS-NUMBER]", "[", "]", "[NAME",
	" ", "  ", "\n", ",", ", ", ". ", ":", "-", "/", "'", "’", "'s", "(", ")", "&", " and ", "\xa0", "\u00a0", "\u200b", "\xff", "\x92", "é", "日本", "was", "said", "fell",
}

func TestAnyTextIsRedactedWhole(t *testing.T) {
	g := gate(t)
	rapid.Check(t, func(t *rapid.T) {
		checkRedaction(t, g, strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 14).Draw(t, "fragments"), rapid.SampledFrom([]string{"", " "}).Draw(t, "joint")))
	})
	rapid.Check(t, func(t *rapid.T) {
		checkRedaction(t, g, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
	})
}

// TestRedactionIsLocal: an identifier that something firm announces goes whatever
// stands around it, as far as that is other sentences.
func TestRedactionIsLocal(t *testing.T) {
	g := gate(t)
	planted := [][2]string{
		{"Seen by Dr Frobisher.", "Frobisher"}, {"NHS number 999 000 0018.", "0018"}, {"DOB 12/03/1956.", "1956"}, {"Call 07700 900123.", "900123"},
		{"Mail jane.roe@nhs.net.", "jane"}, {"Lives at LS14 4AP.", "4AP"}, {"GMC number 1234567.", "1234567"}, {"Susan Patel fell.", "Patel"},
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range planted {
			sentence, secret := p[0], p[1]
			before := rapid.SampledFrom([]string{"", "patient fell. ", "The pump stopped! ", "BP 120/80; ", "Obs done\n\n", "[NAME] left. "}).Draw(t, "before")
			after := rapid.SampledFrom([]string{"", " No injury.", " DATIX DONE.", "\nWard aware", " dr told."}).Draw(t, "after")
			if out, _ := g.Text(before + sentence + after); strings.Contains(out, secret) {
				t.Fatalf("%q survives in %q", secret, out)
			}
		}
	})
}

func FuzzGate(f *testing.F) {
	for i := 0; i+4 < len(fragments); i += 3 {
		f.Add(strings.Join(fragments[i:i+4], " "))
	}
	f.Add("Patient John Smith (12/03/1956) NHS no 999 000 0018 fell. Dr Sharp reviewed, then Sharp left.")
	f.Add("Dr M\xfcller\x92s [NAME [NAME]] d.o.b. 12.3.56")
	g := gate(f)
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 4000 {
			t.Skip()
		}
		checkRedaction(t, g, in)
	})
}
