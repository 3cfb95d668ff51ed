package proof

// Where a carnet is now, and each carnet that a transfer on its way declares.
const (
	holderNow = `carnet_holder(k.state, k.point_id, k.transfer_id, k.case_id, k.reserve, k.handed_over_at)`
	onTheWay  = `
		SELECT t.commanditaire_id, t.id AS transfer_id, t.number AS transfer, r.order_id, n AS number
		FROM transfers t JOIN transfer_ranges r ON r.commanditaire_id = t.commanditaire_id AND r.transfer_id = t.id
		CROSS JOIN LATERAL generate_series(r.number_from, r.number_to) AS n
		WHERE t.state = 'en_route'`
)

var holderChecks = []Check{
	{
		Name:     "détenteurs",
		Question: "Pour chaque commande, la somme des carnets de chaque détenteur est-elle le nombre fabriqué\u00a0?",
		counted:  `SELECT count(*) FROM orders WHERE minted_carnets > 0`,
		offenders: `
			WITH rest AS (
				SELECT k.commanditaire_id, k.order_id, count(*) AS n FROM carnets k
				WHERE ` + holderNow + ` IN ('operateur', 'commanditaire', 'point') GROUP BY 1, 2
			), people AS (
				SELECT commanditaire_id, order_id, count(DISTINCT carnet_id) AS n FROM handovers WHERE undone_at IS NULL GROUP BY 1, 2
			), way AS (
				SELECT commanditaire_id, order_id, count(*) AS n FROM (` + onTheWay + `) AS w GROUP BY 1, 2
			), disputed AS (
				SELECT commanditaire_id, order_id, count(*) AS n FROM custody_case_lines WHERE outcome IN ('', 'perdu') GROUP BY 1, 2
			)
			SELECT 'commande ' || o.number, format('%s carnets fabriqués, %s en main ou en stock, %s remis, %s en route, %s en écart', o.minted_carnets,
				coalesce(rest.n, 0), coalesce(people.n, 0), coalesce(way.n, 0), coalesce(disputed.n, 0))
			FROM orders o
			LEFT JOIN rest ON rest.commanditaire_id = o.commanditaire_id AND rest.order_id = o.id
			LEFT JOIN people ON people.commanditaire_id = o.commanditaire_id AND people.order_id = o.id
			LEFT JOIN way ON way.commanditaire_id = o.commanditaire_id AND way.order_id = o.id
			LEFT JOIN disputed ON disputed.commanditaire_id = o.commanditaire_id AND disputed.order_id = o.id
			WHERE o.minted_carnets <> coalesce(rest.n, 0) + coalesce(people.n, 0) + coalesce(way.n, 0) + coalesce(disputed.n, 0)`,
	},
	{
		Name:     "un seul endroit",
		Question: "Chaque carnet en route ou en écart l’est-il dans un seul transfert ou un seul écart, et nulle part ailleurs\u00a0?",
		counted:  `SELECT count(*) FROM carnets`,
		offenders: `
			SELECT 'transfert ' || w.transfer, 'le carnet n° ' || w.number || ' n’est pas en route avec lui'
			FROM (` + onTheWay + `) AS w
			LEFT JOIN carnets k ON k.commanditaire_id = w.commanditaire_id AND k.order_id = w.order_id AND k.number = w.number AND k.transfer_id = w.transfer_id
			WHERE k.id IS NULL
			UNION ALL
			SELECT 'carnet ' || k.serial, 'en route dans un transfert qui ne le déclare pas, ou qui est clos'
			FROM carnets k
			LEFT JOIN (` + onTheWay + `) AS w ON w.commanditaire_id = k.commanditaire_id AND w.order_id = k.order_id AND w.number = k.number AND w.transfer_id = k.transfer_id
			WHERE k.transfer_id IS NOT NULL AND w.transfer_id IS NULL
			UNION ALL
			SELECT 'carnet ' || l.serial, 'attend une réponse dans un écart, mais n’y est pas'
			FROM custody_case_lines l
			LEFT JOIN carnets k ON k.commanditaire_id = l.commanditaire_id AND k.id = l.carnet_id AND k.case_id = l.case_id
			WHERE l.outcome IN ('', 'perdu') AND k.id IS NULL
			UNION ALL
			SELECT 'carnet ' || k.serial, 'dans un écart qui ne le compte plus'
			FROM carnets k
			LEFT JOIN custody_case_lines l ON l.commanditaire_id = k.commanditaire_id AND l.carnet_id = k.id AND l.case_id = k.case_id AND l.outcome IN ('', 'perdu')
			WHERE k.case_id IS NOT NULL AND l.carnet_id IS NULL
			UNION ALL
			SELECT 'carnet ' || k.serial, 'à deux détenteurs'
			FROM carnets k
			WHERE num_nonnulls(k.transfer_id, k.case_id) + k.reserve::int + (k.state IN ('stock', 'remis'))::int > 1
			UNION ALL
			SELECT 'écart ' || c.number, 'réglé, mais des carnets attendent une réponse'
			FROM custody_cases c
			JOIN custody_case_lines l ON l.commanditaire_id = c.commanditaire_id AND l.case_id = c.id AND l.settled_at IS NULL
			WHERE c.closed_at IS NOT NULL`,
	},
	{
		Name:     "mouvements rejoués",
		Question: "Les mouvements de chaque carnet, rejoués, mènent-ils là où il est\u00a0?",
		counted:  `SELECT count(*) FROM custody_moves`,
		offenders: `
			WITH last AS (
				SELECT DISTINCT ON (m.commanditaire_id, m.order_id, n) m.commanditaire_id, m.order_id, n AS number, m.point_id,
					coalesce(m.holder, CASE m.kind WHEN 'fabrication' THEN 'operateur' WHEN 'expedition' THEN 'transit' WHEN 'remise' THEN 'personne' ELSE 'point' END) AS holder
				FROM custody_moves m CROSS JOIN LATERAL generate_series(m.number_from, m.number_to) AS n
				WHERE m.kind NOT IN ('opposition', 'mainlevee', 'remplacement', 'peremption')
				ORDER BY m.commanditaire_id, m.order_id, n, m.at DESC, m.id DESC
			)
			SELECT 'carnet ' || k.serial, format('ses mouvements disent « %s », il est « %s »', coalesce(l.holder, 'rien'), ` + holderNow + `)
			FROM carnets k
			LEFT JOIN last l ON l.commanditaire_id = k.commanditaire_id AND l.order_id = k.order_id AND l.number = k.number
			WHERE coalesce(l.holder, 'operateur') <> ` + holderNow + ` OR (l.holder = 'point' AND l.point_id IS DISTINCT FROM k.point_id)`,
	},
}
