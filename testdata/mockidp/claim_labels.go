package mockidp

// claimLabels returns the labels of the claims that identity has, in the order
// of a form.
func claimLabels(identity map[string]any, english bool) []string {
	var out []string
	for _, l := range labels {
		for _, claim := range l.claims {
			if _, ok := identity[claim]; ok {
				out = append(out, view{English: english}.T(l.french, l.english))
				break
			}
		}
	}
	return out
}

var labels = []struct {
	french, english string
	claims          []string
}{
	{"nom de naissance", "name at birth", []string{"family_name", "rnipp_family_name"}},
	{"prénoms", "given names", []string{"given_name", "rnipp_given_name"}},
	{"nom d’usage", "usage name", []string{"preferred_username"}},
	{"sexe", "gender", []string{"gender", "rnipp_gender"}},
	{"date de naissance", "date of birth", []string{"birthdate", "rnipp_birthdate", "idp_birthdate"}},
	{"lieu de naissance", "place of birth", []string{"birthplace", "rnipp_birthplace"}},
	{"pays de naissance", "country of birth", []string{"birthcountry", "rnipp_birthcountry"}},
	{"adresse électronique", "e-mail address", []string{"email"}},
}
