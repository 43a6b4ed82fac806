package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// checkScopes compares what is asked for with what FranceConnect knows and, if
// it was said, with the habilitation.
func checkScopes(f *findings, p *portal) {
	if p.wrong("scopes") || p.place.env == nil {
		return
	}
	asked := p.config.Scopes
	before := len(*f)
	var unknown, beyond, data []string
	for _, s := range expand(asked) {
		switch {
		case !isKnown(s, p.place.platform):
			unknown = append(unknown, s)
		case dataOf(s):
			data = append(data, s)
		}
		if len(p.granted) > 0 && !slices.Contains(expand(p.granted), s) {
			beyond = append(beyond, s)
		}
	}
	if len(unknown) > 0 {
		f.fail("scopes", ofPortal, text{"FranceConnect ne connaît pas " + strings.Join(unknown, ", ") + ", et l’ignore sans un mot", "FranceConnect does not know " + strings.Join(unknown, ", ") + ", and drops it without a word"},
			text{"Corrigez FRANCECONNECT_SCOPES.", "Correct FRANCECONNECT_SCOPES."})
	}
	if len(beyond) > 0 {
		f.fail("scopes", ofRegistration, text{"l’habilitation ne comprend pas " + strings.Join(beyond, ", "), "the habilitation does not have " + strings.Join(beyond, ", ")},
			text{"Retirez-les, ou rouvrez l’habilitation sur DataPass puis demandez la modification : " + changeClient, "Take them out, or reopen the habilitation on DataPass, then ask for the change: " + changeClient}).form = dataPass
	}
	if len(data) > 0 {
		f.warn("scopes", ofRegistration, text{"des données viennent d’autres administrations : " + strings.Join(data, ", "), "some data come from other administrations: " + strings.Join(data, ", ")},
			text{"Chacune demande une habilitation à part.", "Each wants a habilitation of its own."}).form = dataPass
	}
	if len(*f) > before {
		return
	}
	if len(asked) == 0 {
		f.ok("scopes", text{"openid seul : le portail ne saura que le sub", "openid alone: the portal will know the sub and no more"})
		return
	}
	f.ok("scopes", text{"demandés : " + strings.Join(expand(asked), " "), "asked for: " + strings.Join(expand(asked), " ")})
}

// checkLevel says which level is asked for; New has refused the others.
func checkLevel(f *findings, p *portal) {
	if p.wrong("level") || p.place.env == nil {
		return
	}
	level := p.config.Level.String()
	switch {
	case level != "":
	case p.place.platform == franceconnect.Plus:
		level = franceconnect.Eidas2.String()
	default:
		level = franceconnect.Eidas1.String()
	}
	f.ok("level", text{"demandé : " + level, "asked for: " + level})
}
