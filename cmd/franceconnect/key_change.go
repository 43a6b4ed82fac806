package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A keyAnswer is one answer of the address where the portal publishes its keys.
type keyAnswer struct {
	keys []publicKey
	// left is how long FranceConnect+ may still use a set that was published before
	// this one; dated is whether the answer says so at all.
	left  time.Duration
	dated bool
}

// keyAnswers is how many answers are looked at, each on a connection of its own,
// to meet all machines behind one address.
const keyAnswers = 10

// FranceConnect+ keeps a set for a minute at least, and another minute is for the
// calls on their way.
const (
	minKeysKept = time.Minute
	keysOnWay   = time.Minute
)

var keptFor = regexp.MustCompile(`max-age=(\d{1,9})`)

// readKeyAnswer reads an answer: its times are those of the server's clock.
func readKeyAnswer(r response) keyAnswer {
	a := keyAnswer{keys: keysIn(r)}
	date, err := http.ParseTime(r.header.Get("Date"))
	since, wrong := http.ParseTime(r.header.Get("Last-Modified"))
	if err != nil || wrong != nil {
		return a
	}
	kept := minKeysKept
	if found := keptFor.FindStringSubmatch(strings.Join(r.header.Values("Cache-Control"), ", ")); found != nil {
		seconds, _ := strconv.Atoi(found[1]) // nine digits
		kept = max(kept, time.Duration(seconds)*time.Second)
	}
	if expires, err := http.ParseTime(r.header.Get("Expires")); err == nil {
		kept = max(kept, expires.Sub(date))
	}
	if r.header.Get("Age") != "" {
		kept *= 2 // FranceConnect+ may have read it from this cache when it was as old
	}
	a.left, a.dated = max(0, kept+keysOnWay-date.Sub(since)), true
	return a
}

// settled says whether FranceConnect+ has certainly read a set of several keys, so
// that one may be taken out, or another algorithm be registered.
func (a keyAnswer) settled(now time.Time) text.Text {
	switch {
	case len(a.keys) < 2 || !a.dated:
		return text.Text{}
	case a.left > 0:
		return text.Of(" ; ne retirez aucune clé et ne faites inscrire aucun autre algorithme, ", "; take no key out and have no other algorithm registered, ").Then(notBefore(now, a.left))
	}
	return text.Of(" ; FranceConnect+ a lu ce jeu de "+strconv.Itoa(len(a.keys))+" clés, et prend la première de son algorithme", "; FranceConnect+ has read this set of "+strconv.Itoa(len(a.keys))+" keys, and takes the first of its algorithm")
}

// firstOf returns the key that FranceConnect+ takes for an algorithm.
func firstOf(keys []publicKey, algorithm string) (publicKey, bool) {
	i := slices.IndexFunc(keys, func(k publicKey) bool { return k.Alg == algorithm })
	if i < 0 {
		return publicKey{}, false
	}
	return keys[i], true
}

// checkChange returns what is wrong with the options of a change.
func (k decryptionKey) checkChange(words []string) text.Text {
	switch u, err := url.Parse(k.published); {
	case !k.isChange():
		return text.Of("-published va avec -first ou -remove", "-published goes with -first or -remove")
	case len(words) != 2 || !isDecryption(words[0]):
		return text.Of("-first et -remove vont avec : franceconnect keys decryption FICHIER", "-first and -remove go with: franceconnect keys decryption FILE")
	case k.add || k.id != "" || k.first != "" && k.remove != "":
		return text.Of("-add, -first et -remove sont trois étapes : une à la fois, et -kid va avec -add", "-add, -first and -remove are three steps: one at a time, and -kid goes with -add")
	case k.first != "" && k.algorithm != "":
		return text.Of("-alg va avec -add ou -remove", "-alg goes with -add or -remove")
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return text.Of("-published : il faut l’adresse https où le portail en marche publie ses clés", "-published: want the https address where the running portal publishes its keys")
	}
	return text.Text{}
}

// changeKeys does one step of a change of keys, if the running portal says that
// nobody’s login is lost by it. Otherwise the file stays as it is.
func (prog *program) changeKeys(ctx context.Context, file string, wanted decryptionKey) int {
	held, err := keysOfFile(file)
	if err != nil {
		return prog.keyFailure(err)
	}
	id := cmp.Or(wanted.first, wanted.remove)
	i := slices.IndexFunc(held, func(k publicKey) bool { return k.Kid == id })
	if i < 0 {
		return prog.failure(text.Of(file+" ne contient pas de clé "+named(id)+" ; il a "+names(held), file+" has no key "+named(id)+"; it has "+names(held)), nil)
	}
	step, why := wanted.step(held, held[i])
	if why.French != "" {
		return prog.failure(why, nil)
	}
	answers, why := prog.askForKeys(ctx, wanted.published)
	if why.French == "" {
		why = step.refusal(answers, prog.now())
	}
	if why.French != "" {
		return prog.failure(why.Then(text.Of(". "+file+" reste tel quel", ". "+file+" is left as it is")), nil)
	}
	change, said := keyfile.PutFirst, keyIsFirst(file, wanted.published, step)
	if step.first {
		change, said = keyfile.Remove, keyIsOut(file, id)
	}
	if err := change(file, id); err != nil {
		return prog.keyFailure(err)
	}
	if prog.asJSON {
		prog.writeJSON(map[string]string{"file": file, "first": step.key.Kid, "removed": wanted.remove})
		return succeeded
	}
	fmt.Fprint(prog.stdout, prog.say(said))
	return succeeded
}

// A keyStep is what the running portal must publish before a file is changed.
type keyStep struct {
	key    publicKey
	first  bool      // first of its algorithm, and for long enough
	behind publicKey // the one whose place it takes
}

// step returns what a change waits for, or why it is none that can be made.
func (k decryptionKey) step(held []publicKey, moved publicKey) (keyStep, text.Text) {
	if k.first != "" {
		taken, _ := firstOf(held, moved.Alg)
		if taken == moved {
			return keyStep{}, text.Of("la clé "+moved.Kid+" est déjà la première de son algorithme", "the key "+moved.Kid+" is the first of its algorithm already")
		}
		return keyStep{key: moved, behind: taken}, text.Text{}
	}
	algorithm := cmp.Or(k.algorithm, moved.Alg)
	taken, ok := firstOf(held, algorithm)
	rest := slices.DeleteFunc(slices.Clone(held), func(other publicKey) bool { return other == moved })
	next, other := firstOf(rest, algorithm)
	switch {
	case !ok || !other && k.algorithm != "":
		return keyStep{}, text.Of("sans la clé "+moved.Kid+", il n’y en a aucune pour "+algorithm, "without the key "+moved.Kid+" there is none for "+algorithm)
	case !other:
		return keyStep{}, text.Of("la clé "+moved.Kid+" est la seule pour "+algorithm+" ; si FranceConnect+ a confirmé qu’il a inscrit un autre algorithme, dites-le : -alg",
			"the key "+moved.Kid+" is the only one for "+algorithm+"; if FranceConnect+ has confirmed that it has registered another algorithm, say so: -alg")
	case taken == moved:
		return keyStep{}, text.Of("la clé "+moved.Kid+" est celle que FranceConnect+ prend ; mettez d’abord une autre en tête : -first "+next.Kid,
			"the key "+moved.Kid+" is the one that FranceConnect+ takes; put another first before: -first "+next.Kid)
	}
	return keyStep{key: taken, first: true}, text.Text{}
}

// refusal returns why it is too early for a step, if it is.
func (s keyStep) refusal(answers []keyAnswer, now time.Time) text.Text {
	lacking, left, dated := 0, time.Duration(0), true
	for _, a := range answers {
		has := slices.Contains(a.keys, s.key)
		if s.first {
			taken, _ := firstOf(a.keys, s.key.Alg)
			has = taken == s.key
		}
		if !has {
			lacking++
		}
		left, dated = max(left, a.left), dated && a.dated
	}
	of, where := strconv.Itoa(lacking)+"/"+strconv.Itoa(len(answers)), text.Text{}
	if s.first {
		where = text.Of("en tête ", "first ")
	}
	switch {
	case lacking > 0:
		return text.Of("le portail en marche ne publie pas encore "+s.key.Kid+" "+where.French+"("+of+" réponses) : mettez le fichier sur toutes les machines, redémarrez-les, et recommencez",
			"the running portal does not publish "+s.key.Kid+" "+where.English+"yet ("+of+" answers): put the file on all machines, start them again, and come back")
	case s.first && !dated:
		return text.Of("la réponse ne dit pas depuis quand (Last-Modified, Date) "+s.key.Kid+" est en tête : quelque chose devant le portail retire ces en-têtes",
			"the answer does not say since when (Last-Modified, Date) "+s.key.Kid+" has been first: something in front of the portal takes these headers away")
	case s.first && left > 0:
		return notBefore(now, left).Then(text.Of(" : FranceConnect+ se sert jusque-là du jeu de clés qu’il a lu avant", ": until then FranceConnect+ uses the key set that it read before"))
	}
	return text.Text{}
}

// notBefore says when a time is over, to the minute and never too early, with the day
// if that is another one.
func notBefore(now time.Time, left time.Duration) text.Text {
	end := now.Add(left + time.Minute - time.Nanosecond)
	at := end.Format("15:04")
	if end.YearDay() != now.YearDay() || left > 24*time.Hour {
		at = end.Format("2006-01-02 15:04")
	}
	return text.Of("pas avant "+at, "not before "+at)
}

// askForKeys fetches the keys that the portal publishes, as FranceConnect+ does,
// or says why there are none.
func (prog *program) askForKeys(ctx context.Context, address string) ([]keyAnswer, text.Text) {
	var all []keyAnswer
	for range keyAnswers {
		r, at, _, err := prog.fetchKeys(ctx, address, "")
		if err != nil {
			return nil, prog.connectionFinding("published-keys", hostOf(at), err).what
		}
		a := readKeyAnswer(r)
		if len(a.keys) == 0 {
			return nil, r.beside(text.Of("l’adresse "+withoutQuery(address)+" ne donne pas un jeu de clés", "the address "+withoutQuery(address)+" gives no key set"))
		}
		all = append(all, a)
	}
	return all, text.Text{}
}

// keysOfFile returns the public halves of a file's keys, in its order.
func keysOfFile(file string) ([]publicKey, error) {
	set, err := keyfile.Read(file)
	if err != nil {
		return nil, err
	}
	return publicKeysOf(string(set)), nil
}

// names lists keys by their names.
func names(keys []publicKey) string {
	var all []string
	for _, k := range keys {
		all = append(all, named(k.Kid))
	}
	return strings.Join(all, ", ")
}
