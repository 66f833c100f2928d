CREATE TABLE `alarms` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`kind` text NOT NULL,
	`subject_id` integer NOT NULL,
	`since` integer NOT NULL,
	`raised_at` integer NOT NULL,
	`facts` text NOT NULL,
	`told` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alarms_by_subject` ON `alarms` (`project_id`,`kind`,`subject_id`);--> statement-breakpoint
CREATE INDEX `alarms_by_project` ON `alarms` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `alarms_by_kind` ON `alarms` (`kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `alarms_untold` ON `alarms` (`kind`) WHERE told = 0;--> statement-breakpoint
CREATE TABLE `host_signs` (
	`kind` text NOT NULL,
	`host_id` integer NOT NULL,
	`since` integer NOT NULL,
	`facts` text NOT NULL,
	PRIMARY KEY(`kind`, `host_id`),
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `host_signs_by_host` ON `host_signs` (`host_id`);--> statement-breakpoint
ALTER TABLE `jobs` ADD `commit_sha` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `commit_sha` text;--> statement-breakpoint
ALTER TABLE `site` ADD `watched_agent_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `site` ADD `watched_schedule_id` integer DEFAULT 0 NOT NULL;