package main

import (
	"container/heap"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// readHosts reads one host or several, or nil if one is wrong.
func readHosts(value json.RawMessage) (hosts []string) {
	var list []string
	if json.Unmarshal(value, &list) != nil {
		list = make([]string, 1)
		if json.Unmarshal(value, &list[0]) != nil {
			return nil
		}
	}
	for _, text := range list {
		host := cleanHost(text)
		if host == "" {
			return nil
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// cleanHost makes what people paste what browsers send: "https://Aides.Ville.fr/"
// is aides.ville.fr. It is "" if that cannot be.
func cleanHost(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	text = strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://")
	text = strings.TrimSuffix(text, "/")
	u, err := url.Parse("https://" + text)
	if err != nil || u.Host != text || u.Hostname() == "" || strings.HasSuffix(text, ":") ||
		strings.ContainsFunc(text, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-.:[]", r)
		}) {
		return ""
	}
	for _, usual := range []struct{ scheme, port string }{{"https://", ":443"}, {"http://", ":80"}} {
		if host, ok := strings.CutSuffix(text, usual.port); ok && scheme(text) == usual.scheme {
			return host
		}
	}
	return text
}

// scheme returns how people reach a host: https, or http on this machine.
func scheme(host string) string {
	u, err := url.Parse("https://" + host)
	if err != nil {
		return "https://"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
		return "http://"
	}
	return "https://"
}

// assignHosts gives each host to one organisation. It returns the names of those
// who have waited for one, or wait for another than before, and how many files it
// looked at for that. Who has it keeps it, so
// that a slip of the pen in one file takes nobody off the air and hands nobody's
// citizens to another; between newcomers the first by name has it. What one
// leaves is free for the next. A portal that is closed keeps nobody out.
//
// Who has to wait is looked at again when that host is left, which it is once at
// most: who takes it has come to stay.
func assignHosts(names []string, files map[string]*fileState) (moved []string, looks int) {
	holder := make(map[string]int, len(names))
	for i, name := range names {
		if o := files[name].serves; o != nil && !o.closed {
			for _, host := range o.hosts {
				holder[host] = i
			}
		}
	}
	var again queue // who has waited, before those who come after them by name
	waiting := map[string][]int{}
	for next := 0; next < len(names) || len(again) > 0; {
		i := next
		if len(again) > 0 && again[0] <= next {
			i = heap.Pop(&again).(int)
		} else if next++; i == len(names) {
			i = heap.Pop(&again).(int)
		}
		f := files[names[i]]
		if f.want == nil || f.want == f.serves {
			continue
		}
		looks++
		was, blocked := f.holder, ""
		f.holder = ""
		for _, host := range f.want.hosts {
			if other, held := holder[host]; held && other != i && !f.want.closed {
				f.holder, blocked = names[other], host
			}
		}
		if f.holder != was {
			moved = append(moved, names[i])
		}
		if f.holder != "" {
			waiting[blocked] = append(waiting[blocked], i)
			continue
		}
		left := f.serves
		if left != nil && !left.closed {
			for _, host := range left.hosts {
				delete(holder, host)
			}
		}
		f.serves = f.want
		if !f.want.closed {
			for _, host := range f.want.hosts {
				holder[host] = i
			}
		}
		if left != nil {
			for _, host := range left.hosts {
				if _, held := holder[host]; !held {
					for _, one := range waiting[host] {
						heap.Push(&again, one)
					}
					delete(waiting, host)
				}
			}
		}
	}
	return moved, looks
}

// A queue has the smallest first.
type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(i any)        { *q = append(*q, i.(int)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	i := (*q)[last]
	*q = (*q)[:last]
	return i
}
