CREATE TABLE `outcomes` (
	`project_id` integer NOT NULL,
	`day` integer NOT NULL,
	`status` text NOT NULL,
	`jobs` integer NOT NULL,
	PRIMARY KEY(`project_id`, `day`, `status`)
);
--> statement-breakpoint
ALTER TABLE `site` ADD `counted_history_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `hosts_by_name` ON `hosts` ("name" COLLATE NOCASE,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_time` ON `jobs` (`scheduled_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_project_time` ON `jobs` (`project_id`,`scheduled_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_host_time` ON `jobs` (`host_id`,`scheduled_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_failed` ON `jobs` (`status_changed_at`,`id`) WHERE status = 'FAILED';--> statement-breakpoint
CREATE INDEX `jobs_not_run` ON `jobs` (`scheduled_at`,`id`) WHERE status = 'NOT_RUN';--> statement-breakpoint
CREATE INDEX `test_runs_by_name` ON `test_runs` (`project_id`,"test_case_name" COLLATE NOCASE,`id`);