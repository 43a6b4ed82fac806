package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// trips is how often the round trip is made: a portal on several machines, or
// behind several fronts, may lose some logins and not others.
const trips = 10

// A trip is one login from the portal to FranceConnect, where nobody goes in,
// and back, as somebody who gave up comes back.
type trip struct {
	browser *browser
	out     []hop      // up to the answer that leads to FranceConnect
	asked   url.Values // of FranceConnect
	back    []hop      // from the callback to the page that the person sees
	err     error      // that ended it
}

// An arrival is what the page at the end says.
type arrival int

const (
	nowhere    arrival = iota // there is no page
	denied                    // the login was recognised, and was given up
	expired                   // the login was not recognised
	unverified                // the login was recognised, and its answer is not FranceConnect's
	unknown
)

// checkRoundTrip makes the trips, and says what got lost on the way. It signs
// nobody in and sends no secret: what comes back is an error, which the portal
// notes as a denied login.
func (prog *program) checkRoundTrip(ctx context.Context, f *findings, p *portal) {
	all := make([]trip, 0, trips)
	for range trips {
		t := prog.travel(ctx, p, "")
		if all = append(all, t); t.err != nil && t.end().status == 0 {
			break // no answer: it took its time already
		}
	}
	if one := cached(all); one != nil {
		*f = append(*f, *one)
		return
	}
	arrived := map[arrival]int{}
	for _, t := range all {
		arrived[t.arrival()]++
	}
	if arrived[denied] == trips {
		last := all[trips-1].end()
		if last.status != franceconnect.StatusCode(franceconnect.ErrDenied) {
			f.warn("round-trip", sidePortal, last.beside(text.Of("au retour de FranceConnect, la page de refus n’a pas le statut 403", "at the return from FranceConnect, the denied page does not have the status 403")),
				text.Of("Donnez-lui franceconnect.StatusCode(err), ou cherchez le frontal qui change les statuts.", "Give it franceconnect.StatusCode(err), or look for the front that changes statuses."))
			return
		}
		f.ok("round-trip", text.Of("dix allers et retours, comme qui renonce chez FranceConnect : dix fois la page de refus (403)", "ten round trips, as somebody who gives up at FranceConnect: the denied page (403) ten times"))
		return
	}
	// Each way to get lost is said once, with how often it was met.
	lost := map[string][]trip{}
	for _, t := range all {
		if t.arrival() != denied {
			kind := fmt.Sprint(t.arrival(), t.end().status)
			lost[kind] = append(lost[kind], t)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(lost)) {
		one := prog.lost(ctx, p, lost[kind][0], arrived)
		if one.verdict != good {
			often, of := strconv.Itoa(len(lost[kind])), strconv.Itoa(len(all))
			one.what = text.Of("perdus : "+often+" allers et retours sur "+of+" ; ", "lost: "+often+" round trips of "+of+"; ").Then(one.what)
		}
		*f = append(*f, one)
	}
}

// travel makes one trip. Without names a parameter that does not come back.
func (prog *program) travel(ctx context.Context, p *portal, without string) (t trip) {
	t.browser = prog.newBrowser()
	if t.out, t.err = t.browser.open(ctx, p.origins[0]+p.paths.login, false); t.err != nil {
		return t
	}
	to, err := url.Parse(t.end().header.Get("Location"))
	if err != nil || !isAuthorizeRequest(to) {
		return t
	}
	t.asked = to.Query()
	t.back, t.err = t.browser.open(ctx, p.comesBack(t.asked, without), true)
	return t
}

// comesBack returns where FranceConnect sends who gives up.
func (p *portal) comesBack(asked url.Values, without string) string {
	answer := url.Values{"error": {"access_denied"}, "error_description": {"User auth aborted"}, "state": {asked.Get("state")}}
	if p.environment.Platform != franceconnect.V1 {
		answer.Set("iss", p.environment.Issuer)
	}
	answer.Del(without)
	sign := "?"
	if strings.Contains(p.config.RedirectURL, "?") {
		sign = "&"
	}
	return p.config.RedirectURL + sign + answer.Encode()
}

// end returns the last answer that there was.
func (t trip) end() hop {
	if all := slices.Concat(t.out, t.back); len(all) > 0 {
		return all[len(all)-1]
	}
	return hop{}
}

// expiredWords are on the pages of portals that did not recognise a login.
var expiredWords = regexp.MustCompile(`(?i)expir|cookie|invalid state|state mismatch|session (invalide|introuvable)`)

func (t trip) arrival() arrival {
	if t.err != nil || len(t.back) == 0 {
		return nowhere
	}
	words := t.end().words()
	says := func(err error) bool {
		french, english := franceconnect.UserMessage(err)
		return strings.Contains(words, plainText(french)) || strings.Contains(words, plainText(english))
	}
	switch {
	case says(franceconnect.ErrDenied):
		return denied
	case says(franceconnect.ErrLoginExpired):
		return expired
	case says(franceconnect.ErrVerification):
		return unverified
	case expiredWords.MatchString(words):
		if front, _, _ := t.end().fromFront(); front.French == "" {
			return expired
		}
	}
	return unknown
}

// cached returns what is wrong if an answer is one that somebody else got.
func cached(all []trip) *finding {
	answers := map[string]bool{}
	for _, t := range all {
		for _, h := range slices.Concat(t.out, t.back) {
			age, _ := strconv.Atoi(h.header.Get("Age"))
			hit := strings.Contains(strings.ToLower(h.header.Get("X-Cache")+h.header.Get("Cf-Cache-Status")), "hit")
			state := t.asked.Get("state")
			if again := len(t.out) > 0 && h.at == t.out[0].at && state != "" && answers[state]; age > 0 || hit || again {
				var f findings
				return f.fail("round-trip", sideNetwork, h.beside(text.Of("un cache répond à "+h.at.Path+" à la place du portail", "a cache answers at "+h.at.Path+" in the portal’s stead")),
					text.Of("Excluez le départ et le retour de connexion du cache : deux personnes y auraient la même connexion.", "Leave the login and the callback out of the cache: two people would have one login there."))
			}
		}
		answers[t.asked.Get("state")] = true
	}
	return nil
}

// lost says why one trip did not end at the denied page.
func (prog *program) lost(ctx context.Context, p *portal, t trip, arrived map[arrival]int) finding {
	last := t.end()
	var f findings
	fail := func(whose side, what, action text.Text) finding {
		return *f.fail("round-trip", whose, last.beside(what), action)
	}
	where := text.Of("au retour de connexion, ", "at the callback, ")
	if t.asked == nil {
		where = text.Of("au départ vers FranceConnect, ", "on the way to FranceConnect, ")
	}
	front, pass, whose := last.fromFront()
	switch {
	case t.err != nil && last.status != 0:
		return fail(sideNetwork, where.Then(text.Of("la réponse est coupée, ou compressée autrement qu’elle le dit", "the answer is cut off, or compressed otherwise than it says")),
			text.Of("Cherchez le frontal qui recompresse ou tronque les réponses (Content-Encoding, Content-Length).", "Look for the front that compresses or truncates answers (Content-Encoding, Content-Length)."))
	case t.err != nil:
		one := prog.connectionFinding("round-trip", hostOf(p.origins[0]), t.err)
		one.check = "round-trip"
		one.what = where.Then(one.what)
		return one
	case t.asked == nil && front.French != "":
		return fail(whose, where.Then(front), pass)
	case t.asked == nil:
		return fail(sideNetwork, where.Then(text.Of("rien ne mène à FranceConnect", "nothing leads to FranceConnect")),
			text.Of("Cherchez ce qui répond à la place du portail, ou réécrit Location, sur certaines machines.", "Look for what answers in the portal’s stead, or rewrites Location, on some machines."))
	case t.asked.Get("state") == "" && p.environment.Platform != franceconnect.V1:
		return fail(sideNetwork, text.Of("l’adresse de FranceConnect arrive sans state : Location est coupé ou réécrit", "FranceConnect’s address arrives without state: Location is cut off or rewritten"),
			text.Of("Laissez passer Location tel quel : il a jusqu’à 2 Ko.", "Let Location through as it is: it has up to 2 kB."))
	case last.status >= 300 && last.status < 400 && last.header.Get("Location") != "":
		return fail(sidePortal, text.Of("le retour de connexion tourne en rond ou repart vers FranceConnect", "the callback goes in circles or leaves for FranceConnect again"),
			text.Of("Après un refus, montrez une page ; vérifiez que le frontal et le portail ne se renvoient pas l’un à l’autre (http et https, avec et sans www).", "Show a page after a denied login; check that the front and the portal do not redirect to each other (http and https, with and without www)."))
	}
	switch t.arrival() {
	case unknown:
		if front.French != "" && (arrived[denied] > 0 || frontStatus(last.status)) {
			return fail(whose, where.Then(front), pass)
		}
		if front.French == "" && strings.TrimSpace(last.body) == "" {
			return fail(sideNetwork, where.Then(text.Of("la page est vide", "the page is empty")),
				text.Of("Cherchez un frontal qui change GET en HEAD, ou vide les pages d’erreur ; sinon, montrez une page à qui renonce.", "Look for a front that changes GET to HEAD, or empties error pages; otherwise show a page to those who give up."))
		}
	case expired:
		what, action, whose := t.whyExpired(arrived)
		return fail(whose, what, action)
	case unverified:
		return fail(sideNetwork, text.Of("le portail reconnaît la connexion, mais pas iss : ce paramètre est retiré, ou encodé une seconde fois", "the portal recognises the login, but not iss: this parameter is taken out, or encoded a second time"),
			text.Of("Faites passer la chaîne de requête telle quelle au frontal : ni filtrée, ni décodée et réencodée.", "Have the front hand on the query as it is: neither filtered, nor decoded and encoded again."))
	}
	// Of another portal’s page nothing is known but this: if it is another one
	// without the cookie, the portal recognised the login.
	stranger := prog.newBrowser()
	bare, err := stranger.open(ctx, p.comesBack(t.asked, ""), true)
	if err == nil && arrived[denied] == 0 && !same(last, bare[len(bare)-1]) {
		f.ok("round-trip", last.beside(text.Of("au retour de FranceConnect, le portail reconnaît la connexion", "at the return from FranceConnect, the portal recognises the login")))
		return f[0]
	}
	if without := prog.travel(ctx, p, "iss"); front.French != "" && without.err == nil && !same(without.end(), last) && p.environment.Platform != franceconnect.V1 {
		return fail(sideNetwork, text.Of("un pare-feu refuse le retour de connexion à cause de iss=https://… : sans ce paramètre, il passe", "a firewall refuses the callback because of iss=https://…: without this parameter it gets through"),
			text.Of("Donnez à votre hébergeur examples/frameworks/waf/franceconnect-crs.conf (règle 931130 des règles OWASP), et docs/fr/exploitant.md, « Pare-feu applicatif ».", "Give your hosting team examples/frameworks/waf/franceconnect-crs.conf (rule 931130 of the OWASP rules), and docs/fr/exploitant.md, “Pare-feu applicatif”."))
	}
	if front.French != "" {
		return fail(whose, where.Then(front), pass)
	}
	one := fail(sidePortal, text.Of("au retour de FranceConnect, la page est la même avec et sans le cookie de connexion", "at the return from FranceConnect, the page is the same with and without the login cookie"),
		text.Of("Vérifiez que c’est la page que le portail montre à qui renonce ; sinon, cherchez ce qui répond à sa place.", "Check that it is the page that the portal shows to those who give up; otherwise look for what answers in its stead."))
	one.verdict = warning
	return one
}

// same reports whether two pages are one.
func same(a, b hop) bool { return a.status == b.status && a.words() == b.words() }

// whyExpired says why a portal did not recognise the login of a browser.
func (t trip) whyExpired(arrived map[arrival]int) (what, action text.Text, whose side) {
	b, last, first := t.browser, t.end(), t.back[0]
	rewritten := text.Of("Faites passer Set-Cookie et Cookie tels quels au frontal : nom, valeur, Secure, Path, SameSite, sans Domain.", "Have the front hand on Set-Cookie and Cookie as they are: name, value, Secure, Path, SameSite, without Domain.")
	switch {
	case len(b.set) == 0 && len(b.refused) > 0:
		return text.Of("un navigateur refuse le cookie de connexion ("+b.refused[0].French+")", "a browser refuses the login cookie ("+b.refused[0].English+")"), rewritten, sideNetwork
	case len(b.set) == 0:
		return text.Of("le départ vers FranceConnect ne pose aucun cookie", "the way to FranceConnect sets no cookie"), rewritten, sideNetwork
	case len(t.back) > 1 && last.at.RawQuery == "" && first.at.RawQuery != "":
		return text.Of("l’adresse de retour redirige vers "+last.at.Host+last.at.Path+" sans la chaîne de requête", "the callback redirects to "+last.at.Host+last.at.Path+" without the query"),
			text.Of("Gardez la chaîne de requête dans la redirection, ou déclarez l’adresse finale.", "Keep the query in the redirect, or register the final address."), sideNetwork
	case len(last.sent) == 0 && !slices.Contains(b.hosts, last.at.Host):
		return text.Of("le cookie est posé sur "+b.hosts[0]+", et le retour arrive sur "+last.at.Host+", qui ne le reçoit pas", "the cookie is set on "+b.hosts[0]+", and the callback arrives at "+last.at.Host+", which does not get it"),
			text.Of("Faites partir et revenir du même hôte (PORTAL_URL, avec ou sans www), sans redirection entre les deux.", "Leave from and come back to one host (PORTAL_URL, with or without www), with no redirect in between."), sidePortal
	case len(last.sent) == 0 && len(b.strict.Cookies(last.at)) > 0:
		return text.Of("le cookie "+b.set[0]+" est SameSite=Strict : au retour de FranceConnect, un navigateur ne le rend pas", "the cookie "+b.set[0]+" is SameSite=Strict: at the return from FranceConnect, a browser does not give it back"),
			rewritten, sideNetwork
	case len(last.sent) == 0:
		return text.Of("le cookie "+b.set[0]+" ne revient pas à "+last.at.Path+" (Path, Secure ou durée)", "the cookie "+b.set[0]+" does not come back to "+last.at.Path+" (Path, Secure or lifetime)"), rewritten, sideNetwork
	case arrived[denied] > 0:
		return text.Of("le cookie est revenu, et certaines machines ne l’ouvrent pas", "the cookie came back, and some machines do not open it"),
			text.Of("Donnez les mêmes FRANCECONNECT_COOKIE_KEYS, et le même Store, à toutes les machines ; redémarrez celles qui sont restées en arrière.", "Give all machines the same FRANCECONNECT_COOKIE_KEYS, and the same Store; restart those that were left behind."), sidePortal
	case len(b.refused) > 0:
		return text.Of("un navigateur refuse un cookie du départ ("+b.refused[0].French+") ; sont revenus : "+strings.Join(last.sent, ", "), "a browser refuses a cookie of the login ("+b.refused[0].English+"); those that came back: "+strings.Join(last.sent, ", ")), rewritten, sideNetwork
	}
	return text.Of("le portail ne reconnaît pas la connexion ; cookies revenus : "+strings.Join(last.sent, ", "), "the portal does not recognise the login; cookies that came back: "+strings.Join(last.sent, ", ")),
		text.Of("Cherchez ce qui change la valeur du cookie, retire Cookie ou la chaîne de requête (state) en chemin ; sinon, les machines du départ et du retour n’ont pas les mêmes FRANCECONNECT_COOKIE_KEYS.", "Look for what changes the cookie’s value, or takes out Cookie or the query (state), on the way; otherwise the machines of the login and of the callback do not have the same FRANCECONNECT_COOKIE_KEYS."), sideNetwork
}
