package registry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passnum/internal/registry"
)

const found = `{"results":[{"nom_complet":"LE FIL","nom_raison_sociale":"Le Fil numérique","nature_juridique":"9220","statut_diffusion":"O",
	"siege":{"siret":"55210055400013","numero_voie":"6","type_voie":"RUE","libelle_voie":"JULES SANDEAU","code_postal":"23200","commune":"23008","libelle_commune":"AUBUSSON","etat_administratif":"A"},
	"matching_etablissements":[{"siret":"55210055400021","adresse":"3 PLACE DE L'ETANG 23400 BOURGANEUF","code_postal":"23400","commune":"23030","libelle_commune":"BOURGANEUF","etat_administratif":"F"}],
	"complements":{"identifiant_association":"W231000123"}}],"total_results":1}`

func serve(t *testing.T, status int, body string) *registry.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return registry.New(server.URL + "/")
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := serve(t, http.StatusOK, found)
	seat, err := c.Find(t.Context(), "55210055400013")
	want := registry.Body{SIRET: "55210055400013", Name: "Le Fil numérique", Kind: "association", RNA: "W231000123", Street: "6 RUE JULES SANDEAU",
		PostalCode: "23200", Town: "AUBUSSON", Insee: "23008"}
	if err != nil || seat != want {
		t.Errorf("%+v, %v", seat, err)
	}
	other, err := c.Find(t.Context(), "55210055400021")
	if err != nil || !other.Closed || other.Street != "3 PLACE DE L'ETANG" {
		t.Errorf("%+v, %v", other, err)
	}
	if _, err := c.Find(t.Context(), "55210055400039"); !errors.Is(err, registry.ErrUnknown) {
		t.Error(err)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for form, kind := range map[string]string{"7210": "commune", "7346": "epci", "7361": "ccas", "7366": "public", "7389": "public", "5710": "entreprise", "5458": "cooperative", "1000": "independant", "9300": "fondation", "3120": ""} {
		body, err := serve(t, http.StatusOK, strings.Replace(found, `"9220"`, `"`+form+`"`, 1)).Find(t.Context(), "55210055400013")
		if err != nil || body.Kind != kind {
			t.Errorf("%s: %q, %v", form, body.Kind, err)
		}
	}
}

func TestHiddenBodiesAreTypedByHand(t *testing.T) {
	t.Parallel()
	for _, body := range []string{strings.Replace(found, `"statut_diffusion":"O"`, `"statut_diffusion":"P"`, 1), strings.Replace(found, "Le Fil numérique", "[NON-DIFFUSIBLE]", 1)} {
		if _, err := serve(t, http.StatusOK, body).Find(t.Context(), "55210055400013"); !errors.Is(err, registry.ErrHidden) {
			t.Error(err)
		}
	}
}

func TestWhatTheRegisterSaysIsBounded(t *testing.T) {
	t.Parallel()
	lie := strings.NewReplacer("Le Fil numérique", `Le\n\u0000\u202eFil `+strings.Repeat("é", 9000), "W231000123", `<b>\u0007`).Replace(found)
	body, err := serve(t, http.StatusOK, lie).Find(t.Context(), "55210055400013")
	if err != nil || !strings.HasPrefix(body.Name, "Le Fil éé") || len([]rune(body.Name)) != 140 || body.RNA != "<b>" {
		t.Errorf("%d %q, %q, %v", len(body.Name), body.Name, body.RNA, err)
	}
	for name, answer := range map[string]string{"numbers": `{"results":[{"siege":{"siret":1}}]}`, "a list": `[]`, "nothing": ``} {
		if _, err := serve(t, http.StatusOK, answer).Find(t.Context(), "55210055400013"); !errors.Is(err, registry.ErrOut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := serve(t, http.StatusOK, `{"results":null}`).Find(t.Context(), "55210055400013"); !errors.Is(err, registry.ErrUnknown) {
		t.Error(err)
	}
}

func TestOutOfReach(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://ailleurs.exemple.fr/", http.StatusFound)
	}))
	defer elsewhere.Close()
	for name, c := range map[string]*registry.Client{"busy": serve(t, http.StatusTooManyRequests, ""), "broken": serve(t, http.StatusOK, "<html>"),
		"endless": serve(t, http.StatusOK, `{"results":[`+strings.Repeat(" ", 300<<10)+`]}`), "elsewhere": registry.New(elsewhere.URL)} {
		if _, err := c.Find(t.Context(), "55210055400013"); !errors.Is(err, registry.ErrOut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := serve(t, http.StatusOK, found).Find(gone, "55210055400013"); !errors.Is(err, registry.ErrOut) {
		t.Errorf("nobody waits any more: %v", err)
	}
	for _, off := range []*registry.Client{nil, registry.New("")} {
		if _, err := off.Find(t.Context(), "55210055400013"); !errors.Is(err, registry.ErrOff) {
			t.Error(err)
		}
	}
}
