// Package printing hands an order's carnets to a print shop: packs of codes
// encrypted to the shop's key, taken out once, deleted once received. It refuses
// to keep a code in clear, on disk or in the database, and to let one person
// take the same codes out twice.
package printing

import (
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/printing/bundle"
)

// Kept is how long a pack waits to be fetched and acknowledged.
const Kept = 14 * 24 * time.Hour

// Shop is a print shop and the public key it gave.
type Shop struct {
	ID            uuid.UUID
	Name          string
	Email         string
	PublicKey     string
	CreatedAt     time.Time
	CreatedByName string
}

// State is where a pack stands.
type State string

// The states of a pack. Only Preparing and Ready ones have content.
const (
	Preparing State = "preparation"
	Ready     State = "pret"
	Received  State = "recu"
	Replaced  State = "remplace"
	Expired   State = "perime"
	Stopped   State = "arrete"
)

// Pack is a pack of an order, without its content.
type Pack struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	ShopID          uuid.UUID
	ShopName        string
	PublicKey       string
	State           State
	Manifest        []byte
	ManifestHash    []byte
	SizeBytes       int64
	Chunks          int
	CreatedAt       time.Time
	CreatedByName   string
	ReadyAt         *time.Time
	ExpiresAt       *time.Time
	EndedAt         *time.Time
	EndedByName     string
}

// Live reports whether the pack is being made or waits to be received.
func (p Pack) Live() bool { return p.State == Preparing || p.State == Ready }

// Fingerprint is the SHA-256 of the pack's manifest, in hexadecimal.
func (p Pack) Fingerprint() string { return hex.EncodeToString(p.ManifestHash) }

// Contents is what the pack holds, file by file; empty until it is ready.
func (p Pack) Contents() bundle.Manifest {
	m, err := bundle.ReadManifest(p.Manifest)
	if err != nil {
		return bundle.Manifest{}
	}
	return m
}

// Download is one leave to take a pack out.
type Download struct {
	ID              uuid.UUID
	PackID          uuid.UUID
	IsFirst         bool
	Reason          string
	RequestedAt     time.Time
	RequestedBy     uuid.UUID
	RequestedByName string
	DecidedAt       *time.Time
	DecidedByName   string
	Granted         *bool
	UsedAt          *time.Time
	UsedByName      string
}

// Waiting reports whether a second person must still decide.
func (d Download) Waiting() bool { return !d.IsFirst && d.DecidedAt == nil }

// Open reports whether the leave was given and not used.
func (d Download) Open() bool { return d.UsedAt == nil && d.Granted != nil && *d.Granted }

// What the use cases refuse.
var (
	ErrNoPack         = fault.New(fault.KindConflict, "Il n’y a plus de paquet à cet endroit\u00a0: il a été reçu, remplacé ou effacé. Préparez-en un autre si besoin.")
	ErrTaken          = fault.New(fault.KindConflict, "Les codes de cette commande ont déjà été téléchargés une fois. Demandez un autre téléchargement\u00a0: une seconde personne doit l’autoriser.")
	ErrNotTaken       = fault.New(fault.KindConflict, "Le paquet n’a pas encore été téléchargé\u00a0: téléchargez-le, sans rien demander.")
	ErrAsked          = fault.New(fault.KindConflict, "Un autre téléchargement est déjà demandé ou autorisé pour ce paquet.")
	ErrOwnRequest     = fault.New(fault.KindConflict, "Vous avez fait cette demande\u00a0: une autre personne doit en décider.")
	ErrDecided        = fault.New(fault.KindConflict, "Cette demande a déjà reçu sa réponse.")
	ErrNoShop         = fault.Field("imprimeur", "Choisissez un imprimeur de la liste, ou enregistrez-en un.")
	ErrFingerprint    = fault.Field("empreinte", "Ce n’est pas l’empreinte de ce paquet. Demandez à l’imprimeur de la relire\u00a0: une différence veut dire que son fichier est abîmé ou n’est pas le bon.")
	ErrNothingStopped = fault.New(fault.KindConflict, "Aucun paquet n’est en préparation pour cette commande.")
)
