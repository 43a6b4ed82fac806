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
func (f *oauthError) note(p *platform) Note {
	what := f.code + ": " + f.description
	if f.detail != "" {
		what += " (" + f.detail + ")"
	}
	said := slices.DeleteFunc([]string{what, f.hint, p.cures[f.fcCode]}, func(part string) bool { return part == "" })
	return Note{Refused: true, Text: strings.Join(said, "; ")}
}

// sent reports whether a parameter came once: of any other, the closed list says it.
func (a *authorization) sent(parameter string) bool { return len(a.query.all(parameter)) == 1 }

// noteRefused notes what is wrong with a parameter.
func (a *authorization) noteRefused(parameter, format string, args ...any) {
	a.notes = append(a.notes, Note{Parameter: parameter, Refused: true, Text: parameter + " " + fmt.Sprintf(format, args...)})
}

// noteDropped notes a value that is dropped without a word.
func (a *authorization) noteDropped(parameter, text string) {
	a.notes = append(a.notes, Note{Parameter: parameter, Text: parameter + " " + text})
}

// noteLevels notes the levels that are unknown, and the one that is not allowed,
// which FranceConnect refuses later.
func (a *authorization) noteLevels() {
	if !a.sent("acr_values") {
		return
	}
	for acr := range strings.SplitSeq(a.query.get("acr_values"), " ") {
		if acr != "" && !slices.Contains(knownACRs, acr) {
			a.noteDropped("acr_values", quoted(acr)+" is no level of FranceConnect: those are "+strings.Join(knownACRs, ", "))
		}
	}
	if a.query.get("idp_hint") == "" && !slices.Contains(a.p.platform.acrs, a.acr) {
		a.noteRefused("acr_values", "comes to %s, the lowest of those asked for, and this platform has %s", a.acr, strings.Join(a.p.platform.acrs, ", "))
	}
}

// notePrompt notes a prompt=login that changes nothing.
func (a *authorization) notePrompt() {
	if asked := a.query.get("prompt"); a.sent("prompt") && isPrompt(asked) && !a.skipsConsent() {
		a.noteDropped("prompt", quoted(asked)+" changes nothing: this client has not been granted to leave the pages out with it")
	}
}

// takeNotes hands the notes on: a login keeps none.
func (a *authorization) takeNotes() []Note {
	notes := a.notes
	a.notes = nil
	return notes
}

// notes returns all that is wrong with a form of a closed list: it has only
// parameters that the rules name, each once and valid, and all the required ones. A
// name with brackets is in no rules, nor is none at all. A parameter named __proto__
// is ignored, as FranceConnect's parser ignores it.
func (f form) notes(p *platform, rules map[string]rule) (all []Note) {
	refused := func(parameter, text string) {
		if cure := p.cures[parameter]; cure != "" {
			text += "; " + cure
		}
		all = append(all, Note{Parameter: parameter, Refused: true, Text: parameter + " " + text})
	}
	told := map[string]bool{"__proto__": true}
	for _, sent := range f {
		if told[sent.name] {
			continue
		}
		told[sent.name] = true
		switch r, known := rules[sent.name]; {
		case sent.name == "":
			all = append(all, Note{Refused: true, Text: "a parameter has no name"})
		case !known && p.name == ProConnect:
			all = append(all, Note{Parameter: sent.name, Text: sent.name + " is no parameter of this address; the documentation says that it is refused, the server’s source lets it pass"})
		case !known:
			refused(sent.name, "is no parameter of this address: FranceConnect’s list is closed")
		case f.repeated(sent.name):
			refused(sent.name, "came twice")
		case r.valid != nil && !r.valid(sent.value) && r.want != nil:
			refused(sent.name, r.want(sent.value))
		case r.valid != nil && !r.valid(sent.value):
			refused(sent.name, "is not valid")
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
