// Package match compares a person who signed in with a record of the portal's
// own, and says how alike they are and why: never a bare yes.
//
//	answer := match.Compare(session.Identity, match.Record{
//		GivenNames: row.Prenoms, FamilyName: row.NomDeNaissance, Gender: person.Female,
//		BirthDate: born, BirthPlace: row.CommuneDeNaissance, BirthCountry: row.PaysDeNaissance,
//	})
//	switch {
//	case answer.SafeToLink() && row.Verified: // the person's account
//	case answer.Grade >= match.Near: // perhaps: ask for a proof, or an agent, and show answer.Reasons
//	default: // somebody else
//	}
//
// A portal does this once, for a person whose Session.Subject it does not know
// yet. From then on the account is found by Session.Subject. [Matcher.Prepare]
// folds the person once for many records; [Record.Key] and [PersonKeys] are what
// a database finds those records by.
//
// # Grades
//
// What is compared is the identité pivot, six fields. Of three of them a record
// is often wrong or empty (gender, birth place, birth country); without the
// three others (given names, family name, birth date) it is nobody's.
//
//	Exact      all six are the same, letter by letter
//	Folded     all six are the same, some but for their writing: accents, ligatures,
//	           case, hyphens, apostrophes, dots, spaces, the space after a particle,
//	           an old code of the same commune
//	Partial    the names and the birth date are the same, or in part: the first given
//	           name only, given names missing, words in another order, a particle missing,
//	           a usage name for the birth name, both in one column (« DUPONT épouse
//	           MARTIN », « MARTIN née DUPONT »), the one name of who has no other, a
//	           name cut off, a day or month unknown,
//	           or unknown here and the first there; or the gender, the place or the
//	           country is missing, differs, or is known in two ways that say nothing
//	           about one another: Algeria here, there the French département that it
//	           was until 3 July 1962
//	Near       as Partial, but for one slip in the given names, the family name or
//	           the birth date: one letter, one digit, day and month exchanged, ü
//	           written ue, initials, a nickname, the half of a double name, St for Saint,
//	           characters lost, read in the wrong encoding or escaped for HTML
//	Different  a name or the birth date differs by more, or two of them, or is missing
//
// A person who is Near may be a twin: Near and Partial ask for a proof, and the
// Reasons say why. testdata/slips.md has how often people with one slip are
// found, and people who are not the same are Near.
//
// The birth place counts for people born in France alone. A field that is
// missing, on one side or on both, is never the same; so six fields it takes to
// be Folded, and to remove a field can only lower the grade, with one exception:
// some people have one name alone, a given name or a family name. Where the
// other is missing on both sides, or stands for none (SANS NOM, SANS PRÉNOM, SNP,
// NÉANT, INCONNU, X or XXX, no letter at all), the one that is the same is
// Partial, and never more, also if it is in the other column. Who holds back the scope of a name can become such a
// person, and is asked for a proof.
//
// The usage name is none of the six, and changes in a life: it can make a
// birth name Partial which would be Different, and that is all.
//
// # No e-mail
//
// Record has no field for an e-mail, nor for a telephone: people share them,
// mistype them and give them up, and FranceConnect does not verify them. Nor
// is there one for the Subject, which needs no comparing.
//
// # Whose civil status
//
// On v2 the civil status of an Identity is the national register's. On
// FranceConnect+ it is the identity provider's, unless the scope
// rnipp_identite_pivot brings [person.Identity].RNIPP, which is then
// what is compared. A European citizen has no birth country, and a family name
// that may be the usage name: never more than Partial.
//
// The answer holds no personal value. Where things are: match.go compares,
// side.go has what is folded of a side, fold.go letters; names.go and birth.go
// have a field each, columns.go two names in one column, slips.go and
// nicknames.go what is Near, keys.go what a database finds records by;
// answer.go is the answer and sentences.go its words for a screen.
package match
