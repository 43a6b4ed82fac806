// Conformance has a portal on this library tried by the OpenID Foundation's conformance
// suite, which runs elsewhere, and prints what the suite said of each module as JSON.
//
//	conformance -suite https://localhost.emobix.co.uk:8443 [-insecure] [-alg ES256] [-plan NAME] [-variant JSON]
//
// It plays the portal and the browser. The portal listens on 127.0.0.1: it is the browser
// that comes back to it, and for RP-initiated logout alone the suite calls it too.
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
)

func main() {
	suite := flag.String("suite", "", "address of the suite")
	plan := flag.String("plan", "oidcc-client-basic-certification-test-plan", "name of the plan")
	variant := flag.String("variant", `{"request_type":"plain_http_request","client_registration":"static_client"}`, "variant of the plan, as JSON")
	alg := flag.String("alg", "ES256", "signature of the tokens")
	insecure := flag.Bool("insecure", false, "believes any certificate, for a suite on this machine")
	flag.Parse()
	if *suite == "" {
		flag.Usage()
		os.Exit(2)
	}
	client := &http.Client{Timeout: time.Minute}
	if *insecure {
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	}
	ctx, stop := town.Interrupted()
	defer stop()
	p, err := listen(client, *alg)
	if err != nil {
		fail(err)
	}
	defer p.Close()
	seen, err := (&driver{suite: *suite, client: client, wait: time.Second, most: 4 * time.Minute}).run(ctx, p, *plan, *variant)
	if err == nil {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "\t")
		err = e.Encode(seen)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "conformance:", err)
	os.Exit(1)
}
