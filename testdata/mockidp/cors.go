package mockidp

// withCORS adds the headers that the back channel has for browsers, which
// it does not serve: a request with an Origin is refused as soon as its client
// is known, and loses the header that would let a page read the answer.
func withCORS(r *request, known bool, a *response) *response {
	a.withHeader("Vary", "Origin").withHeader("Access-Control-Expose-Headers", "WWW-Authenticate")
	switch origin := r.Header.Get("Origin"); {
	case origin == "":
		a.withHeader("Access-Control-Allow-Origin", "*")
	case !known:
		a.withHeader("Access-Control-Allow-Origin", origin)
	}
	return a
}

// refuseOrigin refuses a browser's call on behalf of a client.
func refuseOrigin(r *request, c *client) *oauthError {
	if origin := r.Header.Get("Origin"); origin != "" {
		return invalidRequest(yOrigin, "origin "+origin+" not allowed for client: "+c.ID)
	}
	return nil
}

// withPublicCache lets an answer be kept for ten minutes and read by any web page.
func withPublicCache(r *request, a *response) *response {
	a.withHeader("Cache-Control", "public, max-age=600").withHeader("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		a.withHeader("Access-Control-Allow-Origin", origin)
	}
	return a
}
