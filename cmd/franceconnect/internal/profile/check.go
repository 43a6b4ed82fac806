package profile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

var (
	pathForm   = regexp.MustCompile(`^/[^\s?#]*$`)
	domainForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// check returns what is wrong with the values.
func (p *Profile) check() (all Problems) {
	wrong := func(field, french, english string) {
		all = append(all, Problem{field, text.Of(french, english)})
	}
	for _, f := range []struct{ name, value string }{{"editor", p.Editor}, {"product", p.Product}, {"source", p.Source}, {"date", p.Date}} {
		if strings.TrimSpace(f.value) == "" {
			wrong(f.name, "est absent", "is missing")
		}
	}
	if _, err := time.Parse(time.DateOnly, p.Date); p.Date != "" && err != nil {
		wrong("date", "n’est pas une date de la forme 2025-06-24", "is not a date of the form 2025-06-24")
	}
	if p.FirstV2 != "" && !IsVersion(p.FirstV2) {
		wrong("first_v2", "n’est pas une version : des nombres et des points", "is not a version: numbers and dots")
	}
	paths := []struct{ name, value string }{{"callback_path", p.CallbackPath}, {"logout_path", p.LogoutPath}, {"site.path", p.Site.Path}}
	for i, cut := range p.Site.Cut {
		paths = append(paths, struct{ name, value string }{fmt.Sprintf("site.cut[%d]", i), cut})
		if cut == "" || strings.Trim(cut, "/") == "" {
			wrong(fmt.Sprintf("site.cut[%d]", i), "est vide", "is empty")
		}
	}
	for _, f := range paths {
		if f.value != "" && !pathForm.MatchString(f.value) {
			wrong(f.name, "n’est pas un chemin : il commence par /, sans espace ni paramètre", "is not a path: it begins with /, without a space or a query")
		}
	}
	if p.CallbackPath != "" && p.CallbackPath == p.LogoutPath {
		wrong("logout_path", "est le même que callback_path", "is the same as callback_path")
	}
	if len(p.Site.Cut) > 0 && (p.Site.Path == "" || p.Site.Space == "") {
		wrong("site", "coupe une adresse (cut) sans dire de quel espace (space) ni par quoi la suivre (path)", "cuts an address (cut) without saying of which space (space) or what follows (path)")
	}
	for i, name := range p.Scopes {
		if s, known := scopes.Find(name); !known && s.Provider == "" && scopes.Group(name) == nil {
			wrong(fmt.Sprintf("scopes[%d]", i), "n’est pas un scope de FranceConnect", "is not a scope of FranceConnect’s")
		}
	}
	for i, domain := range p.MailDomains {
		if !domainForm.MatchString(domain) {
			wrong(fmt.Sprintf("mail_domains[%d]", i), "n’est pas un domaine, comme exemple.fr", "is not a domain, such as example.fr")
		}
	}
	for i, f := range p.Screen.Fields {
		name := fmt.Sprintf("screen.fields[%d]", i)
		switch {
		case strings.TrimSpace(f.Label) == "":
			wrong(name+".label", "est absent", "is missing")
		case !slices.Contains(Settings, f.Setting):
			wrong(name+".setting", "n’est aucun de "+strings.Join(Settings, ", "), "is none of "+strings.Join(Settings, ", "))
		}
	}
	if len(p.Screen.Fields) > 0 && len(p.Screen.Path) == 0 {
		wrong("screen.path", "est absent", "is missing")
	}
	return all
}
