package proconnect_test

import (
	"fmt"
	"net/http"
	"os"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

func Example() {
	key := franceconnect.NewCookieKey()
	sorry := func(http.ResponseWriter, error) {}
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
		fmt.Println(err) // names the wrong field
		return
	}
	http.HandleFunc("GET /proconnect/login", func(w http.ResponseWriter, r *http.Request) {
		sorry(w, pc.Login(w, r, proconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	// Output:
	// proconnect: ClientID is missing
	// proconnect: ClientSecret is missing
}
