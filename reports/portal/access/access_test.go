package access_test

import (
	"fmt"
	"testing"

	"psims/datasets/decision"
	"psims/reports/portal/access"
)

// The table by hand, a letter a right in the order of access.Rights.
func TestRights(t *testing.T) {
	want := map[decision.Role]string{
		decision.NationalReviewer: "adcra-r--",
		decision.NationalLead:     "adcraqr-l",
		decision.SpecialtyLead:    "a-cra-r--",
		decision.Provider:         "a-craqr--",
		decision.RegionReader:     "----a-r--",
		decision.Analyst:          "a--raqr--",
		decision.Administrator:    "------rml",
		decision.Public:           "----a-r--",
	}
	for _, role := range decision.Roles() {
		got := ""
		for i, r := range access.Rights() {
			if (access.Person{Role: role}).May(r) {
				got += string("adcraqrml"[i])
			} else {
				got += "-"
			}
		}
		if got != want[role] {
			t.Errorf("%s: %s, want %s", role, got, want[role])
		}
		if !(access.Person{Role: role}).May(access.Anybody) {
			t.Errorf("%s may not see what needs no account", role)
		}
	}
	if (access.Person{}).May(access.Analyse) {
		t.Error("somebody without a role may analyse")
	}
}

func TestMayManage(t *testing.T) {
	provider := func(orgs ...string) decision.User {
		return decision.User{Login: "p", Role: decision.Provider, Scope: decision.Scope{Organisations: orgs}}
	}
	whole := access.Person{Role: decision.Administrator}
	own := access.Person{Role: decision.Administrator, Scope: decision.Scope{Organisations: []string{"ZX001", "ZX002"}}}
	lead := decision.User{Login: "n", Role: decision.NationalLead}
	for name, c := range map[string]struct {
		by            access.Person
		before, after decision.User
		want          bool
	}{
		"whole installation":                    {whole, decision.User{}, lead, true},
		"own organisation":                      {own, decision.User{}, provider("ZX001"), true},
		"another organisation":                  {own, decision.User{}, provider("ZX003"), false},
		"own and another":                       {own, decision.User{}, provider("ZX001", "ZX003"), false},
		"no organisation at all":                {own, decision.User{}, provider(), false},
		"a national role":                       {own, decision.User{}, lead, false},
		"takes over an account of others":       {own, provider("ZX003"), provider("ZX001"), false},
		"takes over a national account":         {own, lead, provider("ZX001"), false},
		"a region beside the organisation":      {own, decision.User{}, decision.User{Role: decision.RegionReader, Scope: decision.Scope{Organisations: []string{"ZX001"}, Regions: []string{"North"}}}, false},
		"an administrator of less than its own": {own, decision.User{}, decision.User{Role: decision.Administrator, Scope: decision.Scope{Organisations: []string{"ZX002"}}}, true},
		"an administrator of everything":        {own, decision.User{}, decision.User{Role: decision.Administrator}, false},
		"a reviewer":                            {access.Person{Role: decision.NationalReviewer}, decision.User{}, provider("ZX001"), false},
	} {
		if got := c.by.MayManage(c.before, c.after); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func ExamplePerson() {
	p := access.Of(decision.User{Login: "ann", Role: decision.Analyst})
	fmt.Println(p.May(access.Ask), p.May(access.Decide))
	// Output: true false
}
