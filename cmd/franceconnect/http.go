package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A response is one of HTTP, read whole and bounded.
type response struct {
	status int
	header http.Header
	body   string
	tls    *tls.ConnectionState
	at     time.Time // half-way between question and answer
}

const maxReply = 1 << 20

// send makes a request that follows no redirect.
func (prog *program) send(ctx context.Context, method, address string, form url.Values, header ...string) (response, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return response{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	start := prog.now()
	res, err := prog.noRedirectClient().Do(r)
	if err != nil {
		return response{}, provider.ByProxy(prog.transport, r, err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusTooManyRequests && prog.tooMany != nil {
		prog.tooMany(r.URL.Host)
	}
	end := prog.now()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	return response{res.StatusCode, res.Header, string(text), res.TLS, start.Add(end.Sub(start) / 2)}, provider.ByProxy(prog.transport, r, err)
}

// connectionFinding says whose fault it is that a call got no answer: by what
// broke, and not by its text, which may repeat the address with what is in it.
func (prog *program) connectionFinding(check, host string, err error) finding {
	one := finding{check: check, verdict: bad, side: sideNetwork}
	proxy, name, certificate := (*provider.ProxyError)(nil), (*net.DNSError)(nil), (*tls.CertificateVerificationError)(nil)
	authority, record := x509.UnknownAuthorityError{}, tls.RecordHeaderError{}
	switch {
	case errors.As(err, &proxy) && !errors.As(err, &certificate):
		one.check, one.what = "proxy", proxy.Text()
		variable := prog.proxyVariable(proxy.Proxy)
		if variable == "" {
			variable = "HTTPS_PROXY"
		} else {
			one.what.French += " (selon " + variable + ")"
			one.what.English += " (from " + variable + ")"
		}
		one.action = text.Of("Vérifiez "+variable+" et NO_PROXY avec votre équipe réseau : les appels vers "+host+" doivent passer sans être refusés ni remplacés.",
			"Check "+variable+" and NO_PROXY with your network team: the calls to "+host+" are to pass, neither refused nor replaced.")
	case errors.Is(err, provider.ErrProxyAddress):
		one.check, one.what = "proxy", text.Of("l’adresse du mandataire (proxy) ne se lit pas", "the address of the proxy cannot be read")
		one.action = unreadableProxy("HTTPS_PROXY")
	case errors.As(err, &name):
		one.check = "dns"
		one.what = text.Of("le nom "+host+" ne se résout pas d’ici", "the name "+host+" does not resolve from here")
		one.action = text.Of("Vérifiez le DNS de cette machine ; derrière un mandataire (proxy), HTTPS_PROXY doit être défini.", "Check this machine’s DNS; behind a proxy, HTTPS_PROXY must be set.")
	case errors.As(err, &certificate), errors.As(err, &authority):
		one.check = "tls"
		one.what = text.Of("le certificat de "+host+" n’est pas reconnu d’ici", "the certificate of "+host+" is not trusted from here")
		one.action = text.Of("Un mandataire (proxy) qui déchiffre a sa propre autorité : faites-la ajouter à cette machine, ou exclure FranceConnect du déchiffrement. Vérifiez aussi l’horloge.",
			"A proxy that decrypts has an authority of its own: have it added to this machine, or FranceConnect left out of decryption. Check the clock too.")
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		one.check = "tls"
		one.what = text.Of(host+" ne parle pas TLS", host+" does not speak TLS")
		one.action = text.Of("Vérifiez l’adresse, et ce qui répond à sa place.", "Check the address, and what answers in its stead.")
	case isTimeout(err):
		one.what = text.Of(host+" ne répond pas à temps", host+" does not answer in time")
		one.action = text.Of("Demandez l’ouverture du flux sortant vers "+host+", port 443, ou définissez HTTPS_PROXY.", "Ask for the way out to "+host+", port 443, to be opened, or set HTTPS_PROXY.")
	default:
		one.what = text.Of("la connexion à "+host+" n’aboutit pas", "the connection to "+host+" does not succeed")
		one.action = text.Of("Vérifiez le pare-feu, le mandataire (proxy), et que le service est en marche.", "Check the firewall, the proxy, and that the service runs.")
	}
	return one
}

// hostOf returns the host of an address, for people.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "?"
	}
	return u.Host
}

const expiresSoon = 14 * 24 * time.Hour

// checkConnection says how the way to an address is, from an answer that came by
// it.
func (prog *program) checkConnection(f *findings, address string, r response) {
	host := hostOf(address)
	f.ok("dns", text.Of(host+" se résout, ou le mandataire (proxy) s’en charge", host+" resolves, or the proxy sees to it"))
	prog.checkProxy(f, address)
	switch {
	case r.tls == nil:
		f.skip("tls", text.Of("http, sur cette machine", "http, on this machine"))
	case len(r.tls.PeerCertificates) > 0 && r.tls.PeerCertificates[0].NotAfter.Sub(prog.now()) < expiresSoon:
		f.warn("tls", sideNetwork, text.Of("le certificat expire bientôt", "the certificate expires soon"),
			text.Of("Si c’est celui d’un mandataire (proxy) qui déchiffre, prévenez votre équipe réseau.", "If it is the one of a proxy that decrypts, tell your network team."))
	default:
		f.ok("tls", text.Of(tls.VersionName(r.tls.Version)+", certificat reconnu", tls.VersionName(r.tls.Version)+", certificate trusted"))
	}
}

const maxSkew = 30 * time.Second // tokens live for 60

// checkClock compares the clocks, which a token's minute depends on.
func checkClock(f *findings, r response) {
	theirs, err := http.ParseTime(r.header.Get("Date"))
	if err != nil {
		f.skip("clock", text.Of("la réponse n’a pas de date", "the answer has no date"))
		return
	}
	skew := r.at.Sub(theirs.Add(time.Second / 2)).Abs()
	set := text.Of("Réglez l’horloge de cette machine (NTP) : les jetons vivent 60 secondes.", "Set this machine’s clock (NTP): tokens live for 60 seconds.")
	shown := skew.Round(time.Second).String()
	switch {
	case skew > maxSkew:
		f.fail("clock", sidePortal, text.Of("l’horloge a "+shown+" d’écart avec celle de FranceConnect", "the clock is "+shown+" off FranceConnect’s"), set)
	case skew > maxSkew/6:
		f.warn("clock", sidePortal, text.Of("l’horloge a "+shown+" d’écart avec celle de FranceConnect", "the clock is "+shown+" off FranceConnect’s"), set)
	default:
		f.ok("clock", text.Of("l’horloge est celle de FranceConnect", "the clock is FranceConnect’s"))
	}
}

// noRedirectClient returns a client that follows no redirect: what one says is
// looked at.
func (prog *program) noRedirectClient() *http.Client {
	return &http.Client{Transport: prog.transport, Timeout: cmp.Or(prog.patience, callTime), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// isTimeout reports whether a call took too long.
func isTimeout(err error) bool {
	t := interface{ Timeout() bool }(nil)
	return errors.As(err, &t) && t.Timeout() || errors.Is(err, context.DeadlineExceeded)
}
