package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/datasets/incident"
	"psims/reports/digest"
	"psims/reports/disclosure"
)

// letter is a message as the mail server got it.
type letter struct {
	To     []string
	Secure bool
	User   string
	Text   string
}

// mailServer is a running mail server.
type mailServer struct {
	none, starttls, tls int // ports
	roots               *tls.Config
	lines               chan []byte
}

// startMail starts npm's smtp-server, which "make assets" installs, for one test.
func startMail(t *testing.T) *mailServer {
	t.Helper()
	packages, err := filepath.Abs("../../reports/assets/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(packages, "smtp-server")); err != nil {
		t.Skip(`there is no mail server to send to: "cd reports/assets && npm ci" installs one`)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no Node.js to run a mail server")
	}
	key, certificate, roots := ownCertificate(t)
	c := exec.CommandContext(t.Context(), node, "testdata/mailserver.cjs", packages, key, certificate)
	stdin, err1 := c.StdinPipe()
	stdout, err2 := c.StdoutPipe()
	c.Stderr = os.Stderr
	if err1 != nil || err2 != nil || c.Start() != nil {
		t.Fatal("the mail server does not start")
	}
	t.Cleanup(func() {
		_ = stdin.Close() // ends the server
		_ = c.Wait()      // which the end of the test may have killed
	})
	s := &mailServer{roots: roots, lines: make(chan []byte, 16)}
	go func() {
		defer close(s.lines)
		for r := bufio.NewReader(stdout); ; {
			line, err := r.ReadBytes('\n')
			if err != nil {
				return // the server has ended
			}
			s.lines <- line
		}
	}()
	ports := [3]int{}
	s.read(t, &ports)
	s.none, s.starttls, s.tls = ports[0], ports[1], ports[2]
	return s
}

func (s *mailServer) read(t *testing.T, into any) {
	t.Helper()
	select {
	case line := <-s.lines:
		if err := json.Unmarshal(line, into); err != nil {
			t.Fatalf("the mail server says %q: %v", line, err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the mail server says nothing")
	}
}

// ownCertificate makes a certificate for this machine that only the test trusts.
func ownCertificate(t *testing.T) (key, certificate string, roots *tls.Config) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, &form, &form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	key = write(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes})))
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return key, write(t, filepath.Join(dir, "cert.pem"), string(text)), &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

// parts gives the header, the plain text and the HTML of a message.
func parts(t *testing.T, text string) (header mail.Header, plain, html string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the message is %s: %v", kind, err)
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return m.Header, plain, html
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			html = string(content)
		} else {
			plain = string(content)
		}
	}
}

func sampleDigest() digest.Digest {
	d := digest.New(digest.Specialty, "Cardiology", "Cardiology", "site/specialty/cardiology.html", incident.NewDay(2026, 11, 22), "run-1", digest.Counts{Recent: 171, Before: 140, Severe: 12}, disclosure.HES5())
	d.Raised, d.New = 3, 1
	return d
}

func TestMailReachesARealServer(t *testing.T) {
	s := startMail(t)
	base := digest.Config{Host: "127.0.0.1", From: "Psims <psims@example.org>", Link: "https://psims.example/current"}
	tests := []struct {
		why, tls, user, password string
		port                     int
		roots                    *tls.Config
		to, want                 string // want is the error; "" for none
	}{
		{"in the clear", "none", "", "", s.none, nil, "a@example.org", ""},
		{"made secure before anything is said", "starttls", "psims", "secret", s.starttls, s.roots, "a@example.org", ""},
		{"secure from the start", "tls", "", "", s.tls, s.roots, "a@example.org", ""},
		{"a server that nobody vouches for", "starttls", "psims", "secret", s.starttls, nil, "a@example.org", "certificate"},
		{"a server that can't be made secure", "starttls", "", "", s.none, nil, "a@example.org", "STARTTLS"},
		{"a wrong password", "starttls", "psims", "wrong", s.starttls, s.roots, "a@example.org", "wrong name or password"},
		{"nobody by that name", "none", "", "", s.none, nil, "refused@example.org", "nobody here by that name"},
		{"no server", "none", "", "", 1, nil, "a@example.org", "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			c := base
			c.TLS, c.User, c.Port = tt.tls, tt.user, tt.port
			err := post{config: c, password: tt.password, roots: tt.roots}.mail(t.Context(), tt.to, sampleDigest())
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want one of %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got letter
			s.read(t, &got)
			if got.Secure != (tt.tls != "none") || got.User != tt.user || fmt.Sprint(got.To) != "[a@example.org]" {
				t.Errorf("secure %t, user %q, to %v", got.Secure, got.User, got.To)
			}
			header, plain, html := parts(t, got.Text)
			for key, want := range map[string]string{"Subject": "psims: 1 new issue, reports up to 22 November 2026", "List-Unsubscribe": "<mailto:psims@example.org?subject=unsubscribe>", "Auto-Submitted": "auto-generated"} {
				if header.Get(key) != want {
					t.Errorf("%s is %q, want %q", key, header.Get(key), want)
				}
			}
			for _, text := range []string{plain, html} {
				if !strings.Contains(text, "170 reports in the last 12 weeks") || !strings.Contains(text, "https://psims.example/current/site/specialty/cardiology.html") {
					t.Errorf("the message lacks its number or its link:\n%s", text)
				}
			}
		})
	}
}

func TestCardReachesAWorkflow(t *testing.T) {
	var body bytes.Buffer
	answer := http.StatusAccepted
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body.Reset()
		if _, err := body.ReadFrom(r.Body); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %v", r.Method, r.Header.Get("Content-Type"), err)
		}
		w.WriteHeader(answer)
	}))
	defer server.Close()
	p := post{config: digest.Config{Link: "https://psims.example"}, webhook: server.URL + "/secret"}
	if err := p.card(t.Context(), sampleDigest()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body.String(), "AdaptiveCard") || !strings.Contains(body.String(), "170 reports") {
		t.Errorf("the workflow got %s", body.String())
	}
	answer = http.StatusTooManyRequests
	if err := p.card(t.Context(), sampleDigest()); err == nil || !strings.Contains(err.Error(), "429") {
		t.Errorf("error %v, want one of 429", err)
	}
	server.Close()
	for _, webhook := range []string{server.URL + "/secret", "http://%zz/secret", ""} {
		p.webhook = webhook
		if err := p.card(t.Context(), sampleDigest()); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %v, want one that keeps the address", webhook, err)
		}
	}
}

// A run tells each recipient of its own scope, once, and ends well when some can't be told.
func TestRunSendsDigests(t *testing.T) {
	s := startMail(t)
	cards := 0
	workflow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { cards++; w.WriteHeader(http.StatusAccepted) }))
	defer workflow.Close()
	t.Setenv(teamsAddress, workflow.URL)
	home := t.TempDir()
	metrics := filepath.Join(home, "psims.prom")
	write(t, filepath.Join(home, "psims.toml"), fmt.Sprintf(`[run]
metrics = %q
[digest]
host = "127.0.0.1"
port = %d
tls = "none"
from = "psims@example.org"
link = "https://psims.example/current"
teams = true
when = "always"
[[digest.to]]
address = "refused@example.org"
scope = "national"
[[digest.to]]
address = "nation@example.org"
scope = "national"
[[digest.to]]
address = "z01@example.org"
scope = "organisation"
name = "Z01"
[[digest.to]]
address = "none@example.org"
scope = "specialty"
name = "No such specialty"
`, metrics, s.none))
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(30, 30))
	code, _, talk := psims(t, home, "run")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, talk)
	}
	var nation, own letter
	s.read(t, &nation)
	s.read(t, &own)
	if fmt.Sprint(nation.To, own.To, cards) != "[nation@example.org] [z01@example.org] 1" {
		t.Fatalf("told %v, %v and %d cards", nation.To, own.To, cards)
	}
	if _, plain, _ := parts(t, nation.Text); !strings.Contains(plain, "https://psims.example/current/site/index.html") || strings.Contains(strings.ToLower(plain), "zephyrline") {
		t.Errorf("the country's message:\n%s", plain)
	}
	if _, plain, _ := parts(t, own.Text); !strings.Contains(plain, "https://psims.example/current/organisations/Z01/index.html") || !strings.Contains(plain, "with reports from here") {
		t.Errorf("the organisation's message:\n%s", plain)
	}
	for _, want := range []string{"refused@example.org", "No such specialty"} {
		if !strings.Contains(talk, want) {
			t.Errorf("nothing is said of %s", want)
		}
	}
	figures, err := os.ReadFile(metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`psims_digests{state="sent"} 3`, `psims_digests{state="failed"} 2`} {
		if !strings.Contains(string(figures), want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	must(t, home, "run") // the same run again: nobody is told twice
	if figures, err = os.ReadFile(metrics); err != nil || !strings.Contains(string(figures), `psims_digests{state="sent"} 0`) || cards != 1 {
		t.Errorf("told again, %d cards: %v", cards, err)
	}
}
