package attack

// A Rule is what one attack holds a portal to. Its name is that of the subtest in
// which [Run] makes the attack.
type Rule struct {
	Name   string // unique, such as nonce-missing
	Attack string // what is done, as a sentence without its stop
	Rule   string // what a portal must do
	Source string // where that is written
	Cure   string // what to change in a portal that falls
}

// Rules returns the rules in the order of the attacks, for reports.
func Rules() []Rule {
	var all []Rule
	for _, a := range catalogue() {
		all = append(all, Rule{a.name, a.does, a.rule, a.source, a.cure})
	}
	return all
}
