package main

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
	"github.com/stretchr/testify/require"
)

// A memory is a Prometheus without a disk: what was scraped, and the engine
// that a real one has, so that the questions are asked as it would ask them.
type memory struct {
	t      *testing.T
	series map[string]*recorded
}

type recorded struct {
	labels  labels.Labels
	samples []chunks.Sample
}

func newMemory(t *testing.T) *memory { return &memory{t, map[string]*recorded{}} }

func (m *memory) add(l labels.Labels, at time.Time, value float64) {
	s := m.series[l.String()]
	if s == nil {
		s = &recorded{labels: l}
		m.series[l.String()] = s
	}
	s.samples = append(s.samples, point{at.UnixMilli(), value})
}

// scrape reads what /metrics says.
func (m *memory) scrape(text []byte, at time.Time) {
	for p := textparse.NewPromParser(text, labels.NewSymbolTable(), false); ; {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(m.t, err)
		if entry != textparse.EntrySeries {
			continue
		}
		var l labels.Labels
		_, _, value := p.Series()
		p.Labels(&l)
		m.add(l, at, value)
	}
}

// ask returns the answer at a time.
func (m *memory) ask(question string, at time.Time) promql.Vector {
	m.t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute, Parser: language})
	defer engine.Close()
	query, err := engine.NewInstantQuery(m.t.Context(), m, nil, question, at)
	require.NoError(m.t, err, question)
	defer query.Close()
	result := query.Exec(m.t.Context())
	require.NoError(m.t, result.Err, question)
	require.Empty(m.t, result.Warnings, question)
	vector, err := result.Vector()
	require.NoError(m.t, err, question)
	return slices.Clone(vector)
}

var language = parser.NewParser(parser.Options{})

// holds reports whether there is a series that a selector selects.
func (m *memory) holds(matchers []*labels.Matcher) bool { return len(m.matching(matchers)) > 0 }

func (m *memory) matching(matchers []*labels.Matcher) (all []*recorded) {
	for _, s := range m.series {
		if !slices.ContainsFunc(matchers, func(want *labels.Matcher) bool { return !want.Matches(s.labels.Get(want.Name)) }) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *recorded) int { return cmp.Compare(a.labels.String(), b.labels.String()) })
	return all
}

// What follows is what the engine wants of a storage.

func (m *memory) Querier(int64, int64) (storage.Querier, error) {
	return &storage.MockQuerier{SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
		return &found{rest: m.matching(matchers)}
	}}, nil
}

type found struct {
	at   *recorded
	rest []*recorded
}

func (f *found) Next() bool {
	if len(f.rest) == 0 {
		return false
	}
	f.at, f.rest = f.rest[0], f.rest[1:]
	return true
}
func (f *found) At() storage.Series                { return storage.NewListSeries(f.at.labels, f.at.samples) }
func (f *found) Err() error                        { return nil }
func (f *found) Warnings() annotations.Annotations { return nil }

type point struct {
	t int64
	v float64
}

func (p point) ST() int64                     { return 0 }
func (p point) T() int64                      { return p.t }
func (p point) F() float64                    { return p.v }
func (p point) H() *histogram.Histogram       { return nil }
func (p point) FH() *histogram.FloatHistogram { return nil }
func (p point) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (p point) Copy() chunks.Sample           { return p }
