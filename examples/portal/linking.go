package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
)

const (
	provePath  = "/retrouver-mon-compte"
	newPath    = provePath + "/nouveau"
	olderPath  = welcomePath + "/ancien-compte"
	unlinkPath = "/mon-compte/dissocier"
)

// person returns who came from FranceConnect, as package link knows them. The name
// of the provider never changes: a portal that goes from v1 to v2 keeps the
// subs of its people, and the name with them.
func (p *portal) person(s *franceconnect.Session) link.Person {
	return link.Person{Provider: p.provider(), Session: s}
}

func (p *portal) provider() string {
	if p.name == "FranceConnect+" {
		return "franceconnect+"
	}
	return "franceconnect"
}

// enter finds the account of who comes from FranceConnect. Who is signed in by
// password wants that account to be theirs with FranceConnect too.
func (p *portal) enter(w http.ResponseWriter, r *http.Request, s *franceconnect.Session) {
	var d link.Decision
	var err error
	if v, a, ok := p.who(r); ok && v.session == nil {
		d, err = p.linker.StepUp(r.Context(), p.person(s), a.ID)
	} else {
		d, err = p.linker.SignIn(r.Context(), p.person(s))
	}
	p.carryOut(w, r, s, d, err)
}

// carryOut does what was decided about a person who is not signed in, or whose
// session here ends now unless the account is theirs.
func (p *portal) carryOut(w http.ResponseWriter, r *http.Request, s *franceconnect.Session, d link.Decision, err error) {
	for err == nil && d.Kind == link.NoAccount {
		p.log.InfoContext(r.Context(), "account", "ref", reference(r.Context()), "decision", d)
		d, err = p.open(r.Context(), s)
	}
	if err != nil {
		p.sessions.wait(w, r, s, nil)
		p.sorry(w, r, err, loginPath(s.ReturnTo))
		return
	}
	p.log.InfoContext(r.Context(), "account", "ref", reference(r.Context()), "decision", d)
	switch d.Kind {
	case link.Known: // if d.Linked, a portal also writes to the address that the account had before
		p.welcome(w, r, s, d.Account)
	case link.ProofNeeded:
		p.sessions.wait(w, r, s, &d.Candidates[0])
		http.Redirect(w, r, provePath, http.StatusSeeOther)
	default:
		// Nobody is signed in, but FranceConnect’s session can be ended.
		p.sessions.wait(w, r, s, nil)
		p.sorry(w, r, map[link.Kind]error{link.Ambiguous: errAmbiguous, link.Closed: errClosed,
			link.Conflict: errConflict, link.OtherPerson: errNotTheirs}[d.Kind], "")
	}
}

// open makes an account for somebody who has none. If two callbacks come at
// once, one makes it and the other finds it.
func (p *portal) open(ctx context.Context, s *franceconnect.Session) (link.Decision, error) {
	a := account{email: s.Identity.Email, Account: link.Account{Subjects: []link.Subject{{Provider: p.provider(), Sub: s.Subject}}}}
	a.receive(p.received(s))
	id, err := p.accounts.add(a)
	if errors.Is(err, link.ErrTaken) {
		return p.linker.SignIn(ctx, p.person(s))
	}
	return link.Decision{Kind: link.Known, Account: id}, err
}

// proofForm shows the page for who may have an account already. It says nothing of
// that account: the person may be somebody else.
func (p *portal) proofForm(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := p.sessions.waiting(r); !ok {
		http.Redirect(w, r, signInPath("/mon-compte"), http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "retrouver", view{Title: "Retrouver votre compte", Entering: true})
}

// checkProof takes the password of the account.
func (p *portal) checkProof(w http.ResponseWriter, r *http.Request) {
	s, candidate, ok := p.sessions.waiting(r)
	if !ok {
		p.sorry(w, r, franceconnect.ErrLoginExpired, loginPath("/mon-compte"))
		return
	}
	again := func(status int, problem string) {
		p.show(w, r, status, "retrouver", view{Title: "Retrouver votre compte", Entering: true, Problem: problem})
	}
	tried := "preuve " + candidate.Account
	if !p.attempts.allow(tried) {
		again(http.StatusTooManyRequests, tooMany)
		return
	}
	a, _ := p.accounts.get(candidate.Account) // one that is gone has no password
	if !a.password.is(r.PostFormValue("mot-de-passe"), p.accounts.rounds) {
		p.log.InfoContext(r.Context(), "account not proved", "ref", reference(r.Context()))
		again(http.StatusForbidden, "Ce mot de passe n’est pas celui du compte. Vérifiez-le et recommencez, ou choisissez une autre possibilité ci-dessous.")
		return
	}
	p.attempts.reset(tried)
	d, err := p.linker.Prove(r.Context(), p.person(s), candidate)
	p.carryOut(w, r, s, d, err)
}

// declineAccount opens a new account for who knows of no older one.
func (p *portal) declineAccount(w http.ResponseWriter, r *http.Request) {
	s, _, ok := p.sessions.waiting(r)
	if !ok {
		p.sorry(w, r, franceconnect.ErrLoginExpired, loginPath("/mon-compte"))
		return
	}
	p.carryOut(w, r, s, link.Decision{Kind: link.NoAccount}, nil)
}

// olderAccountForm shows the form for who has just got a new account, and has one that FranceConnect
// does not lead to, since its record says too little.
func (p *portal) olderAccountForm(w http.ResponseWriter, r *http.Request, v visit, a account) {
	if !a.fresh() || v.session == nil {
		http.Redirect(w, r, accountPath, http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "ancien-compte", view{Title: "Votre ancien compte"})
}

// fresh tells that nothing has been done with an account yet.
func (a account) fresh() bool { return !a.informed && !a.password.set() && len(a.history) == 1 }

// proveOlderAccount takes the password of that account, which takes the place of the
// new one, unless it is somebody else's.
func (p *portal) proveOlderAccount(w http.ResponseWriter, r *http.Request, v visit, a account) {
	if !a.fresh() || v.session == nil {
		http.Redirect(w, r, accountPath, http.StatusSeeOther)
		return
	}
	again := func(status int, problem string) {
		p.show(w, r, status, "ancien-compte", view{Title: "Votre ancien compte", Typed: oneLine(r.PostFormValue("adresse")), Problem: problem})
	}
	old, status, problem := p.checkPassword(r)
	if problem != "" {
		again(status, problem)
		return
	}
	p.accounts.erase(a.ID) // who has the subject, until now
	d, err := p.linker.Prove(r.Context(), p.person(v.session), link.Candidate{Account: old.ID})
	if err != nil || d.Kind == link.Known || d.Kind == link.Closed {
		p.carryOut(w, r, v.session, d, err)
		return
	}
	p.log.InfoContext(r.Context(), "account", "ref", reference(r.Context()), "decision", d)
	if d, err = p.open(r.Context(), v.session); err != nil || d.Kind != link.Known {
		p.carryOut(w, r, v.session, d, err)
		return
	}
	p.sessions.start(w, r, visit{d.Account, v.session})
	again(http.StatusConflict, "Ce compte n’est pas au nom de la personne que FranceConnect a identifiée, ou il lui est déjà associé autrement. Rien n’a changé. L’accueil de la mairie peut vous aider.")
}

// unlink ends the link with FranceConnect, if there is another way in. The
// person stays signed in, and signing out still ends FranceConnect’s session.
func (p *portal) unlink(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	err := p.linker.Unlink(r.Context(), a.ID, p.provider())
	switch {
	case errors.Is(err, link.ErrLastWay):
		http.Redirect(w, r, passwordPath, http.StatusSeeOther) // which says why
	case err != nil:
		p.sorry(w, r, err, "/mon-compte")
	default:
		p.log.InfoContext(r.Context(), "account unlinked", "ref", reference(r.Context()))
		http.Redirect(w, r, "/mon-compte", http.StatusSeeOther)
	}
}
