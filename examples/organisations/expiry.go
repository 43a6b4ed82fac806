package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// warnBefore is how long before a day that the administrator typed they are warned.
const warnBefore = 30 * 24 * time.Hour

// expiries are the last days on which the secret and the habilitation hold, as an
// administrator typed them, at midnight UTC. A zero one is not known.
type expiries struct{ secret, habilitation time.Time }

// dayForm is how a day is typed: as in JSON everywhere, so that no month is
// taken for a day.
const dayForm = time.DateOnly

// readDay reads a day. None, null and "" are the zero one.
func readDay(value json.RawMessage) (day time.Time, ok bool) {
	var text string
	if value == nil || json.Unmarshal(value, &text) == nil && text == "" {
		return day, true
	}
	day, err := time.Parse(dayForm, text)
	return day, err == nil && !day.IsZero()
}

// read reads the fields of a file.
func (e *expiries) read(fields map[string]json.RawMessage) (wrong complaints) {
	for _, f := range []struct {
		at                     *time.Time
		field, french, english string
	}{
		{&e.secret, "client_secret_expires", "Fin du secret", "End of the secret"},
		{&e.habilitation, "habilitation_expires", "Fin de l’habilitation", "End of the habilitation"},
	} {
		day, ok := readDay(fields[f.field])
		if *f.at = day; !ok {
			wrong = append(wrong, complaint{
				"Le champ «\u00a0" + f.french + "\u00a0» (" + f.field + ") n’est pas une date du calendrier de la forme 2027-03-31 (année-mois-jour).",
				"The field “" + f.english + "” (" + f.field + ") is not a date of the calendar such as 2027-03-31 (year-month-day)."})
		}
	}
	return wrong
}

// warnings returns what an administrator is told of the days at a moment, and whether one
// of them is over.
func (e expiries) warnings(now time.Time, before time.Duration) (all complaints, over bool) {
	today := now.UTC().Truncate(24 * time.Hour)
	for _, one := range []struct {
		day                                 time.Time
		french, whatToDo, english, whatElse string
	}{
		{e.secret, "Le secret (Client Secret)",
			"demandez-en un nouveau à FranceConnect, mettez-le à côté de l’ancien (next_client_secret), puis changez la date (client_secret_expires).",
			"The client secret", "ask FranceConnect for a new one, put it beside the old one (next_client_secret), then change the date (client_secret_expires)."},
		{e.habilitation, "L’habilitation",
			"demandez son renouvellement, puis changez la date (habilitation_expires).",
			"The habilitation", "ask for its renewal, then change the date (habilitation_expires)."},
	} {
		if one.day.IsZero() || one.day.Sub(today) > before {
			continue
		}
		french, english := one.day.Format("02/01/2006"), one.day.Format(dayForm)
		switch days := int(one.day.Sub(today) / (24 * time.Hour)); {
		case days < 0:
			over = true
			french, english = "a expiré le "+french, "expired on "+english
		case days == 0:
			french, english = "expire aujourd’hui", "expires today"
		case days == 1:
			french, english = "expire demain", "expires tomorrow"
		default:
			french, english = fmt.Sprintf("expire dans %d jours, le %s", days, french), fmt.Sprintf("expires in %d days, on %s", days, english)
		}
		all = append(all, complaint{one.french + " " + french + "\u00a0: " + one.whatToDo, one.english + " " + english + ": " + one.whatElse})
	}
	return all, over
}

// warn writes a line for each organisation of which something expires, once a
// day at most, or with all whatever was written already; beyond maxNames they are
// counted. It looks at them if it is told to, and on another day.
func (o *organisations) warn(look, all bool) {
	now := o.now()
	today := now.UTC().Format(dayForm)
	if !look && !all && today == o.warnedOn {
		return
	}
	o.warnedOn = today
	maps.DeleteFunc(o.warned, func(_, day string) bool { return day != today })
	soon, over := 0, 0
	for _, s := range o.standing.Load().files {
		if !s.due(now, o.warnBefore) || !all && o.warned[s.file] != "" {
			continue
		}
		o.warned[s.file] = today
		warnings, late := s.warnings(now, o.warnBefore)
		if soon++; late {
			over++
		}
		if soon > o.maxNames {
			continue
		}
		say := o.log.Warn
		if late {
			say = o.log.Error
		}
		say("expires", "file", s.file, "conseil", plainSpaces.Replace(warnings.french()), "advice", warnings.Error())
	}
	if soon > o.maxNames {
		o.log.Warn("and others expire", "count", soon-o.maxNames, "over in all", over)
	}
}

// due reports whether there are warnings, without the words. After that day there
// are some, whatever else there is.
func (e expiries) due(now time.Time, before time.Duration) bool {
	until := now.UTC().Truncate(24 * time.Hour).Add(before)
	for _, day := range []time.Time{e.secret, e.habilitation} {
		if !day.IsZero() && !day.After(until) {
			return true
		}
	}
	return false
}
