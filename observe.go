package franceconnect

import (
	"context"
	"time"
)

// An Event is what Config.Observe is told: one for each call of Login,
// Callback, Logout and Ready, once it is done. It holds nothing personal and
// nothing secret, and its fields have few values, so that they can be logged
// and counted as they are.
type Event struct {
	Stage    string        // "login", "callback", "logout", "ready"
	Platform Platform      // of the environment
	Level    Level         // asked for at login, reached at callback, else zero
	Took     time.Duration // FranceConnect's part included
	Err      error         // what the stage returned: an *Error, a *ConfigError, or nil
}

// observe tells the portal how a stage went.
func (c *Client) observe(ctx context.Context, stage string, level Level, start time.Time, err error) {
	if c.config.Observe == nil {
		return
	}
	c.config.Observe(ctx, Event{stage, c.environment.Platform, level, c.config.Now().Sub(start), err})
}
