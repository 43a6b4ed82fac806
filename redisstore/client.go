package redisstore

import (
	"cmp"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// What a client waits for. A firewall forgets connections without a word, and each
// that go-redis takes from its pool then is waited for in vain: for 5 seconds,
// which is longer than a whole call may take, unless it is told otherwise; and
// the pool keeps them for half an hour.
//
// With these, a call tries another connection after answerTime, and three within
// Options.Timeout; who calls after idleTime is given none that went silent.
const (
	idleTime   = 4 * time.Second // as long as those to FranceConnect
	answerTime = time.Second     // Redis takes a thousandth of it
)

// What a client has of each: connections, and bytes of a connection's buffers. The
// questions and answers of a Store are short: 100 connections of 32 kB twice would
// be 6 MB.
const (
	poolSize = 100
	buffer   = 4 << 10
)

// NewClient makes a client with the settings that a Store needs, where the options say
// nothing: ContextTimeoutEnabled; ReadTimeout and WriteTimeout of 1 second,
// instead of 5; ConnMaxIdleTime of 4 seconds, instead of 30 minutes; a PoolSize of
// 100, instead of 10 a processor, with buffers of 4 kB, instead of 32. A connection
// opens with one question and answer instead of three: without maintenance
// notifications, and without the name of go-redis (DisableIdentity). However many
// connections of the pool went silent, a login is lost only if it comes in the next
// 4 seconds and is given three of them, which are given to nobody else. The options
// stay as they are.
func NewClient(options *redis.UniversalOptions) redis.UniversalClient {
	o := *options
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = cmp.Or(o.ReadTimeout, answerTime)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, o.ReadTimeout)
	o.ConnMaxIdleTime = cmp.Or(o.ConnMaxIdleTime, idleTime)
	o.PoolSize = cmp.Or(o.PoolSize, poolSize)
	o.ReadBufferSize = cmp.Or(o.ReadBufferSize, buffer)
	o.WriteBufferSize = cmp.Or(o.WriteBufferSize, buffer)
	o.DisableIdentity = true
	if o.MaintNotificationsConfig == nil {
		o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	}
	return redis.NewUniversalClient(&o)
}
