DROP TABLE conventions, points, agreements, places, structures;
