package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	mailer "github.com/wneessen/go-mail"

	"psims/reports/digest"
)

// digested counts the short messages of a job.
type digested struct{ sent, failed, unchanged int }

// sendDigests tells people that a new run is published. What can't be sent is said
// and counted, and never fails the job. An older day replayed tells nobody.
func (n *night) sendDigests(ctx context.Context) {
	c := n.cfg.Digest
	if !c.On() || n.asOf != n.newest {
		return
	}
	list, err := readDigests(n.dir)
	var sent map[string]string
	if err == nil {
		sent, err = n.home.readSent()
	}
	if err != nil {
		n.digests.failed++
		n.log.Warn("no digest was sent", "error", err.Error())
		return
	}
	p := post{config: c, password: os.Getenv(mailPassword), webhook: os.Getenv(teamsAddress)}
	for _, e := range c.Errands(list, sent, n.id) {
		switch e.Outcome {
		case digest.NoneKnown:
			n.digests.failed++
			n.log.Warn("a digest was not sent: the run has no such scope", "to", e.To.Address, "scope", e.To.Scope, "name", e.To.Name)
		case digest.Nothing:
			n.digests.unchanged++
		case digest.Send:
			if err := p.send(ctx, e); err != nil {
				n.digests.failed++
				n.log.Warn("a digest could not be sent", "to", e.To.Address, "scope", e.To.Scope, "error", err.Error())
				continue
			}
			n.digests.sent++
			sent[e.Key] = n.id
		}
	}
	if err := n.home.writeSent(sent); err != nil {
		n.log.Warn("it could not be noted whom the digests went to: they may be sent again", "error", err.Error())
	}
	n.log.Info("digests", "sent", n.digests.sent, "failed", n.digests.failed, "nothing_new", n.digests.unchanged)
}

// post sends messages.
type post struct {
	config   digest.Config
	password string
	webhook  string
	roots    *tls.Config // whom to trust; nil for those whom the system trusts
}

// sendSeconds is how long one message may take.
const sendSeconds = 30

// send sends a message by the way that it takes.
func (p post) send(ctx context.Context, e digest.Errand) error {
	if e.Channel {
		return p.card(ctx, e.Digest)
	}
	return p.mail(ctx, e.To.Address, e.Digest)
}

// mail sends a digest to one address.
func (p post) mail(ctx context.Context, to string, d digest.Digest) error {
	m := mailer.NewMsg()
	html, err := d.HTML(p.config.Link)
	if err == nil {
		err = errors.Join(m.From(p.config.From), m.To(to))
	}
	if err != nil {
		return fmt.Errorf("writing a message: %w", err)
	}
	m.Subject(d.Subject())
	m.SetBodyString(mailer.TypeTextPlain, d.Text(p.config.Link))
	m.AddAlternativeString(mailer.TypeTextHTML, html)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("List-Unsubscribe", "<mailto:"+m.GetFrom()[0].Address+"?subject=unsubscribe>")

	client, err := mailer.NewClient(p.config.Host, p.options()...)
	if err != nil {
		return fmt.Errorf("preparing to send mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendSeconds*time.Second)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("sending mail by %s: %w", p.config.Host, err)
	}
	return nil
}

func (p post) options() []mailer.Option {
	out := []mailer.Option{mailer.WithPort(p.config.Port), mailer.WithTimeout(sendSeconds * time.Second)}
	switch p.config.TLS {
	case "starttls":
		out = append(out, mailer.WithTLSPolicy(mailer.TLSMandatory))
	case "tls":
		out = append(out, mailer.WithSSL())
	default:
		out = append(out, mailer.WithTLSPolicy(mailer.NoTLS))
	}
	if p.roots != nil {
		out = append(out, mailer.WithTLSConfig(p.roots))
	}
	if p.config.User != "" {
		out = append(out, mailer.WithSMTPAuth(mailer.SMTPAuthAutoDiscover), mailer.WithUsername(p.config.User), mailer.WithPassword(p.password))
	}
	return out
}

// card gives a digest to the webhook of a Teams workflow.
func (p post) card(ctx context.Context, d digest.Digest) error {
	if p.webhook == "" {
		return fmt.Errorf("the variable %s is empty: it must hold the workflow's address", teamsAddress)
	}
	card, err := d.Card(p.config.Link)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendSeconds*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.webhook, bytes.NewReader(card))
	if err != nil {
		return errors.New("the workflow's address can't be read") // the error would quote it, and it is a secret
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking the workflow: %w", bare(err))
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("reading the workflow's answer: %w", err)
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("the workflow answered %s", answer.Status)
	}
	return nil
}

// bare takes the address out of an error of the network: it is a secret.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
