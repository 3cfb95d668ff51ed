package redemption_test

import (
	"testing"

	"github.com/google/uuid"

	"passnum/internal/testworld"
)

// TestADeviceThatGuessesStopsNoOther has a paired device type wrong codes until it
// is stopped: another device, of whatever structure, goes on.
func TestADeviceThatGuessesStopsNoOther(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	rogue, honest := s.Mediateur, s.Mediateur
	rogue.AccountID, rogue.DeviceID, rogue.PlaceID = uuid.Nil, uuid.New(), s.Place
	honest.AccountID, honest.DeviceID, honest.PlaceID = uuid.Nil, uuid.New(), s.Place
	for range 10 {
		if r := s.redeem(t, rogue, request(uuid.NewString(), stranger(t))); r.Throttled {
			t.Fatal("stopped before its tenth wrong code")
		}
	}
	if r := s.redeem(t, rogue, request("rogue", s.codes[0])); !r.Throttled {
		t.Error("ten wrong codes do not stop a device")
	}
	if n, _ := s.redeem(t, honest, request("honest", s.codes[0])).Taken(); n != 1 {
		t.Error("one device stopped the others")
	}
}
