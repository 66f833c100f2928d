ALTER TABLE `jobs` ADD `results` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `results_attempt` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `results_revision` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `parameters` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `exit_code` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `run_url` text;