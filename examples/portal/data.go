package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
	_ "time/tzdata" // for Paris, wherever the portal runs

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

const (
	dataPath  = "/mes-donnees"
	filePath  = "/mes-donnees/fichier.json"
	erasePath = "/mes-donnees/effacer"
)

// data shows what the portal has of a person, from whom and since when (article 15
// of the GDPR).
func (p *portal) data(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	v := view{Title: "Mes données", Account: a.facts()}
	if a.received != nil {
		v.Lines, v.Source, v.Level, v.When = french.Lines(a.received.identity), a.received.from, levelName(a.received.level), moment(a.received.at)
		v.AppHash = a.received.appHash() != ""
	}
	p.show(w, r, http.StatusOK, "mes-donnees", v)
}

// A file is the same for a program (article 20). What lets people in is not in
// it: neither the password nor FranceConnect's name for the person.
type file struct {
	Opened        time.Time    `json:"compte_ouvert_le"`
	Email         string       `json:"adresse_electronique"`
	Telephone     string       `json:"telephone"`
	Password      bool         `json:"mot_de_passe_choisi"`
	FranceConnect *fileOfFC    `json:"franceconnect,omitempty"`
	Declared      *fileOfOwn   `json:"declare,omitempty"`
	History       []fileOfLink `json:"historique"`
}

type fileOfFC struct {
	At       time.Time           `json:"recu_le"`
	From     string              `json:"source"`
	Level    franceconnect.Level `json:"niveau"`
	AppHash  string              `json:"empreinte_pour_l_application_de_l_etat,omitempty"`
	Identity person.Identity     `json:"identite"`
}

type fileOfOwn struct {
	GivenNames string           `json:"prenoms"`
	FamilyName string           `json:"nom_de_naissance"`
	UsageName  string           `json:"nom_d_usage"`
	Gender     person.Gender    `json:"sexe"`
	BirthDate  person.BirthDate `json:"date_de_naissance"`
	BirthPlace person.Place     `json:"lieu_de_naissance"`
	Country    person.Place     `json:"pays_de_naissance"`
}

type fileOfLink struct {
	At   time.Time `json:"le"`
	What string    `json:"quoi"`
}

func (p *portal) download(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	f := file{Opened: a.opened.UTC(), Email: a.email, Telephone: a.telephone, Password: a.password.set(), History: []fileOfLink{}}
	if c := a.received; c != nil {
		f.FranceConnect = &fileOfFC{c.at.UTC(), c.from, c.level, c.appHash(), c.identity}
	} else {
		own := a.Record
		f.Declared = &fileOfOwn{own.GivenNames, own.FamilyName, own.UsageName, own.Gender, own.BirthDate, own.BirthPlace, own.BirthCountry}
	}
	for _, e := range a.history {
		f.History = append(f.History, fileOfLink{e.at.UTC(), e.what})
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		p.sorry(w, r, errors.New("portal: the file of an account"), dataPath) // err may hold values
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="mes-donnees.json"`)
	w.Write(text)
}

func (p *portal) eraseForm(w http.ResponseWriter, r *http.Request, _ visit, _ account) {
	p.show(w, r, http.StatusOK, "effacer", view{Title: "Effacer mon compte et mes données"})
}

// erase forgets a person (article 17), ends their sessions here and sends this
// browser to FranceConnect, whose session ends too. A portal that must keep some
// of it, for a request that is still being dealt with, says so on the page.
func (p *portal) erase(w http.ResponseWriter, r *http.Request, v visit, a account) {
	p.accounts.erase(a.ID)
	p.sessions.erase(r, a.ID)
	p.log.InfoContext(r.Context(), "account erased", "ref", reference(r.Context()))
	if v.session == nil { // FranceConnect knows nothing of them
		http.Redirect(w, r, loggedOutPath, http.StatusSeeOther)
		return
	}
	p.logout(w, r)
}

// legal shows the page that the licence of the place names, and the law, want.
func (p *portal) legal(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusOK, "mentions-legales", view{Title: "Mentions légales"})
}

// paris is where the town is.
var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // it is embedded
	}
	return l
}()

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// moment returns a date and a time in the town: « 1er mars 2027 à 9 h 05 ».
func moment(t time.Time) string {
	t = t.In(paris)
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d à %d\u00a0h\u00a0%02d", day, months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}
