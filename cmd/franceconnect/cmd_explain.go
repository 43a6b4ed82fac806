package main

import (
	"context"
	"fmt"

	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

var whereLabels = map[codes.Where]text.Text{
	codes.Callback: text.Of("revient au portail", "comes back to the portal"),
	codes.Page:     text.Of("page de FranceConnect ; le portail n’en sait peut-être rien", "a page of FranceConnect’s; the portal may not know"),
	codes.Token:    text.Of("échange du code", "exchange of the code"),
	codes.UserInfo: text.Of("lecture de l’identité", "reading of the identity"),
	codes.Logout:   text.Of("déconnexion, page de FranceConnect", "logout, a page of FranceConnect’s"),
}

var sideLabels = map[codes.Side]text.Text{
	codes.Portal:        text.Of("portail", "portal"),
	codes.Registration:  text.Of("inscription", "registration"),
	codes.FranceConnect: text.Of("FranceConnect", "FranceConnect"),
	codes.Person:        text.Of("l’usager ; rien à réparer", "the person; nothing to repair"),
}

// prepareExplain returns what explains a code.
func (prog *program) prepareExplain() ([]option, runner) {
	return nil, prog.explain
}

// explain prints what a code means, and what to do.
func (prog *program) explain(_ context.Context, words []string) int {
	if len(words) != 1 {
		return prog.usageError("explain", text.Of(fmt.Sprintf("il faut un code, comme Y030007 ou access_denied ; il y en a %d", len(words)), fmt.Sprintf("want one code, such as Y030007 or access_denied; there are %d", len(words))))
	}
	c, known := codes.Find(words[0])
	if !known {
		var ok bool
		if c, ok = codes.Guess(words[0]); !ok {
			return prog.usageError("explain", text.Of(named(words[0])+" : ce n’est pas un code de FranceConnect, de la forme Y030007 ou access_denied", named(words[0])+": this is no code of FranceConnect’s, such as Y030007 or access_denied"))
		}
	}
	if prog.asJSON {
		prog.writeJSON(map[string]any{"code": c.Name, "known": known, "whose": c.Side, "where": c.Where,
			"cause": prog.say(c.Cause), "action": prog.say(c.Action), "citizen": prog.say(c.Citizen)})
		return succeeded
	}
	fmt.Fprintln(prog.stdout, prog.paint(bold, c.Name))
	for _, line := range []struct{ name, said text.Text }{
		{text.Of("Où", "Where"), whereLabels[c.Where]},
		{text.Of("Côté", "Whose"), sideLabels[c.Side]},
		{text.Of("Cause", "Cause"), c.Cause},
		{text.Of("Que faire", "What to do"), c.Action},
		{text.Of("À dire à l’usager", "To tell the person"), c.Citizen},
	} {
		fmt.Fprintln(prog.stdout, "  "+prog.say(line.name)+prog.say(text.Of(" : ", ": "))+prog.say(line.said))
	}
	return succeeded
}
