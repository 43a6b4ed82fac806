package mockidp

import (
	"net/http"
	"strconv"
	"strings"
)

// prefersHTML reports whether the Accept header prefers HTML to JSON. A tie,
// and a header that accepts neither, mean JSON: only browsers get pages.
func prefersHTML(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if accept == "" {
		return false
	}
	jsonQ, jsonOrder := mediaQuality(accept, "application", "json")
	htmlQ, htmlOrder := mediaQuality(accept, "text", "html")
	if htmlQ != jsonQ {
		return htmlQ > jsonQ
	}
	return htmlQ > 0 && htmlOrder < jsonOrder
}

// mediaQuality returns the quality that a header gives a media type, by its
// most specific range, and the position of that range (RFC 9110, section
// 12.5.1).
func mediaQuality(accept, kind, subtype string) (quality float64, order int) {
	best := 0
	for i, part := range strings.Split(accept, ",") {
		media, parameters, _ := strings.Cut(part, ";")
		major, minor, ok := strings.Cut(strings.ToLower(strings.TrimSpace(media)), "/")
		specific := 0
		switch {
		case !ok:
			continue
		case major == kind && minor == subtype:
			specific = 3
		case major == kind && minor == "*":
			specific = 2
		case major == "*" && minor == "*":
			specific = 1
		}
		if specific <= best {
			continue
		}
		best, quality, order = specific, 1, i
		for p := range strings.SplitSeq(parameters, ";") {
			if q, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
				if quality, _ = strconv.ParseFloat(q, 64); quality < 0 {
					quality = 0
				}
			}
		}
	}
	return quality, order
}
