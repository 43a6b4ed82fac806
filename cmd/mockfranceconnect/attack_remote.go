package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A remoteMock is a mock that another process serves, by its HTTP control.
type remoteMock struct {
	control string
	http    *http.Client
	issuer  string

	mu  sync.Mutex
	err error // the first call that failed; what was attacked afterwards says nothing
}

// meet asks the mock who it is, and returns its client that has a callback.
func (m *remoteMock) meet(callback string) mockidp.Client {
	var ready struct{ Issuer string }
	m.call(http.MethodGet, "/ready", nil, &ready)
	m.issuer = ready.Issuer
	var clients []mockidp.Client
	m.call(http.MethodGet, "/clients", nil, &clients)
	for _, c := range clients {
		if i := slices.Index(c.RedirectURIs, callback); i >= 0 {
			c.RedirectURIs = append([]string{callback}, slices.Delete(slices.Clone(c.RedirectURIs), i, i+1)...)
			return c
		}
	}
	m.fail(fmt.Errorf("none of its clients has the callback %s (mockfranceconnect -clients)", callback))
	return mockidp.Client{}
}

func (m *remoteMock) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

// failure returns what went wrong between this program and the mock.
func (m *remoteMock) failure() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		return nil
	}
	return fmt.Errorf("the control of the mock: %w", m.err)
}

// call calls the control with a body in JSON, or none, and reads its answer.
func (m *remoteMock) call(method, path string, body, into any) {
	if err := m.exchange(method, path, body, into); err != nil {
		m.fail(fmt.Errorf("%s %s: %w", method, path, err))
	}
}

func (m *remoteMock) exchange(method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, m.control+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	res, err := m.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // for a person
		return errors.New(res.Status + " " + string(said))
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// broken is a body of /break and /mend.
type broken struct {
	Path  string        `json:"path"`
	Fault mockidp.Fault `json:"fault,omitzero"`
}

// Issuer and the methods below do what those of a *mockidp.Provider do.
func (m *remoteMock) Issuer() string          { return m.issuer }
func (m *remoteMock) Next(s mockidp.Scenario) { m.call(http.MethodPost, "/next", s, nil) }
func (m *remoteMock) InjectFault(path string, f mockidp.Fault) {
	m.call(http.MethodPost, "/break", broken{path, f}, nil)
}
func (m *remoteMock) ClearFault(path string) {
	m.call(http.MethodPost, "/mend", broken{Path: path}, nil)
}
func (m *remoteMock) Rotate() { m.call(http.MethodPost, "/rotate", nil, nil) }
func (m *remoteMock) RotateUnderSameKIDs() {
	m.call(http.MethodPost, "/rotate", map[string]bool{"same_kids": true}, nil)
}
func (m *remoteMock) People() (all []mockidp.Person) {
	m.call(http.MethodGet, "/people", nil, &all)
	return all
}
func (m *remoteMock) Requests() (all []mockidp.Request) {
	m.call(http.MethodGet, "/requests", nil, &all)
	return all
}
