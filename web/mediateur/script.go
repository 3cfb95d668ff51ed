package mediateur

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"path"
	"strconv"
	"strings"

	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/referentiel"
	"passnum/web/assets"
	"passnum/web/urls"
)

// scriptFacts is what the scanner's script needs to work without network.
type scriptFacts struct {
	// Owner is whose basket and queue this browser shows.
	Owner        string `json:"owner"`
	Person       string `json:"person"`
	Organisation string `json:"organisation"`
	// Hosts are those that chèques accepted here carry.
	Hosts      []string  `json:"hosts"`
	Most       int       `json:"most"`
	Favourites []int     `json:"favourites"`
	Services   []service `json:"services"`
	Wasm       string    `json:"wasm"`
	Worker     string    `json:"worker"`
	Page       string    `json:"page"`
	Verdicts   string    `json:"verdicts"`
	Redeem     string    `json:"redeem"`
	Queue      string    `json:"queue"`
	SignIn     string    `json:"sign_in"`
}

type service struct {
	Number int    `json:"n"`
	Label  string `json:"label"`
	// Words is what a search looks at, without accents or capitals.
	Words string `json:"words"`
}

func (h *Handlers) facts(actor identity.Actor, desk redemption.Desk) scriptFacts {
	facts := scriptFacts{
		Owner: actor.OrganisationID.String(), Person: purpose(actor), Organisation: actor.OrganisationName, Hosts: append([]string{strings.ToLower(h.Host)}, h.Former...),
		Most: redemption.MaxCodes, Favourites: desk.Favourites,
		Wasm: assets.Path("zxing-reader.wasm"), Worker: urls.ScannerWorker(), Page: urls.Scanner(),
		Verdicts: urls.ScannerVerdicts(), Redeem: urls.ScannerRedeem(), Queue: urls.Queue(), SignIn: urls.SignInThen(urls.Scanner()),
	}
	for _, e := range referentiel.Load().All() {
		facts.Services = append(facts.Services, service{Number: e.Number, Label: strconv.Itoa(e.Number) + " · " + e.Label, Words: e.Searchable()})
	}
	return facts
}

// worker is the script that keeps the scanner's page and its assets; it changes
// when one of them does.
func (h *Handlers) worker(w http.ResponseWriter, _ *http.Request) error {
	kept := assets.Paths(keptOffline)
	sum := sha256.Sum256([]byte(strings.Join(kept, "\n")))
	shell, err := json.Marshal(map[string]any{"cache": "scanner-" + hex.EncodeToString(sum[:6]), "page": urls.Scanner(), "assets": kept})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Service-Worker-Allowed", urls.Scanner())
	_, _ = w.Write([]byte("const SHELL = " + string(shell) + ";\n")) // a browser that left asks again
	_, _ = w.Write(assets.Body("sw.js"))
	return nil
}

// keptOffline holds for what the scanner's page loads.
func keptOffline(name string) bool {
	switch path.Ext(name) {
	case ".js", ".wasm":
		return name != "sw.js"
	case ".woff2":
		return strings.HasPrefix(name, "atkinson-")
	default:
		return name == "app.css" || name == "favicon.svg"
	}
}
