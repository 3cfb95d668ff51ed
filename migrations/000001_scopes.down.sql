DROP TABLE sessions, counters, installation;
DROP SCHEMA passnum CASCADE;
