package main

import (
	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A step is one of the path.
type step struct {
	when    text.Text // it is for a version of the product only
	title   text.Text
	site    string
	needed  []text.Text // what to run and to have at hand
	result  []text.Text // what comes of it
	shownBy evidence
	done    bool // the variables say so
}

// An evidence shows that a step is done: whoever has a client has done all that
// comes before it.
type evidence string

const (
	anyClient  evidence = "client"
	liveClient evidence = "production client"
	ownKeys    evidence = "keys"
)

// ownSteps returns the path of a portal of one's own on a platform, or of a
// product without a profile: a first try, then production.
func (d *product) ownSteps(on franceconnect.Platform) []step {
	path := []step{accountStep(), d.habilitationStep()}
	if on == franceconnect.Plus {
		path = append(path, decryptionKeysStep())
	}
	path = append(path, d.testStep(on), d.setUpStep())
	if !d.isCertified() {
		path = append(path, qualificationStep(on))
	}
	return append(path, d.productionStep(on), d.goLiveStep(on))
}

// productSteps returns the path of a town whose product has a profile, in the
// editor's order: the habilitation, the form, the keys, its screen. Of branches,
// each has its own form and screen.
func (d *product) productSteps(branches []branch) []step {
	path := []step{accountStep(), d.habilitationStep()}
	if !d.profile.TestOptional {
		path = append(path, eachBranch(branches, d.testStep)...)
	}
	if !d.isCertified() {
		path = append(path, qualificationStep(branches[0].platform))
	}
	path = append(path, eachBranch(branches, d.productionStep)...)
	path = append(path, d.keysStep(branches[0].platform)) // v2's and v1's come by the same ways
	path = append(path, eachBranch(branches, d.screenStep)...)
	path = append(path, d.openStep())
	if d.profile.TestOptional {
		path = append(path, eachBranch(branches, d.testStep)...)
	}
	return path
}

// eachBranch returns a step for each branch.
func eachBranch(branches []branch, of func(franceconnect.Platform) step) (all []step) {
	for _, b := range branches {
		one := of(b.platform)
		one.when = b.when
		all = append(all, one)
	}
	return all
}
