package franceconnect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// What a portal decides by. Login, Callback, Logout, Ready and Discover return
// an *Error that is one of these under errors.Is.
var (
	// ErrDenied: the person went back, or FranceConnect did not let them in.
	// Why is nobody's business: say nothing about the person.
	ErrDenied = errors.New("the person did not sign in")

	// ErrStale: this login is unknown, over, used, or of another browser. The
	// person can start again.
	ErrStale = errors.New("the login is no longer open")

	// ErrLevel: the person proved less than was asked for.
	ErrLevel = errors.New("the level is too low")

	// ErrUnavailable: FranceConnect, or the Store, did not answer. Later it will.
	ErrUnavailable = errors.New("FranceConnect cannot be reached")

	// ErrUntrusted: an answer came that is not to be believed. Tell somebody.
	ErrUntrusted = errors.New("an answer could not be verified")

	// ErrMisconfigured: the settings here and those at FranceConnect do not
	// agree. It happens to everybody until somebody repairs it.
	ErrMisconfigured = errors.New("the settings do not agree with FranceConnect's")
)

// An Error is a stage that did not succeed. It holds no token, no code, no
// secret and nothing about the person, and can be logged as it is.
type Error struct {
	Kind   error  `json:"-"`      // one of the variables above
	Reason string `json:"reason"` // a stable word: "id_token.nonce", "state.unknown"

	// Detail is of our making: which decryption key was wanted, and the names of
	// those held.
	Detail string `json:"detail,omitempty"`

	// What FranceConnect answered, if it did, cut down to printable ASCII.
	// Description is for operators: never show it on a page.
	Code        string `json:"error,omitempty"`             // OAuth error, e.g. "invalid_grant"
	Description string `json:"error_description,omitempty"` // its text, in English
	Y           string `json:"y,omitempty"`                 // FranceConnect's own code, e.g. "Y049E20B"
	ID          string `json:"id,omitempty"`                // of this one failure, to quote to FranceConnect's support
	Status      int    `json:"status,omitempty"`            // HTTP status

	// ReturnTo is where the login was to go on to, if a Callback failed after
	// it was found: for a link to start again. It is in no text.
	ReturnTo string `json:"-"`

	cause error
}

// Error is one line of English for a log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("franceconnect: " + e.Kind.Error() + " (" + e.Reason)
	if e.Status != 0 {
		b.WriteString(", HTTP " + strconv.Itoa(e.Status))
	}
	for _, detail := range []string{e.Code, e.Y, e.ID} {
		if detail != "" {
			b.WriteString(", " + detail)
		}
	}
	b.WriteString(")")
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if cause := speakable(e.cause); cause != "" {
		b.WriteString(": " + cause)
	}
	return b.String()
}

// Unwrap makes errors.Is find the Kind and the cause, such as context.Canceled.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.cause}
}

// speakable is the text of causes whose text is made of addresses and of the
// system's words. Any other may quote an answer.
func speakable(err error) string {
	op, cert := (*net.OpError)(nil), (*tls.CertificateVerificationError)(nil)
	switch {
	case errors.As(err, &op):
		return op.Error()
	case errors.As(err, &cert):
		return cert.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	}
	return ""
}

// fromProvider names what became of a call to FranceConnect.
func fromProvider(err error) *Error {
	p := (*provider.Error)(nil)
	if !errors.As(err, &p) {
		return &Error{Kind: ErrUnavailable, Reason: "network", cause: err}
	}
	e := &Error{Reason: p.Call + ".unreachable", Code: p.Code, Description: p.Description, Y: p.Y, ID: p.ID, Status: p.Status, cause: p.Cause}
	switch p.Kind {
	case provider.Unreachable:
		e.Kind = ErrUnavailable
	case provider.Malformed:
		e.Kind, e.Reason = ErrUntrusted, p.Call+".malformed"
	default:
		e.Kind, e.Reason = ErrMisconfigured, p.Call+".refused"
		// The code or the access token lived too long, or was used before.
		if p.Code == "invalid_grant" || p.Call == "userinfo" && p.Code == "invalid_token" {
			e.Kind, e.Reason = ErrStale, p.Call+".over"
		}
	}
	return e
}

// fromToken names why a token is not believed; what names the token.
func fromToken(what string, err error) *Error {
	t := (*token.Error)(nil)
	if errors.As(err, &t) {
		e := &Error{Kind: ErrUntrusted, Reason: what + "." + t.Reason}
		if t.Reason == "jwe.kid" {
			// Encrypted for a key that is not here: a rotation gone wrong.
			e.Kind = ErrMisconfigured
			e.Detail = fmt.Sprintf("key %q wanted, held are %q", provider.Clean(t.Wanted, 64), t.Held)
		}
		return e
	}
	return fromProvider(err) // its keys could not be fetched
}

// fromCallback names an error that the browser brought back (RFC 6749, section
// 4.1.2.1; FranceConnect adds invalid_acr and invalid_idp_hint).
func fromCallback(code, description string) *Error {
	e := &Error{Kind: ErrMisconfigured, Reason: "callback.refused",
		Code: provider.Clean(code, 64), Description: provider.Clean(description, 256)}
	switch code {
	case "access_denied":
		// Three meanings, told apart by the description only: not looked at.
		e.Kind, e.Reason = ErrDenied, "callback.denied"
	case "server_error", "temporarily_unavailable":
		e.Kind, e.Reason = ErrUnavailable, "callback.unavailable"
	}
	return e
}

// Message is what a page says to the person, in French and in English: what
// happened, in general, and what they can do. It never says why.
func Message(err error) (french, english string) {
	switch {
	case errors.Is(err, ErrDenied):
		return "La connexion avec FranceConnect n’a pas abouti. Vous pouvez réessayer ou choisir un autre mode de connexion.",
			"You were not signed in with FranceConnect. You can try again or choose another way to sign in."
	case errors.Is(err, ErrStale):
		return "Votre demande de connexion a expiré ou a déjà servi. Veuillez recommencer. Si cela se reproduit, vérifiez que votre navigateur accepte les cookies de ce site.",
			"Your sign-in has expired or was already used. Please start again. If this happens again, check that your browser accepts cookies from this site."
	case errors.Is(err, ErrLevel):
		return "Le niveau de sécurité de votre connexion est insuffisant pour cette démarche. Vous pouvez recommencer avec un autre compte ou choisir un autre mode de connexion.",
			"This service needs a stronger sign-in. You can try again with another account or choose another way to sign in."
	case errors.Is(err, ErrUnavailable):
		return "FranceConnect est momentanément indisponible. Veuillez réessayer dans quelques instants ou choisir un autre mode de connexion.",
			"FranceConnect is unavailable for the moment. Please try again shortly or choose another way to sign in."
	case errors.Is(err, ErrUntrusted):
		return "La réponse de FranceConnect n’a pas pu être vérifiée. Veuillez recommencer.",
			"The answer from FranceConnect could not be verified. Please start again."
	}
	return "La connexion avec FranceConnect est momentanément impossible sur ce site. Veuillez choisir un autre mode de connexion.",
		"Signing in with FranceConnect is not possible on this site for the moment. Please choose another way to sign in."
}

// Advice is what an operator does about it, in French and in English: whose
// side it is on, and the next step.
func Advice(err error) (french, english string) {
	switch {
	case errors.Is(err, ErrDenied):
		return "Rien à faire : la personne a renoncé, ou FranceConnect ne l’a pas reconnue et le lui a dit.",
			"Nothing to do: the person went back, or FranceConnect did not recognise them and told them so."
	case errors.Is(err, ErrStale):
		return "Rien à faire si c’est rare. Si c’est fréquent : le cookie de connexion ne revient pas (adresse du site différente de celle du retour, Store ou Keys différents d’une machine à l’autre), ou le portail met plus de 30 secondes à répondre.",
			"Nothing to do if it is rare. If it is frequent: the login cookie does not come back (site and callback on different hosts, Store or Keys not the same on all machines), or the portal takes more than 30 seconds to answer."
	case errors.Is(err, ErrLevel):
		return "Côté FranceConnect : le niveau rendu est inférieur au niveau demandé. Vérifiez Config.Level et l’habilitation.",
			"On FranceConnect’s side: the level given is lower than the one asked for. Check Config.Level and the habilitation."
	case errors.Is(err, ErrUnavailable):
		return "Côté FranceConnect ou réseau : vérifiez l’état du service, le mandataire (proxy) et la sortie du réseau vers FranceConnect ; avec un Store, vérifiez qu’il répond.",
			"On FranceConnect’s side or the network’s: check the service’s status, the proxy and the way out to FranceConnect; with a Store, check that it answers."
	case ourKeys(err):
		return "Côté portail : FranceConnect+ chiffre avec les clés que le portail publie. Vérifiez que l’adresse inscrite (jwks_uri) répond depuis l’Internet, sans autorisation ni redirection, et que toutes les machines ont les mêmes DecryptionKeys ; après un changement de clé, gardez aussi l’ancienne.",
			"On the portal’s side: FranceConnect+ encrypts with the keys that the portal publishes. Check that the registered address (jwks_uri) answers from the Internet, without authorisation or redirect, and that all machines have the same DecryptionKeys; after a change of keys, keep the old one too."
	case errors.Is(err, ErrUntrusted):
		return "À examiner : horloge du serveur, environnement et clés qui ne vont pas ensemble, ou tentative de fraude. Reason dit quelle vérification a échoué.",
			"To be looked into: the server’s clock, an environment and keys that do not belong together, or an attack. Reason says which check failed."
	}
	return "Côté portail ou inscription : comparez l’identifiant, le secret, l’adresse de retour, les scopes et l’environnement avec ceux de l’espace partenaires. Code, Y et ID disent ce que FranceConnect a répondu.",
		"On the portal’s side or the registration’s: compare the client id, the secret, the redirect URL, the scopes and the environment with those of the partners’ space. Code, Y and ID say what FranceConnect answered."
}

// ourKeys tells whether an error is about the keys that we publish.
func ourKeys(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && (e.Code == "invalid_client_metadata" || strings.HasSuffix(e.Reason, ".jwe.kid") || strings.HasPrefix(e.Reason, "published_keys."))
}
