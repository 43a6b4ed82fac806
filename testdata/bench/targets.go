package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
)

// A target is the most that our own cell of a line may say.
type target struct {
	Most        float64 `json:"most"`
	Allocations float64 `json:"allocations"` // 0 is any number
}

//go:embed targets.json
var targetsText []byte

// targetsMissed says which targets the lines miss by more than the noise.
func targetsMissed(lines []line) (missed []string) {
	var targets map[string]target
	if err := json.Unmarshal(targetsText, &targets); err != nil {
		log.Fatalf("targets.json: %v", err)
	}
	for _, l := range lines {
		t, ok := targets[l.name]
		if !ok {
			continue
		}
		c := l.cells[oursName]
		if c.value-c.noise > t.Most {
			missed = append(missed, fmt.Sprintf("missed: %s: %.4g ±%.2g, at most %.4g", l.name, c.value, c.noise, t.Most))
		}
		if t.Allocations > 0 && c.allocations > t.Allocations {
			missed = append(missed, fmt.Sprintf("missed: %s: %.0f allocations, at most %.0f", l.name, c.allocations, t.Allocations))
		}
	}
	return missed
}
