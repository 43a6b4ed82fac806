package mockidp

import "net/http"

// An errorCode is the page of a Y code: its status, the error that its link
// back sends to the client, and the reason for the developer.
type errorCode struct {
	status            int
	code, description string
	why               string
}

const (
	abortedByUser = "user authentication aborted"
	technical     = "authentication aborted due to a technical error on the authorization server"
)

// errorCodes lists the pages where a login or a logout can end. Those without
// code and description have no link back.
var errorCodes = map[string]errorCode{
	"Y010004": {403, "access_denied", abortedByUser, "the person is not in the register"},
	"Y010006": {403, "access_denied", abortedByUser, "the register has several such people"},
	"Y010007": {403, "access_denied", abortedByUser, "the register knows the name by marriage only"},
	"Y010008": {403, "access_denied", abortedByUser, "the register has nobody close"},
	"Y010009": {403, "access_denied", abortedByUser, "the register refused the question"},
	"Y010015": {403, "access_denied", abortedByUser, "the person is deceased in the register"},
	"Y100011": {403, "access_denied", abortedByUser, "the person blocked this identity provider"},
	"Y180001": {403, "access_denied", abortedByUser, "the person blocked their account"},
	"Y420001": {400, "access_denied", abortedByUser, "pages out of order"},
	yNoSession: {401, "access_denied", abortedByUser,
		"no session, or not that of this login: no cookie, too late, an older tab, or authorize not written just so"},
	yDeadEnd: {409, "access_denied", abortedByUser, "the login is over (Back, a reloaded page), another tab has spoiled it, state is empty, or claims asks for what is not given that way"},
	yLowACR:  {500, "access_denied", technical, "the identity provider reached a lower level than was asked for"},

	yForeignACR:   {400, "invalid_request", "idp returned a not allowed acr value", "the identity provider reached a level of another platform"},
	"Y010011":     {504, "temporarily_unavailable", technical, "the register did not answer in time"},
	"Y010012":     {504, "temporarily_unavailable", technical, "the register answered with an error"},
	"Y010013":     {400, "server_error", technical, "the register's answer made no sense"},
	"Y020019":     {500, "server_error", technical, "the identity provider cannot be used"},
	"Y020021":     {400, "invalid_request", technical, "the identity provider answered without state"},
	"Y020022":     {403, "invalid_request", "invalid state parameter", "the identity provider answered with another state"},
	"Y020023":     {403, "access_denied", technical, "the client may not use this identity provider"},
	"Y020025":     {400, "server_error", technical, "the identity provider answered without code"},
	"Y020026":     {502, "server_error", technical, "the token call to the identity provider failed"},
	"Y020027":     {502, "server_error", technical, "the userinfo call to the identity provider failed"},
	yNoAMR:        {400, "server_error", technical, "claims asks for amr, and the client has no right to it"},
	yIdentity:     {400, "server_error", technical, "the identity provider left out a claim that every person must have"},
	yCSRF:         {401, "server_error", technical, "the form belongs to another login: an older tab"},
	yCSRFConsumed: {401, "server_error", technical, "the form was sent before"},

	yClient:        {status: 400, why: "no active client has this client_id"},
	yRedirect:      {status: 400, why: "redirect_uri is not registered for this client"},
	yNoWrapper:     {status: 400, why: "the request is wrong, and there is nobody who could be told"},
	yNoInteraction: {status: 400, why: "this login is over, or never began in this browser"},
	yNoRedirect:    {status: 500, why: "no login in progress to go back from"},
	yDecodeHint:    {status: 400, why: "id_token_hint is no signed token; FranceConnect+ wants the decrypted one, of three parts"},
	yValidateHint:  {status: 400, why: "id_token_hint was not signed here for this client"},
	yHintClient:    {status: 400, why: "client_id is not the client of id_token_hint"},
	yHintAudience:  {status: 400, why: "no active client is the audience of id_token_hint"},
	yLogoutAddress: {status: 400, why: "post_logout_redirect_uri is not registered for this client"},
	yNotFound:      {status: 404, why: "no such address, or not with this method"},
}

// lookupErrorCode returns the page of a Y code. One that is not listed is a
// technical error, as most are.
func lookupErrorCode(y string) errorCode {
	if e, ok := errorCodes[y]; ok {
		return e
	}
	return errorCode{http.StatusInternalServerError, "server_error", technical, "a technical error"}
}

// Codes that are used in more than one place.
const (
	yUnknown       = "Y000000" // an unforeseen error
	yBadRequest    = "Y000400" // the parameters of logout or revocation
	yNotFound      = "Y000404"
	yParameters    = "Y030007" // the parameters of authorize
	yNoWrapper     = "Y040001" // an error of the protocol without a code of its own
	yNoSession     = "Y190001"
	yDeadEnd       = "Y190004"
	yMissing       = "Y048017B"
	yTwice         = "Y0496E4A"
	yOrigin        = "Y0489AFE"
	yContentType   = "Y043C322"
	yDecodeHint    = "Y04FEDB9"
	yValidateHint  = "Y045AFAE"
	yNoRedirect    = "Y030030"
	yCSRF          = "Y470001"
	yCSRFConsumed  = "Y470004"
	yNoInteraction = "Y04D5AB7"
	yLowACR        = "Y100001"
	yForeignACR    = "Y100018"
	yIdentity      = "Y600006"
	yClient        = "Y04EA6EF"
	yRedirect      = "Y04C013C"
	yNoAMR         = "Y100009"
	yHintClient    = "Y0467882"
	yHintAudience  = "Y0429C91"
	yLogoutAddress = "Y04CFAEF"
)
