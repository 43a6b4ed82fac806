package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// A refusal is why an authorization request is not accepted. It is shown on a
// page, or sent to the client as an error.
type refusal struct {
	status      int // of the page; 0 if the error is sent to the client
	fcCode, why string

	code, description string
	scope             string // the refused scope, for invalid_scope
	stateLost         bool   // the state is sent back as the text "undefined"
	loginStarted      bool   // the page has a link to go on, and one back to the client
}

func refuseOnPage(status int, y string) *refusal {
	return &refusal{status: status, fcCode: y, why: lookupErrorCode(y).why}
}

func refuseByRedirect(code, description string) *refusal {
	return &refusal{code: code, description: description}
}

// refuse answers a refused request. It sends errors to registered addresses
// alone; to others it shows a page with an unspecific code.
func (a *authorization) refuse(r *request, refused *refusal) *response {
	notes := a.takeNotes()
	if a.p.platform.name == V1 { // which refuses less
		notes = []Note{{Refused: true, Text: refused.code + ": " + refused.description}}
	}
	if wrong := texts(slices.DeleteFunc(slices.Clone(notes), func(n Note) bool { return !n.Refused })); wrong != "" {
		refused.why = wrong
	}
	res := a.answer(r, refused)
	res.notes = notes
	return res
}

func (a *authorization) answer(r *request, refused *refusal) *response {
	switch {
	case refused.loginStarted:
		in := &interaction{uid: newUID(), request: a, scenario: new(Scenario)}
		s := a.p.openSession(r)
		s.pending, s.ended = in, ended{}
		return a.p.saveSession(s, a.p.errorPageWith(refused.status, refused.fcCode, refused.why, a.client)).withHeader("Location", a.p.interactionURL(in, ""))
	case refused.status != 0:
		return a.p.errorPageWith(refused.status, refused.fcCode, refused.why, nil)
	case !a.redirectVerified:
		return a.p.errorPage(http.StatusBadRequest, yNoWrapper, nil)
	}
	add := form{{"error", refused.code}, {"error_description", refused.description}}
	if refused.scope != "" {
		add = append(add, field{"scope", refused.scope})
	}
	if refused.stateLost {
		return a.p.redirectByHand(a.redirectURI, "", add)
	}
	fragment := refused.code == "unsupported_response_type" && strings.Contains(a.query.get("response_type"), "token")
	return a.redirectToClient(fragment, add)
}
