DROP TABLE settlement_lines, settlements;
