//go:build !js

package main

import (
	"html/template"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/webpage"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// questions returns the page: what it asks for each command, of what their
// options take. Identifier and secret are not among it.
func (prog *program) questions(d *product) webpage.Page {
	return webpage.Page{
		Lang:    prog.say(text.Of("fr", "en")),
		Title:   prog.say(text.Of("FranceConnect : de l’habilitation à la production", "FranceConnect: from the habilitation to production")),
		Intro:   prog.say(text.Of("Répondez à ce que vous savez : le reste sera marqué « à compléter ». Rien de ce que vous écrivez ne quitte cette page, qui n’a pas accès au réseau. Où il est dit « franceconnect sheet », c’est la fiche de cette page ; un mot qui commence par un tiret, comme -portail, est une de ses questions ; « franceconnect check » est pour qui tient l’informatique.", "Answer what you know: the rest will be marked “to be filled in”. Nothing that you write leaves this page, which has no access to the network. Where it says “franceconnect sheet”, that is the sheet of this page; a word that begins with a dash, such as -portail, is one of its questions; “franceconnect check” is for whoever runs the computers.")),
		Waiting: prog.say(text.Of("La page se prépare…", "The page is getting ready…")),
		TooOld:  prog.say(text.Of("Ce navigateur est trop ancien pour cette page : prenez-en un de 2023 ou après.", "This browser is too old for this page: take one of 2023 or later.")),
		Secret:  prog.say(text.Of("Ce que vous avez collé ressemble à un secret, qui n’a pas sa place ici : il a été effacé.", "What you pasted looks like a secret, which has no place here: it was taken away.")),
		Print:   prog.say(text.Of("Imprimer", "Print")),
		Style:   template.CSS(paperCSS),
		Profile: d.profile,
		Forms:   []webpage.Form{prog.portalForm(d), prog.codeForm()},
	}
}

// portalForm asks what the steps and the sheet are made of.
func (prog *program) portalForm(d *product) webpage.Form {
	return webpage.Form{
		ID: "portail", Commands: prog.pageCommands("steps", "sheet", "mails", "booklet"),
		Title:  prog.say(text.Of("Les étapes, la fiche, les courriels, la recette", "The steps, the sheet, the mails, the acceptance tests")),
		Button: prog.say(text.Of("Tout préparer", "Prepare all")),
		Result: prog.say(text.Of("Vos documents", "Your papers")),
		Groups: []webpage.Group{
			{Title: prog.say(text.Of("Le portail", "The portal")), Questions: []webpage.Question{
				prog.askProduct(d),
				{Is: webpage.ProfileFile, Label: prog.say(text.Of("Profil d’un autre produit", "Profile of another product")), Help: prog.say(text.Of("un fichier JSON que donne son éditeur", "a JSON file that its editor gives"))},
				prog.ask("version-produit", text.Of("Version du produit", "Version of the product"), text.Of("telle que le produit l’affiche, en nombres et en points", "as the product shows it, in numbers and dots")),
				prog.ask("editeur", text.Of("Éditeur d’un produit sans profil", "Editor of a product without a profile"), none),
				prog.askEnvironment(),
				prog.ask("portail", text.Of("Adresse du portail", "Address of the portal"), text.Of("celle que montre le navigateur, comme https://portail.example.fr", "the one that the browser shows, such as https://portail.example.fr")),
				prog.ask("ancien-client", text.Of("Ancien identifiant client (Client ID), si le portail a déjà FranceConnect v1", "Former client id, if the portal has FranceConnect v1 already"), text.Of("sans lui, chaque compte serait perdu", "without it, each account would be lost")),
				prog.askData(),
			}},
			{Title: prog.say(text.Of("L’organisme", "The organisation")), Questions: []webpage.Question{
				prog.ask("organisation", text.Of("Nom de l’organisme", "Name of the organisation"), text.Of("exactement celui de l’habilitation", "exactly that of the habilitation")),
				prog.ask("siret", text.Of("SIRET", "SIRET"), text.Of("14 chiffres", "14 digits")),
				prog.askBody(),
				prog.ask("service", text.Of("Nom du service", "Name of the service"), none),
				prog.ask("datapass", text.Of("Numéro de la demande DataPass", "Number of the DataPass request"), text.Of("si elle est validée", "if it is validated")),
				prog.ask("contact", text.Of("Courriel du contact technique", "E-mail of the technical contact"), text.Of("une personne de l’organisme, pas de l’éditeur", "somebody of the organisation, not of the editor")),
				prog.ask("mobile", text.Of("Téléphone portable qui recevra le secret", "Mobile phone that will receive the secret"), none),
				prog.ask("autre", text.Of("L’autre connexion du portail", "The portal’s other sign-in"), text.Of("son adresse", "its address")),
			}},
			{Title: prog.say(text.Of("Le bouton", "The button")), Questions: []webpage.Question{
				prog.ask("fond", text.Of("Couleur de la page sous le bouton", "Colour of the page below the button"), text.Of("six chiffres hexadécimaux, comme 1e1e1e : la fiche dit lequel des deux boutons s’y voit", "six hexadecimal digits, such as 1e1e1e: the sheet says which of the two buttons is seen there")),
			}},
		},
	}
}

// codeForm asks for a code of FranceConnect's.
func (prog *program) codeForm() webpage.Form {
	return webpage.Form{
		ID: "code", Commands: prog.pageCommands("explain"),
		Title:  prog.say(text.Of("Un code d’erreur", "An error code")),
		Button: prog.say(text.Of("Expliquer", "Explain")),
		Result: prog.say(text.Of("Ce que veut dire le code", "What the code means")),
		Groups: []webpage.Group{{Title: prog.say(text.Of("Le code", "The code")), Questions: []webpage.Question{
			{Name: "code", Is: webpage.Word, Label: prog.say(text.Of("Code que montre la page d’erreur, ou mot du journal", "Code that the error page shows, or word of the log")), Help: prog.say(text.Of("comme Y030007, access_denied ou id_token.nonce", "such as Y030007, access_denied or id_token.nonce"))},
		}}},
	}
}

var none text.Text

// ask returns the question for an option.
func (prog *program) ask(option string, label, help text.Text) webpage.Question {
	return webpage.Question{Name: option, Is: webpage.Option, Label: prog.say(label), Help: prog.say(help)}
}

// askProduct asks for a profile: the one of the page, one in the program, or that
// of a file. A product that is named has it chosen.
func (prog *program) askProduct(d *product) webpage.Question {
	q := prog.ask("profil", text.Of("Le portail est", "The portal is"), none)
	choose := func(value string, of *product) {
		name := of.profile.Product + prog.say(text.Of(", de ", ", by ")) + of.profile.Editor
		q.Choices = append(q.Choices, webpage.Choice{Value: value, Label: name, Chosen: of == d})
	}
	q.Choices = []webpage.Choice{{Label: prog.say(text.Of("le nôtre, ou un produit sans profil", "our own, or a product without a profile"))}}
	for _, name := range profileNames() {
		if known := (&product{profileName: name}); !strings.EqualFold(name, d.profileName) {
			known.profile, _ = readProfile(name, nil)
			choose(name, known)
		}
	}
	if d.profile != nil {
		choose("-", d)
		return q
	}
	q.Choices = append(q.Choices, webpage.Choice{Value: "-", Label: prog.say(text.Of("le produit du fichier ci-dessous", "the product of the file below"))})
	return q
}

func (prog *program) askEnvironment() webpage.Question {
	q := prog.ask("env", text.Of("Environnement", "Environment"), none)
	q.Choices = []webpage.Choice{{Label: prog.say(text.Of("je ne sais pas", "I do not know"))}}
	for _, preset := range presets {
		q.Choices = append(q.Choices, webpage.Choice{Value: string(preset), Label: prog.say(environmentOf(preset).title())})
	}
	return q
}

// askData asks for the data of FranceConnect itself; those of other providers
// want a habilitation of their own.
func (prog *program) askData() webpage.Question {
	q := webpage.Question{Name: "FRANCECONNECT_SCOPES", Is: webpage.Variable, Many: true, Label: prog.say(text.Of("Les données que le portail demande ; aucune case si l’éditeur les connaît", "The data that the portal asks for; none if the editor knows them"))}
	for _, s := range scopes.On(string(franceconnect.V2)) {
		if s.Provider == "" && s.Label != "" && s.Name != "openid" {
			q.Choices = append(q.Choices, webpage.Choice{Value: s.Name, Label: s.Label})
		}
	}
	return q
}

func (prog *program) askBody() webpage.Question {
	q := prog.ask("organisme", text.Of("L’organisme est", "The organisation is"), none)
	q.Choices = []webpage.Choice{{Value: "public", Label: prog.say(text.Of("une administration", "an administration"))}, {Value: "prive", Label: prog.say(text.Of("une entreprise ou une association", "a company or an association"))}}
	return q
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
