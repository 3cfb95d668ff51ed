DROP TABLE continuity_kit_chunks;
DROP TABLE continuity_kits;
