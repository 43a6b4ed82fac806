package mockidp

// claimLabels says in French which identity claims are given, in the order of
// a form.
func claimLabels(identity map[string]any) []string {
	var out []string
	for _, l := range labels {
		for _, claim := range l.claims {
			if _, ok := identity[claim]; ok {
				out = append(out, l.text)
				break
			}
		}
	}
	return out
}

var labels = []struct {
	text   string
	claims []string
}{
	{"nom de naissance", []string{"family_name", "rnipp_family_name"}},
	{"prénoms", []string{"given_name", "rnipp_given_name"}},
	{"nom d’usage", []string{"preferred_username"}},
	{"sexe", []string{"gender", "rnipp_gender"}},
	{"date de naissance", []string{"birthdate", "rnipp_birthdate", "idp_birthdate"}},
	{"lieu de naissance", []string{"birthplace", "rnipp_birthplace"}},
	{"pays de naissance", []string{"birthcountry", "rnipp_birthcountry"}},
	{"adresse électronique", []string{"email"}},
}
