package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"passnum/internal/carnet/code"
	"passnum/internal/config"
)

const seedLength = 32

func keysCommand() command {
	return command{
		name:    "keys",
		summary: "Tire au hasard les clés secrètes d’une installation.",
		help: `Affiche PASSNUM_CODE_KEYS, PASSNUM_SESSION_KEY et PASSNUM_SIGNING_KEY, qui signe les
kits de continuité. Gardez-les hors de la base et de ses sauvegardes : les clés des chèques
permettent d’imprimer de l’argent, et sans elles aucun
chèque imprimé n’est plus reconnu. Pour changer de clé, mettez la nouvelle devant l’ancienne,
séparées par une virgule.`,
		example: "passnum keys >> /etc/passnum/passnum.env",
		run:     printKeys,
	}
}

func printKeys(_ context.Context, arguments []string, std streams) error {
	if err := readFlags(newFlags("keys"), arguments); err != nil {
		return err
	}
	_, err := fmt.Fprintf(std.out, "%s=%s\n%s=%s\n%s=%s\n",
		config.CodeKeys, newCodeKey(), config.SessionKey, newSeed(), config.SigningKey, newSeed())
	return err
}

// newCodeKey names a key after its month, which is enough to tell them apart.
func newCodeKey() string { return code.GenerateKey(time.Now().UTC().Format("k200601")) }

func newSeed() string {
	key := make([]byte, seedLength)
	_, _ = rand.Read(key) // never fails: the program is stopped instead
	return base64.StdEncoding.EncodeToString(key)
}
