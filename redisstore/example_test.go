package redisstore_test

import (
	"context"
	"crypto/tls"
	"log/slog"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// One server, with TLS and a password.
func ExampleNew() {
	client := redisstore.NewClient(&redis.UniversalOptions{
		Addrs:     []string{"redis.internal:6379"},
		Username:  "portail",
		Password:  os.Getenv("REDIS_PASSWORD"),
		TLSConfig: &tls.Config{ServerName: "redis.internal"},
	})
	store, err := redisstore.New(client, redisstore.Options{Prefix: "portail:"})
	if err != nil {
		panic(err)
	}
	_ = store // franceconnect.Config{…, Store: store}
}

// A cluster: several addresses, of which go-redis learns the others.
func ExampleNew_cluster() {
	client := redisstore.NewClient(&redis.UniversalOptions{
		Addrs: []string{"redis-1.internal:6379", "redis-2.internal:6379", "redis-3.internal:6379"},
	})
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		panic(err)
	}
	_ = store
}

// Sentinels: their addresses, and the name of what they watch.
func ExampleNew_sentinel() {
	client := redisstore.NewClient(&redis.UniversalOptions{
		Addrs:      []string{"sentinel-1.internal:26379", "sentinel-2.internal:26379", "sentinel-3.internal:26379"},
		MasterName: "portail",
	})
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		panic(err)
	}
	_ = store
}

// A line of log for each call that failed. Call, Found and whether there is an
// Err are what a metric is labelled with: five values in all.
func ExampleOptions_observe() {
	client := redisstore.NewClient(&redis.UniversalOptions{})
	store, err := redisstore.New(client, redisstore.Options{
		Observe: func(ctx context.Context, e redisstore.Event) {
			if e.Err != nil {
				slog.ErrorContext(ctx, "redis", "call", e.Call, "took", e.Took, "err", e.Err)
			}
		},
	})
	if err != nil {
		panic(err)
	}
	_ = store
}
