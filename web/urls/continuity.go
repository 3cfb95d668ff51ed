package urls

import "github.com/google/uuid"

// AdminContinuity is where the operator's exit is prepared; POST asks for a kit.
func AdminContinuity() string { return "/admin/continuite" }

// AdminKit is one of the acts on a kit (POST): « decision », « arret »,
// « telecharger »; or « avancement » (GET).
func AdminKit(id uuid.UUID, act string) string { return ID(AdminContinuity(), id, act) }

// SigningKey is the public key that checks kits, in PEM.
func SigningKey() string { return "/.well-known/passnum-cle.pem" }
