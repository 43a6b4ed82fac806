package main

import (
	"fmt"
	"sync"

	"github.com/franceconnect-go/franceconnect"
)

// A pool is franceconnect.Pool, once the library has that: this file goes then.
// Its zero value is ready. It must not be copied.
type pool struct {
	mu    sync.Mutex
	first map[string]*franceconnect.Client // by environment
}

// New returns a client that shares FranceConnect's keys and connections with
// those of the same FranceConnect.
func (p *pool) New(config franceconnect.Config) (*franceconnect.Client, error) {
	if config.Disabled || config.Environment == nil {
		return franceconnect.New(config)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	environment := fmt.Sprintf("%+v", config.Environment.Parts())
	if first := p.first[environment]; first != nil {
		config.Environment, config.HTTPClient, config.Now = nil, nil, nil
		return first.With(config)
	}
	fc, err := franceconnect.New(config)
	if err == nil {
		if p.first == nil {
			p.first = map[string]*franceconnect.Client{}
		}
		p.first[environment] = fc
	}
	return fc, err
}
