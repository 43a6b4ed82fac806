package main

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoGotNoAnswerWasNotRefused(t *testing.T) {
	t.Parallel()
	silent := newBrowser().read(nil, &url.Error{Op: "Get", URL: "http://portal/callback?code=c", Err: errors.New("too late")})
	require.Equal(t, "no answer: too late", silent)
	v := &visits{Lost: 9, Reasons: map[string]int{silent: 1, "token.unreachable": 2, "userinfo.unreachable": 1, "calls.silent": 1, "id_token.jwe.kid": 4}}
	require.Equal(t, 4, v.refused())
}
