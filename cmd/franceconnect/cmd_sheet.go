package main

import (
	"cmp"
	"context"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// prepareSheet returns the options of sheet, and what prints the registration
// sheet.
func (prog *program) prepareSheet() ([]option, runner) {
	p, format := &portal{}, "text"
	options := append(p.options(prog.stdin), choiceOption("format", &format, text.Of("format", "format"), text.Of("text, html, md ou json", "text, html, md or json"), "text", "html", "md", "json"))
	return options, func(context.Context, []string) int { return prog.sheet(p, format) }
}

// sheet prints the registration sheet.
func (prog *program) sheet(p *portal, format string) int {
	said, wrong := p.readForPaper(prog)
	if wrong.French != "" {
		return prog.usageError("sheet", wrong)
	}
	branches := p.product.branches()
	if said {
		branches = p.branchOfEnvironment()
	}
	var f findings
	p.checkRegistration(&f)
	s := p.sheet(prog, f, branches)
	prog.writeSheet(s, format)
	if f.any(bad) {
		return failed
	}
	return succeeded
}

// writeSheet writes a sheet in a format, or for programs.
func (prog *program) writeSheet(s sheet, format string) {
	if prog.asJSON {
		format = "json"
	}
	switch format {
	case "json":
		prog.writeJSON(s)
	case "html":
		paper{sheet: s, tick: fields}.html(prog.stdout, prog)
	case "md":
		s.markdown(prog.stdout, prog)
	default:
		s.print(prog.stdout, prog)
	}
}

// readForPaper reads the settings of a portal that a paper is made for, and
// returns whether its environment was said, or what is wrong with what was given.
func (p *portal) readForPaper(prog *program) (said bool, wrong text.Text) {
	if why := p.product.check(); why.French != "" {
		return false, why
	}
	said = p.chooseEnvironment(prog.getenv)
	p.readSettings(prog.getenv)
	if p.unreadable {
		return false, text.Of("-reglages "+p.file+" "+p.problems[0].French, "-reglages "+p.file+" "+p.problems[0].English)
	}
	if wrong = p.misplacedSecret(); wrong.French != "" {
		return false, wrong
	}
	if !p.environment.isKnown() {
		return false, p.wrongEnvironment()
	}
	if p.siteURL == "" && p.url != "" {
		named := cmp.Or(p.givenName(), "PORTAL_URL") + " " + p.url
		return false, text.Of(named+" : ce n’est pas une adresse de la forme https://…", named+": this is not an address such as https://…")
	}
	return said, text.Text{}
}

// sheet makes the sheet for the portal's environment, or for the one of each
// branch, with what was found wrong in what the team gave.
func (p *portal) sheet(prog *program, f findings, branches []branch) sheet {
	s := sheet{Environment: p.environment.name, Facts: prog.say(sourcesNote), Title: prog.say(text.Of("Fiche d’inscription : ", "Registration sheet: ").Then(p.environment.title()))}
	s.Note = prog.say(p.product.explain())
	s.Sections = append(s.Sections, p.dataPassSection(prog, f))
	for _, b := range branches {
		one := *p
		if len(branches) > 1 {
			one.environment = productionOf(b.platform)
		}
		for _, section := range one.platformSections(prog, f) {
			section.When = prog.say(b.when)
			s.Sections = append(s.Sections, section)
		}
	}
	if p.environment.is(franceconnect.Sandbox) {
		s.Sections = append(s.Sections, p.firstTrySection(prog))
	}
	return s
}

// platformSections returns those that differ from one FranceConnect to another.
func (p *portal) platformSections(prog *program, f findings) (all []section) {
	if p.environment.is(franceconnect.Sandbox) || p.environment.name == "" && p.environment.Platform == franceconnect.V2 {
		all = append(all, p.instanceSection(prog, f))
	} else {
		all = append(all, p.requestSection(prog, f))
	}
	if p.environment.Platform == franceconnect.Plus {
		all = append(all, p.encryptionSection(prog))
	}
	if d := p.product.profile; d != nil && len(d.Screen.Fields) > 0 {
		all = append(all, p.screenSection(prog))
	} else {
		all = append(all, p.settingsSection(prog))
	}
	if !p.product.isHosted() {
		all = append(all, p.headersSection(prog))
	}
	return all
}

// chooseEnvironment chooses one where nobody did: of a product, production, as
// its version has it; of a portal of one's own, where everybody begins. It
// reports whether somebody did.
func (p *portal) chooseEnvironment(getenv func(string) string) (said bool) {
	switch {
	case p.environmentName != "" || p.file != "" || getenv(p.variable("FRANCECONNECT_ENVIRONMENT")) != "":
		return true
	case p.plus:
		p.environmentName = string(franceconnect.IntegrationPlus)
		return true
	case p.product.profile != nil:
		p.environmentName = productionOf(p.product.branches()[0].platform).name
		return false
	}
	p.environmentName = string(franceconnect.Sandbox)
	return true
}

// branchOfEnvironment returns the branch of an environment that was said.
func (p *portal) branchOfEnvironment() []branch {
	for _, b := range p.product.branches() {
		if b.platform == p.environment.Platform {
			return []branch{b}
		}
	}
	return []branch{{platform: p.environment.Platform}}
}

// wrongEnvironment says what is wrong with the name of the environment.
func (p *portal) wrongEnvironment() text.Text {
	name := "-env"
	if p.environmentName == "" {
		name = p.setting("FRANCECONNECT_ENVIRONMENT")
	}
	name += " " + p.getenv("FRANCECONNECT_ENVIRONMENT")
	for _, e := range p.problems {
		if checkNames[p.variableOf(e)] == "environment" {
			return text.Of(name+" : la valeur "+e.French, name+": the value "+e.English)
		}
	}
	return text.Of(name+" : ce n’est pas un environnement", name+": this is no environment")
}

// givenName returns the option that gave the address of the portal, or "".
func (p *portal) givenName() string {
	if p.givenURL == "" {
		return ""
	}
	return "-portail"
}
