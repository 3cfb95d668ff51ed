DROP TRIGGER own_signature ON conventions;
DROP FUNCTION passnum.own_signature();
