DROP TABLE print_downloads;
DROP TABLE print_pack_chunks;
DROP TABLE print_packs;
DROP TABLE print_shops;
