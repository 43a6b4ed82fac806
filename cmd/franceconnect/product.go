package main

import (
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A product is the one of an editor's that the portal is, as far as it was said;
// the zero value is a portal of one's own.
type product struct {
	profile     *profile.Profile // nil without -profil
	profileName string           // as it was given
	version     string           // of the product
	editor      string           // one without a profile
	certified   bool             // and whether its product is
}

// profiles are those that the program brings, by the names of their files.
//
//go:embed profiles/*.json
var profiles embed.FS

// profileNames returns what the profiles in the program are called.
func profileNames() (names []string) {
	files, _ := fs.ReadDir(profiles, "profiles") // it is in the program
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".json"))
	}
	return names
}

// readProfile reads the profile of a name, or else that of a file; "-" is
// standard input.
func readProfile(name string, stdin io.Reader) (*profile.Profile, text.Text) {
	content, err := profiles.ReadFile("profiles/" + strings.ToLower(name) + ".json")
	switch {
	case name == "-":
		content, err = io.ReadAll(stdin)
	case err != nil:
		content, err = os.ReadFile(name)
	}
	option := text.Of("-profil "+name+" : ", "-profil "+name+": ")
	if err != nil {
		known := strings.Join(profileNames(), ", ")
		return nil, option.Then(text.Of("ni un profil du programme ("+known+"), ni un fichier qui peut être lu", "neither a profile of the program ("+known+") nor a file that can be read"))
	}
	p, err := profile.Read(content)
	if wrong := (profile.Problems{}); errors.As(err, &wrong) {
		return nil, option.Then(text.Of(wrong.In(false), wrong.In(true)))
	}
	return p, text.Text{}
}

// profileOption returns the option for a profile, which may be on standard input.
func (d *product) profileOption(stdin io.Reader) option {
	return option{name: "profil", value: text.Of("profil", "profile"), usage: text.Of("celui du produit de l’éditeur : "+strings.Join(profileNames(), ", ")+", ou un fichier JSON ; - est l’entrée standard", "that of the editor’s product: "+strings.Join(profileNames(), ", ")+", or a JSON file; - is standard input"),
		suggest: profileNames(), set: func(name string) (why text.Text) {
			d.profileName = name
			d.profile, why = readProfile(name, stdin)
			return why
		},
	}
}

// options returns the options that say which product it is.
func (d *product) options(stdin io.Reader) []option {
	return []option{
		d.profileOption(stdin),
		{
			name: "version-produit", value: text.Of("version", "version"), usage: text.Of("celle du produit de -profil : elle dit si c’est FranceConnect v2 ou v1", "that of the product of -profil: it tells FranceConnect v2 from v1"),
			set: func(v string) text.Text {
				if !profile.IsVersion(v) {
					return text.Of("-version-produit "+v+" : ce n’est pas une version, en nombres et en points", "-version-produit "+v+": this is not a version, in numbers and dots")
				}
				d.version = v
				return text.Text{}
			},
		},
		textOption("editeur", &d.editor, text.Of("nom", "name"), text.Of("celui de l’éditeur d’un produit qui n’a pas de profil", "that of the editor of a product without a profile")),
	}
}

// check returns which options do not go together, if any do not.
func (d *product) check() text.Text {
	switch {
	case d.profile == nil && d.version != "":
		return text.Of("-version-produit "+d.version+" : dites aussi de quel produit, par -profil", "-version-produit "+d.version+": say of which product, by -profil")
	case d.profile != nil && d.profile.FirstV2 == "" && d.version != "":
		return text.Of("-version-produit "+d.version+" : d’après son profil, "+d.profile.Product+" parle FranceConnect v2 dans toutes ses versions", "-version-produit "+d.version+": its profile says that all versions of "+d.profile.Product+" speak FranceConnect v2")
	case d.profile != nil && (d.editor != "" || d.certified):
		return text.Of("-editeur et -certifie : le profil "+d.profileName+" les dit déjà", "-editeur and -certifie: the profile "+d.profileName+" says so already")
	}
	return text.Text{}
}

// checkPlatform returns why the product does not speak a platform that was given,
// if it does not; "" is none.
func (d *product) checkPlatform(on franceconnect.Platform) text.Text {
	given := "-plateforme " + string(on)
	switch all := d.branches(); {
	case d.profile == nil || on == "":
	case on == franceconnect.Plus:
		return text.Of(given+" : le profil "+d.profileName+" ne dit rien de FranceConnect+", given+": the profile "+d.profileName+" says nothing of FranceConnect+")
	case len(all) == 1 && on != all[0].platform:
		speaks := spoken(all[0].platform)
		return text.Of(given+" : d’après le profil et la version, "+d.profile.Product+" parle "+speaks, given+": by the profile and the version, "+d.profile.Product+" speaks "+speaks)
	}
	return text.Text{}
}

// command returns a command of this program as the reader would go on with it:
// with the options of the product that they gave.
func (d *product) command(words string) string {
	for _, o := range []struct{ name, value string }{{"profil", d.profileName}, {"version-produit", d.version}, {"editeur", d.editor}} {
		if o.value != "" {
			words += " -" + o.name + " " + inShell(o.value)
		}
	}
	return "franceconnect " + words
}

// inShell returns a word of a command line, in quotation marks where it needs
// them.
func inShell(word string) string {
	if strings.ContainsAny(word, " \t'\"\\$&;()<>|*?") {
		return quoted(word)
	}
	return word
}

// editorName returns who the editor is, or "".
func (d *product) editorName() string {
	if d.profile != nil {
		return d.profile.Editor
	}
	return d.editor
}

// isCertified reports whether FranceConnect has certified the product.
func (d *product) isCertified() bool {
	return d.certified || d.profile != nil && d.profile.Certified
}

// isHosted reports whether the editor runs the portal, so that what is the
// library's is nothing to its town.
func (d *product) isHosted() bool { return d.profile != nil && d.profile.Hosted }

// askEditor says who knows what is missing.
func (d *product) askEditor() text.Text {
	return text.Of("demandez à "+d.editorName(), "ask "+d.editorName())
}

// A branch is a FranceConnect that the product may speak, and when it does.
type branch struct {
	platform franceconnect.Platform
	when     text.Text // empty if that is known
}

// branches returns the FranceConnects of the product: one if the version is
// known or does not count, otherwise both.
func (d *product) branches() []branch {
	switch {
	case d.profile == nil || d.profile.FirstV2 == "":
		return []branch{{platform: franceconnect.V2}}
	case d.version == "":
		from := d.profile.Product + " " + d.profile.FirstV2
		return []branch{
			{franceconnect.V2, text.Of(from+" ou version suivante", from+" or later")},
			{franceconnect.V1, text.Of(d.profile.Product+", version antérieure à "+d.profile.FirstV2, d.profile.Product+" before "+d.profile.FirstV2)},
		}
	case d.profile.SpeaksV2(d.version):
		return []branch{{platform: franceconnect.V2}}
	}
	return []branch{{platform: franceconnect.V1}}
}

// spoken names what a product speaks, of the two that it may.
func spoken(platform franceconnect.Platform) string { return "FranceConnect " + string(platform) }

// explain says which FranceConnect it is, and why.
func (d *product) explain() text.Text {
	if d.profile == nil {
		return text.Text{}
	}
	p, said := d.profile, text.Text{}
	switch all := d.branches(); {
	case p.FirstV2 == "":
		said = text.Of(p.Product+" parle FranceConnect v2.", p.Product+" speaks FranceConnect v2.")
	case len(all) > 1:
		said = text.Of(p.Product+" : FranceConnect v2 à partir de la version "+p.FirstV2+", v1 avant. Ajoutez la vôtre : -version-produit VERSION.",
			p.Product+": FranceConnect v2 from version "+p.FirstV2+" on, v1 before. Add yours: -version-produit VERSION.")
	case all[0].platform == franceconnect.V1:
		said = text.Of(p.Product+" "+d.version+" : FranceConnect v1, car la version précède "+p.FirstV2+". Mieux vaut mettre le produit à jour : la v1 ferme.",
			p.Product+" "+d.version+": FranceConnect v1, as the version is before "+p.FirstV2+". Better update the product: v1 is closing.")
	default:
		said = text.Of(p.Product+" "+d.version+" : FranceConnect v2, car la version est "+p.FirstV2+" ou une suivante.",
			p.Product+" "+d.version+": FranceConnect v2, as the version is "+p.FirstV2+" or later.")
	}
	return said.Then(text.Of(" Source : "+p.Source+", "+p.FrenchDate()+".", " Source: "+p.Source+", "+p.Date+"."))
}

// checkProductVersion compares the environment with the version of the product.
func (p *portal) checkProductVersion(f *findings) {
	d := p.product.profile
	if d == nil || d.FirstV2 == "" || !p.environment.isKnown() || p.environment.Platform == franceconnect.Plus {
		return
	}
	if p.product.version == "" {
		f.skip("product-version", p.product.explain())
		return
	}
	speaks := p.product.branches()[0].platform
	if speaks == p.environment.Platform {
		f.ok("product-version", p.product.explain())
		return
	}
	version, want := d.Product+" "+p.product.version, testOf(speaks)
	if p.environment.isProduction() {
		want = productionOf(speaks)
	}
	f.fail("product-version", sideRegistration, text.Of(version+" parle "+spoken(speaks)+", et l’environnement est "+p.environment.title().French, version+" speaks "+spoken(speaks)+", and the environment is "+p.environment.title().English),
		text.Of("Demandez "+want.name+" (-env), ou corrigez -version-produit.", "Ask for "+want.name+" (-env), or correct -version-produit.")).form = want.creation()
}
