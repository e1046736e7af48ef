GRANT SELECT, INSERT ON scenario, plan_search TO muster_app;
GRANT UPDATE (name, note, changes, audiences, marking, ended_at) ON scenario TO muster_app;
GRANT UPDATE (spent, rounds, value, bound, stop_asked, ended) ON plan_search TO muster_app;
