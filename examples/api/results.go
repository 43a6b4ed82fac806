package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A result is what a page says about one of the data: the value, or in two
// languages why there is none and what the person can do instead.
type result struct {
	Title, Value, Source string
	French, English      string
}

// results say a household as a person would read it, in the order of the page.
func results(h *household) (all []result) {
	if h == nil {
		return nil
	}
	switch q := h.Quotient; {
	case q.Data != nil:
		all = append(all, result{Title: "Quotient familial", Value: euros(q.Data.Value),
			Source: q.Data.Provider + ", " + months[q.Data.Month-1] + " " + strconv.Itoa(q.Data.Year)})
	case q.Missing != "":
		all = append(all, absent("Quotient familial", q.Missing,
			sentence{"Aucun quotient familial n’a été trouvé à votre nom.", "No quotient familial was found in your name."},
			sentence{"Votre quotient familial n’a pas pu être récupéré.", "Your quotient familial could not be fetched."}))
	}
	switch s := h.Scholarship; {
	case s.Data != nil:
		r := result{Title: "Bourse sur critères sociaux", Value: "Non boursier", Source: "CNOUS"}
		if s.Data.Holder {
			r.Value = "Boursier"
			if s.Data.Step != "" {
				r.Value += ", échelon\u00a0" + strings.Replace(s.Data.Step, "bis", "\u00a0bis", 1)
			}
		}
		all = append(all, r)
	case s.Missing != "":
		all = append(all, absent("Bourse sur critères sociaux", s.Missing,
			sentence{"Aucune bourse n’a été trouvée à votre nom.", "No scholarship was found in your name."},
			sentence{"Votre statut de boursier n’a pas pu être récupéré.", "Your scholarship could not be fetched."}))
	}
	return all
}

type sentence struct{ french, english string }

var instead = sentence{
	"Vous êtes bien connecté\u202f; vous pouvez joindre un justificatif à votre demande.",
	"You are signed in all the same; you can send a document with your application.",
}

// absent says why there are no data: there are none, or they could not be had.
func absent(title string, why trouble, none, failed sentence) result {
	said := failed
	if why == unknown {
		said = none
	}
	return result{Title: title, French: said.french + " " + instead.french, English: said.english + " " + instead.english}
}

// incomplete reports whether to ask once more may bring more.
func incomplete(h *household) bool {
	fails := func(t trouble) bool { return t != "" && t != unknown }
	return h == nil || fails(h.Quotient.Missing) || fails(h.Scholarship.Missing)
}

// euros writes 1543 as « 1 543 € ».
func euros(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text + "\u00a0€"
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"}
