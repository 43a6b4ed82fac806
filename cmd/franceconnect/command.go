package main

import (
	"context"
	"slices"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A command is one of the program's.
type command struct {
	name    string
	french  []string  // its other names
	words   text.Text // what it takes behind its name; empty if nothing
	choices []string  // the words that it knows, for completion
	summary text.Text
	json    bool // it can write for programs

	// prepare returns the command's own options and the function that runs it
	// when they are read.
	prepare func(*program) ([]option, runner)
}

// A runner runs a command with the words behind its name, and returns the exit
// status.
type runner func(ctx context.Context, words []string) int

// commands returns the table that runs, documents and completes the program.
func commands() []command {
	return []command{
		{
			name: "check", french: []string{"verifier", "vérifier"}, json: true, prepare: (*program).prepareCheck,
			summary: text.Of("vérifie les réglages ; avec -reseau, FranceConnect et le portail aussi", "checks the settings; with -reseau, FranceConnect and the portal too"),
		},
		{
			name: "fleet", french: []string{"parc"}, json: true, prepare: (*program).prepareFleet,
			words:   text.Of("DOSSIER | FICHIER.csv", "FOLDER | FILE.csv"),
			summary: text.Of("vérifie les portails de toutes les villes d’un éditeur, une ligne par ville", "checks the portals of all of an editor’s towns, one line a town"),
		},
		{
			name: "sheet", french: []string{"fiche"}, json: true, prepare: (*program).prepareSheet,
			summary: text.Of("la fiche d’inscription, formulaire par formulaire", "the registration sheet, form by form"),
		},
		{
			name: "steps", french: []string{"etapes", "étapes"}, json: true, prepare: (*program).prepareSteps,
			summary: text.Of("le chemin, du compte ProConnect à la production", "the path, from the ProConnect account to production"),
		},
		{
			name: "explain", french: []string{"erreur"}, json: true, prepare: (*program).prepareExplain,
			words:   text.Of("CODE", "CODE"),
			summary: text.Of("ce que veut dire un code de FranceConnect ou un mot du journal, et que faire", "what a code of FranceConnect’s or a word of the log means, and what to do"),
		},
		{
			name: "keys", french: []string{"cles", "clés"}, json: true, prepare: (*program).prepareKeys,
			words: text.Of("[cookies | decryption FICHIER]", "[cookies | decryption FILE]"), choices: []string{"cookies", "decryption"},
			summary: text.Of("une clé pour les cookies, ou une clé de déchiffrement pour FranceConnect+", "a key for the cookies, or a decryption key for FranceConnect+"),
		},
		{
			name: "booklet", french: []string{"cahier"}, json: true, prepare: (*program).prepareBooklet,
			summary: text.Of("le cahier de recette, rôle par rôle, avec des cases à cocher", "the acceptance tests, role by role, with boxes to tick"),
		},
		{
			name: "mails", french: []string{"courriels"}, json: true, prepare: (*program).prepareMails,
			summary: text.Of("les courriels prêts à envoyer : à l’organisme, au responsable de traitement et au délégué, à l’instructeur", "the e-mails ready to send: to the organisation, to the data controller and officer, to the examiner"),
		},
		{
			name: "page", prepare: (*program).preparePage,
			summary: text.Of("une page HTML qui fait tout cela sauf check, sans terminal, sans réseau, sans rien installer", "an HTML page that does all this but check, without a terminal, a network or anything installed"),
		},
		{
			name: "completion", prepare: (*program).prepareCompletion,
			words: text.Of("bash | zsh | fish", "bash | zsh | fish"), choices: shells(),
			summary: text.Of("le script qui complète les commandes dans un interpréteur", "the script that completes commands in a shell"),
		},
	}
}

// names returns all names of a command.
func (c command) names() []string { return append([]string{c.name}, c.french...) }

// findCommand finds a command by one of its names.
func findCommand(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return slices.Contains(c.names(), name) })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}
