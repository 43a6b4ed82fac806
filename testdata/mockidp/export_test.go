package mockidp

import (
	"maps"
	"slices"
	"strings"
)

// ControlRoutes returns the methods and paths that the control serves.
func ControlRoutes(p *Provider) []string {
	var all []string
	for _, route := range slices.Collect(maps.Keys(control{p: p}.routes())) {
		all = append(all, strings.TrimSuffix(route, "{$}"))
	}
	return all
}

// ControlBodies returns a value of each type that the control reads or writes, by
// its name in the document.
func ControlBodies() map[string]any {
	return map[string]any{"Scenario": nextLogin{}, "TokenChange": TokenChange{}, "Fault": Fault{}, "BrokenEndpoint": brokenEndpoint{},
		"KeyRotation": keyRotation{}, "ClockChange": clockChange{}, "NewSecret": newSecret{}, "Request": Request{}, "Note": Note{}}
}
