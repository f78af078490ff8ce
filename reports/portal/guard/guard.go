// Package guard stands between the network and the portal's pages: it limits how
// much and how often anybody may ask, refuses requests that another site made a
// browser send, gives every answer its security headers, and keeps an access log
// and counters that hold nothing personal.
package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// Config holds the settings of a guard.
type Config struct {
	Clock   func() time.Time
	Log     *slog.Logger // access log; nil for none
	Rate    float64      // requests a second that one address or session may make for long
	Burst   int          // and at once
	MaxBody int64        // bytes of a form
	Local   bool         // only names of this machine may stand in the address: no other site's name can lead here
}

// Default gives limits that no person at work meets. Clock must be set.
func Default() Config { return Config{Rate: 20, Burst: 100, MaxBody: 256 << 10} }

// Guard guards a handler.
type Guard struct {
	config  Config
	buckets buckets
	Metrics Metrics
	cross   *http.CrossOriginProtection
}

// New makes a guard.
func New(c Config) *Guard {
	return &Guard{config: c, buckets: buckets{rate: c.Rate, burst: float64(c.Burst), held: map[string]bucket{}}, Metrics: newMetrics(), cross: http.NewCrossOriginProtection()}
}

// policy allows pages nothing but this service's own style sheet, pictures that
// stand in the page, and forms that are sent back here.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Unlimited marks requests whose body is limited by their own handler.
type Unlimited func(r *http.Request) bool

// Wrap guards next. large says which requests may have a large body.
func (g *Guard) Wrap(next http.Handler, large Unlimited) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := g.config.Clock()
		rec := &recorder{ResponseWriter: w}
		route := "none"
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				g.log("panic", "error", fmt.Sprint(p), "stack", string(debug.Stack()))
				if rec.status == 0 {
					http.Error(rec, "Something went wrong. Try again later.", http.StatusInternalServerError)
				}
			}
			if r.Pattern != "" {
				route = r.Pattern
			}
			took := g.config.Clock().Sub(began)
			g.Metrics.add(route, rec.status, took)
			// The pattern, not the address: an address may hold what was searched for.
			g.log("request", "method", r.Method, "route", route, "status", rec.status, "bytes", rec.bytes, "ms", float64(took.Microseconds())/1000)
		}()
		headers(rec.Header())
		if message, status := g.refuse(r, began); status != 0 {
			if status == http.StatusTooManyRequests {
				rec.Header().Set("Retry-After", "5")
			}
			http.Error(rec, message, status)
			return
		}
		if !large(r) {
			r.Body = http.MaxBytesReader(rec, r.Body, g.config.MaxBody)
		}
		next.ServeHTTP(rec, r)
	})
}

func headers(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
}

// refuse says why a request is turned away; status 0 when it isn't.
func (g *Guard) refuse(r *http.Request, now time.Time) (message string, status int) {
	if g.config.Local && !localName(r.Host) {
		return "This address only answers on this machine.", http.StatusMisdirectedRequest
	}
	// Programs that send a token of their own are not browsers that another site could use.
	if r.Header.Get("Authorization") == "" {
		if err := g.cross.Check(r); err != nil {
			return "This form was sent from another site and has not been taken.", http.StatusForbidden
		}
	}
	if !g.buckets.take(g.who(r), now) {
		return "Too many requests. Wait a few seconds and try again.", http.StatusTooManyRequests
	}
	return "", 0
}

// who tells askers apart for the rate: by session, else by address.
func (g *Guard) who(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if c, err := r.Cookie(cookieName); err == nil && len(c.Value) < 100 {
		return host + " " + c.Value
	}
	return host
}

func localName(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (g *Guard) log(message string, attributes ...any) {
	if g.config.Log != nil {
		g.config.Log.Info(message, attributes...)
	}
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets deadlines reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// FormToken is what a form must bring back: it can be made only with the secret,
// and serves only the one it was made for.
func FormToken(secret, who string) string {
	h := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(h, "form %q", who) // a hash never fails to write
	return hex.EncodeToString(h.Sum(nil))
}

// FormTokenIs reports whether a form brought back its token.
func FormTokenIs(token, secret, who string) bool {
	return hmac.Equal([]byte(token), []byte(FormToken(secret, who)))
}
