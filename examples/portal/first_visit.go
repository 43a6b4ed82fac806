package main

import (
	"cmp"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

const welcomePath = "/bienvenue"

// welcome signs somebody in whose account is known by now. What FranceConnect
// says of them for the first time, they are shown before anything else.
func (p *portal) welcome(w http.ResponseWriter, r *http.Request, s *franceconnect.Session, id string) {
	var informed, closed bool
	err := p.accounts.update(id, func(a *account) error {
		a.receive(p.received(s))
		informed, closed = a.informed, a.Closed
		return nil
	})
	if err != nil || closed { // in the meantime
		p.sessions.wait(w, r, s, nil)
		p.sorry(w, r, errClosed, "")
		return
	}
	p.sessions.start(w, r, visit{id, s})
	if !informed {
		http.Redirect(w, r, welcomePath, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, onward(s.ReturnTo), http.StatusSeeOther)
}

// firstVisit shows the page of a first visit: what was received, from whom and what
// for (article 13 of the GDPR), and the address to write to. The one that
// FranceConnect gives needs no confirmation; of another, a portal asks for one
// by a mail before it writes anything else there.
func (p *portal) firstVisit(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	if a.received == nil {
		http.Redirect(w, r, accountPath, http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "bienvenue", welcomeView(a))
}

func welcomeView(a account) view {
	return view{Title: "Bienvenue", Lines: french.Lines(a.received.identity), Source: a.received.from,
		Email: a.email, Offered: a.offered(), Fresh: a.fresh(), Account: a.facts()}
}

// offered returns FranceConnect's address, if it is not the one to write to.
func (a account) offered() string {
	if a.received == nil || a.received.identity.Email == a.email {
		return ""
	}
	return a.received.identity.Email
}

// chooseAddress keeps the address that the person chose, and goes on to where they
// wanted to go.
func (p *portal) chooseAddress(w http.ResponseWriter, r *http.Request, v visit, a account) {
	if a.received == nil {
		http.Redirect(w, r, accountPath, http.StatusSeeOther)
		return
	}
	email, needed := a.email, a.password.set()
	switch r.PostFormValue("adresse") {
	case "franceconnect":
		email = cmp.Or(a.offered(), a.email)
	case "autre":
		email, needed = oneLine(r.PostFormValue("autre-adresse")), true
	case "courrier":
		email = ""
	}
	problem := addressProblem(email, needed)
	if r.PostFormValue("adresse") != "autre" && oneLine(r.PostFormValue("autre-adresse")) != "" {
		problem = "Vous avez écrit une autre adresse\u00a0: choisissez-la, ou effacez-la."
	}
	if problem == "" {
		problem = p.keep(a.ID, func(a *account) { a.email, a.informed = email, true })
	}
	if problem != "" {
		again := welcomeView(a)
		again.Problem, again.Typed = problem, oneLine(r.PostFormValue("autre-adresse"))
		p.show(w, r, http.StatusUnprocessableEntity, "bienvenue", again)
		return
	}
	next := "/"
	if v.session != nil {
		next = onward(v.session.ReturnTo)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
