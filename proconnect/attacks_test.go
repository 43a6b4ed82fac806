package proconnect_test

import (
	"testing"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// Four of the portal are attacked in the time of one.
func TestAPortalAtProConnectHoldsEveryAttack(t *testing.T) {
	t.Parallel()
	attack.Run(t, attacked(t), attacked(t), attacked(t), attacked(t))
}
