package main

import (
	"cmp"
	"crypto/sha256"
	"net/url"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// twins finds what two towns have that each should have of its own. It keeps
// hashes: of a secret, and of all else in the same way.
type twins struct {
	towns                     int
	clients, returns, secrets map[[32]byte][]int // the towns, in order
	issuers                   []string           // of each town
	ids                       []string           // client ids
}

// add notes what a town has, in the order of the towns.
func (w *twins) add(p *portal) {
	if w.clients == nil {
		w.clients, w.returns, w.secrets = map[[32]byte][]int{}, map[[32]byte][]int{}, map[[32]byte][]int{}
	}
	at := w.towns
	w.towns++
	w.issuers, w.ids = append(w.issuers, p.environment.Issuer), append(w.ids, p.config.ClientID)
	note := func(in map[[32]byte][]int, parts ...string) {
		sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
		in[sum] = append(in[sum], at)
	}
	if p.unreadable || !p.environment.isKnown() {
		return
	}
	if u, err := url.Parse(p.environment.Issuer); err != nil || !isLoopback(u.Hostname()) { // whose client everybody has
		if p.config.ClientID != "" {
			note(w.clients, p.environment.Issuer, p.config.ClientID)
		}
		if p.config.ClientSecret != "" && !p.elsewhere["client-secret"] {
			note(w.secrets, string(p.config.ClientSecret))
		}
	}
	if p.isPlaced() && !p.hasProblem("addresses") {
		note(w.returns, cmp.Or(p.config.RedirectURL, p.origins[0])) // the product has the same path everywhere
	}
}

// findings returns what is to be said of each town that has a twin.
func (w *twins) findings(towns []townReport) map[int]findings {
	all := map[int]findings{}
	each := func(groups map[[32]byte][]int, say func(f *findings, at int, others []int, who text.Text)) {
		for _, group := range groups {
			if len(group) < 2 {
				continue
			}
			for i, at := range group {
				f := all[at]
				say(&f, at, group, namesOf(towns, group, i))
				all[at] = f
			}
		}
	}
	each(w.clients, func(f *findings, _ int, _ []int, who text.Text) {
		f.fail("client-id", sidePortal, text.Of("le même identifiant client que ", "the same client id as ").Then(who),
			text.Of("Chaque portail a son client FranceConnect : remettez à chacun le sien.", "Each portal has a FranceConnect client of its own: give each its own."))
	})
	each(w.secrets, func(f *findings, at int, group []int, who text.Text) {
		for _, other := range group {
			if w.ids[other] != w.ids[at] || w.issuers[other] != w.issuers[at] {
				f.fail("client-secret", sidePortal, text.Of("le même secret que ", "the same secret as ").Then(who),
					text.Of("Chaque client a son secret : remettez à chacun le sien, et demandez-en un autre s’il a été donné à qui ne devait pas l’avoir.", "Each client has a secret of its own: give each its own, and ask for another if it was given to somebody who was not to have it."))
				return
			}
		}
	})
	each(w.returns, func(f *findings, at int, group []int, who text.Text) {
		what := text.Of("la même adresse de retour que ", "the same redirect URL as ").Then(who)
		for _, other := range group {
			if other != at && w.issuers[other] == w.issuers[at] {
				f.fail("addresses", sidePortal, what, text.Of("Donnez à chaque portail la sienne.", "Give each portal its own."))
				return
			}
		}
		f.warn("addresses", sidePortal, what, text.Of("Sur deux FranceConnect, cela se peut le temps d’en changer ; ensuite, retirez l’ancien.", "On two FranceConnects this may be while one changes to the other; take the old one out afterwards."))
	})
	return all
}

// namesOf names the first few of a group but one.
func namesOf(towns []townReport, group []int, but int) text.Text {
	const most = 3
	var names []string
	for i, at := range group {
		if i != but && len(names) < most {
			names = append(names, cmp.Or(towns[at].Name, towns[at].Town))
		}
	}
	said := strings.Join(names, ", ")
	if more := len(group) - 1 - len(names); more > 0 {
		return text.Of(said+" et "+strconv.Itoa(more)+" de plus", said+" and "+strconv.Itoa(more)+" more")
	}
	return text.Of(said, said)
}
