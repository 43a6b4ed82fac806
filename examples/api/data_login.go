package main

import (
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

const dataLoginPath = "/franceconnect/donnees"

// dataLogin sends a person who is signed in to FranceConnect once more, for
// data: FranceConnect knows them for 30 minutes, says what is asked for, and
// wants a click.
//
// It has a callback of its own, so that the way back says which journey it was;
// FranceConnect gives its code to that address alone.
func (p *portal) dataLogin(w http.ResponseWriter, r *http.Request) {
	if _, ok := p.sessions.get(r); !ok {
		http.Redirect(w, r, quotientPage, http.StatusSeeOther)
		return
	}
	err := p.data.Login(w, r, franceconnect.LoginRequest{ReturnTo: quotientPage, Scopes: p.api.scopes})
	if err != nil {
		p.sorry(w, r, err, dataLoginPath)
	}
}

// dataCallback takes the person back with the right to their data. It adds to
// the session that the browser has, and never signs anybody in.
func (p *portal) dataCallback(w http.ResponseWriter, r *http.Request) {
	back := p.now()
	again, err := p.data.Callback(w, r)
	if err != nil {
		p.sorry(w, r, err, dataLoginPath)
		return
	}
	rec, ok := p.sessions.get(r)
	if !ok { // over in the meantime
		p.sorry(w, r, franceconnect.ErrLoginExpired, loginPath(quotientPage))
		return
	}
	// Somebody else may be at the keyboard, or FranceConnect know somebody else
	// in this browser. Nothing is asked about them; who was signed in here still
	// is, and signing out will end their session at FranceConnect.
	if rec.Session.Subject != again.Subject {
		p.sessions.leaveWith(r, again.IDTokenHint)
		p.sorry(w, r, errAnotherPerson, "")
		return
	}
	h := p.api.ask(r.Context(), again, p.left(back))
	if !p.sessions.keep(r, again, h) { // over while the data providers answered
		p.sorry(w, r, franceconnect.ErrLoginExpired, loginPath(quotientPage))
		return
	}
	http.Redirect(w, r, onward(again), http.StatusSeeOther)
}
