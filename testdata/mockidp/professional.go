package mockidp

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
)

// A Work is what ProConnect knows of a professional besides the name and the e-mail
// address. Its JSON form is the member work of a [Person].
type Work struct {
	UID             string   `json:"uid"`   // at the identity provider; the sub follows from it. "" is the Login
	SIRET           string   `json:"siret"` // 14 digits; the SIREN is the first nine
	Organisation    string   `json:"organisation"`
	Unit            string   `json:"unit"`
	Population      string   `json:"population"` // agent, prestataire, partenaire, stagiaire …
	Phone           string   `json:"phone"`
	Roles           []string `json:"roles"`
	IsPublicService *bool    `json:"is_service_public"` // nil says nothing
	// ACRs are the levels that the identity provider can reach, the ordinary one
	// first. With none it reaches whatever is asked for, and eidas1 by itself.
	ACRs   []string       `json:"acrs"`
	Custom map[string]any `json:"custom"` // what else the identity provider says
}

// reaches returns the level that a professional's identity provider reaches where
// one of a set is required, nil being any; "" if it reaches none of them.
func (who Person) reaches(required []string) string {
	can := who.Work.ACRs
	switch {
	case required == nil && can == nil:
		return "eidas1"
	case required == nil:
		return can[0]
	case can == nil:
		return required[0]
	}
	if i := slices.IndexFunc(can, func(acr string) bool { return slices.Contains(required, acr) }); i >= 0 {
		return can[i]
	}
	return ""
}

// workClaims returns all claims that ProConnect has of a professional, by name. A
// claim without a value is absent.
func (who *Person) workClaims(idp, acr string) map[string]any {
	w := who.Work
	c := map[string]any{
		"given_name": strings.Join(who.GivenNames, " "), "usual_name": cmp.Or(who.UsageName, who.FamilyName), "email": who.Email,
		"uid": w.uid(who), "siret": w.SIRET, "siren": w.SIRET[:min(9, len(w.SIRET))],
		"organization_label": w.Organisation, "organizational_unit": w.Unit, "belonging_population": w.Population, "phone_number": w.Phone,
		"idp_id": idp, "idp_acr": acr,
	}
	for name, v := range c {
		if v == "" {
			delete(c, name)
		}
	}
	if w.Roles != nil {
		c["roles"] = w.Roles
	}
	if w.IsPublicService != nil {
		c["is_service_public"] = *w.IsPublicService
	}
	c["custom"] = w.Custom
	if w.Custom == nil {
		c["custom"] = map[string]any{}
	}
	return c
}

func (w *Work) uid(who *Person) string { return cmp.Or(w.UID, who.Login) }

// workSubject returns the sub of a professional: a UUID, the same at every service,
// whatever the organisation of the day.
func (who *Person) workSubject() string {
	sum := sha256.Sum256([]byte("mock\x00" + who.Work.uid(who)))
	return formatUUID(sum[:16])
}

// searchText returns what the search of people looks at.
func (w *Work) searchText() string {
	if w == nil {
		return ""
	}
	return strings.Join(append([]string{"", w.SIRET, w.Organisation, w.Unit, w.Population}, w.ACRs...), " ")
}
