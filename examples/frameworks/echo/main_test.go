package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/conform"
)

func TestThePortalConforms(t *testing.T) {
	conform.Run(t, conform.Portal{Serve: conform.Handler(open)})
}

func TestASessionEndsAfter30MinutesWithoutUse(t *testing.T) {
	conform.Idle(t, 30*time.Minute, func(t *testing.T, fc *franceconnect.Client, address string) http.Handler {
		sessions := newSessions(address)
		conform.StopSweeping(t, sessions)
		return newPortal(fc, sessions, address)
	})
}

func open(_ *testing.T, fc *franceconnect.Client, address string) http.Handler {
	return newPortal(fc, newSessions(address), address)
}
