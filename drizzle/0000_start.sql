CREATE TABLE `agents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`host_id` integer NOT NULL,
	`project_id` integer NOT NULL,
	`client_number` text NOT NULL,
	`name` text NOT NULL,
	`framework` text NOT NULL,
	`framework_id` text NOT NULL,
	`active` integer NOT NULL,
	`inactive_since` integer,
	`deleted_at` integer,
	`creation_key` text NOT NULL,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_creation_key_unique` ON `agents` (`creation_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `agents_by_host` ON `agents` (`host_id`,`client_number`,`project_id`);--> statement-breakpoint
CREATE INDEX `agents_by_project` ON `agents` (`project_id`);--> statement-breakpoint
CREATE TABLE `hosts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`guid` text NOT NULL,
	`guid_as_sent` text NOT NULL,
	`name` text NOT NULL,
	`ip_address` text NOT NULL,
	`mac_address` text NOT NULL,
	`presence` text DEFAULT 'Offline' NOT NULL,
	`presence_changed_at` integer,
	`last_ping_at` integer,
	`previous_ping_at` integer,
	`registered_at` integer NOT NULL,
	`contact_at` integer,
	`retired_at` integer,
	`creation_key` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_guid_unique` ON `hosts` (`guid`);--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_creation_key_unique` ON `hosts` (`creation_key`);--> statement-breakpoint
CREATE INDEX `hosts_by_presence` ON `hosts` (`presence`,`last_ping_at`);--> statement-breakpoint
CREATE TABLE `job_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` integer NOT NULL,
	`at` integer NOT NULL,
	`attempt` integer NOT NULL,
	`from_status` text NOT NULL,
	`to_status` text NOT NULL,
	`by` text NOT NULL,
	`reason` text,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `job_history_by_job` ON `job_history` (`job_id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`host_id` integer NOT NULL,
	`agent_id` integer NOT NULL,
	`schedule_id` integer NOT NULL,
	`snapshot_id` integer NOT NULL,
	`scheduled_at` integer NOT NULL,
	`run_number` integer NOT NULL,
	`status` text NOT NULL,
	`attempt` integer NOT NULL,
	`holder` text,
	`status_changed_at` integer NOT NULL,
	`started_at` integer,
	`overlap` text DEFAULT 'allow' NOT NULL,
	`expires_at` integer,
	`status_reason` text,
	`run_until` integer,
	`cancel_requested_at` integer,
	`repeats_job_id` integer,
	`creation_key` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`schedule_id`) REFERENCES `schedules`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_schedule` ON `jobs` (`schedule_id`,`scheduled_at`,`run_number`);--> statement-breakpoint
CREATE INDEX `jobs_open_by_agent` ON `jobs` (`agent_id`,`scheduled_at`,`id`) WHERE status IN ('PLANNED', 'NOT_RUN');--> statement-breakpoint
CREATE INDEX `jobs_planned` ON `jobs` (`scheduled_at`) WHERE status = 'PLANNED';--> statement-breakpoint
CREATE INDEX `jobs_unended_by_schedule` ON `jobs` (`schedule_id`,`status`,`scheduled_at`) WHERE status IN ('PLANNED', 'NOT_RUN', 'RUNNING');--> statement-breakpoint
CREATE INDEX `jobs_by_expiry` ON `jobs` (`expires_at`) WHERE status IN ('PLANNED', 'NOT_RUN') AND expires_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_running` ON `jobs` (`host_id`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `jobs_cancel_requested` ON `jobs` (`host_id`,`cancel_requested_at`) WHERE status = 'RUNNING' AND cancel_requested_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_creation` ON `jobs` (`creation_key`) WHERE creation_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_by_run_limit` ON `jobs` (`run_until`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `jobs_by_project` ON `jobs` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_host` ON `jobs` (`host_id`,`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `presence_history` (
	`host_id` integer NOT NULL,
	`at` integer NOT NULL,
	`presence` text NOT NULL,
	PRIMARY KEY(`host_id`, `at`),
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `projects` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`creation_key` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_creation_key_unique` ON `projects` (`creation_key`);--> statement-breakpoint
CREATE TABLE `replays` (
	`scope_digest` text PRIMARY KEY NOT NULL,
	`body_digest` text NOT NULL,
	`made_by` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `replays_by_age` ON `replays` (`at`);--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`agent_id` integer NOT NULL,
	`snapshot_id` integer NOT NULL,
	`schedule_name` text NOT NULL,
	`cron` text,
	`time_zone` text NOT NULL,
	`start_at` integer,
	`end_at` integer,
	`max_runs` integer,
	`allocated_minutes` integer,
	`expire_after_minutes` integer,
	`overlap` text NOT NULL,
	`missed` text NOT NULL,
	`missed_within_minutes` integer NOT NULL,
	`on_lost` text NOT NULL,
	`max_attempts` integer NOT NULL,
	`planned_until` integer NOT NULL,
	`runs_planned` integer DEFAULT 0 NOT NULL,
	`plan_due_at` integer,
	`paused_at` integer,
	`pause_note` text,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`creation_key` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_creation_key_unique` ON `schedules` (`creation_key`);--> statement-breakpoint
CREATE INDEX `schedules_by_agent` ON `schedules` (`agent_id`);--> statement-breakpoint
CREATE INDEX `schedules_by_project` ON `schedules` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `schedules_to_plan` ON `schedules` (`plan_due_at`) WHERE plan_due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `site` (
	`id` integer PRIMARY KEY NOT NULL,
	`checked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `snapshots` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`materials` text NOT NULL,
	`materials_bytes` integer NOT NULL,
	`creation_key` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `snapshots_creation_key_unique` ON `snapshots` (`creation_key`);--> statement-breakpoint
CREATE TABLE `test_runs` (
	`project_id` integer NOT NULL,
	`id` integer NOT NULL,
	`test_case_id` integer NOT NULL,
	`test_case_name` text NOT NULL,
	`test_case_version_id` integer NOT NULL,
	`automation_content` text NOT NULL,
	`creation_key` text NOT NULL,
	`place` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `test_runs_by_case` ON `test_runs` (`project_id`,`test_case_id`);--> statement-breakpoint
CREATE INDEX `test_runs_by_version` ON `test_runs` (`project_id`,`test_case_version_id`);--> statement-breakpoint
CREATE INDEX `test_runs_by_creation` ON `test_runs` (`creation_key`,`place`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`digest` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`creation_key` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_digest_unique` ON `tokens` (`digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_creation_key_unique` ON `tokens` (`creation_key`);