package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

var whereLabels = map[codes.Where]text.Text{
	codes.Callback: text.Of("revient au portail", "comes back to the portal"),
	codes.Page:     text.Of("page de FranceConnect ; le portail n’en sait peut-être rien", "a page of FranceConnect’s; the portal may not know"),
	codes.Token:    text.Of("échange du code", "exchange of the code"),
	codes.UserInfo: text.Of("lecture de l’identité", "reading of the identity"),
	codes.Logout:   text.Of("déconnexion, page de FranceConnect", "logout, a page of FranceConnect’s"),
}

var sideLabels = map[codes.Side]text.Text{
	codes.Portal:        text.Of("portail", "portal"),
	codes.Registration:  text.Of("inscription", "registration"),
	codes.FranceConnect: text.Of("FranceConnect", "FranceConnect"),
	codes.Person:        text.Of("l’usager ; rien à réparer", "the person; nothing to repair"),
}

// prepareExplain returns the options of explain, and what explains a code.
func (prog *program) prepareExplain() ([]option, runner) {
	format := "text"
	options := []option{choiceOption("format", &format, text.Of("format", "format"), text.Of("text ou html", "text or html"), "text", "html")}
	return options, func(_ context.Context, words []string) int { return prog.explain(words, format) }
}

// explain prints what a code means, and what to do.
func (prog *program) explain(words []string, format string) int {
	if len(words) != 1 {
		return prog.usageError("explain", text.Of(fmt.Sprintf("il faut un code, comme Y030007 ou access_denied ; il y en a %d", len(words)), fmt.Sprintf("want one code, such as Y030007 or access_denied; there are %d", len(words))))
	}
	word := wordOf(words[0])
	c, known := codes.Find(word)
	if !known {
		if i := reasonOf(word); i >= 0 {
			return prog.explainReason(codes.Reasons()[i], format)
		}
		var ok bool
		if c, ok = codes.Guess(word); !ok {
			return prog.usageError("explain", text.Of(named(words[0])+" : ce n’est ni un code de FranceConnect, de la forme Y030007 ou access_denied, ni un mot du journal, de la forme id_token.nonce", named(words[0])+": this is neither a code of FranceConnect’s, such as Y030007 or access_denied, nor a word of the log, such as id_token.nonce"))
		}
	}
	if prog.asJSON {
		prog.writeJSON(map[string]any{"code": c.Name, "known": known, "whose": c.Side, "where": c.Where,
			"cause": prog.say(c.Cause), "action": prog.say(c.Action), "citizen": prog.say(c.Citizen)})
		return succeeded
	}
	prog.writeExplained(c.Name, format, []line{
		{text.Of("Où", "Where"), whereLabels[c.Where]},
		{text.Of("Côté", "Whose"), sideLabels[c.Side]},
		{text.Of("Cause", "Cause"), c.Cause},
		{text.Of("Que faire", "What to do"), c.Action},
		{text.Of("À dire à l’usager", "To tell the person"), c.Citizen},
	})
	return succeeded
}

// wordOf returns the word of a line of the log that says most, in the order in which
// OperatorAdvice asks: a reason with an advice of its own, the Y code, OAuth's, any
// reason. What is a word already stays as it is.
func wordOf(line string) string {
	if !strings.Contains(line, " ") {
		return line
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	reason := func(w string) bool { return strings.Contains(w, ".") && reasonOf(w) >= 0 }
	for _, says := range []func(string) bool{
		func(w string) bool { return reason(w) && codes.Advice(w).French != "" },
		func(w string) bool { c, known := codes.Find(w); return known && strings.HasPrefix(c.Name, "Y") },
		func(w string) bool { _, known := codes.Find(w); return known && strings.Contains(w, "_") },
		reason,
	} {
		if i := slices.IndexFunc(words, says); i >= 0 {
			return words[i]
		}
	}
	return line
}

// reasonOf returns the place of a Reason among all, or -1.
func reasonOf(name string) int {
	return slices.IndexFunc(codes.Reasons(), func(r codes.Reason) bool { return r.Name == name })
}

// A decision is an error that a portal decides by, with its name.
type decision struct {
	name string
	err  error
}

// decisions are those of the table of codes.
var decisions = map[string]decision{
	"denied": {"ErrDenied", franceconnect.ErrDenied}, "stale": {"ErrLoginExpired", franceconnect.ErrLoginExpired},
	"level": {"ErrLevelTooLow", franceconnect.ErrLevelTooLow}, "unavailable": {"ErrUnavailable", franceconnect.ErrUnavailable},
	"untrusted": {"ErrVerification", franceconnect.ErrVerification}, "misconfigured": {"ErrMisconfigured", franceconnect.ErrMisconfigured},
	"still_open": {"ErrStillOpen", franceconnect.ErrStillOpen}, "disabled": {"ErrDisabled", franceconnect.ErrDisabled},
}

// explainReason prints what a Reason of the library's errors means, and what the
// library itself would say of it.
func (prog *program) explainReason(r codes.Reason, format string) int {
	became := decisions[r.Decision]
	err := &franceconnect.Error{Kind: became.err, Reason: r.Name}
	action, citizen := text.Of(franceconnect.OperatorAdvice(err)), text.Text{}
	if !r.Quiet {
		citizen = text.Of(franceconnect.UserMessage(err))
	}
	if prog.asJSON {
		prog.writeJSON(map[string]any{"reason": r.Name, "known": true, "error": became.name,
			"cause": prog.say(r.Cause), "action": prog.say(action), "citizen": prog.say(citizen)})
		return succeeded
	}
	lines := []line{
		{text.Of("Erreur", "Error"), verbatim(became.name)},
		{text.Of("Cause", "Cause"), r.Cause},
		{text.Of("Que faire", "What to do"), action},
	}
	if !r.Quiet {
		lines = append(lines, line{text.Of("À dire à l’usager", "To tell the person"), citizen})
	}
	prog.writeExplained(r.Name, format, lines)
	return succeeded
}

// A line is one of an explanation.
type line struct{ name, said text.Text }

func (prog *program) writeExplained(title, format string, lines []line) {
	var said section
	for _, l := range lines {
		said.add(prog.say(l.name), prog.say(l.said))
	}
	if format == "html" {
		paper{sheet: sheet{Title: title, Sections: []section{said}}}.html(prog.stdout, prog)
		return
	}
	fmt.Fprintln(prog.stdout, prog.paint(bold, title))
	for _, f := range said.Fields {
		fmt.Fprintln(prog.stdout, "  "+f.Label+prog.say(text.Of(" : ", ": "))+f.Values[0])
	}
}
