package mediateur

import (
	"errors"
	"slices"
	"strings"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/redemption"
	"passnum/web/disputeui"
)

// verdictWord is what a chèque's verdict says in two words; typed is what was
// scanned or typed.
func (h *Handlers) verdictWord(typed string, r redemption.Result) string {
	switch {
	case r.Status == redemption.Valid:
		return "Valable"
	case r.Reason == carnet.Malformed:
		return mistakeWord(typed)
	case r.Reason == carnet.Unknown && h.strangeHost(typed) != "":
		return "Autre dispositif"
	default:
		return reasonWord(r.Reason)
	}
}

// verdictSentence is the verdict's sentence, more precise than the domain's
// when what was typed tells more.
func (h *Handlers) verdictSentence(typed string, r redemption.Result) string {
	switch {
	case r.Reason == carnet.Malformed:
		return code.Explain(typed)
	case r.Reason == carnet.Unknown:
		if host := h.strangeHost(typed); host != "" {
			return "Ce chèque porte l’adresse d’un autre dispositif, " + host + ". Il ne peut pas être encaissé ici."
		}
	}
	return r.Message
}

// mistakeWord names what was scanned instead of a chèque.
func mistakeWord(typed string) string {
	_, err := code.Parse(typed)
	for mistake, word := range map[error]string{
		code.ErrSpecimen: "Spécimen", code.ErrCarnetSerial: "Couverture du carnet", code.ErrWiFi: "QR code Wi-Fi",
		code.ErrSite: "Adresse d’un site", code.ErrForeign: "Pas un chèque",
	} {
		if errors.Is(err, mistake) {
			return word
		}
	}
	return reasonWord(carnet.Malformed)
}

// strangeHost is the host of an address that carries a code and is neither this
// site's nor a former operator's; empty otherwise.
func (h *Handlers) strangeHost(typed string) string {
	_, host, err := code.ParseAddress(typed)
	if err != nil || host == "" || strings.EqualFold(host, h.Host) || slices.Contains(h.Former, strings.ToLower(host)) {
		return ""
	}
	return strings.ToLower(host)
}

// reasonWord is a refusal in two words, before its sentence, said to the structure.
func reasonWord(r carnet.Reason) string {
	if r == carnet.OwnHandover {
		return "Remis par vous"
	}
	return disputeui.Word(r)
}
