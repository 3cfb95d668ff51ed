DROP TABLE allocation_plans;
