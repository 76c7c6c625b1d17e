-- Why: every view keeps its generations and its checkpoints beside its rows, so that both move in one transaction.
create table millrace.generation (
  view text collate "C" not null,
  generation integer not null check (generation > 0),
  live boolean not null,
  -- Fingerprint of the definition that the generation's tables were made from.
  definition text not null,
  primary key (view, generation)
);

-- Queries and projectors must never find two live generations, nor choose between them.
create unique index generation_live on millrace.generation (view) where live;

-- Room on each page: a checkpoint is overwritten with every batch and has to stay on its page.
create table millrace.checkpoint (
  view text collate "C" not null,
  generation integer not null,
  lane integer not null,
  next bigint not null check (next >= 0),
  blocked text not null,
  primary key (view, generation, lane),
  foreign key (view, generation) references millrace.generation on delete cascade
) with (fillfactor = 20);
