package structure

import (
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// deviceView is a device, ready to be shown.
type deviceView struct {
	ID               uuid.UUID
	Name, Place      string
	Seen, Browser    string
	State            string
	Tone             ui.Tone
	Waiting, Revoked bool
}

type devicesView struct {
	Devices []deviceView
	Live    int
	Phones  []deviceView // mediators' own, which sent chèques scanned without network
}

func newDevicesView(list []identity.Device, phones []redemption.LateDevice) devicesView {
	v := devicesView{Phones: phoneViews(phones)}
	for _, d := range list {
		one := deviceView{ID: d.ID, Name: d.Name, Place: d.Place, Seen: "jamais", Browser: browserName(d.Browser), State: "associé", Tone: ui.Good}
		if d.LastSeenAt != nil {
			one.Seen = format.DateTime(*d.LastSeenAt)
		}
		switch {
		case d.RevokedAt != nil:
			one.State, one.Tone, one.Revoked = "retiré le "+format.ShortDate(*d.RevokedAt), ui.Neutral, true
		case d.PairedAt == nil:
			one.State, one.Tone, one.Waiting = "à associer", ui.Warn, true
			v.Live++
		default:
			v.Live++
		}
		v.Devices = append(v.Devices, one)
	}
	return v
}

func phoneViews(phones []redemption.LateDevice) []deviceView {
	var views []deviceView
	for _, p := range phones {
		if p.Kind != redemption.KindBrowser {
			continue // paired devices and programs are listed elsewhere
		}
		one := deviceView{ID: p.ID, Name: p.AccountName, Browser: browserName(p.Agent), Seen: format.DateTime(p.LastSeenAt), State: "accepté", Tone: ui.Good}
		if p.RevokedAt != nil {
			one.State, one.Tone, one.Revoked = "retiré le "+format.ShortDate(*p.RevokedAt), ui.Neutral, true
		}
		views = append(views, one)
	}
	return views
}

// browserName is enough of a browser's own description to tell two devices apart.
func browserName(agent string) string {
	system := "appareil"
	for _, known := range []struct{ mark, name string }{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, known.mark) {
			system = known.name
			break
		}
	}
	for _, known := range []struct{ mark, name string }{
		{"Firefox", "Firefox"}, {"Edg", "Edge"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	} {
		if strings.Contains(agent, known.mark) {
			return known.name + ", " + system
		}
	}
	if agent == "" {
		return ""
	}
	return system
}
