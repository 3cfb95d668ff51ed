-- A commanditaire writes the rules of handing over with the rest of its draft.
GRANT INSERT (own_handovers, documents_to_bring, announced) ON orders TO passnum_org;
