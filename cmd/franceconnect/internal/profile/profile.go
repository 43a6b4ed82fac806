// Package profile reads what is an editor's own about FranceConnect: one JSON
// file for each product, which says what its towns write on the forms and where
// they type the keys in. All of it is French, as the forms and the screens are.
//
//	profile.go  what a profile has
//	read.go     how it is read, strictly
//	check.go    what its values may be
//	version.go  which FranceConnect a version speaks
//	secret.go   what is not to be in it
package profile

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// A Profile is what the editor of a product says of it. Its names in JSON are
// those of the table in docs/fr/editeur.md.
type Profile struct {
	// Editor is its name in the list of the form, and who is asked for what is
	// not here. Required.
	Editor string `json:"editor"`

	// Product is its name. Required.
	Product string `json:"product"`

	// Source is where all this was read, as in « notice de l’éditeur », and
	// Date when that was written, as YYYY-MM-DD. Required.
	Source string `json:"source"`
	Date   string `json:"date"`

	// FirstV2 is the first version that speaks FranceConnect v2, in numbers and
	// dots; those before speak v1. Empty: all speak v2.
	FirstV2 string `json:"first_v2"`

	// Certified says that FranceConnect has certified the product: no town asks
	// for the qualification.
	Certified bool `json:"certified"`

	// TestOptional says that no town has to try it on the sandbox first.
	TestOptional bool `json:"test_optional"`

	// Hosted says that the editor runs the product: cookie keys, headers and
	// variables are its own, and no town is told of them.
	Hosted bool `json:"hosted"`

	// CallbackPath and LogoutPath are where people come back to, below the origin
	// of the portal. Empty: the town asks the editor.
	CallbackPath string `json:"callback_path"`
	LogoutPath   string `json:"logout_path"`

	// Site is how the address of the site is made.
	Site Site `json:"site"`

	// Scopes are the data that the product asks for. Empty: the town asks the
	// editor.
	Scopes []string `json:"scopes"`

	// Description is the text that the editor proposes for the description of the
	// project on DataPass, to which a town adds its own procedures.
	Description string `json:"description"`

	// MailDomains are those of the editor's e-mail addresses: the technical
	// contact of a town has none of them.
	MailDomains []string `json:"mail_domains"`

	// Screen is where a town types in what it was given.
	Screen Screen `json:"screen"`

	// Buttons are what the product calls the two official buttons.
	Buttons Buttons `json:"buttons"`
}

// A Site is how the address of the site is made of one of the people's space.
type Site struct {
	// Space is what the product calls the people's space.
	Space string `json:"space"`

	// Cut are the first parts of a path of that space, in all their spellings:
	// such an address is cut off after the host.
	Cut []string `json:"cut"`

	// Path is what stands behind the host instead.
	Path string `json:"path"`
}

// A Screen is one of the product's administration.
type Screen struct {
	// Path leads to it, menu by menu.
	Path []string `json:"path"`

	// Role is whoever may open it, with an article.
	Role string `json:"role"`

	// Fields are its own, in their order.
	Fields []Field `json:"fields"`
}

// A Field is one of a screen.
type Field struct {
	// Label is what it is called there.
	Label string `json:"label"`

	// Setting is which of our settings it is, by its key: one of Settings.
	Setting string `json:"setting"`
}

// Buttons have the product's names of the two official buttons.
type Buttons struct {
	Principal   string `json:"principal"`
	Alternative string `json:"alternative"`
}

// Settings are the settings that a screen may have.
var Settings = []string{"enabled", "environment", "client_id", "client_secret", "button", "text", "scopes", "level", "redirect_url", "post_logout_redirect_url"}

// LabelOf returns what the screen calls a setting, or "".
func (p *Profile) LabelOf(setting string) string {
	i := slices.IndexFunc(p.Screen.Fields, func(f Field) bool { return f.Setting == setting })
	if i < 0 {
		return ""
	}
	return p.Screen.Fields[i].Label
}

// IsSpace reports whether an address is one of the people's space.
func (p *Profile) IsSpace(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	parts := strings.Split(strings.ToLower(u.Path), "/")
	return slices.ContainsFunc(p.Site.Cut, func(cut string) bool {
		return slices.Contains(parts, strings.ToLower(strings.Trim(cut, "/")))
	})
}

// SitePath returns the path of the site, made of that of an address: what
// replaces it, if the profile says so.
func (p *Profile) SitePath(of string) string {
	if p.Site.Path != "" {
		return p.Site.Path
	}
	return path.Clean("/" + of)
}

// FrenchDate returns the date as DD/MM/YYYY.
func (p *Profile) FrenchDate() string {
	year, rest, _ := strings.Cut(p.Date, "-")
	month, day, _ := strings.Cut(rest, "-")
	return day + "/" + month + "/" + year
}
