package main

import (
	"context"
	"fmt"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// prepareBooklet returns the options of booklet, and what prints the acceptance
// tests.
func (prog *program) prepareBooklet() ([]option, runner) {
	p, format := &portal{}, "text"
	options := append(p.options(prog.stdin), paperFormat(&format))
	return options, func(context.Context, []string) int {
		onMock := p.environmentName == ""
		if _, wrong := p.readForPaper(prog); wrong.French != "" {
			return prog.usageError("booklet", wrong)
		}
		prog.writeSheet(p.bookletSheet(prog, onMock), format)
		return succeeded
	}
}

// prepareMails returns the options of mails, and what prints them.
func (prog *program) prepareMails() ([]option, runner) {
	p, format := &portal{}, "text"
	options := append(p.options(prog.stdin), paperFormat(&format))
	return options, func(context.Context, []string) int {
		if _, wrong := p.readForPaper(prog); wrong.French != "" {
			return prog.usageError("mails", wrong)
		}
		all := p.mails(prog)
		switch {
		case prog.asJSON:
			prog.writeJSON(all)
		case format == "html":
			prog.mailPaper(all).html(prog.stdout, prog)
		default:
			prog.printMails(all)
		}
		return succeeded
	}
}

// paperFormat is the option of the papers.
func paperFormat(format *string) option {
	return choiceOption("format", format, text.Of("format", "format"), text.Of("text ou html", "text or html"), "text", "html")
}

// printMails writes mails one after the other.
func (prog *program) printMails(all []email) {
	for i, m := range all {
		if i > 0 {
			fmt.Fprintln(prog.stdout)
		}
		fmt.Fprintln(prog.stdout, prog.paint(bold, prog.say(text.Of("À : ", "To: "))+m.To))
		fmt.Fprintln(prog.stdout, prog.paint(bold, prog.say(text.Of("Objet : ", "Subject: "))+m.Subject))
		for _, line := range m.Lines {
			fmt.Fprintln(prog.stdout, "\n"+line)
		}
	}
}

// mailPaper returns mails as a page, each with a link that opens it where the
// reader writes theirs.
func (prog *program) mailPaper(all []email) paper {
	s := sheet{Title: prog.say(text.Of("Courriels à envoyer", "E-mails to send"))}
	for _, m := range all {
		one := section{Title: prog.say(text.Of("À : ", "To: ")) + m.To, Form: m.address()}
		one.add(prog.say(text.Of("Objet", "Subject")), m.Subject)
		one.add(prog.say(text.Of("Message", "Message")), m.Lines...)
		s.Sections = append(s.Sections, one)
	}
	return paper{sheet: s}
}
