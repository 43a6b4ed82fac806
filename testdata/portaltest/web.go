package portaltest

import "net/http"

// Web reaches the servers of tests. So does http.DefaultTransport, whose idle
// connections every httptest.Server closes when it ends, under whichever test is just
// taking one: that fails with "CloseIdleConnections called".
var Web http.RoundTripper = &http.Transport{MaxIdleConnsPerHost: 16}
