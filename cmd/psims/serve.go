package main

import (
	"context"
	cryptic "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"psims/datasets/decision"
	"psims/nlp/redact"
	"psims/reports/portal"
	"psims/reports/portal/guard"
	"psims/reports/publication"
)

type serveVerb struct {
	Listen string `help:"Address to answer on." default:"127.0.0.1:8321" placeholder:"HOST:PORT"`
}

// serveConfig holds the settings of the pages. It changes no result of a run.
type serveConfig struct {
	SignIn   string  `toml:"sign_in"`   // local, proxy or oidc
	Header   string  `toml:"header"`    // of proxy: the header that names the login
	Issuer   string  `toml:"issuer"`    // of oidc: the provider's address
	ClientID string  `toml:"client_id"` // of oidc; the secret comes from the environment
	Address  string  `toml:"address"`   // of the portal as browsers reach it
	Claim    string  `toml:"claim"`     // of oidc: which claim is the login
	Public   bool    `toml:"public"`    // visitors without an account see published counts and may record
	Rate     float64 `toml:"rate"`      // requests a second from one session or address
}

// oidcSecret names the variable that holds the secret of the sign-in.
const oidcSecret = "PSIMS_OIDC_SECRET"

func defaultServe() serveConfig {
	return serveConfig{SignIn: string(portal.Local), Header: "X-Forwarded-User", Claim: "email", Rate: guard.Default().Rate}
}

func (c serveConfig) validate() error {
	switch portal.Mode(c.SignIn) {
	case portal.Local:
	case portal.Proxy:
		if c.Header == "" {
			return errors.New("serve.header is empty: name the header in which the proxy says who somebody is")
		}
	case portal.OIDC:
		if c.Issuer == "" || c.ClientID == "" || c.Address == "" || c.Claim == "" {
			return errors.New("serve.sign_in is oidc: serve.issuer, serve.client_id, serve.address and serve.claim must be given")
		}
	default:
		return fmt.Errorf("serve.sign_in is %q: want local, proxy or oidc", c.SignIn)
	}
	if c.Rate < 1 || c.Rate > 1e6 {
		return fmt.Errorf("serve.rate is %g: want 1 to 1000000", c.Rate)
	}
	return nil
}

// pollEvery is how often the link to the newest run is looked at.
const pollEvery = 2 * time.Second

// Run serves the pages until it is interrupted.
func (v *serveVerb) Run(ctx context.Context, a *app) (err error) {
	mode := portal.Mode(a.cfg.Serve.SignIn)
	host, _, err := net.SplitHostPort(v.Listen)
	if err != nil {
		return usagef("--listen %q: want HOST:PORT", v.Listen)
	}
	if ip := net.ParseIP(host); mode != portal.OIDC && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usagef("--listen %q: with serve.sign_in = %q only this machine may be answered, for instance 127.0.0.1:8321; others need serve.sign_in = \"oidc\"", v.Listen, mode)
	}
	if err := a.home.make(); err != nil {
		return err
	}
	store, err := decision.Open(ctx, a.home.path("review.sqlite"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := a.logHead(ctx, store, "audit log verified"); err != nil {
		return err
	}
	gate, err := redact.New(redact.Default())
	if err != nil {
		return err
	}
	config := a.portalConfig(store)
	config.Redact = func(s string) string {
		redacted, _ := gate.Text(s)
		return redacted
	}
	server, err := portal.New(ctx, config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", v.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", v.Listen, err)
	}
	follow, stop := context.WithCancel(ctx)
	defer stop()
	go a.follow(follow, server)
	if !a.quiet {
		fmt.Fprintf(a.out, "The pages are at http://%s/ (stop with Ctrl-C).\n", listener.Addr())
	}
	return errors.Join(serveUntil(ctx, listener, server.Handler()), a.logHead(context.WithoutCancel(ctx), store, "audit log at the end"))
}

// logHead verifies the audit log and writes down its head, so that lines that are
// cut off later can be missed.
func (a *app) logHead(ctx context.Context, store *decision.Store, message string) error {
	head, err := store.Verify(ctx)
	if err != nil {
		return err
	}
	a.log.Info(message, "lines", head.Lines, "hash", head.Hash)
	return nil
}

func (a *app) portalConfig(store *decision.Store) portal.Config {
	c := a.cfg.Serve
	g := guard.Default()
	g.Rate, g.Burst = c.Rate, max(g.Burst, int(5*c.Rate))
	return portal.Config{
		Store: store, Clock: time.Now, Secret: cryptic.Text, Log: a.access(), Guard: g, Public: c.Public, Ask: a.asker(), Receive: a.receive, Feedback: a.feedbackOf, OrganisationFile: a.organisationFile,
		SignIn: portal.SignIn{Mode: portal.Mode(c.SignIn), Header: c.Header, Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: os.Getenv(oidcSecret), Address: c.Address, Claim: c.Claim},
	}
}

// access is the log of requests; nothing when all is to be quiet.
func (a *app) access() *slog.Logger {
	if a.quiet {
		return nil
	}
	return a.log
}

// serveUntil answers until ctx ends, then lets the requests under way finish. A
// client that sends or reads slowly is cut off.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)} // broken connections are everyday
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		ended <- server.Shutdown(last)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return <-ended
}

// follow puts the newest finished run on show, and each newer one when it is whole.
func (a *app) follow(ctx context.Context, server *portal.Server) {
	seen := ""
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if now, err := publication.Newest(a.home.dir); err != nil {
			a.log.Warn("looking for the newest run", "error", err.Error())
		} else if now != "" && now != seen {
			began := time.Now()
			run, err := a.home.readRun(a.cfg.Report.Organisation)
			// It may have been replaced while it was read: then the next look reads it anew.
			if err != nil {
				a.log.Warn("reading the newest run", "error", err.Error())
			} else {
				server.Show(run)
				seen = now
				a.log.Info("run on show", "run", run.ID(), "seconds", round1(time.Since(began).Seconds()))
				if err := server.Warm(ctx); err != nil {
					a.log.Warn("drawing ahead", "error", err.Error())
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
