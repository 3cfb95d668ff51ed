package mediateur_test

import (
	"net/url"
	"strings"
	"testing"

	"passnum/internal/testworld"
)

// A chèque printed by a former operator carries its address, and is ours; one of
// an address that nobody took over is said to be another dispositif's.
func TestFormerAddressesAreOurs(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	for address, want := range map[string]bool{"AUTRE.EXEMPLE": true, "Pass.Ancien.FR": false, "passnum.exemple": false} {
		page := c.press(c.get("/mediateur/tester"), "Tester", url.Values{"codes": {"HTTPS://" + address + "/P/" + stranger(t)}})
		if said := strings.Contains(page.text(), "un autre dispositif"); said != want {
			t.Errorf("%s: another dispositif's: %v, want %v", address, said, want)
		}
	}
	page := c.press(c.get("/mediateur/tester"), "Tester", url.Values{"codes": {"HTTPS://PASS.ANCIEN.FR/P/" + c.codes[0]}})
	page.says("Valable · 10,00 €")
}
