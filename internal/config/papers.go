package config

import "passnum/internal/upload"

// Papers is how files from strangers are checked and kept.
type Papers struct {
	// Clamd is where an antivirus listens, for upload.ParseClamd; empty for none.
	// When set, nothing is kept without its answer.
	Clamd string
	// Keys seal what is kept, « id:base64, … », the current one first; without any,
	// the key is drawn from SessionKey, which then must not change.
	Keys Secret
}

func (r *reader) papers(session Secret) Papers {
	const clamd, keys = "PASSNUM_CLAMD_ADDR", "PASSNUM_DOCUMENT_KEYS"
	p := Papers{Clamd: r.text(clamd), Keys: Secret(r.text(keys))}
	if p.Clamd != "" {
		if _, err := upload.ParseClamd(p.Clamd); err != nil {
			r.expect(clamd, "l’adresse d’un antivirus, comme 127.0.0.1:3310 ou unix:/run/clamav/clamd.ctl")
		}
	}
	if _, err := upload.NewVault(string(p.Keys), []byte(session)); err != nil {
		r.expect(keys, "des clés de 32 octets, « nom:base64 » séparées par des virgules, la clé en cours d’abord")
	}
	return p
}
