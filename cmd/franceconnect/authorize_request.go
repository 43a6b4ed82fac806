package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkAuthorizeRequest looks at what the running portal itself sends off,
// whatever it is written in: its client, its address, its request, its cookies. It
// reports whether people leave for this FranceConnect from there, and come back
// to this address.
func (prog *program) checkAuthorizeRequest(ctx context.Context, f *findings, p *portal, page http.Header) bool {
	r, asked, ok := prog.startLogin(ctx, f, p)
	if !ok {
		return false
	}
	to, _ := url.Parse(r.header.Get("Location")) // depart has
	before := len(*f)
	again := text.Of("Redémarrez-le avec ces variables.", "Start it again with these variables.")
	if at := to.Scheme + "://" + to.Host; to.Host == hostOf(p.origins[0]) {
		f.fail("login", sideNetwork, r.beside(text.Of("un frontal réécrit Location : l’adresse de FranceConnect y a l’hôte du portail", "a front rewrites Location: FranceConnect’s address has the portal’s host there")),
			text.Of("N’y faites réécrire que les adresses du portail (ProxyPassReverse, proxy_redirect).", "Have it rewrite the portal’s own addresses alone (ProxyPassReverse, proxy_redirect)."))
		return false
	} else if at != p.environment.origin() {
		f.fail("login", sidePortal, text.Of("le portail en marche envoie vers un autre FranceConnect : "+at, "the running portal sends people to another FranceConnect: "+at), again)
	} else if asked.Get("client_id") != p.config.ClientID {
		f.fail("login", sidePortal, text.Of("le portail en marche a un autre identifiant client", "the running portal has another client id"), again)
	}
	if asked.Get("redirect_uri") != p.config.RedirectURL {
		f.fail("login", sidePortal, text.Of("le portail en marche donne une autre adresse de retour", "the running portal gives another redirect URL"),
			text.Of("Corrigez PORTAL_URL ou -retour : rien ne se déduit de l’en-tête Host.", "Correct PORTAL_URL or -retour: nothing is taken from the Host header."))
	}
	fine := len(*f) == before
	p.checkAskedScopes(f, strings.Fields(asked.Get("scope")))
	if fine {
		f.ok("login", text.Of("le portail en marche envoie la bonne demande", "the running portal sends the right request"))
	}
	second, after, ok := prog.startLogin(ctx, f, p)
	if !ok {
		return false
	}
	p.checkRequest(f, asked, after)
	p.checkCookies(f, second.header, page)
	return fine
}

// startLogin begins a login as a browser does, and goes no further.
func (prog *program) startLogin(ctx context.Context, f *findings, p *portal) (response, url.Values, bool) {
	hops, err := prog.newBrowser().open(ctx, p.origins[0]+p.paths.login, false)
	if err != nil {
		*f = append(*f, prog.connectionFinding("login", hostOf(p.origins[0]), err))
		return response{}, nil, false
	}
	r := hops[len(hops)-1].response
	to, err := url.Parse(r.header.Get("Location"))
	moved := err == nil && r.status >= 300 && r.status <= 399
	if moved && isAuthorizeRequest(to) {
		return r, to.Query(), true
	}
	if p.plus && (moved || len(hops) > 1) {
		f.skip("login", text.Of("le départ vers FranceConnect+ veut une personne déjà connectée", "the way to FranceConnect+ wants somebody who is signed in"))
		return r, nil, false
	}
	if front, pass, whose := r.fromFront(); front.French != "" && r.status != http.StatusMethodNotAllowed {
		f.fail("login", whose, r.beside(text.Of("au départ vers FranceConnect, ", "on the way to FranceConnect, ").Then(front)), pass)
		return r, nil, false
	}
	f.warn("login", sidePortal, r.beside(text.Of("le chemin de départ n’envoie pas vers FranceConnect d’un simple GET", "the login path does not send people to FranceConnect by a plain GET")),
		text.Of("C’est permis si votre bouton est un formulaire (POST) ; sinon corrigez -depart.", "That is allowed if your button is a form (POST); otherwise correct -depart."))
	return r, nil, false
}

// allowedParameters lists those of a request; FranceConnect refuses every login
// that has another one (Y030007).
var allowedParameters = []string{"client_id", "redirect_uri", "response_type", "scope", "acr_values", "state", "nonce", "prompt", "claims", "idp_hint", "ui_locales"}

// wantedLength and minLength are lengths of state and nonce: the guide’s, and
// the one under which FranceConnect refuses the nonce and the qualification the
// state.
const wantedLength, minLength = 32, 22

// checkRequest compares two requests of the running portal with what
// FranceConnect takes.
func (p *portal) checkRequest(f *findings, asked, after url.Values) {
	before := len(*f)
	fix := text.Of("Corrigez le code du portail, ou ce qui réécrit l’adresse.", "Correct the portal’s code, or what rewrites the address.")
	for name, values := range asked {
		if p.environment.Platform != franceconnect.V1 && !slices.Contains(allowedParameters, name) {
			f.fail("request", sidePortal, text.Of("la demande porte "+name+", que FranceConnect refuse (Y030007)", "the request has "+name+", which FranceConnect refuses (Y030007)"), fix)
		}
		if len(values) > 1 {
			f.fail("request", sidePortal, text.Of("la demande répète "+name, "the request repeats "+name), fix)
		}
	}
	for _, name := range []string{"state", "nonce"} {
		switch n := len(asked.Get(name)); {
		case n < minLength:
			f.fail("request", sidePortal, text.Of(name+" est absent ou trop court", name+" is missing or too short"), fix)
		case asked.Get(name) == after.Get(name):
			f.fail("request", sidePortal, text.Of(name+" est le même d’une connexion à l’autre : une réponse volée servirait encore", name+" is the same from one login to the next: a stolen answer could be used again"), fix)
		case n < wantedLength:
			f.warn("request", sidePortal, text.Of(name+" a moins de 32 caractères", name+" has fewer than 32 characters"), fix)
		}
	}
	if level := asked.Get("acr_values"); level != p.level() && p.environment.Platform != franceconnect.V1 {
		f.fail("request", sidePortal, text.Of("le portail en marche ne demande pas le niveau "+p.level(), "the running portal does not ask for the level "+p.level()),
			text.Of("Redémarrez-le avec ces variables ; FranceConnect retient le plus bas de plusieurs niveaux.", "Start it again with these variables; of several levels FranceConnect takes the lowest."))
	}
	if len(p.config.Scopes) > 0 {
		has, want := scopes.Expand(strings.Fields(asked.Get("scope"))), scopes.Expand(p.config.Scopes)
		slices.Sort(has)
		slices.Sort(want)
		if !slices.Equal(has, want) {
			f.warn("request", sidePortal, text.Of("le portail en marche demande d’autres scopes que "+p.setting("FRANCECONNECT_SCOPES"), "the running portal asks for other scopes than "+p.setting("FRANCECONNECT_SCOPES")),
				text.Of("Redémarrez-le avec ces variables, ou vérifiez ce qu’il demande en plus.", "Start it again with these variables, or look at what it asks for besides."))
		}
	}
	if len(*f) == before {
		f.ok("request", text.Of("state et nonce sont longs et neufs à chaque fois, et rien n’est demandé de trop", "state and nonce are long and new each time, and nothing more is asked for"))
	}
}
