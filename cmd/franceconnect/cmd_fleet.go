package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A fleet is the portals of an editor's towns, and how they are looked at.
type fleet struct {
	model  portal // what all of them have
	source string // a folder of settings, or a CSV of towns
	format string
	online bool
	pace   time.Duration // from one town to the next, with -reseau
	state  string        // file in which the run is kept
	since  string        // file of an earlier run
}

// Bounds on what the towns' portals and FranceConnect are asked.
const (
	usualPace = time.Second
	leastPace = 200 * time.Millisecond
	townTime  = time.Minute // for one of them
	keepEvery = 20          // towns, before the run is written down again

	resumeWithin = 24 * time.Hour // an older answer is asked for again
)

// fleetOptions are those of one portal that all towns can have.
var fleetOptions = []string{"profil", "secrets", "connexion", "depart", "retour", "deconnexion", "jwks"}

// prepareFleet returns the options of fleet, and what looks at the towns.
func (prog *program) prepareFleet() ([]option, runner) {
	f := &fleet{format: "table", pace: usualPace}
	file := text.Of("fichier", "file")
	options := []option{
		choiceOption("format", &f.format, text.Of("format", "format"), text.Of("table, csv pour un tableur, json, html à imprimer, junit pour l’intégration continue", "table, csv for a spreadsheet, json, html to print, junit for continuous integration"), "table", "csv", "json", "html", "junit"),
		switchOption("reseau", &f.online, text.Of("interroge aussi FranceConnect et chaque portail, comme check -reseau, une ville après l’autre", "asks FranceConnect and each portal too, as check -reseau does, one town after the other")),
		{
			name: "rythme", value: text.Of("durée", "duration"), usage: text.Of("avec -reseau, d’une ville à la suivante : 200ms au moins", "with -reseau, from one town to the next: 200ms at least"), initial: usualPace.String(),
			set: func(value string) text.Text {
				pace, err := time.ParseDuration(value)
				if err != nil || pace < leastPace {
					return text.Of("-rythme "+value+" : ce n’est pas une durée de 200ms au moins, comme 1s", "-rythme "+value+": this is not a duration of 200ms at least, such as 1s")
				}
				f.pace = pace
				return text.Text{}
			},
		},
		pathOption("etat", &f.state, file, text.Of("y garde le JSON de la passe ; d’une passe interrompue depuis moins d’un jour, ne redemande pas ce qui l’a été", "keeps the JSON of the run there; of a run that was interrupted less than a day ago, does not ask again what was asked")),
		pathOption("depuis", &f.since, file, text.Of("JSON d’une passe précédente : ne montre que ce qui a changé", "JSON of an earlier run: shows only what has changed")),
	}
	for _, o := range f.model.options(prog.stdin) {
		if slices.Contains(fleetOptions, o.name) {
			if o.name == "secrets" {
				o.usage = text.Of("celui des fichiers de secrets : un sous-dossier par fichier d’un dossier, qui a son nom sans .json ; sans lui, les secrets ne sont pas vérifiés", "that of the files of secrets: a folder below it for each file of a folder, with its name without .json; without it, secrets are not checked")
			}
			options = append(options, o)
		}
	}
	return options, func(ctx context.Context, words []string) int {
		if len(words) != 1 {
			return prog.usageError("fleet", text.Of("il faut un dossier de réglages, ou un fichier CSV de villes", "want a folder of settings, or a CSV file of towns"))
		}
		f.source = words[0]
		return prog.fleet(ctx, f)
	}
}

// fleet looks at the towns and writes what it found. It fails if a town is to be
// corrected, or since an earlier run has something more to be corrected, or if it
// was interrupted.
func (prog *program) fleet(ctx context.Context, f *fleet) int {
	towns, ignored, why := readTowns(f.source, f.model.secrets)
	if why.French != "" {
		return prog.usageError("fleet", text.Of("fleet "+f.source+" : ", "fleet "+f.source+": ").Then(why))
	}
	var last, begun *fleetRun
	if f.since != "" {
		if f.state != "" && filepath.Clean(f.since) == filepath.Clean(f.state) {
			return prog.usageError("fleet", text.Of("-etat et -depuis veulent deux fichiers : le premier est récrit", "-etat and -depuis want two files: the first is written anew"))
		}
		if last, why = readRun("-depuis", f.since); why.French != "" {
			return prog.usageError("fleet", why)
		}
	}
	if f.state != "" {
		if begun, why = readBegun(f.state); why.French != "" {
			return prog.usageError("fleet", why)
		}
	}
	run := prog.beginRun(f, towns, ignored)
	if why := prog.askFleet(ctx, f, towns, run, begun); why.French != "" {
		return prog.usageError("fleet", why)
	}
	if last != nil {
		changes := run.since(last)
		prog.writeFleet(f.format, run, prog.rowsOfChanges(changes), changes)
		if !run.Complete || changes.worse() {
			return failed
		}
		return succeeded
	}
	prog.writeFleet(f.format, run, prog.rowsOfTowns(run), nil)
	if !run.Complete || run.Summary.ToCorrect > 0 {
		return failed
	}
	return succeeded
}
