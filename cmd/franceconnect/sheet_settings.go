package main

import (
	"cmp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// settingsSection says what the portal is set to, once the keys are there.
func (p *portal) settingsSection(prog *program) section {
	s := section{Title: prog.say(text.Of("Configuration du portail", "Settings of the portal"))}
	s.add("URL", p.environment.origin())
	if p.environment.name != "" {
		s.add(p.setting("FRANCECONNECT_ENVIRONMENT"), p.environment.name)
	}
	if p.config.ClientID != "" {
		s.add("Client ID", p.config.ClientID)
	} else {
		s.addTodo("Client ID", prog.say(p.environment.clientIDSource()))
	}
	s.Fields = append(s.Fields, field{Label: "Client Secret", Values: []string{prog.say(neverOnASheet)}, Note: prog.say(p.environment.secretSource())})
	return s
}

// screenSection fills in the screen on which the product is set up, field by
// field, in its order.
func (p *portal) screenSection(prog *program) section {
	d := p.product.profile
	s := section{Title: prog.say(p.product.screenTitle())}
	if d.Screen.Role != "" {
		s.add(prog.say(text.Of("Qui", "Who")), d.Screen.Role)
	}
	for i, f := range d.Screen.Fields {
		p.screenField(prog, &s, f, i == 0)
	}
	return s
}

// screenField fills in one field of the product's screen.
func (p *portal) screenField(prog *program, s *section, f profile.Field, first bool) {
	known := func(value, note text.Text) { s.add(f.Label, prog.say(value)).Note = prog.say(note) }
	d := p.product.profile
	switch f.Setting {
	case "enabled":
		note := text.Text{}
		if first {
			note = text.Of("en premier", "first")
		}
		known(text.Of("oui", "yes"), note)
	case "button":
		note := text.Of("le second bouton, seulement si le contraste ne suffit pas", "the second button only if the contrast is not enough")
		if d.Buttons.Alternative != "" {
			note = text.Of(d.Buttons.Alternative+", seulement si le contraste ne suffit pas", d.Buttons.Alternative+" only if the contrast is not enough")
		}
		known(verbatim(cmp.Or(d.Buttons.Principal, "principal")), note)
	case "client_id":
		if p.config.ClientID == "" {
			s.addTodo(f.Label, prog.say(p.environment.clientIDSource()))
			return
		}
		known(verbatim(p.config.ClientID), text.Text{})
	case "client_secret":
		known(neverOnASheet, p.environment.secretSource())
	case "environment":
		note := text.Text{}
		if p.environment.Platform == franceconnect.V1 {
			note = p.product.notFromTheSource()
		}
		known(verbatim(p.environment.origin()), note)
	case "level":
		known(verbatim(p.level()), text.Text{})
	case "redirect_url", "post_logout_redirect_url":
		s.addTodo(f.Label, prog.say(text.Of("celle de la demande", "that of the request")))
	case "scopes":
		if len(p.config.Scopes) == 0 {
			s.addTodo(f.Label, prog.say(p.product.askEditor()))
			return
		}
		known(verbatim(strings.Join(p.config.Scopes, " ")), text.Text{})
	default: // text
		s.addTodo(f.Label, prog.say(text.Of("au choix : la phrase qui est au-dessus du bouton", "as you like: the sentence above the button")))
	}
}

// neverOnASheet stands where the secret would.
var neverOnASheet = text.Of("jamais sur une fiche", "never on a sheet")

// headersSection lists the headers of the portal’s pages.
func (p *portal) headersSection(prog *program) section {
	s := section{Title: prog.say(text.Of("En-têtes des pages du portail, à coller", "Headers of the portal’s pages, to be pasted")), Paste: true}
	for _, h := range p.headers(prog) {
		s.add(h.Name, h.Value).Note = h.Why
	}
	return s
}
