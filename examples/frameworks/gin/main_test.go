package main

import (
	"testing"
	"time"

	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/conform"
)

func TestThePortalConforms(t *testing.T) {
	conform.RunSCS(t, conform.SCS{NewSessions: newSessions, NewPortal: newPortal, IdleTime: 30 * time.Minute})
}
