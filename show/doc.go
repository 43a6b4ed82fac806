// Package show says who somebody is, in French or in English, for a page, a
// letter or an agent's screen:
//
//	fr := show.French(cog.Names{}) // or nil: places are then shown by their codes
//	who := session.Identity
//
//	fr.Name(who)      // Rose Lestang
//	fr.Of(who)        // de Rose Lestang; d’Ariane Lestang
//	fr.FullName(who)  // Madame Rose, Ariane VAUTRIN, nom d’usage Lestang
//	fr.Birth(who)     // née le 24 août 1962 à Paris 7e (75107)
//	fr.Age(who, now)  // 64 ans
//	fr.Lines(who)     // Prénoms, Nom de naissance…: an account page
//
//	en := show.English(cog.Names{})
//	en.Birth(who)     // born on 24 August 1962 in Paris 7e (75107)
//
// and how old they are, for a decision:
//
//	youngest, _, ok := show.AgeRange(who, time.Now().In(paris))
//	certain := ok && youngest >= 16
//
// What FranceConnect did not say is left out, and whoever it said nothing about
// is an empty string: no empty parenthesis, no preposition without a place.
// Everything is plain text on one line, which a template escapes. All of it is
// personal: it is for the page, not for a log.
//
// # Names
//
// Names are shown as they are. The register writes birth names in capitals, and
// they stay so: nobody can know whether « DE LA TOUR » is de La Tour, De la Tour
// or Delatour. Only spaces are set right. Given names have commas between them,
// since one of them may be « Marie Laure ».
//
// On FranceConnect+, where the given names of the identity provider come without
// a list, the ones in [person.Identity].RNIPP tell how many there are.
// Without them, and on v1, each word counts as one.
//
// # Gender
//
// A woman is née, a man né, and whoever civil status does not call either, or
// about whom the portal did not ask, is « né ou née »: both words in full, in
// alphabetical order. « Né·e » is shorter, but screen readers stumble over the
// middle dot, and the Prime Minister's circular of 21 November 2017, on texts in
// the Journal officiel, advises against it and wants both words where neither
// gender may be preferred. Madame and Monsieur are left out, and [Formatter.Lines]
// has no word that agrees with anybody.
//
// # Unknown and presumed dates
//
// A day that is not known is said to be: « né en août 1962 (jour inconnu) », and
// the age is a range. On v2 the register writes the first of the month, or of
// January, in place of it, which looks like any other first of the month. With
// the scope idp_birthdate ([person.Identity].IdentityProviderBirthDate) the two are
// told apart here; without, the date is said as the register says it.
//
// # Places
//
// A commune is known by its code alone, which is shown with it: names repeat,
// and people know theirs. A postal code in its place ("33000") cannot be told
// from one: it is shown as a code without a name, or as the commune that has that
// code. For people born abroad it is the country that counts; a French code
// beside it is left out, the name of a town is not: « à Porto (Portugal, 99139) ».
//
// A name is that of the day of birth, as far as the [Places] know it: « née le 2 mars
// 1975 à Vire (14762) », though the code is Vire Normandie's today.
//
// People born in Algeria before 3 July 1962 were born in a French département, as
// [person.Pivot.BornInFrance] says: « née à Oran (Algérie) », « née en Algérie »,
// with names or without, and without the code, which is that of a foreign country.
// No sentence here calls a birth one abroad, since neither a code nor a name says
// what a territory was: whoever was born in the Comoros, in Djibouti or in
// Indochina when they were of the Republic, or in a protectorate (Morocco,
// Tunisia), is born « aux Comores (99397) », « au Maroc (99350) », or without
// names « dans le pays de code INSEE 99397 ».
//
// Names are French in English sentences too: « in Algérie (99352) ». A [Places]
// of one's own can translate them.
//
// # European citizens
//
// Their family name is the one they use, which need not be that of their birth,
// and comes a second time as usage name. It is said once, as « Nom de famille ».
// They are known by what FranceConnect never says of them: e-mail, country of
// birth, register. If a portal asks nobody for these, it sees that label for
// everybody: it is right for everybody.
//
// # The register
//
// On FranceConnect+ an Identity is told as the identity provider tells it, which
// is how the person knows it. An agent who wants the register has it by
//
//	person.Identity{Pivot: *who.RNIPP, UsageName: who.UsageName}
//
// Where things are: show.go names, birth.go dates and places, age.go, lines.go;
// french.go, english.go and elision.go the words.
package show
