DROP TABLE job_runs, mail_outbox, journal, documents, api_tokens, failed_tries, password_resets,
  invitations, memberships, accounts, capacity_requests, organisation_settings, organisations;
