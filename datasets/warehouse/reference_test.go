package warehouse_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/warehouse"
)

func TestReadOrganisations(t *testing.T) {
	in := "\ufeffName,ODS_Code,extra,Region\n Invented Trust ,Z01,x,North\nOther,Z02,y,\n"
	got, err := warehouse.ReadOrganisations(strings.NewReader(in), "in.csv")
	want := []warehouse.Organisation{{Code: "Z01", Name: "Invented Trust", Region: "North"}, {Code: "Z02", Name: "Other"}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for in, says := range map[string]string{
		"code\nZ01\n":                 `there is no column "name"`,
		"code,name\nZ01,A\n ,B\n":     `reading the organisation reference "in.csv", line 3: the code is empty`,
		"code,name\nZ01,A\n\nZ01,B\n": `line 4: code "Z01" stands on line 2 already`,
	} {
		if _, err := warehouse.ReadOrganisations(strings.NewReader(in), "in.csv"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", in, err, says)
		}
	}
}

func FuzzOrganisations(f *testing.F) {
	f.Add([]byte("code,name,type,region,icb\nZ01,Invented Trust,acute,North,ICB\n"))
	f.Add([]byte("trust_code,trust_name\nZ01,\"A, B\"\nZ01,C\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := warehouse.ReadOrganisations(bytes.NewReader(text), "in.csv")
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, o := range all {
			if o.Code == "" || seen[o.Code] {
				t.Fatalf("code %q is empty or stands twice", o.Code)
			}
			seen[o.Code] = true
		}
	})
}
