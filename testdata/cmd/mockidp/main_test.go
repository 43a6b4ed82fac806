package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrongUsageExitsWithTwo(t *testing.T) {
	t.Parallel()
	unknown := filepath.Join(t.TempDir(), "clients.json")
	require.NoError(t, os.WriteFile(unknown, []byte(`[{"client_id":"a","secret":"b"}]`), 0o600))
	for want, args := range map[string][]string{
		"not defined: -nope":  {"-nope"},
		"unexpected argument": {"serve"},
		"not a loopback":      {"-addr", "0.0.0.0:0"},
		"-origin":             {"-addr", ":0", "-public"},
		"Platform is":         {"-addr", "127.0.0.1:0", "-platform", "v3"},
		"Person: nobody":      {"-addr", "127.0.0.1:0", "-person", "nobody"},
		`unknown field`:       {"-addr", "127.0.0.1:0", "-clients", unknown},
	} {
		var errs strings.Builder
		require.Equal(t, usage, run(context.Background(), args, io.Discard, &errs), args)
		require.Contains(t, errs.String(), want)
	}
}

func TestServesFromTheIssuerLineUntilTold(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"-addr", "127.0.0.1:0"}, in, io.Discard)
		in.Close()
	}()
	said := map[string]string{}
	lines := bufio.NewScanner(out)
	for said["issuer"] == "" && lines.Scan() {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok {
			said[name] = value
		}
	}
	require.Len(t, said["client_id"], 64)
	require.Len(t, said["client_secret"], 64)
	require.NotEmpty(t, said["redirect_uri"])
	res, err := http.Get(said["issuer"] + "/jwks")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	stop()
	require.Equal(t, 0, <-exit)
}
