package mockidp

import "slices"

// A BadDay is a named scenario in which a login goes wrong.
type BadDay struct {
	Name            string   // such as token-hangs; what the -bad flag of the command takes
	French, English string   // what goes wrong, one line for people
	Answer          Scenario // for [Provider.Next] or [Config].Default
	platforms       []Platform
}

// On reports whether the scenario exists on a platform; "" means V2.
func (d BadDay) On(p Platform) bool {
	if p == "" {
		p = V2
	}
	return d.platforms == nil || slices.Contains(d.platforms, p)
}

// BadDays returns all scenarios, in an order that does not change.
func BadDays() []BadDay {
	var all []BadDay
	for _, g := range allDayGroups() {
		all = append(all, g.Days...)
	}
	return all
}

// findBadDay returns the scenario of a name.
func findBadDay(name string) (BadDay, bool) {
	all := BadDays()
	i := slices.IndexFunc(all, func(d BadDay) bool { return d.Name == name })
	if i < 0 {
		return BadDay{}, false
	}
	return all[i], true
}

// A dayGroup is a heading of the page and the scenarios below it.
type dayGroup struct {
	French, English string
	Days            []BadDay
}

func allDayGroups() []dayGroup {
	return []dayGroup{
		{"Sur les pages", "On the pages", pageDays()},
		{"Au retour vers le service", "On the way back to the service", callbackDays()},
		{"Dans le jeton d’identité", "In the ID token", idTokenDays()},
		{"Dans les données d’identité", "In userinfo", userinfoDays()},
		{"Au point d’accès des jetons", "At the token endpoint", callDays("token")},
		{"Au point d’accès des données d’identité", "At the userinfo endpoint", callDays("userinfo")},
		{"Dans les clés publiées", "In the published keys", keyDays()},
	}
}

// dayGroups returns the groups that a platform has, each with the scenarios
// that exist there.
func dayGroups(p Platform) []dayGroup {
	groups := allDayGroups()
	for i := range groups {
		groups[i].Days = slices.DeleteFunc(groups[i].Days, func(d BadDay) bool { return !d.On(p) })
	}
	return slices.DeleteFunc(groups, func(g dayGroup) bool { return len(g.Days) == 0 })
}
