package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// titles has what people call the checks; programs have their words.
var titles = map[string]text.Text{
	"settings": text.Of("réglages", "settings"), "environment": text.Of("environnement", "environment"), "cookie-keys": text.Of("clés des cookies", "cookie keys"), "decryption-keys": text.Of("clés de déchiffrement", "decryption keys"),
	"client-id": text.Of("identifiant client", "client id"), "client-secret": text.Of("secret client", "client secret"), "expiry": text.Of("fin de validité", "expiry"), "leaks": text.Of("fuite du secret", "leak of the secret"),
	"logout-url": text.Of("adresse de déconnexion", "logout URL"), "addresses": text.Of("adresses", "addresses"), "sector": text.Of("identifiant de secteur", "sector identifier"),
	"scopes": text.Of("scopes", "scopes"), "level": text.Of("niveau eIDAS", "eIDAS level"), "purpose": text.Of("production ou essai", "production or test"),
	"enabled": text.Of("activation", "switch"), "swapped": text.Of("clients confondus", "clients mixed up"), "algorithm": text.Of("algorithme de signature", "signature algorithm"),
	"siret": text.Of("SIRET", "SIRET"), "organisation": text.Of("nom de l’organisme", "name of the organisation"), "body": text.Of("droit à FranceConnect", "right to FranceConnect"),
	"request": text.Of("demande à FranceConnect", "request to FranceConnect"), "datapass": text.Of("numéro DataPass", "DataPass number"), "proconnect": text.Of("ProConnect, pour les agents", "ProConnect, for agents"), "old-client": text.Of("ancien identifiant client", "former client id"), "product-version": text.Of("version du produit", "product version"), "mobile": text.Of("téléphone portable", "mobile phone"), "contact": text.Of("contact technique", "technical contact"),
	"direct": text.Of("application de l’État", "State’s app"), "button": text.Of("bouton", "button"), "background": text.Of("fond du bouton", "background of the button"), "look": text.Of("aspect du bouton", "look of the button"), "other-way": text.Of("autre connexion", "other sign-in"), "cookies": text.Of("cookies", "cookies"),
	"connection": text.Of("connexion réseau", "network connection"), "dns": text.Of("DNS", "DNS"), "proxy": text.Of("mandataire", "proxy"), "tls": text.Of("TLS", "TLS"), "clock": text.Of("horloge", "clock"),
	"discovery": text.Of("découverte", "discovery"), "keys": text.Of("clés de FranceConnect", "FranceConnect’s keys"), "authorize": text.Of("inscription du client", "client registration"),
	"token": text.Of("vérification du secret", "check of the secret"), "logout": text.Of("déconnexion de FranceConnect", "FranceConnect’s logout"),
	"sign-in-page": text.Of("page de connexion", "sign-in page"), "headers": text.Of("en-têtes", "headers"), "login": text.Of("départ vers FranceConnect", "way to FranceConnect"),
	"round-trip": text.Of("aller-retour", "round trip"), "callback": text.Of("retour de connexion", "callback"), "logged-out": text.Of("retour de déconnexion", "return from logout"), "published-keys": text.Of("clés publiées", "published keys"),
}

// A verdict is what a check comes to.
type verdict string

const (
	good    verdict = "ok"
	warning verdict = "warning" // it works, and should not stay so
	bad     verdict = "failed"
	skipped verdict = "skipped" // another check failed before, or there is nothing to check
)

// A side is whose a failure is.
type side string

const (
	sidePortal        side = "portal"
	sideFranceConnect side = "franceconnect"
	sideNetwork       side = "network"
	sideRegistration  side = "registration"
)

var sideNames = map[side]text.Text{
	sidePortal:        text.Of("portail", "portal"),
	sideFranceConnect: text.Of("FranceConnect", "FranceConnect"),
	sideNetwork:       text.Of("réseau", "network"),
	sideRegistration:  text.Of("inscription", "registration"),
}

// A finding is what one check found.
type finding struct {
	check   string // a stable word: "redirect-url"
	verdict verdict
	side    side
	what    text.Text
	action  text.Text // what to do; empty if nothing
	form    string    // where, if it is on a form
}

// findings gathers them in order.
type findings []finding

func (f *findings) ok(check string, what text.Text) {
	*f = append(*f, finding{check: check, verdict: good, what: what})
}

func (f *findings) skip(check string, what text.Text) {
	*f = append(*f, finding{check: check, verdict: skipped, what: what})
}

func (f *findings) warn(check string, s side, what, action text.Text) *finding {
	*f = append(*f, finding{check: check, verdict: warning, side: s, what: what, action: action})
	return &(*f)[len(*f)-1]
}

func (f *findings) fail(check string, s side, what, action text.Text) *finding {
	*f = append(*f, finding{check: check, verdict: bad, side: s, what: what, action: action})
	return &(*f)[len(*f)-1]
}

// any reports whether there is a verdict among them.
func (f findings) any(v verdict) bool { return f.since(0, v) }

// since reports whether there is a verdict among those from one on.
func (f findings) since(from int, v verdict) bool {
	return slices.ContainsFunc(f[from:], func(one finding) bool { return one.verdict == v })
}

// A jsonFinding is a finding in one language, for programs.
type jsonFinding struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Whose   side    `json:"whose,omitempty"`
	What    string  `json:"what"`
	Action  string  `json:"action,omitempty"`
	Form    string  `json:"form,omitempty"`
}

func (f findings) forJSON(prog *program) []jsonFinding {
	all := make([]jsonFinding, len(f))
	for i, one := range f {
		all[i] = jsonFinding{one.check, one.verdict, one.side, prog.say(one.what), prog.say(one.action), one.form}
	}
	return all
}

// marks has what is read without colour too.
var marks = map[verdict]struct {
	sign   string
	colour colour
	name   text.Text
}{
	good:    {"✓", green, text.Of("bon", "good")},
	warning: {"!", yellow, text.Of("attention", "warning")},
	bad:     {"✗", red, text.Of("échec", "failed")},
	skipped: {"–", dim, text.Of("non vérifié", "not checked")},
}

// A group is what the findings up to one are about.
type group struct {
	title text.Text
	end   int
}

// print writes them for reading.
func (f findings) print(prog *program, groups []group) {
	from := 0
	for _, g := range groups {
		fmt.Fprintln(prog.stdout, prog.paint(bold, prog.say(g.title)))
		for _, one := range f[from:g.end] {
			one.print(prog)
		}
		fmt.Fprintln(prog.stdout)
		from = g.end
	}
	count := map[verdict]int{}
	var failures []string
	for _, one := range f {
		if name := prog.say(titles[one.check]); one.verdict == bad && !slices.Contains(failures, name) {
			failures = append(failures, name)
		}
		count[one.verdict]++
	}
	var sums []string
	for _, v := range []verdict{good, warning, bad, skipped} {
		if count[v] > 0 {
			sums = append(sums, fmt.Sprintf("%s%s%d", prog.say(marks[v].name), prog.say(text.Of(" : ", ": ")), count[v]))
		}
	}
	fmt.Fprintln(prog.stdout, strings.Join(sums, ", "))
	if len(failures) > 0 {
		fmt.Fprintln(prog.stdout, prog.paint(red, prog.say(text.Of("À corriger d’abord : ", "To be corrected first: "))+strings.Join(failures, ", ")))
	}
}

func (one finding) print(prog *program) {
	m := marks[one.verdict]
	head := prog.paint(m.colour, m.sign) + " " + prog.say(titles[one.check]) + prog.say(text.Of(" : ", ": ")) + prog.say(one.what)
	if one.side != "" {
		head += " [" + prog.say(sideNames[one.side]) + "]"
	}
	fmt.Fprintln(prog.stdout, head)
	for _, line := range []string{prog.say(one.action), one.form} {
		if line != "" {
			fmt.Fprintln(prog.stdout, "    → "+line)
		}
	}
}
