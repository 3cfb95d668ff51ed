DROP FUNCTION counter_workshops(uuid, uuid, double precision, double precision, smallint[], timestamptz, timestamptz, int);
DROP FUNCTION booked_seat(uuid, bytea);
DROP FUNCTION leave_workshop(uuid, bytea, uuid, timestamptz);
DROP FUNCTION fill_workshop(uuid, uuid);
DROP FUNCTION book_workshop(uuid, text, uuid, bytea, uuid, boolean, timestamptz);
DROP TRIGGER workshops_follow ON places;
DROP FUNCTION passnum.workshops_follow();
DROP TABLE workshop_bookings;
DROP TABLE workshops;
