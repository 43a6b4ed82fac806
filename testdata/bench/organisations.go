package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	capoidc "github.com/hashicorp/cap/oidc"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/franceconnect-go/franceconnect"
)

// An organisation is one client of a software vendor who serves many.
type organisation struct{ id, secret, redirect, token string }

// A housing takes organisations in, to the point where their first login would
// find all it needs, and returns what must be kept of each.
type housing func(o organisation) (any, error)

// manyOrganisations returns what it takes to keep so many in one process.
func manyOrganisations(n int) row {
	return row{name: "many organisations", count: func() ([]line, error) {
		names := []string{"requests for keys", "requests in all", "connections", "goroutines", "bytes each"}
		lines := make([]line, len(names))
		for i, name := range names {
			lines[i] = line{name: "many organisations, " + name, counted: true, cells: map[string]cell{}}
		}
		own := 0.0
		for _, h := range []struct {
			name string
			open func(*idp) (housing, error)
		}{{floorName, bareHousing}, {oursName, ourHousing}, {"go-oidc", goOIDCHousing}, {"zitadel", zitadelHousing}, {"cap", capHousing}} {
			took, err := house(n, h.open)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", h.name, err)
			}
			if h.name == floorName {
				own, took[4] = took[4], 0
			} else {
				took[4] -= own
			}
			for i, v := range took {
				lines[i].cells[h.name] = cell{value: v}
			}
		}
		return lines, nil
	}}
}

// house takes n organisations in and says what it took.
func house(n int, open func(*idp) (housing, error)) (took [5]float64, err error) {
	p := serve(false, false)
	defer endServers()
	all := make([]organisation, n)
	for i := range all {
		id := fmt.Sprintf("%064x", i)
		all[i] = organisation{id, "5ec" + id[3:], fmt.Sprintf("https://portail-%06d.example.fr/franceconnect/callback", i), sign(jose.ES256, newIDClaims(p.issuer, id, p.nonce))}
	}
	kept := make([]any, n)
	before, routines := heap(), runtime.NumGoroutine()
	move, err := open(p)
	if err != nil {
		return took, err
	}
	for i, o := range all {
		if kept[i], err = move(o); err != nil {
			return took, err
		}
		if (i+1)%500 == 0 || i == n-1 {
			// What stays, until the process runs out of descriptors.
			took[3] += float64(runtime.NumGoroutine()-routines) - float64(p.open.Load())
			p.server.CloseClientConnections()
			settle(routines)
		}
	}
	took[0] = float64(p.answers["/jwks"].asked.Load())
	took[1] = float64(p.requests())
	took[2] = float64(p.connections.Load())
	took[4] = float64(heap()-before) / float64(n)
	runtime.KeepAlive(all)
	runtime.KeepAlive(kept)
	return took, nil
}

// settle waits for what was closed to be gone.
func settle(routines int) {
	for range 100 {
		if runtime.NumGoroutine() <= routines {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// bareHousing keeps the settings.
func bareHousing(*idp) (housing, error) {
	return func(o organisation) (any, error) { return &organisation{o.id, o.secret, o.redirect, ""}, nil }, nil
}

func ourHousing(p *idp) (housing, error) {
	keys := []franceconnect.CookieKey{{1}}
	var env franceconnect.Environment = franceconnect.Custom{Issuer: p.issuer}
	pool := new(franceconnect.Pool)
	return func(o organisation) (any, error) {
		c, err := pool.New(franceconnect.Config{
			Environment: env, ClientID: o.id, ClientSecret: franceconnect.Secret(o.secret), RedirectURL: o.redirect,
			CookieKeys: keys, Scopes: scopes[1:],
		})
		if err != nil {
			return nil, err
		}
		return c, c.Ready(context.Background())
	}, nil
}

func goOIDCHousing(p *idp) (housing, error) {
	shared, err := oidc.NewProvider(context.Background(), p.issuer)
	return func(o organisation) (any, error) {
		c := oauthConfig(p)
		c.ClientID, c.ClientSecret, c.RedirectURL = o.id, o.secret, o.redirect
		v := shared.Verifier(&oidc.Config{ClientID: o.id})
		_, err := v.Verify(context.Background(), o.token)
		return [2]any{c, v}, err
	}, err
}

func zitadelHousing(p *idp) (housing, error) {
	return func(o organisation) (any, error) {
		party, err := rp.NewRelyingPartyOIDC(context.Background(), p.issuer, o.id, o.secret, o.redirect, scopes, rp.WithVerifierOpts(zitadelRules(p, "ES256")...))
		if err != nil {
			return nil, err
		}
		_, err = rp.VerifyIDToken[*zitadel.IDTokenClaims](context.Background(), o.token, party.IDTokenVerifier())
		return party, err
	}, nil
}

func capHousing(p *idp) (housing, error) {
	return func(o organisation) (any, error) {
		c, err := capProvider(p, o.id, o.secret, "ES256", false, nil)
		if err != nil {
			return nil, err
		}
		request, err := capRequest(p)
		if err != nil {
			return nil, err
		}
		_, err = c.VerifyIDToken(context.Background(), capoidc.IDToken(o.token), request)
		return c, err
	}, nil
}
