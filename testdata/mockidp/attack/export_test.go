package attack

// RulesOf returns the names of all attacks and the rule of each, in the order of
// the catalogue.
func RulesOf() (names []string, rules map[string]string) {
	rules = map[string]string{}
	for _, a := range catalogue() {
		names = append(names, a.name)
		rules[a.name] = a.rule
	}
	return names, rules
}
