package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

const (
	// tokenTime is how long the access token is good for, from the moment that
	// the person is back: FranceConnect ends it 30 seconds after their click,
	// whatever it says of itself, and the way back takes some of them.
	tokenTime = 25 * time.Second

	// patience is what a person waits for data, at most.
	patience = 8 * time.Second

	// shortWait is the longest pause before a second try.
	shortWait = 2 * time.Second

	maxAnswer = 64 << 10 // bytes; a true one has a few hundred
)

// An api is API Particulier, or what stands in for it.
type api struct {
	origin    string            // "https://particulier.api.gouv.fr"
	recipient string            // SIRET of who the data is for, the town's own
	scopes    []string          // of the data that is asked for
	base      http.RoundTripper // nil is the session's own
	patience  time.Duration     // for all calls together
	log       *slog.Logger
}

// A household is what the data providers said: what the pages show, and nothing
// else of it.
type household struct {
	Quotient    answer[quotient]
	Scholarship answer[scholarship]
}

// An answer is of one data provider. One that was not asked has neither.
type answer[T any] struct {
	Data    *T      `json:",omitempty"`
	Missing trouble `json:",omitempty"`
}

// A quotient is a quotient familial, in euros, of one month.
type quotient struct {
	Provider    string // CNAF or MSA
	Value       int
	Year, Month int
}

// A scholarship is on social criteria.
type scholarship struct {
	Holder bool
	Step   string // échelon, "0bis" to "7"; empty if it was not granted
}

// The scopes that the two calls cannot do without.
const (
	quotientScope    = "cnaf_quotient_familial"
	scholarshipScope = "cnous_statut_boursier"
)

const (
	quotientPath    = "/v3/dss/quotient_familial/france_connect"
	scholarshipPath = "/v3/cnous/etudiant_boursier/france_connect"
)

// ask calls the data providers in parallel, with the access token of a session
// that has just begun and for as long as it is good: at most left, at most
// a.patience. Each answers or fails by itself, and none fails the login.
func (a *api) ask(ctx context.Context, s *franceconnect.Session, left time.Duration) (h household) {
	ctx, cancel := context.WithTimeout(ctx, min(left, a.patience))
	defer cancel()
	// The token goes to this origin, and with no redirect to another.
	client := &http.Client{Transport: s.Transport(a.origin, a.base)}
	var all sync.WaitGroup
	if slices.Contains(a.scopes, quotientScope) {
		all.Go(func() { h.Quotient = fetch(ctx, a, client, quotientPath, readQuotient) })
	}
	if slices.Contains(a.scopes, scholarshipScope) {
		all.Go(func() { h.Scholarship = fetch(ctx, a, client, scholarshipPath, readScholarship) })
	}
	all.Wait()
	return h
}

// fetch is one call, and a second one if the first was too early.
func fetch[T any](ctx context.Context, a *api, client *http.Client, path string, read func([]byte) (*T, error)) answer[T] {
	address := a.origin + path + "?" + url.Values{"recipient": {a.recipient}}.Encode()
	body, err := get(ctx, client, address)
	if early := (*callError)(nil); errors.As(err, &early) && early.again(ctx) {
		select {
		case <-time.After(early.wait):
			body, err = get(ctx, client, address)
		case <-ctx.Done():
		}
	}
	var data *T
	if err == nil {
		data, err = read(body)
	}
	if err == nil {
		return answer[T]{Data: data}
	}
	missing := troubleOf(err)
	a.log.LogAttrs(ctx, missing.severity(), "data provider", slog.String("ref", reference(ctx)),
		slog.String("path", path), slog.String("recipient", a.recipient), slog.String("missing", string(missing)), slog.String("error", err.Error()))
	return answer[T]{Missing: missing}
}

// get makes one request and returns the body. Its error is a *callError.
func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &callError{kind: refused, reason: "address"}
	}
	r.Header.Set("Accept", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return nil, &callError{kind: unavailable, reason: reasonOf(err), cause: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &callError{kind: unavailable, status: res.StatusCode, reason: reasonOf(err), cause: err}
	case len(body) > maxAnswer:
		return nil, &callError{kind: malformed, status: res.StatusCode, reason: "longer than 64 KiB"}
	case res.StatusCode != http.StatusOK:
		return nil, failed(res, body)
	}
	return body, nil
}

// failed reads an answer other than 200: {"errors":[{"code","title","detail"}]}.
// The code alone is kept; the other two are for people, and may be about them.
func failed(res *http.Response, body []byte) *callError {
	e := &callError{kind: malformed, status: res.StatusCode}
	var said struct{ Errors []struct{ Code string } }
	if json.Unmarshal(body, &said) == nil && len(said.Errors) > 0 && errorCode.MatchString(said.Errors[0].Code) {
		e.code = said.Errors[0].Code
	}
	switch s := res.StatusCode; {
	case s == http.StatusNotFound && e.code == "":
		e.reason = "not the API's own 404" // API_PARTICULIER_URL is wrong, and no person unknown
	case s == http.StatusNotFound:
		e.kind = unknown
	case s == http.StatusConflict:
		e.kind = busy
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n >= 0 && n <= int(shortWait/time.Second) {
			e.retry, e.wait = true, time.Duration(n)*time.Second
		}
	case s == http.StatusTooManyRequests:
		e.kind = busy // with more requests it would last
	case s >= 500:
		e.kind = unavailable
	case s >= 400:
		e.kind = refused
	}
	return e
}

var errorCode = regexp.MustCompile(`^[A-Za-z0-9._-]{1,32}$`)

// readQuotient reads the one thing that the page shows. Allocataires, enfants
// and adresse stay where they are, should a scope bring them.
func readQuotient(body []byte) (*quotient, error) {
	var said struct {
		Data struct {
			Quotient *struct {
				Provider string `json:"fournisseur"`
				Value    *int   `json:"valeur"`
				Year     int    `json:"annee"`
				Month    int    `json:"mois"`
			} `json:"quotient_familial"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &said) != nil { // its text quotes the answer
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "not the JSON of a quotient"}
	}
	q := said.Data.Quotient
	switch {
	case q == nil || q.Value == nil || *q.Value < 0:
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "quotient_familial.valeur"}
	case !providerName.MatchString(q.Provider):
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "quotient_familial.fournisseur"}
	case q.Year < 2000 || q.Year > 9999 || q.Month < 1 || q.Month > 12:
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "quotient_familial.mois"}
	}
	return &quotient{q.Provider, *q.Value, q.Year, q.Month}, nil
}

func readScholarship(body []byte) (*scholarship, error) {
	var said struct {
		Data struct {
			Holder *bool `json:"est_boursier"`
			Step   struct {
				Step string `json:"echelon"`
			} `json:"echelon_bourse"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &said) != nil {
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "not the JSON of a scholarship"}
	}
	switch s := said.Data; {
	case s.Holder == nil:
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "est_boursier"}
	case !step.MatchString(s.Step.Step):
		return nil, &callError{kind: malformed, status: http.StatusOK, reason: "echelon_bourse.echelon"}
	}
	return &scholarship{*said.Data.Holder, said.Data.Step.Step}, nil
}

var (
	providerName = regexp.MustCompile(`^\pL[\pL ]{1,30}$`)
	step         = regexp.MustCompile(`^([0-7]|0bis|)$`)
)
