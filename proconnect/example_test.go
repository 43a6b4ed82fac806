package proconnect_test

import (
	"net/http"
	"os"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

// agents stands for what a portal has already.
var agents interface {
	Save(http.ResponseWriter, *http.Request, *proconnect.Session)
}

// sorry is the portal's error page; it does nothing for nil.
func sorry(w http.ResponseWriter, err error) {
	if err != nil {
		french, _ := franceconnect.UserMessage(err)
		http.Error(w, french, franceconnect.StatusCode(err))
	}
}

func Example() {
	var key franceconnect.CookieKey // that of FranceConnect will do

	pc, err := proconnect.New(proconnect.Config{
		Environment:           proconnect.Integration,
		ClientID:              os.Getenv("PROCONNECT_CLIENT_ID"),
		ClientSecret:          franceconnect.Secret(os.Getenv("PROCONNECT_CLIENT_SECRET")),
		RedirectURL:           "https://portail.example.fr/proconnect/callback",
		PostLogoutRedirectURL: "https://portail.example.fr/",
		CookieKeys:            []franceconnect.CookieKey{key},
		Scopes:                []string{"given_name", "usual_name", "email", "siret"},
		Assurance:             proconnect.SeveralFactors(),
	})
	if err != nil {
		panic(err) // names the wrong field
	}

	http.HandleFunc("GET /proconnect/login", func(w http.ResponseWriter, r *http.Request) {
		sorry(w, pc.Login(w, r, proconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	http.HandleFunc("GET /proconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := pc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		agents.Save(w, r, s) // under a new session id
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
}
