REVOKE INSERT (own_handovers, documents_to_bring, announced) ON orders FROM passnum_org;
