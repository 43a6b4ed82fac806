package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A jsonStep is a step in one language, for programs.
type jsonStep struct {
	Title  string `json:"title"`
	Site   string `json:"site,omitempty"`
	Needed string `json:"needed,omitempty"`
	Back   string `json:"result,omitempty"`
	Done   bool   `json:"done,omitempty"` // the variables say so
}

// prepareSteps returns the options of steps, and what shows the path from the
// ProConnect account to production.
func (prog *program) prepareSteps() ([]option, runner) {
	platform, version, editor, certified := "", "", "", false
	options := []option{
		choiceOption("plateforme", &platform, text.Of("nom", "name"), text.Of("v2, plus ou v1", "v2, plus or v1"), "v2", "plus", "v1"),
		{
			name: "aiden", value: text.Of("version", "version"), usage: text.Of("celle d’Aiden, comme 9.2025.93", "that of Aiden, such as 9.2025.93"),
			set: func(v string) text.Text {
				if _, ok := aidenV2(v); !ok {
					return text.Of("-aiden n’est pas une version, comme 9.2025.93", "-aiden is not a version, such as 9.2025.93")
				}
				version = v
				return text.Text{}
			},
		},
		switchOption("certifie", &certified, text.Of("le produit est certifié : pas de qualification", "the product is certified: no qualification")),
		textOption("editeur", &editor, text.Of("éditeur", "editor"), text.Of("celui du produit certifié, comme MGDIS", "that of the certified product, such as MGDIS")),
	}
	return options, func(context.Context, []string) int {
		return prog.steps(franceconnect.Platform(platform), version, certified || editor != "" || version != "")
	}
}

// steps shows the path on a platform; version is that of Aiden, or "".
func (prog *program) steps(on franceconnect.Platform, version string, certified bool) int {
	note := text.Text{}
	if version != "" {
		v2, _ := aidenV2(version)
		if on == "" && !v2 {
			on = franceconnect.V1
		}
		note = text.Of("Aiden "+version+" : FranceConnect v2, car la version est 9.2025.93 ou une suivante.", "Aiden "+version+": FranceConnect v2, as the version is 9.2025.93 or later.")
		if !v2 {
			note = text.Of("Aiden "+version+" : FranceConnect v1, car la version précède 9.2025.93 (guide du 24/06/2025). Mieux vaut mettre Aiden à jour : la v1 ferme.",
				"Aiden "+version+": FranceConnect v1, as the version is before 9.2025.93 (guide of 24/06/2025). Better update Aiden: v1 is closing.")
		}
	}
	on = cmp.Or(on, franceconnect.V2)
	if on == franceconnect.V1 && note.French == "" {
		note = text.Of("FranceConnect v1 ferme : le guide du 24/06/2025 ne la donne que pour Aiden avant 9.2025.93, et le 23/09/2026 des portails l’ont vue fermée ou renvoyée ailleurs. La bibliothèque la parle toujours ; demandez plutôt un client v2 (franceconnect steps).",
			"FranceConnect v1 is closing: the guide of 24/06/2025 has it for Aiden before 9.2025.93 alone, and on 23/09/2026 portals saw it closed or sent elsewhere. The library speaks it still; better ask for a v2 client (franceconnect steps).")
	}
	prog.printSteps(prog.markDone(steps(on, certified), on), on, note)
	return succeeded
}

func (prog *program) printSteps(path []step, on franceconnect.Platform, note text.Text) {
	if prog.asJSON {
		all := make([]jsonStep, len(path))
		for i, s := range path {
			all[i] = jsonStep{prog.say(s.title), s.site, prog.say(s.needed), prog.say(s.result), s.done}
		}
		prog.writeJSON(map[string]any{"platform": on, "note": prog.say(note), "steps": all})
		return
	}
	if said := prog.say(note); said != "" {
		fmt.Fprintln(prog.stdout, said+"\n")
	}
	for i, s := range path {
		fmt.Fprintln(prog.stdout, map[bool]string{true: prog.paint(green, "☑"), false: "☐"}[s.done]+" "+prog.paint(bold, fmt.Sprintf("%d. %s", i+1, prog.say(s.title))))
		for _, line := range []struct{ name, said string }{
			{"", s.site},
			{prog.say(text.Of("à prévoir : ", "needed: ")), prog.say(s.needed)},
			{prog.say(text.Of("résultat : ", "result: ")), prog.say(s.result)},
		} {
			if line.said != "" {
				fmt.Fprintln(prog.stdout, "   "+line.name+line.said)
			}
		}
	}
	if slices.ContainsFunc(path, func(s step) bool { return s.done }) {
		fmt.Fprintln(prog.stdout, "\n"+prog.say(text.Of("☑ : fait, d’après les variables d’ici.", "☑: done, from the variables here.")))
	}
	fmt.Fprintln(prog.stdout, "\n"+prog.say(sourcesNote))
}

// markDone marks the steps that the variables show to be behind.
func (prog *program) markDone(path []step, on franceconnect.Platform) []step {
	p := &portal{}
	p.readSettings(prog.getenv)
	if p.environment.Platform != on {
		return path
	}
	client := p.config.ClientID != "" && p.config.ClientSecret != ""
	shown := map[evidence]bool{anyClient: client, liveClient: client && p.environment.isProduction(), ownKeys: len(p.config.DecryptionKeys) > 0}
	for i := range path {
		path[i].done = shown[path[i].shownBy] || path[i].shownBy != ownKeys && path[i].shownBy != "" && shown[liveClient]
	}
	return path
}
