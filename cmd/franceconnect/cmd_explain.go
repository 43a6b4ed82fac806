package main

import (
	"context"
	"fmt"

	"github.com/franceconnect-go/franceconnect/internal/codes"
)

var places = map[codes.Where]text{
	codes.Callback: {"revient au portail", "comes back to the portal"},
	codes.Page:     {"page de FranceConnect ; le portail n’en sait peut-être rien", "a page of FranceConnect’s; the portal may not know"},
	codes.Token:    {"échange du code", "exchange of the code"},
	codes.UserInfo: {"lecture de l’identité", "reading of the identity"},
	codes.Logout:   {"déconnexion, page de FranceConnect", "logout, a page of FranceConnect’s"},
}

var sides = map[codes.Side]text{
	codes.Portal:        {"portail", "portal"},
	codes.Registration:  {"inscription", "registration"},
	codes.FranceConnect: {"FranceConnect", "FranceConnect"},
	codes.Person:        {"l’usager ; rien à réparer", "the person; nothing to repair"},
}

// erreur explains a code.
func (d *doctor) erreur(_ context.Context, args []string) int {
	flags := d.flags("erreur")
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	if len(words) != 1 {
		return d.misuse(flags, text{"il faut un code, comme Y030007 ou access_denied", "want one code, such as Y030007 or access_denied"})
	}
	c, known := codes.Find(words[0])
	if !known {
		var ok bool
		if c, ok = codes.Guess(words[0]); !ok {
			return d.misuse(flags, text{"ce n’est pas la forme d’un code de FranceConnect", "this is not the form of a code of FranceConnect’s"})
		}
	}
	if d.asJSON {
		d.writeJSON(map[string]any{"code": c.Name, "known": known, "whose": c.Side, "where": c.Where,
			"cause": d.say(text(c.Cause)), "action": d.say(text(c.Action)), "citizen": d.say(text(c.Citizen))})
		return succeeded
	}
	fmt.Fprintln(d.out, d.paint(bold, c.Name))
	for _, line := range []struct{ name, said text }{
		{text{"Où", "Where"}, places[c.Where]},
		{text{"Côté", "Whose"}, sides[c.Side]},
		{text{"Cause", "Cause"}, text(c.Cause)},
		{text{"Que faire", "What to do"}, text(c.Action)},
		{text{"À dire à l’usager", "To tell the person"}, text(c.Citizen)},
	} {
		fmt.Fprintln(d.out, "  "+d.say(line.name)+d.say(text{" : ", ": "})+d.say(line.said))
	}
	return succeeded
}
