package httpx

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
)

// What the session remembers of a shared computer: when somebody last did
// something, whether the screen was locked, and who may unlock it.
const (
	sessionSeen   = "seen"
	sessionLocked = "locked"
	sessionAgents = "agents"
)

// agent is someone who proved who they are on this computer since its session
// began, and may come back with a short code.
type agent struct {
	Account      uuid.UUID `json:"a"`
	Organisation uuid.UUID `json:"o"`
	Name         string    `json:"n"`
	Stamp        string    `json:"s"`
}

// mostAgents is how many people share a counter's computer in a day.
const mostAgents = 12

// Agent is a person the locked screen offers to come back as.
type Agent struct {
	ID   uuid.UUID
	Name string
}

// lockDue reports whether the screen is locked, or stayed without anybody for
// longer than its owner allows. Reading it changes nothing, so that asking for
// the locked page does not unlock it.
func lockDue(r *http.Request, actor identity.Actor, now time.Time) bool {
	if actor.LockAfter == 0 {
		return false
	}
	s := Sessions(r)
	if s.GetBool(r.Context(), sessionLocked) {
		return true
	}
	seen := s.GetInt64(r.Context(), sessionSeen)
	return seen != 0 && now.Sub(time.Unix(seen, 0)) > actor.LockAfter
}

// Locked reports whether a session waits for its owner's code.
func Locked(r *http.Request) bool {
	locked, _ := r.Context().Value(lockedKey).(bool)
	return locked
}

// Lock closes the screen until someone known to it types their code, under a new
// token: a request under way would otherwise write the session as it was, open.
func Lock(r *http.Request) error {
	if err := Sessions(r).RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	Sessions(r).Put(r.Context(), sessionLocked, true)
	return nil
}

// Agents is who may unlock the screen, the last one seen first.
func Agents(r *http.Request) []Agent {
	known := agents(r)
	list := make([]Agent, len(known))
	for i, a := range known {
		list[i] = Agent{a.Account, a.Name}
	}
	return list
}

// errAgentGone asks for the password of someone whose access has changed since.
var errAgentGone = fault.New(fault.KindConflict, "Votre accès a changé depuis. Connectez-vous avec votre mot de passe.")

// Unlock gives the session back to one of its agents, who has just proved who
// they are by their code, under a new token.
func Unlock(r *http.Request, account uuid.UUID) error {
	s, people := Sessions(r), r.Context().Value(peopleKey).(Resolver)
	known := agents(r)
	i := slices.IndexFunc(known, func(a agent) bool { return a.Account == account })
	if i < 0 {
		return ErrNotFound
	}
	actor, err := people.ActorOf(r.Context(), account, known[i].Organisation)
	if fault.Is(err, fault.KindNotFound) || err == nil && actor.Stamp != known[i].Stamp {
		return errors.Join(errAgentGone, ForgetAgent(r, account))
	}
	if err != nil {
		return fmt.Errorf("find agent: %w", err)
	}
	if err := s.RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.Remove(r.Context(), sessionLocked)
	s.Put(r.Context(), sessionSeen, people.Now().Unix())
	s.Put(r.Context(), sessionAccount, account.String())
	s.Put(r.Context(), sessionStamp, actor.Stamp)
	s.Put(r.Context(), sessionOrganisation, known[i].Organisation.String())
	return saveAgents(r, append([]agent{known[i]}, slices.Delete(known, i, i+1)...))
}

// ForgetAgent makes the password necessary again for someone on this computer.
func ForgetAgent(r *http.Request, account uuid.UUID) error {
	return saveAgents(r, slices.DeleteFunc(agents(r), func(a agent) bool { return a.Account == account }))
}

// keepAgent remembers who has just proved who they are, if they have a code.
func keepAgent(r *http.Request, actor identity.Actor) error {
	known := slices.DeleteFunc(agents(r), func(a agent) bool { return a.Account == actor.AccountID })
	if actor.LockAfter > 0 {
		organisation, _ := uuid.Parse(Sessions(r).GetString(r.Context(), sessionOrganisation))
		known = append([]agent{{actor.AccountID, organisation, actor.Name, actor.Stamp}}, known...)
	}
	return saveAgents(r, known[:min(len(known), mostAgents)])
}

// moveAgent remembers for which organisation the person at the screen works.
func moveAgent(r *http.Request, organisation uuid.UUID) error {
	account := Sessions(r).GetString(r.Context(), sessionAccount)
	known := agents(r)
	for i := range known {
		if known[i].Account.String() == account {
			known[i].Organisation = organisation
		}
	}
	return saveAgents(r, known)
}

func agents(r *http.Request) []agent {
	var known []agent
	if json.Unmarshal([]byte(Sessions(r).GetString(r.Context(), sessionAgents)), &known) != nil {
		return nil
	}
	return known
}

func saveAgents(r *http.Request, known []agent) error {
	text, err := json.Marshal(known)
	if err != nil {
		return fmt.Errorf("keep agents: %w", err)
	}
	Sessions(r).Put(r.Context(), sessionAgents, string(text))
	return nil
}
