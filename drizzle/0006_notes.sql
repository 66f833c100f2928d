ALTER TABLE `job_history` ADD `note` text;--> statement-breakpoint
ALTER TABLE `projects` ADD `deleted_test_run_id` integer DEFAULT 0 NOT NULL;