package main

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"testing"
	"time"
)

// race measures in rounds: a round is one pass over all contenders, each for a
// slice of time, and its time is divided by the floor's of the same round, so
// that a busy neighbour weighs on both. What counts is the median.
func (r row) race(all []contender, rounds int) line {
	slice := cmp.Or(r.slice, 6*time.Millisecond)
	rounds = max(rounds/max(r.division, 1), 5)
	runs := make([]int, len(all))
	for i, c := range all {
		for runs[i] = 1; r.pace(c, runs[i])*time.Duration(runs[i]) < slice/2; {
			runs[i] *= 2
		}
	}
	times := make([][]float64, len(all))
	for round := range rounds {
		for i := range all {
			i = (i + round) % len(all) // nobody always comes after the same one
			times[i] = append(times[i], float64(r.pace(all[i], runs[i])))
		}
	}
	l := line{name: r.name, cells: map[string]cell{}}
	for i, c := range all {
		ratios := make([]float64, rounds)
		for round := range ratios {
			ratios[round] = times[i][round] / times[0][round]
		}
		middle, noise := median(ratios)
		allocations := -1.0
		if r.division < 2 { // a cold start allocates what its sockets do
			allocations = testing.AllocsPerRun(runs[i], func() { _ = c.run() })
		}
		took, _ := median(times[i])
		l.cells[c.name] = cell{value: middle, noise: noise, allocations: allocations, took: time.Duration(took)}
	}
	return l
}

// pace returns the time of one run, of so many.
func (r row) pace(c contender, runs int) time.Duration {
	workers := max(r.atOnce, 1)
	each := (runs + workers - 1) / workers
	var all sync.WaitGroup
	start := time.Now()
	if workers == 1 {
		repeat(c, each)
	} else {
		for range workers {
			all.Go(func() { repeat(c, each) })
		}
		all.Wait()
	}
	return time.Since(start) / time.Duration(each*workers)
}

func repeat(c contender, times int) {
	for range times {
		if err := c.run(); err != nil {
			panic(c.name + ": " + err.Error()) // it has proven that it can
		}
	}
}

// median returns the middle, and how far chance alone may move it: half of the
// notch of McGill, Tukey and Larsen (1978).
func median(values []float64) (middle, noise float64) {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	middle = (v[(n-1)/2] + v[n/2]) / 2
	return middle, 1.57 * (v[3*(n-1)/4] - v[(n-1)/4]) / math.Sqrt(float64(n))
}
