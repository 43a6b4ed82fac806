package attack

import (
	"net/url"
	"strings"
)

// callbackIssuers returns callbacks of another FranceConnect, or of somebody
// else.
func callbackIssuers() []attack {
	to := changing("iss")
	return family("the iss of the callback is this FranceConnect's, character by character; otherwise the code goes nowhere", "RFC 9207 §2.4; RFC 9700 §4.4.2",
		"compare iss with the configured issuer, as a text, before the code is sent, and refuse a callback without it",
		to("iss-missing", "the callback does not say who answers (FranceConnect always does)", always("")),
		to("iss-of-somebody", "the callback is another provider's: a mix-up", always("https://"+attackerHost)),
		to("iss-with-a-slash", "a slash follows the issuer", func(old string) string { return old + "/" }),
		to("iss-of-production", "the callback is that of FranceConnect's production", always("https://oidc.franceconnect.gouv.fr/api/v2")),
		to("iss-of-the-sandbox", "the callback is that of the sandbox, where anybody is anybody", always("https://fcp-low.sbx.dev-franceconnect.fr/api/v2")),
		to("iss-in-capitals", "the issuer comes in capitals", strings.ToUpper),
		to("iss-of-the-beginning", "the issuer is cut after its host", func(old string) string { return strings.TrimSuffix(old, "/api/v2") }),
		to("iss-and-more", "the right issuer is the beginning of another", func(old string) string { return old + "." + attackerHost }),
		attack{name: "iss-of-somebody-with-error", does: "another provider's callback brings an error", noTokenCall: true, params: func(_ *attempt, q url.Values) {
			q.Del("code")
			q.Set("iss", "https://"+attackerHost)
			q.Set("error", "access_denied")
		}},
	)
}
