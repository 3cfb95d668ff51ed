package app

import (
	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"passnum/internal/config"
	"passnum/internal/guidance"
	"passnum/web"
	"passnum/web/account"
	"passnum/web/accountingui"
	"passnum/web/admin"
	"passnum/web/aiguilleur"
	"passnum/web/api"
	"passnum/web/censusui"
	"passnum/web/commanditaire"
	"passnum/web/demo"
	"passnum/web/endingui"
	"passnum/web/financeui"
	"passnum/web/httpx"
	"passnum/web/incidentui"
	"passnum/web/invoiceui"
	"passnum/web/mediateur"
	"passnum/web/oppositionui"
	"passnum/web/organisation"
	"passnum/web/pathwayui"
	"passnum/web/programmeui"
	"passnum/web/public"
	"passnum/web/structure"
	"passnum/web/theme"
	"passnum/web/training"
	"passnum/web/treasuryui"
)

// Handler is the whole site.
func (a *App) Handler() chi.Router { return a.handler(a.registry()) }

func (a *App) handler(registry *prometheus.Registry) chi.Router {
	deps := web.Deps{
		Shell:          httpx.Shell{Log: a.log, Demo: a.demo, Draining: a.draining},
		Secure:         a.cfg.Secure(),
		TrustedProxies: a.cfg.TrustedProxies,
		Sessions:       httpx.NewSessions(newSessionStore(a.db.Pool()), a.cfg.Secure()),
		People:         a.services.people,
		Metrics:        httpx.NewMetrics(registry),
		Operations:     []web.Screens{&health{app: a}, &public.TileHandlers{Tiles: a.services.tiles}},
	}
	a.addAudiences(&deps)
	a.addHubScreens(&deps)
	if a.demo || a.cfg.Development && a.cfg.Mail.URL == "" {
		deps.Public = append(deps.Public, &demo.Handlers{Outbox: a.services.outbox})
	}
	if a.cfg.MetricsAddr == "" {
		deps.Operations = append(deps.Operations, &figures{registry})
	}
	return web.Router(deps)
}

// addAudiences says which screens serve whom.
func (a *App) addAudiences(deps *web.Deps) {
	s := a.services
	deps.Public = a.publicScreens()
	deps.Account = []web.Screens{
		&account.Handlers{People: s.people},
		&account.JoinHandlers{Invitations: s.proposals, Organisations: s.organisations, Registry: s.registry},
		&organisation.SettingsHandlers{Organisations: s.organisations},
		&training.Handlers{Training: s.training, Network: s.network, Issuer: issuerOf(a.cfg)},
	}
	deps.Commanditaire = a.commanditaireScreens()
	deps.Aiguilleur = []web.Screens{
		&aiguilleur.OrientationHandlers{Network: s.network, Guidance: s.guidance},
		&aiguilleur.Handlers{Network: s.network, Custody: s.custody, Training: s.training, Endings: a.endingPanels()},
		&aiguilleur.CustodyHandlers{Network: s.network, Custody: s.custody},
		&oppositionui.Handlers{Oppositions: s.oppositions, Side: oppositionui.ForCounter()},
		&aiguilleur.WorkshopHandlers{Workshops: s.workshops, Network: s.network, Keeper: a.seatKeeper()},
	}
	deps.Mediateur = []web.Screens{
		&mediateur.Handlers{Redemptions: s.redemptions, Seal: s.seal, Guidance: s.guidance, Host: a.cfg.BaseURL.Host, Former: a.cfg.FormerHosts, Now: a.db.Now, Endings: a.endingPanels(), Workshops: s.workshops},
		&mediateur.LateHandlers{Redemptions: s.redemptions, Now: a.db.Now},
		&mediateur.DisputeHandlers{Disputes: s.disputes, Now: a.db.Now},
	}
	deps.Structure = []web.Screens{
		&structure.Handlers{Structures: s.structures, Files: s.files, Registry: s.registry, Payments: s.settlements, Workshops: s.workshops},
		&structure.ReviewHandlers{Files: s.files},
		&invoiceui.MineHandlers{Invoices: s.invoices, Structures: true},
		&incidentui.StructureHandlers{Incidents: s.incidents},
		&structure.PaymentHandlers{Payments: s.settlements},
		&structure.DocumentHandlers{Documents: s.papers},
		censusui.ForStructure(s.census),
		&censusui.ChoiceHandlers{Data: s.openData},
		&structure.PlaceHandlers{Structures: s.structures},
		&structure.DeviceHandlers{People: s.people, Redemptions: s.redemptions},
		&structure.WorkshopHandlers{Workshops: s.workshops},
	}
	deps.Admin = a.adminScreens()
	deps.API = []web.Screens{&api.Handlers{Tokens: s.people, Redemptions: s.redemptions, HandOvers: s.network, Figures: s.reporting}}
}

func (a *App) publicScreens() []web.Screens {
	s, places := a.services, a.finderScreens()
	return []web.Screens{
		&public.Handlers{Reports: s.reporting, Communes: s.communes, Operator: publicOperator(a.cfg.Operator)},
		places,
		&public.DataHandlers{Data: s.openData, Communes: s.communes, Now: a.db.Now},
		&public.CandidateHandlers{},
		&public.AnchorHandlers{Proofs: s.proofs},
		&public.ReferenceHandlers{Communes: s.communes},
		&theme.Handlers{Organisations: s.organisations},
		&public.CoverHandlers{Bank: s.treasury},
		&public.SigningKeyHandlers{PublicKey: s.continuity.PublicKey},
		&structure.LinkHandlers{Structures: s.structures},
		&structure.ConfirmLinkHandlers{Structures: s.structures, Seal: s.seal},
		&public.ReportHandlers{Structures: s.structures},
		&public.DeviceHandlers{People: s.people, Secure: a.cfg.Secure()},
		&public.WorkshopHandlers{Workshops: s.workshops, Communes: s.communes, Keeper: a.seatKeeper()},
		&public.ChequeHandlers{Redemptions: s.redemptions, Seal: s.seal, Secure: a.cfg.Secure(), Now: a.db.Now, Usable: places.KeepReach},
	}
}

func (a *App) commanditaireScreens() []web.Screens {
	s := a.services
	dashboards := &commanditaire.DashboardHandlers{Reports: s.reporting}
	return []web.Screens{
		&commanditaire.OrderHandlers{Orders: s.orders, Figures: dashboards, Endings: a.endingPanels()},
		&commanditaire.NetworkHandlers{Network: s.network, Training: s.training},
		&commanditaire.CarnetHandlers{Custody: s.custody},
		&commanditaire.DisputeHandlers{Disputes: s.disputes, Now: a.db.Now},
		commanditaire.OppositionScreens(s.oppositions),
		&commanditaire.AllocationHandlers{Plans: s.allocations},
		financeui.ForCommanditaire(),
		&accountingui.Handlers{Accounts: s.accounting},
		&invoiceui.MineHandlers{Invoices: s.invoices},
		endingui.ForCommanditaire(s.endings, a.cfg.BaseURL.String()),
		&programmeui.PartyHandlers{Programmes: s.programmes},
		&incidentui.OrderHandlers{Incidents: s.incidents},
		&commanditaire.AgreementHandlers{Structures: s.structures},
		&commanditaire.EmbedHandlers{Places: s.places, BaseURL: a.cfg.BaseURL.String()},
		&commanditaire.GapHandlers{Gaps: s.gaps},
		&pathwayui.Handlers{Guidance: s.guidance, Owner: guidance.Commanditaires},
		dashboards,
	}
}

func (a *App) adminScreens() []web.Screens {
	s := a.services
	endings, bills := a.endingPanels(), &invoiceui.Desk{Invoices: s.invoices}
	return []web.Screens{
		&admin.HomeHandlers{Reports: s.reporting, Others: []admin.Asker{bills, endings}},
		&admin.OrganisationHandlers{Organisations: s.organisations, Reports: s.reporting},
		&admin.StructureHandlers{Files: s.files, Communes: s.communes},
		censusui.ForOperator(s.census),
		&admin.OrderHandlers{Orders: s.orders},
		&admin.CarnetHandlers{Custody: s.custody},
		&admin.PrintHandlers{Printing: s.printing},
		admin.OppositionScreens(s.oppositions),
		financeui.ForOperator(s.reporting, bills, endings),
		&accountingui.OperatorHandlers{Accounts: s.accounting},
		a.invoiceScreens(),
		endingui.ForOperator(s.endings, a.cfg.BaseURL.String()),
		&programmeui.OperatorHandlers{Programmes: s.programmes},
		&treasuryui.Handlers{Bank: s.treasury},
		&admin.ContinuityHandlers{Continuity: s.continuity},
		&admin.BankAccountHandlers{Structures: s.structures},
		&admin.ReportHandlers{Structures: s.structures},
		&admin.ReturnHandlers{Payments: s.settlements},
		&admin.IncidentHandlers{Incidents: s.incidents},
		&admin.PaymentHandlers{Payments: s.settlements},
		&pathwayui.Handlers{Guidance: s.guidance, Owner: guidance.Operators},
		&admin.DocumentHandlers{Documents: s.papers},
		&admin.ProofHandlers{Proofs: s.proofs},
		&admin.DisputeHandlers{Disputes: s.disputes, Now: a.db.Now},
	}
}

// publicOperator is what the legal notice says of the operator.
func publicOperator(o config.Operator) public.Operator {
	return public.Operator{Name: o.Name, SIRET: string(o.SIRET), Address: operatorAddress(o), Email: o.Email}
}

// registry holds the process's own figures and the database pool's.
func (a *App) registry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	pool := a.db.Pool()
	gauge := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("passnum_database_connections", "Open database connections.", func() float64 { return float64(pool.Stat().TotalConns()) })
	gauge("passnum_database_connections_used", "Database connections in use.", func() float64 { return float64(pool.Stat().AcquiredConns()) })
	gauge("passnum_ready", "Whether this process accepts requests.", func() float64 {
		if a.ready.Load() {
			return 1
		}
		return 0
	})
	return registry
}
