package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// warnBefore is how long before its last day something is warned of, as by
// examples/organisations.
const warnBefore = 30 * 24 * time.Hour

// A lastDay is one on which something still holds, as an administrator typed it in
// the file of an organisation. It is over at midnight UTC.
type lastDay struct {
	key        string // in the file
	of, action text.Text
	onDataPass bool
	day        time.Time
}

// lastDayFields are those that a file has beside its settings.
var lastDayFields = []lastDay{
	{key: "client_secret_expires", of: text.Of("le secret", "the secret"), action: text.Of("Demandez-en un nouveau à FranceConnect, mettez-le à côté de l’ancien (next_client_secret), puis changez la date (client_secret_expires).",
		"Ask FranceConnect for a new one, put it beside the old one (next_client_secret), then change the date (client_secret_expires).")},
	{key: "habilitation_expires", of: text.Of("l’habilitation", "the habilitation"), onDataPass: true, action: text.Of("Demandez son renouvellement, puis changez la date (habilitation_expires).", "Ask for its renewal, then change the date (habilitation_expires).")},
}

// readLastDays reads the days of a file; none, null and "" say nothing.
func (p *portal) readLastDays(fields map[string]json.RawMessage) {
	for _, one := range lastDayFields {
		var typed string
		var err error
		if fields[one.key] != nil {
			err = json.Unmarshal(fields[one.key], &typed)
		}
		if err == nil && typed != "" {
			one.day, err = time.Parse(time.DateOnly, typed)
		}
		switch {
		case err != nil:
			p.addProblem(settings.Problem{Name: one.key, Text: text.Of("n’est pas une date du calendrier de la forme 2027-03-31", "is not a date of the calendar such as 2027-03-31")})
		case typed != "":
			p.lastDays = append(p.lastDays, one)
		}
	}
}

// checkLastDays warns of what is over soon.
func (prog *program) checkLastDays(f *findings, p *portal) {
	today := prog.now().UTC().Truncate(24 * time.Hour)
	for _, one := range p.lastDays {
		form := p.environment.change()
		if one.onDataPass {
			form = dataPass
		}
		french, english := one.day.Format("02/01/2006"), one.day.Format(time.DateOnly)
		switch days := int(one.day.Sub(today) / (24 * time.Hour)); {
		case days < 0:
			f.fail("expiry", sideRegistration, one.of.Then(text.Of(" a expiré le "+french, " expired on "+english)), one.action).form = form
		case one.day.Sub(today) <= warnBefore:
			f.warn("expiry", sideRegistration, one.of.Then(text.Of(fmt.Sprintf(" expire le %s (dans %d j)", french, days), fmt.Sprintf(" expires on %s (in %d days)", english, days))), one.action).form = form
		default:
			f.ok("expiry", one.of.Then(text.Of(" vaut jusqu’au "+french, " holds until "+english)))
		}
	}
}
