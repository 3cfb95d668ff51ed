DROP FUNCTION find_cheques, count_failed_tries, cheque_facts, cheque_public_status, redeem, open_cheques, close_cheques, carnet_state, undo_redemption;
DROP TABLE redemption_requests, redemptions, seances;
