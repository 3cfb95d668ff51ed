GRANT INSERT ON orders TO passnum_org;
