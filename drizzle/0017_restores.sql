CREATE TABLE `restores` (
	`id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`began_at` integer NOT NULL,
	`lines_done` integer DEFAULT 0 NOT NULL,
	`finished_at` integer
);
