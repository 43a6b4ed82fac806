package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A recorder is the answer that the library would have given to a browser.
type recorder struct {
	header http.Header
	body   strings.Builder
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(int)                {}
func (r *recorder) Write(text []byte) (int, error) { return r.body.Write(text) }

// loginURL returns where the portal would send a browser, made by the library,
// so that the probe is a true request; nobody follows it further.
func (p *portal) loginURL(client *franceconnect.Client) string {
	w := &recorder{header: http.Header{}}
	r, err := http.NewRequest(http.MethodGet, p.url, nil)
	if err != nil || client.Login(w, r, franceconnect.LoginRequest{}) != nil {
		return ""
	}
	return w.header.Get("Location")
}

// probeAuthorize begins a login for each address of the portal, and leaves it.
func (prog *program) probeAuthorize(ctx context.Context, f *findings, p *portal) {
	for _, callback := range p.urlsOf(p.paths.callback) {
		config := p.config
		config.RedirectURL = callback
		client, err := franceconnect.New(config)
		if err != nil {
			f.fail("authorize", sidePortal, text.Of(callback+" n’est pas une adresse de retour possible", callback+" cannot be a redirect URL"), text.Of("Corrigez -aussi.", "Correct -aussi."))
			continue
		}
		address := p.loginURL(client)
		r, err := prog.send(ctx, http.MethodGet, address, nil, "Accept", "text/html,application/xhtml+xml")
		if err != nil {
			*f = append(*f, prog.connectionFinding("authorize", hostOf(address), err))
			return
		}
		p.checkAuthorizeResponse(f, callback, r)
	}
}

var yCode = regexp.MustCompile(`\b[YE][0-9A-F]{6,7}\b`)

// checkAuthorizeResponse reads the beginning of a login.
func (p *portal) checkAuthorizeResponse(f *findings, callback string, r response) {
	to, err := url.Parse(r.header.Get("Location"))
	switch {
	case r.status >= 300 && r.status < 400 && err == nil && to.Query().Get("error") != "":
		said := to.Query()
		one := p.findingOfCode("authorize", said.Get("error"))
		if scope := said.Get("scope"); scope != "" && isKnownScope(scope, p.environment.Platform) {
			one.what.French += " Scope : " + scope + "."
			one.what.English += " Scope: " + scope + "."
		}
		*f = append(*f, one)
	case r.status >= 300 && r.status < 400 && err == nil && (to.Host == "" || to.Host == hostOf(p.environment.Issuer)):
		f.ok("authorize", text.Of("FranceConnect connaît ce client et son adresse de retour "+callback, "FranceConnect knows this client and its redirect URL "+callback))
	case r.status >= 300 && r.status < 400:
		f.fail("authorize", sideFranceConnect, text.Of("FranceConnect renvoie ailleurs : cet environnement est fermé", "FranceConnect sends people elsewhere: this environment is closed"),
			text.Of("Passez à FranceConnect v2.", "Move to FranceConnect v2.")).form = newClient
	case r.status == http.StatusOK:
		f.ok("authorize", text.Of("FranceConnect a accepté la demande", "FranceConnect accepted the request"))
	default:
		code := yCode.FindString(r.body)
		var fail struct{ Message string } // v1: {"status":"fail","message":"invalid_client"}
		if code == "" && json.Unmarshal([]byte(r.body), &fail) == nil {
			code = fail.Message
			if code == "invalid_client" {
				code = "Y04EA6EF" // what v2 says on a page
			}
		}
		if code == "" && r.status >= 500 {
			f.fail("authorize", sideFranceConnect, r.beside(text.Of("FranceConnect est en panne", "FranceConnect is down")), text.Of("Attendez.", "Wait."))
			return
		}
		*f = append(*f, p.findingOfCode("authorize", code))
	}
}

// variableInText matches the variables that the table of codes names.
var variableInText = regexp.MustCompile(`\bFRANCECONNECT_[A-Z_]+`)

// findingOfCode makes a finding of a code. Its action names the settings as this
// client has them.
func (p *portal) findingOfCode(check, name string) finding {
	c, known := codes.Find(name)
	if !known {
		c, known = codes.Guess(name)
	}
	if !known {
		return finding{check: check, verdict: bad, side: sideFranceConnect,
			what:   text.Of("FranceConnect répond ce que personne ne comprend", "FranceConnect answers what nobody understands"),
			action: text.Of("Vérifiez qu’aucun mandataire (proxy) ne répond à sa place.", "Check that no proxy answers in its stead.")}
	}
	action := text.Of(variableInText.ReplaceAllStringFunc(c.Action.French, p.setting), variableInText.ReplaceAllStringFunc(c.Action.English, p.setting))
	one := finding{check: check, verdict: bad, side: sideFranceConnect, action: action,
		what: text.Of(c.Name+" : "+c.Cause.French, c.Name+": "+c.Cause.English)}
	switch c.Side {
	case codes.Registration:
		one.side, one.form = sideRegistration, p.environment.change()
	case codes.Portal:
		one.side = sidePortal
	}
	return one
}

// probeToken finds out which of the client's secrets FranceConnect takes.
func (prog *program) probeToken(ctx context.Context, f *findings, p *portal) {
	present, next := p.config.ClientSecret, p.config.NextClientSecret
	if p.elsewhere["client-secret"] {
		f.skip("token", text.Of("le secret n’est pas ici", "the secret is not here"))
		return
	}
	one := prog.probeSecret(ctx, p, present)
	if next == "" || next == present || one.verdict != good && !one.wrongSecret {
		*f = append(*f, one.finding)
		return
	}
	presentName, nextName := p.setting("FRANCECONNECT_CLIENT_SECRET"), p.setting("FRANCECONNECT_NEXT_CLIENT_SECRET")
	switch other := prog.probeSecret(ctx, p, next); {
	case one.verdict == good && other.verdict == good:
		f.ok("token", text.Of("FranceConnect prend les deux secrets, le présent et le prochain", "FranceConnect takes both secrets, the present one and the next"))
	case one.verdict == good && other.wrongSecret:
		f.ok("token", text.Of("FranceConnect prend le secret présent ("+presentName+"), et pas le prochain ("+nextName+") : si le changement est à venir, gardez les deux ; s’il est fait, "+nextName+" est l’ancien et peut partir",
			"FranceConnect takes the present secret ("+presentName+"), and not the next one ("+nextName+"): if the change is to come, keep both; if it is made, "+nextName+" is the old one and can go"))
	case one.wrongSecret && other.verdict == good:
		f.warn("token", sidePortal, text.Of("FranceConnect prend le prochain secret ("+nextName+"), et plus le présent ("+presentName+") : l’ancien peut partir", "FranceConnect takes the next secret ("+nextName+"), and no longer the present one ("+presentName+"): the old one can go"),
			text.Of("Mettez le nouveau dans "+presentName+" sur toutes les machines, puis retirez "+nextName+".", "Put the new one into "+presentName+" on all machines, then take "+nextName+" out."))
	default: // neither, or what the second answer was
		*f = append(*f, other.finding)
	}
}

// A secretFinding is what became of a secret.
type secretFinding struct {
	finding
	wrongSecret bool // FranceConnect knows the client, and not this secret
}

// probeSecret offers a code that FranceConnect never gave: it looks at the
// secret first, and at the code only if the secret is right.
func (prog *program) probeSecret(ctx context.Context, p *portal, secret franceconnect.Secret) (found secretFinding) {
	var f findings
	address := p.environment.TokenURL
	r, err := prog.send(ctx, http.MethodPost, address, url.Values{
		"grant_type": {"authorization_code"}, "code": {rand.Text() + rand.Text()[:17]}, "redirect_uri": {p.config.RedirectURL},
		"client_id": {p.config.ClientID}, "client_secret": {string(secret)},
	}, "Accept", "application/json")
	if err == nil {
		err = prog.pageByProxy(address, r)
	}
	if err != nil {
		return secretFinding{prog.connectionFinding("token", hostOf(address), err), false}
	}
	var said struct {
		Error   string `json:"error"`
		URI     string `json:"error_uri"`
		Message string `json:"message"` // v1
	}
	_ = json.Unmarshal([]byte(r.body), &said) // what is not JSON says nothing
	code := said.Error
	if code == "" {
		code = said.Message
	}
	if code == "invalid_grant" {
		f.ok("token", text.Of("le secret est le bon", "the secret is right"))
		return secretFinding{f[0], false}
	}
	if code == "" {
		f.fail("token", sideFranceConnect, r.beside(text.Of("l’échange de codes ne répond pas comme FranceConnect", "the token endpoint does not answer like FranceConnect")),
			text.Of("Attendez ; sinon, un mandataire (proxy) répond à sa place.", "Wait; otherwise a proxy answers in its stead."))
		return secretFinding{f[0], false}
	}
	y := yCode.FindString(said.URI)
	if y != "" {
		code = y
	}
	one := p.findingOfCode("token", code)
	if one.check = "token"; said.Error == "invalid_client" || said.Message == "invalid_client" {
		one.form = p.environment.creation()
	}
	refused := provider.Error{Kind: provider.Refused, Code: said.Error, Y: y}
	return secretFinding{one, refused.WrongSecret()}
}
