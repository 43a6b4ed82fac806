// Package person holds who somebody is, as French civil status and FranceConnect
// say it. It knows nothing of OpenID Connect.
//
//	identity.go   Identity: all that FranceConnect says about a person
//	pivot.go      Pivot: the identité pivot, by which civil status knows a person
//	birthdate.go  BirthDate, of which the day or the month may be unknown
//	place.go      Place: a code of INSEE, or free text
//	gender.go     Gender
//	address.go    Address, which only v1 gives
//
// All of them print and log as placeholders, and marshal to JSON and to gob.
package person
