DROP TABLE review_templates, qualification_renewals, qualification_decisions, file_corrections, review_reads, review_messages;
ALTER TABLE structures DROP COLUMN valid_until;
