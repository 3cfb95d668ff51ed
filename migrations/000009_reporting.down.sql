DROP TABLE public_figures, usage_days;
