package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A step is one of the path.
type step struct {
	title  text
	site   string
	needed text // what to have at hand
	back   text // what comes of it
}

// A toldStep is one in a language, for programs.
type toldStep struct {
	Title  string `json:"title"`
	Site   string `json:"site,omitempty"`
	Needed string `json:"needed,omitempty"`
	Back   string `json:"result,omitempty"`
}

// etapes shows the path from the ProConnect account to production.
func (d *doctor) etapes(_ context.Context, args []string) int {
	flags := d.flags("etapes")
	platform := flags.String("plateforme", "", "v2, plus, v1")
	aiden := flags.String("aiden", "", "`version` d’Aiden, comme / of Aiden, such as 9.2025.93")
	certified := flags.Bool("certifie", false, "le produit est certifié : pas de qualification / the product is certified: no qualification")
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	on := franceconnect.Platform(*platform)
	note := text{}
	if *aiden != "" {
		v2, ok := aidenV2(*aiden)
		if !ok {
			return d.misuse(flags, text{"-aiden n’est pas une version, comme 9.2025.93", "-aiden is not a version, such as 9.2025.93"})
		}
		*certified = true
		if on == "" && !v2 {
			on = franceconnect.V1
		}
		note = text{"Aiden " + *aiden + " : FranceConnect v2, car la version est 9.2025.93 ou une suivante.", "Aiden " + *aiden + ": FranceConnect v2, as the version is 9.2025.93 or later."}
		if !v2 {
			note = text{"Aiden " + *aiden + " : FranceConnect v1, car la version précède 9.2025.93. Mieux vaut mettre Aiden à jour : la v1 ferme.",
				"Aiden " + *aiden + ": FranceConnect v1, as the version is before 9.2025.93. Better update Aiden: v1 is closing."}
		}
	}
	if on == "" {
		on = franceconnect.V2
	}
	if len(words) > 0 || on != franceconnect.V2 && on != franceconnect.Plus && on != franceconnect.V1 {
		return d.misuse(flags, text{"-plateforme vaut v2, plus ou v1", "-plateforme is v2, plus or v1"})
	}
	d.printSteps(steps(on, *certified), on, note)
	return succeeded
}

func (d *doctor) printSteps(path []step, on franceconnect.Platform, note text) {
	if d.asJSON {
		all := make([]toldStep, len(path))
		for i, s := range path {
			all[i] = toldStep{d.say(s.title), s.site, d.say(s.needed), d.say(s.back)}
		}
		d.writeJSON(map[string]any{"platform": on, "note": d.say(note), "steps": all})
		return
	}
	if said := d.say(note); said != "" {
		fmt.Fprintln(d.out, said+"\n")
	}
	for i, s := range path {
		fmt.Fprintf(d.out, "%s\n", d.paint(bold, fmt.Sprintf("%d. %s", i+1, d.say(s.title))))
		for _, line := range []struct{ name, said string }{
			{"", s.site},
			{d.say(text{"à prévoir : ", "needed: "}), d.say(s.needed)},
			{d.say(text{"résultat : ", "result: "}), d.say(s.back)},
		} {
			if line.said != "" {
				fmt.Fprintln(d.out, "   "+line.name+line.said)
			}
		}
	}
	fmt.Fprintln(d.out, "\n"+d.say(text{
		"D’après les procédures publiées jusqu’en novembre 2026 ; elles changent : en cas d’écart, les sites officiels ont raison.",
		"From the procedures published until November 2026; they change: where they differ, the official sites are right."}))
}

// steps is the path of a platform.
func steps(on franceconnect.Platform, certified bool) []step {
	form, test, testBack, qualification := newClient, partners, text{"identifiant et secret, tout de suite", "client id and secret, at once"}, qualify
	env := "sandbox"
	switch on {
	case franceconnect.Plus:
		form, test, qualification, env = newClientPlus, newClientPlus, qualifyPlus, "integration-plus"
	case franceconnect.V1:
		form, test, env = newClientV1, newClientV1, "integration-v1"
	}
	create := text{"Créer une instance de test (facultatif si le produit est certifié)", "Make a test instance (optional if the product is certified)"}
	if on != franceconnect.V2 {
		create = text{"Demander un client d’intégration (facultatif si le produit est certifié)", "Ask for an integration client (optional if the product is certified)"}
		testBack = text{"identifiant et secret, par la messagerie du dossier", "client id and secret, in the messages of the file"}
	}
	needTest := text{"doctor fiche -env " + env, "doctor fiche -env " + env}
	production := "production"
	if i := strings.IndexByte(env, '-'); i > 0 {
		production += env[i:]
	}
	path := []step{
		{text{"Compte ProConnect, rattaché à l’organisation", "ProConnect account, attached to the organisation"}, dataPass,
			text{"le SIRET de l’organisation", "the organisation’s SIRET"}, text{"un courriel d’activation", "an activation e-mail"}},
		{text{"Demande d’habilitation : « Une API sur api.gouv.fr », puis « FranceConnect et les API FranceConnectées », « Remplir une demande »",
			"Habilitation request: “Une API sur api.gouv.fr”, then “FranceConnect et les API FranceConnectées”, “Remplir une demande”"}, dataPass,
			text{"doctor fiche ; les contacts (responsable de traitement, délégué à la protection des données, contact technique) ; lire et accepter les conditions d’utilisation", "doctor fiche; the contacts (data controller, data protection officer, technical contact); the terms of use read and accepted"},
			text{"un courriel d’acceptation, en 5 à 7 jours ouvrés ; en cas de refus, écrire à l’instructeur par la messagerie de la demande", "an e-mail of acceptance, in 5 to 7 working days; if it is refused, write to the examiner in the messages of the request"}},
		{create, test, needTest, testBack},
	}
	if on == franceconnect.Plus {
		path = append(path, step{text{"Faire les clés de déchiffrement et publier leur partie publique", "Make the decryption keys and publish their public part"}, "",
			text{"doctor cles dechiffrement cles.json", "doctor cles dechiffrement cles.json"}, text{"un fichier secret, et l’adresse jwks_uri", "a secret file, and the jwks_uri address"}})
	}
	path = append(path, step{text{"Configurer le portail et vérifier", "Set the portal up and check"}, "",
		text{"doctor cles ; doctor verifier -reseau", "doctor cles; doctor verifier -reseau"}, text{"aucun échec", "nothing failed"}})
	if !certified {
		path = append(path, step{text{"Qualification par FranceConnect", "Qualification by FranceConnect"}, qualification,
			text{"les écrans du parcours, la déconnexion, l’autre moyen de connexion", "the screens of the journey, the sign-out, the other way to sign in"}, text{"un accord pour la production", "an agreement for production"}})
	}
	return append(path,
		step{text{"Demande de production", "Production request"}, form,
			text{"un compte demarches-simplifiees.fr, le numéro DataPass validé, un téléphone portable, doctor fiche -env " + production, "a demarches-simplifiees.fr account, the validated DataPass number, a mobile phone, doctor fiche -env " + production},
			text{"l’identifiant : onglet « traités », dossier « Accepté », « Messagerie » ; le secret : par SMS ; environ 7 jours ouvrés", "the client id: tab “traités”, the file “Accepté”, “Messagerie”; the secret: by SMS; about 7 working days"}},
		step{text{"Mise en production", "Going live"}, "",
			text{"FRANCECONNECT_ENVIRONMENT=" + production + " ; doctor verifier -reseau ; se connecter et se déconnecter une fois", "FRANCECONNECT_ENVIRONMENT=" + production + "; doctor verifier -reseau; sign in and out once"}, text{}})
}
