package franceconnect

import (
	"encoding/json"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/token"
	"github.com/franceconnect-go/franceconnect/person"
)

// newIdentity names the claims of a believed userinfo. It refuses nobody: a
// claim of an unexpected form stays in Other, and the person comes in.
func newIdentity(claims token.Claims) (id person.Identity) {
	id.Other = claims.Others(func(c token.Claim) bool { return setClaim(&id, c.Name, c) })
	splitGivenNames(&id.Pivot)
	if id.RNIPP != nil {
		splitGivenNames(id.RNIPP)
	}
	return id
}

// setClaim puts a claim in the field of a name, if there is one and the claim has
// the form for it.
func setClaim(id *person.Identity, name string, c token.Claim) bool {
	switch name {
	case "preferred_username":
		return token.SetText(c, &id.UsageName)
	case "email":
		return token.SetText(c, &id.Email)
	case "address":
		var a person.Address
		if json.Unmarshal([]byte(c.Value), &a) != nil {
			return false
		}
		id.Address = &a
		return true
	case "phone_number":
		return token.SetText(c, &id.PhoneNumber)
	case "idp_id":
		return token.SetText(c, &id.IdentityProviderID)
	case "idp_birthdate":
		return setDate(c, &id.IdentityProviderBirthDate)
	}
	if name, ok := strings.CutPrefix(name, "rnipp_"); ok {
		if id.RNIPP == nil {
			id.RNIPP = &person.Pivot{}
		}
		return setPivotClaim(id.RNIPP, name, c)
	}
	return setPivotClaim(&id.Pivot, name, c)
}

func setPivotClaim(p *person.Pivot, name string, c token.Claim) bool {
	switch name {
	case "given_name":
		return token.SetText(c, &p.GivenName)
	case "given_name_array":
		var names []string // not half of them
		if json.Unmarshal([]byte(c.Value), &names) != nil {
			return false
		}
		p.GivenNames = names
		return true
	case "family_name":
		return token.SetText(c, &p.FamilyName)
	case "gender":
		return token.SetText(c, &p.Gender)
	case "birthdate":
		return setDate(c, &p.BirthDate)
	case "birthplace":
		return token.SetText(c, &p.BirthPlace)
	case "birthcountry":
		return token.SetText(c, &p.BirthCountry)
	}
	return false
}

// splitGivenNames splits what came without a list.
func splitGivenNames(p *person.Pivot) {
	if len(p.GivenNames) == 0 && p.GivenName != "" {
		p.GivenNames = strings.Fields(p.GivenName)
	}
}

func setDate(c token.Claim, field *person.BirthDate) bool {
	s, ok := c.Text()
	return ok && field.UnmarshalText([]byte(s)) == nil
}
