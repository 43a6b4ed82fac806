package mockidp

import (
	"fmt"
	"slices"
	"strings"
)

// A Note is what whoever writes the client wants to know of a request, and
// FranceConnect does not say, or not wholly: what was refused, or was dropped
// without a word.
type Note struct {
	Path      string `json:"path"`                // of the request, below the issuer, such as /token
	Parameter string `json:"parameter,omitempty"` // what it is about; "" for the whole request
	Refused   bool   `json:"refused"`             // otherwise the value was dropped, and the request accepted
	Text      string `json:"text"`                // what was sent, without secrets, what FranceConnect wants, and what to change
}

// String returns the note as a line.
func (n Note) String() string {
	verdict := "dropped"
	if n.Refused {
		verdict = "refused"
	}
	return n.Path + " " + verdict + ": " + n.Text
}

// texts returns the texts of notes in one line.
func texts(notes []Note) string {
	all := make([]string, len(notes))
	for i, n := range notes {
		all[i] = n.Text
	}
	return strings.Join(all, "; ")
}

// tell hands out the notes of a response, and keeps them with the request.
func (p *Provider) tell(r *request, seen int, notes []Note) {
	if len(notes) == 0 {
		return
	}
	for i := range notes {
		notes[i].Path = strings.TrimPrefix(r.URL.Path, p.platform.base)
	}
	p.mu.Lock()
	if i := seen - p.forgotten; i >= 0 && i < len(p.requests) {
		p.requests[i].Notes = notes
	}
	p.mu.Unlock()
	if p.note != nil {
		for _, n := range notes {
			p.note(n)
		}
	}
}

// withNotes adds notes to a response.
func (res *response) withNotes(notes ...Note) *response {
	res.notes = append(res.notes, notes...)
	return res
}

// note returns the note of an error response.
func (f *oauthError) note() Note {
	what := f.code + ": " + f.description
	if f.detail != "" {
		what += " (" + f.detail + ")"
	}
	said := slices.DeleteFunc([]string{what, f.hint, cures[f.fcCode]}, func(part string) bool { return part == "" })
	return Note{Refused: true, Text: strings.Join(said, "; ")}
}

// notes returns all that is wrong with an authorization request, though
// FranceConnect names one thing, and what of it is dropped without a word.
func (a *authorization) notes() []Note {
	all := a.query.notes(authorizeRules)
	refused := func(parameter, format string, args ...any) {
		text := parameter + " " + fmt.Sprintf(format, args...)
		all = append(all, Note{Parameter: parameter, Refused: true, Text: text})
	}
	dropped := func(parameter, text string) {
		all = append(all, Note{Parameter: parameter, Text: parameter + " " + text})
	}
	known := a.p.findClient(a.query.get("client_id"))
	if id := a.query.get("client_id"); id != "" && known == nil {
		refused("client_id", "%s is of no active client here; each environment has its own", quoted(id))
	}
	if v := a.query.get("response_type"); len(a.query.all("response_type")) == 1 && v != "code" {
		refused("response_type", "is %s, FranceConnect wants code", quoted(v))
	}
	a.noteScopes(known, refused, dropped)
	if known != nil && isURL(a.redirectURI) && !registered(known.RedirectURIs, a.redirectURI) {
		refused("redirect_uri", "%s is not registered for this client, which has %s: every letter counts, a final slash too", quoted(a.redirectURI), strings.Join(known.RedirectURIs, ", "))
	}
	if claims := a.query.get("claims"); claims != "" {
		asked, problem := parseClaims(claims)
		switch {
		case problem != "":
			refused("claims", "cannot be read: %s", problem)
		case known != nil && !known.AMR && asked.mentions("amr"):
			refused("claims", "asks for amr, to which this client has no right: ask FranceConnect for it, or leave it out")
		}
	}
	if hint := a.query.get("idp_hint"); hint != "" && !a.p.platform.offers(hint) {
		refused("idp_hint", "%s is no identity provider of this platform; the state is lost on the way back", quoted(hint))
	}
	a.noteLevels(refused, dropped)
	return all
}

// noteScopes notes the scopes that are refused, and those that nothing comes for.
func (a *authorization) noteScopes(known *client, refused func(string, string, ...any), dropped func(string, string)) {
	if len(a.query.all("scope")) != 1 {
		return
	}
	scopes := strings.Split(a.query.get("scope"), " ")
	for _, s := range scopes {
		switch claims := a.p.platform.scopes[s]; {
		case s == "":
		case claims == nil && s == "offline_access":
			dropped("scope", "offline_access: FranceConnect gives no refresh token; leave it out")
		case claims == nil:
			dropped("scope", quoted(s)+" is none of this platform: nothing comes for it")
		case known != nil && !known.scopes[s]:
			refused("scope", "%s is none that this client has a right to: it has %s", quoted(s), strings.Join(known.Scopes, " "))
		}
	}
	if !slices.Contains(scopes, "openid") {
		refused("scope", "lacks openid, without which FranceConnect refuses acr_values")
	}
}

// noteLevels notes the levels that are unknown, and the one that is not allowed.
func (a *authorization) noteLevels(refused func(string, string, ...any), dropped func(string, string)) {
	if len(a.query.all("acr_values")) != 1 {
		return
	}
	for acr := range strings.SplitSeq(a.query.get("acr_values"), " ") {
		if acr != "" && !slices.Contains(knownACRs, acr) {
			dropped("acr_values", quoted(acr)+" is no level of FranceConnect: those are "+strings.Join(knownACRs, ", "))
		}
	}
	if a.query.get("idp_hint") == "" && !slices.Contains(a.p.platform.acrs, a.acr) {
		refused("acr_values", "comes to %s, the lowest of those asked for, and this platform has %s", a.acr, strings.Join(a.p.platform.acrs, ", "))
	}
}

// notes returns all that is wrong with a form of a closed list: it has only
// parameters that the rules name, each once and valid, and all the required ones. A
// name with brackets is in no rules, nor is none at all. A parameter named __proto__
// is ignored, as FranceConnect's parser ignores it.
func (f form) notes(rules map[string]rule) (all []Note) {
	refused := func(parameter, text string) {
		if cure := cures[parameter]; cure != "" {
			text += "; " + cure
		}
		all = append(all, Note{Parameter: parameter, Refused: true, Text: parameter + " " + text})
	}
	told := map[string]bool{"__proto__": true}
	for _, p := range f {
		if told[p.name] {
			continue
		}
		told[p.name] = true
		switch r, known := rules[p.name]; {
		case p.name == "":
			all = append(all, Note{Refused: true, Text: "a parameter has no name"})
		case !known:
			refused(p.name, "is no parameter of this address: FranceConnect’s list is closed")
		case f.repeated(p.name):
			refused(p.name, "came twice")
		case r.valid != nil && !r.valid(p.value) && r.want != nil:
			refused(p.name, r.want(p.value))
		case r.valid != nil && !r.valid(p.value):
			refused(p.name, "is not valid")
		}
	}
	for name, r := range sorted(rules) {
		if r.required && len(f.all(name)) == 0 {
			refused(name, "is missing")
		}
	}
	return all
}

// quoted returns a value that somebody sent, short enough for a line.
func quoted(value string) string {
	if len(value) > 100 {
		value = strings.ToValidUTF8(value[:100], "") + "…"
	}
	return fmt.Sprintf("%q", value)
}
