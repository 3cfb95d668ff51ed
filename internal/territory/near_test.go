package territory

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	ix, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := ix.Nearest(46.17, 1.87); !ok || c.Code != "23096" {
		t.Errorf("46.17, 1.87 is at %s", c.Name)
	}
	if c, ok := ix.Nearest(0, 0); ok {
		t.Errorf("the middle of the ocean is at %s", c.Name)
	}
	if towns := ix.Towns("23", 3); len(towns) != 3 || towns[0].Name != "Guéret" {
		t.Errorf("towns of la Creuse: %v", towns)
	}
}
