package digest

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// Config says to whom messages go when a run is published, and by which server. No
// result of a run depends on it.
type Config struct {
	Host  string      `toml:"host"`  // of the mail server; "" sends no mail
	Port  int         `toml:"port"`  // 587 for starttls, 465 for tls, 25 for none
	TLS   string      `toml:"tls"`   // starttls, tls or none
	User  string      `toml:"user"`  // the password comes from the environment
	From  string      `toml:"from"`  // address that the messages come from
	Link  string      `toml:"link"`  // address under which readers reach the published run
	When  string      `toml:"when"`  // news: when an issue is new or has grown; always
	Teams bool        `toml:"teams"` // whether the national digest goes to the Teams workflow whose address the environment has
	To    []Recipient `toml:"to,omitempty"`
}

// Recipient is somebody who gets a digest by mail, and of what.
type Recipient struct {
	Address string `toml:"address"`
	Scope   Kind   `toml:"scope"` // national, specialty or organisation
	Name    string `toml:"name"`  // of the specialty, or code of the organisation
}

// Default sends nothing.
func Default() Config { return Config{Port: 587, TLS: "starttls", When: "news"} }

// On reports whether anything is sent.
func (c Config) On() bool { return c.Host != "" || c.Teams }

// Validate says what is wrong with the settings, naming each key.
func (c Config) Validate() error {
	var errs []error
	say := func(format string, of ...any) { errs = append(errs, fmt.Errorf(format, of...)) }
	if !slices.Contains([]string{"starttls", "tls", "none"}, c.TLS) {
		say("digest.tls is %q: want starttls, tls or none", c.TLS)
	}
	if !slices.Contains([]string{"news", "always"}, c.When) {
		say("digest.when is %q: want news or always", c.When)
	}
	if c.Port < 1 || c.Port > 65535 {
		say("digest.port is %d: want 1 to 65535", c.Port)
	}
	if c.User != "" && c.TLS == "none" {
		say("digest.user is given and digest.tls is none: a password would be sent for anybody to read")
	}
	if u, err := url.Parse(c.Link); c.On() && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		say("digest.link is %q: want the address under which readers reach the published run, such as https://host/psims/current", c.Link)
	}
	if _, err := mail.ParseAddress(c.From); c.Host != "" && err != nil {
		say("digest.from is %q: want an address of mail", c.From)
	}
	for _, t := range c.To {
		if _, err := mail.ParseAddress(t.Address); err != nil {
			say("digest.to has the address %q: want one of mail", t.Address)
		}
		switch {
		case !slices.Contains(Kinds(), t.Scope):
			say("digest.to of %s has the scope %q: want national, specialty or organisation", t.Address, t.Scope)
		case (t.Scope == National) != (t.Name == ""):
			say("digest.to of %s has the scope %s and the name %q: a specialty or an organisation has a name, national has none", t.Address, t.Scope, t.Name)
		}
	}
	return errors.Join(errs...)
}

// Outcome is what becomes of a message.
type Outcome int

// The outcomes.
const (
	Send      Outcome = iota // it is due
	Nothing                  // the recipient was told of this run before or by another message, or there is no news
	NoneKnown                // the run has nothing of the recipient's scope
)

// Errand is one message, to a recipient by mail or to the channel.
type Errand struct {
	Key     string // under which it is remembered of which run the recipient was told last
	To      Recipient
	Channel bool // the Teams workflow, and not To's address
	Digest  Digest
	Outcome Outcome
}

// Errands gives the messages of a run, those by mail first: what there is to say of each
// scope is in list, and of which run each recipient was told last in sent, so that a run
// that is made again tells nobody twice.
func (c Config) Errands(list []Digest, sent map[string]string, run string) []Errand {
	var out []Errand
	asked := map[string]bool{}
	add := func(key string, to Recipient, channel bool) {
		e := Errand{Key: key, To: to, Channel: channel, Outcome: NoneKnown}
		i := slices.IndexFunc(list, func(d Digest) bool { return d.Kind == to.Scope && strings.EqualFold(d.Name, to.Name) })
		if i >= 0 {
			e.Digest, e.Outcome = list[i], Send
			if asked[key] || sent[key] == run || c.When == "news" && !e.Digest.News() {
				e.Outcome = Nothing
			}
		}
		asked[key] = true
		out = append(out, e)
	}
	if c.Host != "" {
		for _, to := range c.To {
			add(to.Address+" "+string(to.Scope)+" "+to.Name, to, false)
		}
	}
	if c.Teams {
		add("teams", Recipient{Address: "teams", Scope: National}, true)
	}
	return out
}
