package httpx

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts and times requests by route pattern, never by address.
type Metrics struct {
	took     *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewMetrics registers the figures with registry.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "passnum_http_request_seconds",
			Help:    "Duration of HTTP requests by route.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "passnum_http_requests_in_flight",
			Help: "HTTP requests being answered.",
		}),
	}
	registry.MustRegister(m.took, m.inFlight)
	return m
}

// Observe measures every request below it.
func (m *Metrics) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ww, begun := middleware.NewWrapResponseWriter(w, r.ProtoMajor), time.Now()
		m.inFlight.Inc()
		defer func() {
			m.inFlight.Dec()
			status := strconv.Itoa(max(ww.Status(), http.StatusOK))
			m.took.WithLabelValues(method(r), route(r), status).Observe(time.Since(begun).Seconds())
		}()
		next.ServeHTTP(ww, r)
	})
}

// method keeps invented methods from growing the figures.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete:
		return r.Method
	default:
		return "other"
	}
}
