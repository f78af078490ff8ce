package digest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/reports/digest"
)

func sending() digest.Config {
	c := digest.Default()
	c.Host, c.From, c.Link = "mail.example.org", "psims@example.org", link
	c.To = []digest.Recipient{{Address: "a@example.org", Scope: digest.National}, {Address: "b@example.org", Scope: digest.Organisation, Name: "z01"}}
	return c
}

func TestSettingsAreChecked(t *testing.T) {
	if err := sending().Validate(); err != nil {
		t.Error(err)
	}
	if c := digest.Default(); c.Validate() != nil || c.On() {
		t.Error("the default sends, or is refused")
	}
	for says, change := range map[string]func(*digest.Config){
		"digest.tls":                   func(c *digest.Config) { c.TLS = "perhaps" },
		"digest.when":                  func(c *digest.Config) { c.When = "never" },
		"digest.port":                  func(c *digest.Config) { c.Port = 0 },
		"a password would be sent":     func(c *digest.Config) { c.User, c.TLS = "psims", "none" },
		"digest.link":                  func(c *digest.Config) { c.Link = "psims.example" },
		"digest.from":                  func(c *digest.Config) { c.From = "psims" },
		`has the address "b"`:          func(c *digest.Config) { c.To[1].Address = "b" },
		`has the scope "ward"`:         func(c *digest.Config) { c.To[1].Scope = "ward" },
		"national has none":            func(c *digest.Config) { c.To[0].Name = "Z01" },
		"an organisation has a name":   func(c *digest.Config) { c.To[1].Name = "" },
		"digest.port is 70000: want 1": func(c *digest.Config) { c.Port = 70_000 },
	} {
		c := sending()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// Each recipient is told of their own scope, of one run once, and of no news only where
// that is wanted.
func TestErrands(t *testing.T) {
	quiet := digest.Digest{Kind: digest.Organisation, Name: "Z01"}
	loud := digest.Digest{Kind: digest.National, New: 1}
	list := []digest.Digest{loud, quiet}
	told := func(c digest.Config, sent map[string]string) []string {
		var out []string
		for _, e := range c.Errands(list, sent, "run-2") {
			out = append(out, fmt.Sprint(e.Key, " ", e.Channel, " ", []string{"send", "nothing", "none known"}[e.Outcome], " ", e.Digest.Name))
		}
		return out
	}
	c := sending()
	c.Teams = true
	c.To = append(c.To, digest.Recipient{Address: "c@example.org", Scope: digest.Specialty, Name: "None"}, c.To[0])
	want := []string{"a@example.org national  false send ", "b@example.org organisation z01 false nothing Z01", "c@example.org specialty None false none known ", "a@example.org national  false nothing ", "teams true send "}
	if d := cmp.Diff(want, told(c, map[string]string{"teams": "run-1"})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	c.When, c.Host = "always", ""
	if d := cmp.Diff([]string{"teams true nothing "}, told(c, map[string]string{"teams": "run-2"})); d != "" {
		t.Errorf("without a mail server, told before (-want +got):\n%s", d)
	}
	c.Teams, c.Host = false, "mail.example.org"
	if got := told(c, nil); got[1] != "b@example.org organisation z01 false send Z01" {
		t.Errorf("always: %q", got[1])
	}
}
