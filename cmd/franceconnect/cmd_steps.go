package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A jsonStep is a step in one language, for programs.
type jsonStep struct {
	When   string   `json:"when,omitempty"`
	Title  string   `json:"title"`
	Site   string   `json:"site,omitempty"`
	Needed []string `json:"needed,omitempty"`
	Back   []string `json:"result,omitempty"`
	Done   bool     `json:"done,omitempty"` // the variables say so
}

// prepareSteps returns the options of steps, and what shows the path from the
// ProConnect account to production.
func (prog *program) prepareSteps() ([]option, runner) {
	platform, format, d := "", "text", &product{}
	options := append([]option{
		choiceOption("plateforme", &platform, text.Of("nom", "name"), text.Of("v2, plus ou v1", "v2, plus or v1"), "v2", "plus", "v1"),
	}, d.options(prog.stdin)...)
	options = append(options, choiceOption("format", &format, text.Of("format", "format"), text.Of("text ou html", "text or html"), "text", "html"), switchOption("certifie", &d.certified, text.Of("le produit, sans profil, est certifié : pas de qualification", "the product, without a profile, is certified: no qualification")))
	return options, func(context.Context, []string) int {
		for _, why := range []text.Text{d.check(), d.checkPlatform(franceconnect.Platform(platform))} {
			if why.French != "" {
				return prog.usageError("steps", why)
			}
		}
		return prog.steps(franceconnect.Platform(platform), d, format)
	}
}

// steps shows the path of a product on a platform, which may be that of its
// version.
func (prog *program) steps(on franceconnect.Platform, d *product, format string) int {
	note, branches := d.explain(), d.branches()
	if on != "" {
		branches = []branch{{platform: on}}
	}
	if on == franceconnect.V1 && d.profile == nil {
		note = text.Of("FranceConnect v1 ferme : le 23/09/2026, des portails l’ont vue fermée ou renvoyée ailleurs. La bibliothèque la parle toujours ; demandez plutôt un client v2 (franceconnect steps).",
			"FranceConnect v1 is closing: on 23/09/2026 portals saw it closed or sent elsewhere. The library speaks it still; better ask for a v2 client (franceconnect steps).")
	}
	path := d.ownSteps(branches[0].platform)
	if d.profile != nil {
		path = d.productSteps(branches)
		note = note.Then(text.Of(" Un écart avec ce que vous voyez ? Dites-le à "+d.profile.Editor+".", " Something differs from what you see? Tell "+d.profile.Editor+"."))
	}
	path = prog.markDone(path, branches[0].platform)
	switch {
	case prog.asJSON:
		prog.writeSteps(path, branches, note)
	case format == "html":
		title := text.Of("FranceConnect, étape par étape", "FranceConnect, step by step")
		paper{sheet: sheet{Title: prog.say(title), Note: prog.say(note), Sections: prog.stepSections(path, branches), Facts: prog.say(sourcesNote)}, tick: sections}.html(prog.stdout, prog)
	default:
		prog.printSteps(path, branches, note)
	}
	return succeeded
}

// writeSteps writes the steps for programs.
func (prog *program) writeSteps(path []step, branches []branch, note text.Text) {
	all := make([]jsonStep, len(path))
	for i, s := range path {
		all[i] = jsonStep{prog.say(s.when), prog.say(s.title), s.site, prog.sayAll(s.needed), prog.sayAll(s.result), s.done}
	}
	platforms := []franceconnect.Platform{}
	for _, b := range branches {
		platforms = append(platforms, b.platform)
	}
	prog.writeJSON(map[string]any{"platforms": platforms, "note": prog.say(note), "steps": all})
}

// stepSections returns the steps, numbered: one of another branch has the number
// of the first’s.
func (prog *program) stepSections(path []step, branches []branch) (all []section) {
	number := 0
	for i, s := range path {
		if s.when.French == "" || i == 0 || path[i-1].when.French == "" || s.when == branches[0].when {
			number++
		}
		title := prog.say(s.title)
		if s.when.French != "" {
			title = "[" + prog.say(s.when) + "] " + title
		}
		one := section{Title: fmt.Sprintf("%d. %s", number, title), Form: s.site, Done: s.done}
		for _, f := range []struct {
			name text.Text
			said []text.Text
		}{{text.Of("à prévoir", "needed"), s.needed}, {text.Of("résultat", "result"), s.result}} {
			if len(f.said) > 0 {
				one.add(prog.say(f.name), prog.sayAll(f.said)...)
			}
		}
		all = append(all, one)
	}
	return all
}

// printSteps writes the steps for reading.
func (prog *program) printSteps(path []step, branches []branch, note text.Text) {
	if said := prog.say(note); said != "" {
		fmt.Fprintln(prog.stdout, said+"\n")
	}
	for _, s := range prog.stepSections(path, branches) {
		fmt.Fprintln(prog.stdout, map[bool]string{true: prog.paint(green, "☑"), false: "☐"}[s.Done]+" "+prog.paint(bold, s.Title))
		if s.Form != "" {
			fmt.Fprintln(prog.stdout, "   "+s.Form)
		}
		for _, f := range s.Fields {
			prog.printList(f)
		}
	}
	if slices.ContainsFunc(path, func(s step) bool { return s.done }) {
		fmt.Fprintln(prog.stdout, "\n"+prog.say(text.Of("☑ : fait, d’après les variables d’ici.", "☑: done, from the variables here.")))
	}
	fmt.Fprintln(prog.stdout, "\n"+prog.say(sourcesNote))
}

// printList prints what is needed for a step, or what comes of it, line by line.
func (prog *program) printList(f field) {
	if len(f.Values) == 1 {
		fmt.Fprintln(prog.stdout, "   "+f.Label+prog.say(text.Of(" : ", ": "))+f.Values[0])
		return
	}
	fmt.Fprintln(prog.stdout, "   "+f.Label+prog.say(text.Of(" :", ":")))
	for _, one := range f.Values {
		fmt.Fprintln(prog.stdout, "     · "+one)
	}
}

// markDone marks the steps that the variables show to be behind. A client of the mock
// shows nothing.
func (prog *program) markDone(path []step, on franceconnect.Platform) []step {
	p := &portal{}
	p.readSettings(prog.getenv)
	if p.environment.Platform != on {
		return path
	}
	client := p.environment.name != "" && p.config.ClientID != "" && p.config.ClientSecret != ""
	shown := map[evidence]bool{anyClient: client, liveClient: client && p.environment.isProduction(), ownKeys: len(p.config.DecryptionKeys) > 0}
	for i := range path {
		path[i].done = shown[path[i].shownBy] || path[i].shownBy != ownKeys && path[i].shownBy != "" && shown[liveClient]
	}
	return path
}
