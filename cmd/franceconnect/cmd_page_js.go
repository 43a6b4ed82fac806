package main

import (
	"context"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// preparePage returns what refuses: this program is inside the page.
func (prog *program) preparePage() ([]option, runner) {
	return nil, func(context.Context, []string) int {
		return prog.usageError("page", text.Of("la page ne se fabrique pas elle-même", "the page does not make itself"))
	}
}
