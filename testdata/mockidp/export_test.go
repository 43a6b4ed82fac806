package mockidp

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// ControlRoutes returns the methods and paths that the control serves.
func ControlRoutes(p *Provider) []string {
	var all []string
	for _, route := range slices.Collect(maps.Keys(control{p: p}.routes())) {
		all = append(all, strings.TrimSuffix(route, "{$}"))
	}
	return all
}

// Queued returns the scenarios that no login has taken.
func Queued(p *Provider) []Scenario { return p.nextScenarios }

// NextPrune returns when what has expired is looked for again.
func NextPrune(p *Provider) time.Time { return p.nextPrune }

// ControlBodies returns a value of each type that the control reads or writes, by
// its name in the document.
func ControlBodies() map[string]any {
	return map[string]any{"Scenario": nextLogin{}, "TokenChange": TokenChange{}, "Fault": Fault{}, "BrokenEndpoint": brokenEndpoint{},
		"KeyRotation": keyRotation{}, "ClockChange": clockChange{}, "NewSecret": newSecret{}, "Request": Request{}, "Note": Note{}}
}
