DROP TABLE handovers, custody_moves, cheque_codes, cheques, carnets;
