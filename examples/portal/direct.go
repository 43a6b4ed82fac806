package main

import (
	"net/http"
	"net/url"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/recipient"
)

// direct is the page that the State's app sends people to (FranceConnexion
// Direct). Whoever is signed in goes on as who they are here. Whatever is wrong
// with the token, the person gets the ordinary page with the button, by a redirect
// that takes the token out of the address; the SDK has written down why.
func (p *portal) direct(w http.ResponseWriter, r *http.Request) {
	if err := p.fc.DirectLogin(w, r); err != nil {
		next := p.fc.LocalPath(returnTo(err))
		http.Redirect(w, r, "/connexion?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
	}
}

// hints are the identity providers that a link of this site's may choose, by its
// word for them.
var hints = map[string]string{"europe": "eidas-bridge"} // the European path of FranceConnect+

// europeanPath returns where somebody signs in with the identity of another country
// of the Union, which FranceConnect+ takes.
func (p *portal) europeanPath(next string) string {
	if p.fc.Platform() != franceconnect.Plus {
		return ""
	}
	return "/franceconnect/login?" + url.Values{"avec": {"europe"}, "next": {p.fc.LocalPath(next)}}.Encode()
}

// appHash returns what the State's app would know the person by, if this portal sent
// them a message there: computed when it is wanted and kept nowhere, since it is
// personal data. It is "" of who has no French civil status.
func (c *received) appHash() string {
	hash, err := recipient.Hash(c.identity.CivilStatus())
	if err != nil {
		return ""
	}
	return hash
}
