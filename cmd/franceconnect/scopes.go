package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkScopes compares what is asked for with what FranceConnect knows and, if
// it was said, with the habilitation.
func checkScopes(f *findings, p *portal) {
	if p.hasProblem("scopes") || !p.environment.isKnown() {
		return
	}
	asked := p.config.Scopes
	before := len(*f)
	var unknown, beyond, data []string
	for _, s := range scopes.Expand(asked) {
		switch {
		case !isKnownScope(s, p.environment.Platform):
			unknown = append(unknown, s)
		case dataProviderOf(s) != "":
			data = append(data, s)
		}
		if len(p.grantedScopes) > 0 && !slices.Contains(scopes.Expand(p.grantedScopes), s) {
			beyond = append(beyond, s)
		}
	}
	if len(unknown) > 0 {
		f.fail("scopes", sidePortal, text.Of("FranceConnect ne connaît pas "+strings.Join(unknown, ", ")+", et l’ignore sans un mot", "FranceConnect does not know "+strings.Join(unknown, ", ")+", and drops it without a word"),
			text.Of("Corrigez "+p.setting("FRANCECONNECT_SCOPES")+".", "Correct "+p.setting("FRANCECONNECT_SCOPES")+"."))
	}
	if len(beyond) > 0 {
		f.fail("scopes", sideRegistration, text.Of("l’habilitation ne comprend pas "+strings.Join(beyond, ", "), "the habilitation does not have "+strings.Join(beyond, ", ")),
			text.Of("Retirez-les, ou rouvrez l’habilitation sur DataPass puis demandez la modification : "+changeClient, "Take them out, or reopen the habilitation on DataPass, then ask for the change: "+changeClient)).form = dataPass
	}
	if len(data) > 0 {
		f.warn("scopes", sideRegistration, text.Of("des données viennent d’autres administrations : "+strings.Join(data, ", "), "some data come from other administrations: "+strings.Join(data, ", ")),
			text.Of("Chacune demande une habilitation à part.", "Each wants a habilitation of its own.")).form = dataPass
	}
	if len(*f) > before {
		return
	}
	if len(asked) == 0 && p.asksEditor() {
		f.skip("scopes", p.product.askEditor().Then(text.Of(" quelles données son produit demande, et comparez avec l’habilitation", " which data its product asks for, and compare them with the habilitation")))
		return
	}
	if len(asked) == 0 {
		f.ok("scopes", text.Of("openid seul : le portail ne saura que le sub", "openid alone: the portal will know the sub and no more"))
		return
	}
	f.ok("scopes", text.Of("demandés : "+strings.Join(scopes.Expand(asked), " "), "asked for: "+strings.Join(scopes.Expand(asked), " ")))
}

// checkLevel says which level is asked for; New has refused the others.
func checkLevel(f *findings, p *portal) {
	if p.hasProblem("level") || !p.environment.isKnown() {
		return
	}
	f.ok("level", text.Of("demandé : "+p.level(), "asked for: "+p.level()))
}

// level returns the one that is asked for.
func (p *portal) level() string {
	switch level := p.config.Level.String(); {
	case level != "":
		return level
	case p.environment.Platform == franceconnect.Plus:
		return franceconnect.Eidas2.String()
	}
	return franceconnect.Eidas1.String()
}
