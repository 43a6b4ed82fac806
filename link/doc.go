// Package link decides which account of the portal a person who signed in has:
// one that is known, a new one, one that they must prove to be theirs. It is
// logic over an interface, [Accounts], which the portal has over its database.
//
//	linker := link.Linker{Accounts: accounts}
//
//	// In the callback:
//	session, err := fc.Callback(w, r)
//	…
//	who := link.Person{Provider: "franceconnect", Session: session}
//	d, err := linker.SignIn(r.Context(), who)
//	…
//	switch d.Kind {
//	case link.Known: // start a session of d.Account
//	case link.NoAccount: // offer « J’ai déjà un compte », or make one and its link in one transaction
//	case link.ProofNeeded: // keep session and d.Candidates[0], ask for a proof, then linker.Prove
//	case link.Ambiguous: // the same, if the proof says which; or an agent
//	case link.Closed: // say so, and how to reach somebody
//	}
//
//	// When the proof was given:
//	d, err = linker.Prove(r.Context(), who, candidate)
//
//	// In the callback, if somebody is signed in (FranceConnect+ for a page that
//	// wants it, « Associer FranceConnect » of a profile):
//	d, err = linker.StepUp(r.Context(), who, account)
//
// A page for [ProofNeeded] says that there may be an account, and shows nothing of
// it: the person may be somebody else. It has a way out, « Je n’ai pas de
// compte », which makes a new one. The one for [NoAccount] has a way back: who signs
// in there with an old password has proved Candidate{Account: id}.
//
// # Subjects
//
// An account is found by a [Subject], the name of a provider and the sub that
// it gives. An account has one of a provider at most, and a subject one
// account. The name is the portal's own, and stands for all clients that give a
// person the same sub. It is not the issuer, because that changes where the sub
// does not: a v2 client registered with the v1 client's id as its entityId gets
// v1's subs from another address. FranceConnect+ gives other subs and has
// another name, unless a common sub was agreed with FranceConnect.
//
// A sub changes when the civil status is corrected: see [Changed]. Nobody is
// told the old one, so what finds the account is what it has on record.
//
// # What is compared
//
// A record, by package match: the [match.Result] is in the [Candidate].
//
//	same person by all six fields   ProofNeeded; linked at once if Linker.Automatic
//	in part                         ProofNeeded
//	but for one slip                ProofNeeded, if nobody is the same in part: one letter, a digit, day
//	                                and month exchanged; a twin may be so near
//	the record says too little      ProofNeeded, if the address is the same and no other sub of the
//	                                provider opens the account
//	a name or birth date differs    no candidate, by more than one slip
//
// An e-mail never links. A portal may look for accounts by it; they are
// candidates only if the record does not say that it is somebody else. If it
// does, Decision.EmailUsed is set, and the person may be new: people share
// addresses. Who is [NearMatch] may be a twin: the page says no more than of
// another candidate, and a mailbox that a family shares is no proof. Who took
// another family name is somebody else by this rule, since so is a cousin: that is
// for an agent, who sees both.
//
// # What was not said
//
// The record of a person who is [Known] is brought up to date by the portal. A
// field that FranceConnect does not give this time is not emptied: the request
// for the scopes goes through the browser, and whoever holds it can take some
// out. A verified field stays; one that was typed in does not become verified
// by staying, so it goes. Two empty fields are values: the place of who was born
// abroad, which comes with the country, and a usage name whose scope was granted
// (Session.Scopes), since people give it up.
//
// To hold a field back gains nothing here: what is missing is never the same,
// so it takes a proof where none was needed.
//
// # What a proof is
//
// The portal's own: the password of the old account, or a link in a mail to the
// address that the account had before, never to the one that FranceConnect
// gives; or a sign-in by what opens the account already, as FranceConnect for
// FranceConnect+. It is used once, within 15 minutes, after few attempts, in
// the browser that signed in: the [Candidate] and the Session wait in that
// browser's session, on the server. A mail proves a mailbox, and a family has
// one: where Candidate.Reason is [Unknown] or [NearMatch], ask for the password.
// Afterwards, tell the account's holder, at the old address.
//
// # Races
//
// Two callbacks, two machines, two people: everybody may read at once and
// decide the same. What is written is compared and set, [Accounts].Link, under
// two unique constraints, so one of them is told [ErrTaken]; it decides again,
// and finds what the other wrote. Reads come from the database that is written
// to: a replica that lags makes errors, though never a wrong link. The module
// examples/linking has the tables, for PostgreSQL and SQLite.
//
// Nothing here prints or logs a sub, an account's ID or a personal value.
// Where things are: link.go is the Linker, decide.go what it decides, from
// data alone; accounts.go is what the portal implements; print.go, printing.
package link
