//go:build !js

package main

import (
	"html/template"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/webpage"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// questions returns the page: what it asks for each command, of what their
// options take. Identifier and secret are not among it.
func (prog *program) questions() webpage.Page {
	ask := func(name string, label, help text.Text) webpage.Question {
		return webpage.Question{Name: name, Is: webpage.Option, Label: prog.say(label), Help: prog.say(help)}
	}
	none := text.Text{}
	environment := ask("env", text.Of("Environnement", "Environment"), none)
	environment.Choices = append(environment.Choices, webpage.Choice{Label: prog.say(text.Of("je ne sais pas", "I do not know"))})
	for _, preset := range presets {
		environment.Choices = append(environment.Choices, webpage.Choice{Value: string(preset), Label: prog.say(environmentOf(preset).title())})
	}
	data := webpage.Question{Name: "FRANCECONNECT_SCOPES", Is: webpage.Variable, Many: true, Label: prog.say(text.Of("Les données que le portail demande ; aucune case si l’éditeur les connaît", "The data that the portal asks for; none if the editor knows them"))}
	for _, s := range scopes.On(string(franceconnect.V2)) {
		if s.Provider == "" && s.Label != "" && s.Name != "openid" {
			data.Choices = append(data.Choices, webpage.Choice{Value: s.Name, Label: s.Label})
		}
	}
	portal := webpage.Question{Name: "PORTAL_URL", Is: webpage.Variable, Label: prog.say(text.Of("Adresse du portail", "Address of the portal")), Help: prog.say(text.Of("celle que vous voyez dans le navigateur, comme https://portail.example.fr", "the one that the browser shows, such as https://portail.example.fr"))}
	kind := ask("organisme", text.Of("L’organisme est", "The organisation is"), none)
	kind.Choices = []webpage.Choice{{Value: "public", Label: prog.say(text.Of("une administration", "an administration"))}, {Value: "prive", Label: prog.say(text.Of("une entreprise ou une association", "a company or an association"))}}

	return webpage.Page{
		Lang:    prog.say(text.Of("fr", "en")),
		Title:   prog.say(text.Of("FranceConnect : de l’habilitation à la production", "FranceConnect: from the habilitation to production")),
		Intro:   prog.say(text.Of("Répondez à ce que vous savez : le reste sera marqué « à compléter ». Rien de ce que vous écrivez ne quitte cette page, qui n’a pas accès au réseau.", "Answer what you know: the rest will be marked “to be filled in”. Nothing that you write leaves this page, which has no access to the network.")),
		Waiting: prog.say(text.Of("La page se prépare…", "The page is getting ready…")),
		TooOld:  prog.say(text.Of("Ce navigateur est trop ancien pour cette page : prenez-en un de 2023 ou après.", "This browser is too old for this page: take one of 2023 or later.")),
		Secret:  prog.say(text.Of("Ce que vous avez collé ressemble à un secret, qui n’a pas sa place ici : il a été effacé.", "What you pasted looks like a secret, which has no place here: it was taken away.")),
		Print:   prog.say(text.Of("Imprimer", "Print")),
		Style:   template.CSS(paperCSS),
		Forms: []webpage.Form{
			{
				ID: "portail", Commands: prog.pageCommands("steps", "sheet"),
				Title:  prog.say(text.Of("Les étapes et la fiche à recopier", "The steps and the sheet to copy")),
				Button: prog.say(text.Of("Établir la fiche", "Make the sheet")),
				Result: prog.say(text.Of("Vos étapes et votre fiche", "Your steps and your sheet")),
				Groups: []webpage.Group{
					{Title: prog.say(text.Of("Le portail", "The portal")), Questions: []webpage.Question{environment, portal, data}},
					{Title: prog.say(text.Of("L’organisme", "The organisation")), Questions: []webpage.Question{
						ask("organisation", text.Of("Nom de l’organisme", "Name of the organisation"), text.Of("exactement celui de l’habilitation", "exactly that of the habilitation")),
						ask("siret", text.Of("SIRET", "SIRET"), text.Of("14 chiffres", "14 digits")),
						kind,
						ask("service", text.Of("Nom du service", "Name of the service"), none),
						ask("datapass", text.Of("Numéro de la demande DataPass", "Number of the DataPass request"), text.Of("si elle est validée", "if it is validated")),
						ask("contact", text.Of("Courriel du contact technique", "E-mail of the technical contact"), text.Of("une personne de l’organisme, pas de l’éditeur", "somebody of the organisation, not of the editor")),
						ask("mobile", text.Of("Téléphone portable qui recevra le secret", "Mobile phone that will receive the secret"), none),
						ask("autre", text.Of("L’autre connexion du portail", "The portal’s other sign-in"), text.Of("son adresse", "its address")),
					}},
				},
			},
			{
				ID: "code", Commands: prog.pageCommands("explain"),
				Title:  prog.say(text.Of("Un code d’erreur", "An error code")),
				Button: prog.say(text.Of("Expliquer", "Explain")),
				Result: prog.say(text.Of("Ce que veut dire le code", "What the code means")),
				Groups: []webpage.Group{{Title: prog.say(text.Of("Le code", "The code")), Questions: []webpage.Question{
					{Name: "code", Is: webpage.Word, Label: prog.say(text.Of("Code que montre la page d’erreur", "Code that the error page shows")), Help: prog.say(text.Of("comme Y030007 ou access_denied", "such as Y030007 or access_denied"))},
				}}},
			},
		},
	}
}

// pageCommands returns commands with the names of their options.
func (prog *program) pageCommands(names ...string) (all []webpage.Command) {
	for _, name := range names {
		c, _ := findCommand(name)
		options, _ := c.prepare(prog)
		taken := []string{}
		for _, o := range options {
			taken = append(taken, o.name)
		}
		all = append(all, webpage.Command{Name: name, Options: taken})
	}
	return all
}
