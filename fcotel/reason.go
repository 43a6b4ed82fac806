package fcotel

import (
	"errors"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// reasons are all that the franceconnect.Error of an event can have: a metric
// that takes whatever comes can grow without end. A test reads them in the
// source of the root; what is newer than this list is _OTHER until it is here.
var reasons = allReasons()

func allReasons() map[string]bool {
	all := map[string]bool{}
	for r := range strings.FieldsSeq(`
		disabled direct.unset network panic store
		state.missing state.over state.unknown state.used
		callback.code callback.denied callback.iss callback.method callback.query
		callback.refused callback.restart callback.unavailable callback.unknown calls.full calls.silent
		id_token.amr userinfo.scope used.full secret.next secret.present
		decryption_key.refused decryption_key.unavailable
		id_token.acr logout.hint logout.method logout.session published_keys.never_fetched`) {
		all[r] = true
	}
	cross := func(where, what string) {
		for w := range strings.FieldsSeq(where) {
			for r := range strings.FieldsSeq(what) {
				all[w+"."+r] = true
			}
		}
	}
	// What becomes of a request.
	cross("token userinfo keys", "unreachable malformed refused over")
	// Why a token is not believed.
	cross("ami_token id_token userinfo", "alg claims exp format header hs256 iat iss key kid nbf signature size")
	cross("id_token userinfo", `at_hash aud auth_time azp nonce sub
		jwe.alg jwe.aud jwe.cty jwe.decrypt jwe.enc jwe.header jwe.iss jwe.kid jwe.missing jwe.zip`)
	cross("ami_token", "destination life method missing query used")
	return all
}

// reasonOf returns the reason of a failure: "config" of a *ConfigError, such as a
// LoginRequest with a level that the platform does not have.
func reasonOf(err error) string {
	e := (*franceconnect.Error)(nil)
	if !errors.As(err, &e) {
		return "config"
	}
	if !reasons[e.Reason] {
		return other
	}
	return e.Reason
}
