package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkScopes compares what the settings ask for with what FranceConnect knows
// and, if it was said, with the habilitation. What the portal asks for itself is
// compared on its way to FranceConnect, by checkAskedScopes.
func checkScopes(f *findings, p *portal, online bool) {
	if p.hasProblem("scopes") || !p.environment.isKnown() {
		return
	}
	asked := p.config.Scopes
	before := len(*f)
	var unknown, data []string
	for _, s := range scopes.Expand(asked) {
		switch {
		case !isKnownScope(s, p.environment.Platform):
			unknown = append(unknown, s)
		case dataProviderOf(s) != "":
			data = append(data, s)
		}
	}
	if len(unknown) > 0 {
		f.fail("scopes", sidePortal, text.Of("FranceConnect ne connaît pas "+strings.Join(unknown, ", ")+", et l’ignore sans un mot", "FranceConnect does not know "+strings.Join(unknown, ", ")+", and drops it without a word"),
			text.Of("Corrigez "+p.setting("FRANCECONNECT_SCOPES")+".", "Correct "+p.setting("FRANCECONNECT_SCOPES")+"."))
	}
	if beyond := p.beyondGranted(asked); len(beyond) > 0 {
		f.fail("scopes", sideRegistration, text.Of("l’habilitation ne comprend pas "+strings.Join(beyond, ", "), "the habilitation does not have "+strings.Join(beyond, ", ")), notGranted).form = dataPass
	}
	if len(data) > 0 {
		f.warn("scopes", sideRegistration, text.Of("des données viennent d’autres administrations : "+strings.Join(data, ", "), "some data come from other administrations: "+strings.Join(data, ", ")),
			text.Of("Chacune demande une habilitation à part.", "Each wants a habilitation of its own.")).form = dataPass
	}
	if len(p.grantedScopes) > 0 && !online {
		f.skip("scopes", text.Of("seuls les réglages sont comparés à l’habilitation ; ce que le portail demande vraiment : -reseau", "the settings alone are compared with the habilitation; what the portal really asks for: -reseau"))
	}
	if f.since(before, bad) || f.since(before, warning) {
		return
	}
	if len(asked) == 0 && p.asksEditor() {
		f.skip("scopes", p.product.askEditor().Then(text.Of(" quelles données son produit demande, et comparez avec l’habilitation", " which data its product asks for, and compare them with the habilitation")))
		return
	}
	if len(asked) == 0 {
		f.ok("scopes", text.Of("d’après les réglages, openid seul : le portail ne saura que le sub", "by the settings, openid alone: the portal will know the sub and no more"))
		return
	}
	f.ok("scopes", text.Of("d’après les réglages, demandés : "+strings.Join(scopes.Expand(asked), " "), "by the settings, asked for: "+strings.Join(scopes.Expand(asked), " ")))
}

// notGranted says what to do about a scope that the habilitation does not have.
var notGranted = text.Of("Retirez-les, ou rouvrez l’habilitation sur DataPass puis demandez la modification : "+changeClient, "Take them out, or reopen the habilitation on DataPass, then ask for the change: "+changeClient)

// beyondGranted returns the scopes that the habilitation does not have, if it
// was said what it has.
func (p *portal) beyondGranted(asked []string) (beyond []string) {
	if len(p.grantedScopes) == 0 {
		return nil
	}
	granted := scopes.Expand(p.grantedScopes)
	for _, s := range scopes.Expand(asked) {
		if !slices.Contains(granted, s) {
			beyond = append(beyond, s)
		}
	}
	return beyond
}

// checkAskedScopes compares what the running portal asks for with the
// habilitation: its code may ask for more than its settings say.
func (p *portal) checkAskedScopes(f *findings, asked []string) {
	if len(p.grantedScopes) == 0 {
		return
	}
	p.askedScopes = true
	if beyond := p.beyondGranted(asked); len(beyond) > 0 {
		f.fail("scopes", sideRegistration, text.Of("le portail en marche demande ce que l’habilitation ne comprend pas : "+strings.Join(beyond, ", "), "the running portal asks for what the habilitation does not have: "+strings.Join(beyond, ", ")), notGranted).form = dataPass
		return
	}
	f.ok("scopes", text.Of("le portail en marche ne demande que ce que l’habilitation comprend : "+strings.Join(scopes.Expand(asked), " "), "the running portal asks for nothing but what the habilitation has: "+strings.Join(scopes.Expand(asked), " ")))
}

// skipAskedScopes says that what the running portal asks for was not seen.
func (p *portal) skipAskedScopes(f *findings) {
	if len(p.grantedScopes) > 0 && !p.askedScopes {
		f.skip("scopes", text.Of("la demande du portail en marche n’a pas pu être lue : seuls les réglages sont comparés à l’habilitation", "the running portal’s request could not be read: the settings alone are compared with the habilitation"))
	}
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
