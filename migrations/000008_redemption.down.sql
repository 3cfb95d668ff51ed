DROP FUNCTION find_cheques, count_failed_tries, cheque_facts, cheque_public_status, redeem, undo_redemption;
DROP TABLE redemption_requests, redemptions, seances;
