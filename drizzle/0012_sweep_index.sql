DROP INDEX `projects_by_sweep`;--> statement-breakpoint
CREATE INDEX `projects_by_sweep` ON `projects` (`sweep_at`) WHERE removed_at IS NULL;