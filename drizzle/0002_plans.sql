DROP INDEX `jobs_running`;--> statement-breakpoint
DROP INDEX `jobs_cancel_requested`;--> statement-breakpoint
CREATE INDEX `jobs_by_snapshot` ON `jobs` (`snapshot_id`);--> statement-breakpoint
CREATE INDEX `jobs_past` ON `jobs` ((CASE WHEN status_changed_at > scheduled_at THEN status_changed_at ELSE scheduled_at END)) WHERE status IN ('COMPLETED', 'FAILED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX `jobs_running` ON `jobs` (`host_id`,`status_changed_at`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `jobs_cancel_requested` ON `jobs` (`host_id`) WHERE status = 'RUNNING' AND cancel_requested_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `agents_of_host` ON `agents` (`host_id`,`id`);--> statement-breakpoint
CREATE INDEX `presence_history_by_age` ON `presence_history` (`at`);--> statement-breakpoint
CREATE INDEX `schedules_by_snapshot` ON `schedules` (`snapshot_id`);--> statement-breakpoint
CREATE INDEX `schedules_deleted` ON `schedules` (`deleted_at`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `test_runs_by_content` ON `test_runs` (`project_id`,`automation_content`,`test_case_name`,`id`);