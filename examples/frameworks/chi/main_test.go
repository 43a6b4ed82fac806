package main

import (
	"testing"
	"time"

	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/conform"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
)

func TestThePortalConforms(t *testing.T) {
	conform.RunSCS(t, conform.SCS{NewSessions: settings.Sessions, NewPortal: newPortal, IdleTime: 30 * time.Minute})
}
