package franceconnect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

// sessions stands for what a portal has already.
var sessions interface {
	Save(http.ResponseWriter, *http.Request, *franceconnect.Session)
	End(http.ResponseWriter, *http.Request) franceconnect.IDTokenHint
}

// sorry is the portal's error page; it does nothing for nil.
func sorry(w http.ResponseWriter, err error) {
	if err != nil {
		french, _ := franceconnect.UserMessage(err)
		http.Error(w, french, franceconnect.StatusCode(err))
	}
}

func Example() {
	key, err := franceconnect.ParseCookieKey(os.Getenv("FRANCECONNECT_COOKIE_KEYS")) // openssl rand -base64 32
	if err != nil {
		panic(err)
	}
	fc, err := franceconnect.New(franceconnect.Config{
		Environment:           franceconnect.Sandbox,
		ClientID:              os.Getenv("FRANCECONNECT_CLIENT_ID"),
		ClientSecret:          franceconnect.Secret(os.Getenv("FRANCECONNECT_CLIENT_SECRET")),
		RedirectURL:           "https://portail.example.fr/franceconnect/callback",
		PostLogoutRedirectURL: "https://portail.example.fr/",
		CookieKeys:            []franceconnect.CookieKey{key},
		Scopes:                []string{"identite_pivot", "email"},
	})
	if err != nil {
		panic(err) // names the wrong field
	}

	http.HandleFunc("GET /franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
		sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	http.HandleFunc("GET /franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		sessions.Save(w, r, s) // under a new session id
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
	http.HandleFunc("POST /deconnexion", func(w http.ResponseWriter, r *http.Request) {
		sorry(w, fc.Logout(w, r, sessions.End(w, r)))
	})
	// No form of another site signs anybody out.
	log.Fatal(http.ListenAndServe(":8080", http.NewCrossOriginProtection().Handler(http.DefaultServeMux)))
}

func ExampleClient_DirectLogin() {
	var fc *franceconnect.Client // of New, with Config.Direct

	http.HandleFunc("GET /franceconnect/direct", func(w http.ResponseWriter, r *http.Request) {
		if err := fc.DirectLogin(w, r); err != nil {
			next := ""
			if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
				next = e.ReturnTo // "" unless the app was believed
			}
			http.Redirect(w, r, "/connexion?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
		}
	})
}

func ExampleClient_SectorIdentifierHandler() {
	var fc, other *franceconnect.Client // of New, with the same client id

	http.Handle("GET /franceconnect/secteur.json", fc.SectorIdentifierHandler(other))
}

func ExampleParseEnvironment() {
	for _, pasted := range []string{"https://oidc.franceconnect.gouv.fr/", "sandbox", "http://127.0.0.1:8600", "prod"} {
		env, err := franceconnect.ParseEnvironment(pasted)
		if err != nil {
			fmt.Println("not understood")
			continue
		}
		fmt.Println(env)
	}
	// Output:
	// FranceConnect v2, production, https://oidc.franceconnect.gouv.fr/api/v2
	// FranceConnect v2, sandbox, https://fcp-low.sbx.dev-franceconnect.fr/api/v2
	// FranceConnect v2, http://127.0.0.1:8600/api/v2
	// not understood
}

func ExampleUserMessage() {
	err := fmt.Errorf("callback: %w", franceconnect.ErrDenied)
	french, english := franceconnect.UserMessage(err)
	fmt.Println(french)
	fmt.Println(english)
	// Output:
	// La connexion avec FranceConnect n’a pas abouti. Vous pouvez réessayer ou choisir un autre mode de connexion.
	// You were not signed in with FranceConnect. You can try again or choose another way to sign in.
}

func ExampleBirthDate_Time() {
	for _, text := range []string{"1962-08-24", "1962-08-00"} {
		born, err := person.ParseBirthDate(text)
		if err != nil {
			panic(err)
		}
		day, ok := born.Time()
		fmt.Println(born, ok, day.Format(time.DateOnly))
	}
	// Output:
	// 1962-08-24 true 1962-08-24
	// 1962-08-00 false 0001-01-01
}

func ExampleIdentity() {
	text := `{"GivenNames":["Marie Laure","Anne"],"FamilyName":"LE GOFF","UsageName":"Kerjean","Gender":"female",
		"BirthDate":"1962-08-00","BirthPlace":"29019","BirthCountry":"99100","Email":"ml@example.org"}`
	var id person.Identity // as a Session has it
	if err := json.Unmarshal([]byte(text), &id); err != nil {
		panic(err)
	}
	fmt.Println(id) // a placeholder: nothing personal ends in a log by accident
	fmt.Println(id.GivenNames[0], id.FamilyName, id.BirthDate, id.BirthPlace.IsCommune(), id.BirthCountry == person.France)
	// Output:
	// identity
	// Marie Laure LE GOFF 1962-08-00 true true
}

func ExampleConfigFromJSON() {
	// The files of this organisation, and of no other, such as
	// /run/secrets/franceconnect/bourg; with nil, none could be named.
	folder, err := os.OpenRoot("testdata/settings/bourg")
	if err != nil {
		panic(err)
	}
	defer folder.Close()

	// What the administrator typed, and pasted.
	config, err := franceconnect.ConfigFromJSON([]byte(`{
		"environment": "https://oidc.franceconnect.gouv.fr/",
		"client_id": "0a1b2c",
		"client_secret_file": "client-secret",
		"button": "principale"
	}`), folder.FS())
	fmt.Println(config.Environment) // said back
	fmt.Println(config.ClientSecret)

	french, english := franceconnect.OperatorAdvice(err)
	fmt.Println(french)
	fmt.Println(english)
	// Output:
	// FranceConnect v2, production, https://oidc.franceconnect.gouv.fr/api/v2
	// secret
	// Le champ « Bouton de connexion » (button) n’est ni principal, ni alternatif.
	// The field “Sign-in button” (button) is neither principal nor alternative.
}

func ExampleClient_Button() {
	fc, err := franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "id", ClientSecret: "secret",
		RedirectURL: "https://portail.example.fr/franceconnect/callback", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte", English: true}))
	// Output:
	// <div class="franceconnect">
	// <p>FranceConnect is the solution offered by the French State to secure and simplify the connection to your online services.</p>
	// <a class="franceconnect-button" href="/franceconnect/login?next=/mon-compte" hx-boost="false" data-turbo="false">Sign in with <strong>FranceConnect</strong></a>
	// <p><a href="https://franceconnect.gouv.fr/" target="_blank" rel="noopener" hreflang="fr" title="What is FranceConnect? - new window">What is FranceConnect?</a></p>
	// </div>
}

func ExamplePlatform_RecommendVariant() {
	for _, background := range []string{"#ffffff", "#1b1b35"} {
		variant, contrast, err := franceconnect.V2.RecommendVariant(background)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s %.1f\n", variant, contrast)
	}
	// Output:
	// principal 8.0
	// alternative 16.7
}
