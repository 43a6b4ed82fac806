package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/franceconnect-go/franceconnect/link"
)

// What one more costs, by how many there are: go test -bench More -run '^$'.
func BenchmarkOneMore(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		b.Run("session/"+strconv.Itoa(n), func(b *testing.B) {
			s := newSessions(time.Now, "http://localhost:8080")
			s.max = n
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			for range n {
				s.start(httptest.NewRecorder(), r, visit{account: "a"})
			}
			for b.Loop() {
				s.start(httptest.NewRecorder(), r, visit{account: "a"})
			}
		})
		b.Run("attempt/"+strconv.Itoa(n), func(b *testing.B) {
			a := newAttempts(time.Now)
			a.max = n
			for i := range n {
				a.allow(strconv.Itoa(i))
			}
			for i := 0; b.Loop(); i++ {
				a.allow("more " + strconv.Itoa(i))
			}
		})
		b.Run("subject/"+strconv.Itoa(n), func(b *testing.B) {
			s := newAccounts(time.Now)
			for i := range n {
				sub := subject(strconv.Itoa(i))
				a := account{Account: link.Account{ID: sub.Sub, Subjects: []link.Subject{sub}}}
				s.set(sub.Sub, &a)
			}
			for b.Loop() {
				_, _, _ = s.BySubject(b.Context(), subject("somebody new"))
			}
		})
	}
}
