package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A failure is what a page says when something did not succeed: what happened,
// and what the person can do. Never why.
type failure struct {
	French, English string
	Onward          string // where to go on to, if who is signed in comes back to a login that is over
	Retry           string // where to start again; "" is after signing out
	NoRetry         bool   // it would end the same way
	OfAgents        bool   // at their door, which has no other way in
	Reference       string // to quote to the town hall, which has it in its log
}

// A refusal is what the portal itself does not do, with what its error page says.
type refusal struct {
	reason          string // for the log
	severity        slog.Level
	status          int // of the page
	title           string
	french, english string
}

func (r *refusal) Error() string { return "portal: " + r.reason }

var (
	errAmbiguous = &refusal{reason: "several accounts may be the person's",
		title: "Votre compte est à retrouver avec nous", severity: slog.LevelInfo, status: http.StatusConflict,
		french:  "Plusieurs comptes de ce portail pourraient être le vôtre, et FranceConnect ne permet pas de dire lequel. Aucun compte n’a été créé. Si vous avez le mot de passe du vôtre, connectez-vous avec lui, puis associez FranceConnect depuis votre compte. Sinon, adressez-vous à l’accueil de la mairie, avec une pièce d’identité.",
		english: "Several accounts of this site might be yours, and FranceConnect cannot tell which. No account was made. If you have the password of yours, sign in with it and then link FranceConnect from your account. Otherwise, ask at the town hall, with an identity document."}
	errClosed = &refusal{reason: "the account is closed",
		title: "Ce compte est fermé", severity: slog.LevelInfo, status: http.StatusForbidden,
		french:  "Votre compte sur ce portail a été fermé\u00a0: il ne peut plus servir. Pour le rouvrir, ou pour faire une demande sans compte, adressez-vous à l’accueil de la mairie.",
		english: "Your account on this site was closed and can no longer be used. To have it opened again, or to ask for help without one, please turn to the town hall."}
	errConflict = &refusal{reason: "the account and the person each have another link",
		title: "Votre compte est à vérifier avec nous", severity: slog.LevelWarn, status: http.StatusConflict,
		french:  "Ce compte et votre identité FranceConnect sont déjà associés à autre chose. Rien n’a changé. L’accueil de la mairie peut remettre les choses en ordre.",
		english: "This account and your FranceConnect identity are each linked to something else already. Nothing was changed. The town hall can put things in order."}
	errNotTheirs = &refusal{reason: "who comes from FranceConnect is not who was signed in here",
		title: "Ce compte n’est pas le vôtre", severity: slog.LevelWarn, status: http.StatusForbidden,
		french:  "La personne identifiée par FranceConnect n’est pas celle du compte qui était ouvert sur cet ordinateur. Par sécurité, ce compte a été déconnecté et rien n’a été associé. Si votre état civil a changé, adressez-vous à l’accueil de la mairie.",
		english: "The person identified by FranceConnect is not the one whose account was open on this computer. For safety, that account was signed out and nothing was linked. If your civil status has changed, please ask at the town hall."}
	errAnotherPerson = &refusal{reason: "nothing says that who is at FranceConnect+ is who is signed in here",
		title: "Votre identité n’a pas pu être confirmée", severity: slog.LevelWarn, status: http.StatusForbidden,
		french:  "FranceConnect+ n’a pas permis de confirmer que vous êtes la personne connectée à ce portail. Rien n’a changé dans votre session. Vous pouvez vous déconnecter pour recommencer depuis le début, ou vous adresser à l’accueil de la mairie.",
		english: "FranceConnect+ could not confirm that you are the person signed in to this site. Your session is as it was. You can sign out to start again from the beginning, or ask at the town hall."}
	errHost = &refusal{reason: "the proxy in front of the portal changes Host",
		title: "Le serveur placé devant ce portail est à régler", severity: slog.LevelError, status: http.StatusMisdirectedRequest,
		french:  "Il transmet au portail un autre nom d’hôte (en-tête Host) que celui de l’adresse PORTAL_URL. Réglez-le pour qu’il transmette l’en-tête Host du navigateur tel quel, ou donnez à PORTAL_URL l’adresse que le navigateur affiche.",
		english: "The server in front of this site hands it another host name (the Host header) than that of PORTAL_URL. Have it hand on the browser’s Host header as it is, or set PORTAL_URL to the address that the browser shows."}
	errCrossOrigin = &refusal{reason: "a request from another site",
		title: "Cette demande vient d’un autre site", severity: slog.LevelWarn, status: http.StatusForbidden,
		french:  "Par sécurité, ce portail ne l’a pas suivie. Vous pouvez revenir à l’accueil et recommencer.",
		english: "This request came from another site. For your safety, nothing was done. You can go back to the home page and start again."}
)

// titles are those of the pages about FranceConnect; the sentences are the SDK's.
var titles = []struct {
	err   error
	title string
}{
	{franceconnect.ErrDenied, "La connexion n’a pas abouti"},
	{franceconnect.ErrLoginExpired, "Votre connexion est à recommencer"},
	{franceconnect.ErrUnavailable, "FranceConnect est indisponible"},
	{franceconnect.ErrLevelTooLow, "Le niveau de sécurité est insuffisant"},
	{franceconnect.ErrVerification, "La réponse de FranceConnect n’a pas pu être vérifiée"},
	{franceconnect.ErrStillOpen, "Vous êtes déconnecté de ce site"},
	{franceconnect.ErrDisabled, "FranceConnect n’est pas proposé ici"},
}

// refusalOf returns what the page and the log say about any error.
func refusalOf(err error) *refusal {
	if own := (*refusal)(nil); errors.As(err, &own) {
		return own
	}
	r := &refusal{title: "La connexion est impossible pour le moment", severity: slog.LevelError, status: franceconnect.StatusCode(err)}
	r.french, r.english = franceconnect.UserMessage(err)
	if r.status < http.StatusInternalServerError {
		r.severity = slog.LevelInfo
	}
	for _, t := range titles {
		if errors.Is(err, t.err) {
			r.title = t.title
		}
	}
	if atOtherDoor(err) {
		r.title = strings.ReplaceAll(r.title, "FranceConnect", "ProConnect")
	}
	return r
}

// atOtherDoor reports whether an error is of an agent's login, which has nothing to do
// with a citizen who is signed in in the same browser.
func atOtherDoor(err error) bool {
	e := (*franceconnect.Error)(nil)
	return errors.As(err, &e) && e.Provider != ""
}

// sorry shows the one error page. There is always a way on from it: to start
// again, with the page that the person wanted, or another way in.
func (p *portal) sorry(w http.ResponseWriter, r *http.Request, err error, retry string) {
	why := refusalOf(err)
	title, f := why.title, failure{French: why.french, English: why.english, Retry: retry,
		NoRetry: errors.Is(err, franceconnect.ErrDisabled), OfAgents: atOtherDoor(err), Reference: reference(r.Context())}
	if _, _, in := p.who(r); in && errors.Is(err, franceconnect.ErrLoginExpired) && !atOtherDoor(err) { // by the back button, or a tab that is restored
		title, f.Onward = "Vous êtes déjà connecté", onward(returnTo(err))
		if f.Onward == "" || f.Onward == "/" {
			f.Onward = "/mon-compte"
		}
		f.French = "Cette demande de connexion a déjà servi, a été interrompue ou a expiré. Vous êtes toujours connecté\u00a0: vous pouvez continuer."
		f.English = "This sign-in was already used, was interrupted or has expired. You are still signed in, and can go on."
	}
	if !errors.As(err, new(*franceconnect.Error)) { // which the SDK has written down
		p.log.Log(r.Context(), why.severity, err.Error(), "ref", f.Reference)
	}
	p.show(w, r, why.status, "erreur", view{Title: title, Failure: &f})
}
