package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// scopeLabels are the boxes of DataPass, in its order. They are French: the
// form is.
var scopeLabels = []struct{ scope, label string }{
	{"family_name", "Nom de naissance"},
	{"given_name", "Prénoms"},
	{"birthdate", "Date de naissance"},
	{"birthplace", "Ville de naissance"},
	{"birthcountry", "Pays de naissance"},
	{"gender", "Sexe"},
	{"preferred_username", "Nom d’usage"},
	{"email", "Adresse électronique"},
	{"openid", "Identifiant technique"},
}

// groups are the scopes that stand for several.
var groups = map[string][]string{
	"identite_pivot": {"family_name", "given_name", "birthdate", "birthplace", "birthcountry", "gender"},
	"birth":          {"birthplace", "birthcountry"},
	"profile":        {"family_name", "given_name", "birthdate", "gender", "preferred_username"},
}

// providers are data providers, by the beginnings of their scopes. Each wants a
// habilitation of its own.
var providers = []string{"dgfip_", "cnaf_", "cnam_", "cnous_", "mesri_", "dsnj_", "gip_mds_", "ants_", "mi_siv_", "api_fc-",
	"droits_assurance_maladie", "complementaire_sante_solidaire", "revenu_solidarite_active", "prime_activite",
	"allocation_adulte_handicape", "allocation_enfant_handicape", "allocation_soutien_familial"}

// expand replaces groups by what they stand for, each once, with openid.
func expand(scopes []string) []string {
	all := []string{"openid"}
	add := func(s string) {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, s := range scopes {
		if group := groups[s]; group != nil {
			for _, one := range group {
				add(one)
			}
			continue
		}
		add(s)
	}
	return all
}

// dataOf tells whether a scope is a data provider's.
func dataOf(scope string) bool {
	return slices.ContainsFunc(providers, func(p string) bool { return strings.HasPrefix(scope, p) })
}

// isKnown tells whether FranceConnect has a scope; it drops others silently.
func isKnown(scope string, on franceconnect.Platform) bool {
	if plain, ok := strings.CutPrefix(scope, "rnipp_"); ok {
		return on == franceconnect.Plus && plain != "email" && isKnown(plain, on)
	}
	switch scope {
	case "amr":
		return false // announced, and refused: it is asked for by claims
	case "idp_id", "idp_birthdate":
		return on == franceconnect.V2
	case "address", "phone":
		return on == franceconnect.V1
	}
	return groups[scope] != nil || label(scope) != "" || dataOf(scope)
}

// label is the box of DataPass for a scope, or "".
func label(scope string) string {
	for _, l := range scopeLabels {
		if l.scope == scope {
			return l.label
		}
	}
	return ""
}

// boxes are the boxes of DataPass to tick, and the scopes that have none there.
func boxes(scopes []string) (ticked, others []string) {
	all := expand(scopes)
	for _, l := range scopeLabels {
		if slices.Contains(all, l.scope) {
			ticked = append(ticked, l.label)
		}
	}
	for _, s := range all {
		if label(s) == "" {
			others = append(others, s)
		}
	}
	return ticked, others
}
