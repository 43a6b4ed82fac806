package main

import (
	"net/http"
	"net/mail"
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cog"
	"github.com/franceconnect-go/franceconnect/show"
)

const (
	accountPath = "/mon-compte"
	profilePath = "/mon-compte/modifier"
	addressPath = "/mon-compte/adresse"
)

// french says who people are, with the names of the places where they were born.
var french = show.French(cog.Names{})

// who returns the person who is signed in in a browser, and their account.
func (p *portal) who(r *http.Request) (visit, account, bool) {
	v, ok := p.sessions.get(r)
	if !ok {
		return visit{}, account{}, false
	}
	a, ok := p.accounts.get(v.account)
	if !ok || a.Closed {
		return visit{}, account{}, false
	}
	return v, a, true
}

// signedIn returns the handler of a page of an account. Others sign in first.
func (p *portal) signedIn(page func(http.ResponseWriter, *http.Request, visit, account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, a, ok := p.who(r)
		if !ok {
			next := accountPath // a form is not sent again
			if r.Method == http.MethodGet {
				next = r.URL.Path
			}
			http.Redirect(w, r, signInPath(next), http.StatusSeeOther)
			return
		}
		page(w, r, v, a)
	}
}

// account shows the account of who is signed in. News are told once.
func (p *portal) account(w http.ResponseWriter, r *http.Request, v visit, a account) {
	page := view{Title: "Mon compte", Account: a.facts(), Lines: french.Lines(a.identity()), Level: levelOf(v), Offered: a.proposed, News: a.news}
	if !page.Account.Linked {
		page.Button = p.fc.Button(franceconnect.Button{Path: loginPath(accountPath)})
	}
	if len(a.news) > 0 {
		p.accounts.update(a.ID, func(a *account) error { a.news = nil; return nil })
	}
	p.show(w, r, http.StatusOK, "mon-compte", page)
}

// facts are what the pages say of an account, in words. Never the subject.
type facts struct {
	FullName, Birth  string
	Email, Telephone string
	Linked           bool // with FranceConnect
	Password         bool
	FromFC           bool // civil status is FranceConnect's
	Opened           string
	History          []historyLine
}

type historyLine struct{ When, What string }

func (a account) facts() facts {
	who := a.identity()
	f := facts{FullName: french.FullName(who), Birth: french.Birth(who), Email: a.email, Telephone: a.telephone,
		Linked: len(a.Subjects) > 0, Password: a.password.set(), FromFC: a.received != nil, Opened: moment(a.opened)}
	for _, e := range a.history {
		f.History = append(f.History, historyLine{moment(e.at), e.what})
	}
	return f
}

// edit shows the form of what the person may change. What FranceConnect gave is
// locked: it is shown, has no name in the form, and save does not read it.
func (p *portal) edit(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	p.show(w, r, http.StatusOK, "modifier", editView(a))
}

func editView(a account) view {
	v := view{Title: "Modifier mes coordonnées", Account: a.facts(), Typed: a.email, Telephone: a.telephone}
	for _, line := range french.Lines(a.identity()) {
		if line.Note == "" { // the address of FranceConnect is not civil status
			v.Lines = append(v.Lines, line)
		}
	}
	return v
}

func (p *portal) save(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	email, telephone := oneLine(r.PostFormValue("adresse")), oneLine(r.PostFormValue("telephone"))
	v := editView(a)
	v.Typed, v.Telephone = email, telephone
	v.Problem = addressProblem(email, a.password.set())
	if !isTelephone.MatchString(telephone) {
		v.TelephoneProblem = "Indiquez un numéro de téléphone, par exemple 04 65 71 12 34, ou laissez ce champ vide."
	}
	if v.Problem == "" && v.TelephoneProblem == "" {
		v.Problem = p.keep(a.ID, func(a *account) { a.email, a.telephone = email, telephone })
	}
	if v.Problem != "" || v.TelephoneProblem != "" {
		p.show(w, r, http.StatusUnprocessableEntity, "modifier", v)
		return
	}
	http.Redirect(w, r, accountPath, http.StatusSeeOther)
}

// address takes or leaves the address that FranceConnect gives now.
func (p *portal) address(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	take := r.PostFormValue("choix") == "prendre"
	problem := p.keep(a.ID, func(a *account) {
		if take && a.proposed != "" {
			a.email = a.proposed
		}
		a.proposed = ""
	})
	if problem != "" {
		v := editView(a)
		v.Problem = problem
		p.show(w, r, http.StatusUnprocessableEntity, "modifier", v)
		return
	}
	http.Redirect(w, r, accountPath, http.StatusSeeOther)
}

// keep changes an account, and returns what is wrong with that, in French.
func (p *portal) keep(id string, change func(*account)) (problem string) {
	if err := p.accounts.update(id, func(a *account) error { change(a); return nil }); err != nil {
		return "Cette adresse ne peut pas servir à se connecter à ce portail. Indiquez-en une autre, ou adressez-vous à l’accueil de la mairie."
	}
	return ""
}

// addressProblem returns what is wrong with an address to write to, in French.
// Without one, the town writes by post.
func addressProblem(email string, needed bool) string {
	if email == "" && !needed {
		return ""
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return "Indiquez une adresse électronique complète, par exemple nom@exemple.fr."
	}
	return ""
}

var isTelephone = regexp.MustCompile(`^(\+?[0-9][0-9 .()-]{5,24})?$`)

// oneLine returns what somebody typed, on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// levelOf returns in words how strongly somebody has proved who they are; "" by
// password.
func levelOf(v visit) string {
	if v.session == nil {
		return ""
	}
	return levelName(v.session.Level)
}
