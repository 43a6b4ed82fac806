package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A driver speaks the suite's REST interface.
type driver struct {
	suite  string // its address
	client *http.Client
	wait   time.Duration // between two questions
	most   time.Duration // for one module
}

// A plan is what the suite is to try, and what it said.
type plan struct {
	Plan    string   `json:"plan"`
	Alg     string   `json:"alg"`
	Modules []module `json:"modules"`
}

type module struct {
	Name   string   `json:"module"`
	Result string   `json:"result"`           // the suite's: PASSED, WARNING, REVIEW, FAILED, SKIPPED; WAITING if it came to no end
	Said   []string `json:"said,omitempty"`   // each condition of the suite that is no success
	Portal string   `json:"portal,omitempty"` // why the portal signed nobody in
}

// call sends one request of the REST interface, and reads its answer.
func (d *driver) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(d.suite, "/")+"/api/"+path+"?"+query.Encode(), bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := d.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		var why struct{ Error string }
		_ = json.Unmarshal(answer, &why) // not all errors say why
		return fmt.Errorf("%s %s: the suite answers %s %s", method, path, res.Status, why.Error)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// run creates a plan and tries its modules on a portal, one after the other.
func (d *driver) run(ctx context.Context, p *portal, name, variant string) (seen plan, err error) {
	var made struct {
		ID      string
		Modules []struct {
			TestModule string
			Variant    json.RawMessage
		}
	}
	if err := d.call(ctx, http.MethodPost, "plan", url.Values{"planName": {name}, "variant": {variant}}, p.registration(), &made); err != nil {
		return seen, err
	}
	seen = plan{Plan: name, Alg: p.alg}
	for _, m := range made.Modules {
		query := url.Values{"plan": {made.ID}, "test": {m.TestModule}}
		if m.Variant != nil {
			query.Set("variant", string(m.Variant))
		}
		tried, err := d.try(ctx, p, m.TestModule, query)
		if err != nil {
			return seen, fmt.Errorf("%s: %w", m.TestModule, err)
		}
		seen.Modules = append(seen.Modules, tried)
	}
	return seen, nil
}

// Two logins are the most that a module asks for, when it changes its keys between them:
// the portal is to see it.
const logins = 2

// try creates a module, which the suite then starts by itself, signs in while it waits, and
// reads what it said.
func (d *driver) try(ctx context.Context, p *portal, name string, query url.Values) (m module, err error) {
	var started struct{ ID string }
	if err := d.call(ctx, http.MethodPost, "runner", query, nil, &started); err != nil {
		return m, err
	}
	end := time.Now().Add(d.most)
	state, result, err := d.await(ctx, started.ID, end, "WAITING")
	if err != nil {
		return m, err
	}
	m.Name = name
	if state == "WAITING" {
		var running struct {
			Exposed struct{ Issuer string }
		}
		if err := d.call(ctx, http.MethodGet, "runner/"+started.ID, nil, nil, &running); err != nil {
			return m, err
		}
		refused := p.open(ctx, running.Exposed.Issuer)
		for n := 0; n < logins && refused == nil && state == "WAITING"; n++ {
			if refused = p.visit(ctx, strings.Contains(name, "logout")); refused == nil {
				if state, _, err = d.state(ctx, started.ID); err != nil {
					return m, err
				}
			}
		}
		if refused != nil {
			m.Portal = reasonOf(refused)
		}
		if _, result, err = d.await(ctx, started.ID, end); err != nil {
			return m, err
		}
	}
	m.Result = result
	m.Said, err = d.said(ctx, started.ID)
	return m, err
}

// state asks for the state of a module, and for its result if it has ended.
func (d *driver) state(ctx context.Context, id string) (state, result string, err error) {
	var info struct{ Status, Result string }
	err = d.call(ctx, http.MethodGet, "info/"+id, nil, nil, &info)
	return info.Status, info.Result, err
}

// await asks until a module is in one of the states, or has ended, or the time is over:
// then the state is its result.
func (d *driver) await(ctx context.Context, id string, end time.Time, states ...string) (state, result string, err error) {
	for {
		state, result, err = d.state(ctx, id)
		if err != nil || state == "FINISHED" {
			return state, result, err
		}
		if state == "INTERRUPTED" {
			return state, "FAILED", nil
		}
		if slices.Contains(states, state) {
			return state, "", nil
		}
		if time.Now().After(end) {
			return "", state, nil
		}
		select {
		case <-ctx.Done():
			return state, "", ctx.Err()
		case <-time.After(d.wait):
		}
	}
}

// said returns the conditions that were no success.
func (d *driver) said(ctx context.Context, id string) (all []string, err error) {
	var log []struct{ Src, Msg, Result string }
	if err := d.call(ctx, http.MethodGet, "log/"+id, nil, nil, &log); err != nil {
		return nil, err
	}
	for _, e := range log {
		if e.Result == "FAILURE" || e.Result == "WARNING" {
			all = append(all, e.Result+" "+e.Src+": "+e.Msg)
		}
	}
	return all, nil
}
