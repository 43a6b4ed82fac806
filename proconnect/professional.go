package proconnect

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Professional is what ProConnect says about somebody at work, as far as the scopes
// asked for it. Any field may be empty. Whoever works for two organisations comes for
// one of them at a time, with the SIRET of that one.
//
// It prints and logs as a placeholder. It does marshal to JSON and to gob, so
// that a portal can keep it in its own store.
type Professional struct {
	GivenName string // all given names, or the first
	UsualName string // the name that they work under

	// Email is what the identity provider has. It may be the address of a team, and
	// it changes its owner when people leave: never find an account by it.
	Email string

	SIRET SIRET // of the establishment: valid, or empty and in Other
	SIREN SIREN // of the organisation: that of the SIRET, or without one the claim's own

	Organization       string   // organization_label: the name of the organisation
	Unit               string   // organizational_unit: where in it
	IdentityProviderID string   // idp_id: who signed them in
	Roles              []string // such as "agent_public"; ProConnect gives them to clients that asked for the right to them

	// Other holds every claim that has no field of its own, or that does not
	// have the form which that field needs: custom, uid, phone_number,
	// belonging_population, idp_acr. The protocol's own are left out.
	Other map[string]json.RawMessage
}

// newProfessional names the claims of a believed userinfo. It refuses nobody: a
// claim of an unexpected form stays in Other, and the person comes in.
func newProfessional(claims token.Claims) (p Professional) {
	var siren SIREN
	p.Other = claims.Others(func(c token.Claim) bool {
		switch c.Name {
		case "given_name":
			return token.SetText(c, &p.GivenName)
		case "usual_name":
			return token.SetText(c, &p.UsualName)
		case "email":
			return token.SetText(c, &p.Email)
		case "siret":
			return token.SetText(c, &p.SIRET) && p.SIRET.IsValid()
		case "siren":
			return token.SetText(c, &siren) && siren.IsValid()
		case "organization_label":
			return token.SetText(c, &p.Organization)
		case "organizational_unit":
			return token.SetText(c, &p.Unit)
		case "idp_id":
			return token.SetText(c, &p.IdentityProviderID)
		case "roles":
			var roles []string                                                                // not half of them
			if json.Unmarshal([]byte(c.Value), &roles) != nil || slices.Contains(roles, "") { // of null, too
				return false
			}
			p.Roles = roles
			return true
		}
		return false
	})
	if !p.SIRET.IsValid() {
		p.SIRET = ""
	}
	if !siren.IsValid() {
		siren = ""
	}
	if p.SIREN = p.SIRET.SIREN(); p.SIREN == "" {
		p.SIREN = siren
	} else if siren != "" && siren != p.SIREN { // two organisations are none
		p.keep("siret", string(p.SIRET))
		p.keep("siren", string(siren))
		p.SIRET, p.SIREN = "", ""
	}
	return p
}

// keep puts a text into Other.
func (p *Professional) keep(name, text string) {
	if p.Other == nil {
		p.Other = map[string]json.RawMessage{}
	}
	p.Other[name] = json.RawMessage(`"` + text + `"`) // digits
}

const placeholder = "professional"

// Format prints a placeholder, for every verb.
func (Professional) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Professional) LogValue() slog.Value { return slog.StringValue(placeholder) }
