// Package httpx is what every screen shares between the router and its own
// work: handlers that return errors, pages, forms, the session, the actor. It
// alone maps refusals to statuses, and refuses to tell a stranger why.
package httpx
