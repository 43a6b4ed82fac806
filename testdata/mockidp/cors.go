package mockidp

// withCORS adds the CORS headers of token, userinfo and revocation. Browsers
// are not served there: a request with an Origin is refused once its client is
// known, and its response has no header that would let a page read it.
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

// refuseOrigin refuses a request with an Origin, which a browser sends.
func refuseOrigin(r *request, c *client) *oauthError {
	if origin := r.Header.Get("Origin"); origin != "" {
		return invalidRequest(yOrigin, "origin "+origin+" not allowed for client: "+c.ID)
	}
	return nil
}

// withPublicCache allows a response to be cached for ten minutes and to be read
// by any web page.
func withPublicCache(r *request, a *response) *response {
	a.withHeader("Cache-Control", "public, max-age=600").withHeader("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		a.withHeader("Access-Control-Allow-Origin", origin)
	}
	return a
}
