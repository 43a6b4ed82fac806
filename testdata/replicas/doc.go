// Package replicas runs one portal as three processes behind a reverse proxy
// that picks one at random for each request, and kills, restarts and rekeys
// them while people sign in, with and without Redis. There is nothing in it but
// tests:
//
//	portal         the command that is run three times
//	fleet          its processes
//	proxy          what stands before them
//	provider       FranceConnect, which counts how often it sees each code
//	browser        who signs in
//	redis          a redis-server of the test's own
//	thousand       1,000 logins while all of it happens
//	rotation       the order in which keys are changed, and what another costs
//	once           one callback, sent to all replicas at once
//	away           Redis away, and Redis restarted
package replicas
