package main

import (
	"errors"
	"fmt"
	"time"
)

// A contender does a row's job once. spoiled is the same on something that
// must be refused.
type contender struct {
	name    string
	run     func() error
	spoiled []func() error
}

// A row compares contenders at one job. The first of them is the floor.
type row struct {
	name     string
	open     func() ([]contender, error) // for rows that are timed
	count    func() ([]line, error)      // for rows that are counted
	atOnce   int                         // goroutines; 0 is one
	slice    time.Duration               // what a contender gets in a round
	division int                         // of the rounds, where one is long
}

const (
	floorName = "floor"
	oursName  = "ours"
)

// measure opens the row, has each contender prove itself, and measures.
func (r row) measure(rounds int) ([]line, error) {
	defer endServers()
	if r.count != nil {
		return r.count()
	}
	all, err := r.open()
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if err := c.prove(); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return []line{r.race(all, rounds)}, nil
}

var errBelieved = errors.New("believes what was spoiled")

// prove shows that a contender does the job at all, and refuses where it must.
func (c contender) prove() error {
	if err := c.run(); err != nil {
		return err
	}
	for _, refuse := range c.spoiled {
		if refuse() == nil {
			return errBelieved
		}
	}
	return c.run()
}

// verifier returns a contender that believes a token or does not.
func verifier(name, token string, verify func(token string) error) contender {
	return contender{
		name:    name,
		run:     func() error { return verify(token) },
		spoiled: []func() error{func() error { return verify(spoil(token)) }},
	}
}
