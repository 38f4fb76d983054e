/**
 * A step in SQLite's words, which `toPostgres` says in Postgres's, or in the words of both where they have too little in
 * common. Since the first release steps only ever add: an older version that is running goes on with a
 * newer schema (docs/decisions/008).
 */
type Step = string | { sqlite: string; postgres: string }

export const migrations: Step[] = [
  `create table runs (
     id text primary key, visitor text not null, parent text, sibling_of text, question text not null,
     media text not null, model text not null, thinking text not null, key text, body_hash text not null,
     owner text, created_at bigint not null, deleted_at bigint, result text,
     thinking_text text not null default '', answer_text text not null default '', timeline text
   );
   create unique index runs_by_key on runs (visitor, key);
   create index runs_by_visitor on runs (visitor, created_at, id);
   create index runs_live on runs (owner) where owner is not null;
   create index runs_by_sibling on runs (sibling_of);
   create index runs_by_parent on runs (parent);
   create table events (
     run_id text not null references runs (id) on delete cascade, first_seq integer not null, events text not null,
     primary key (run_id, first_seq)
   ) without rowid;
   create table media (
     id text primary key, visitor text not null, hash text not null, media text not null, created_at bigint not null
   );
   create unique index media_by_hash on media (visitor, hash);
   create table instances (id text primary key, lease_until bigint not null);`,
  `create table rates (scope text primary key, earned_at bigint not null);`,
  `alter table runs add column conversation text not null default '';
   with recursive placed (id, conversation) as (
     select id, coalesce(sibling_of, id) from runs where parent is null
     union all select runs.id, placed.conversation from runs join placed on runs.parent = placed.id
   )
   update runs set conversation = coalesce((select conversation from placed where placed.id = runs.id), id);
   create index runs_by_conversation on runs (conversation, created_at, id);`,
  `create table conversation_marks (
     conversation text primary key, visitor text not null, title text, pinned_at bigint
   );
   create index conversation_marks_by_visitor on conversation_marks (visitor);
   create table run_signatures (
     run_id text primary key references runs (id) on delete cascade, signature text not null
   );`,
  `create table salts (day text primary key, salt text not null);
   create table spending (
     scope text not null, day text not null, runs bigint not null, tokens bigint not null, cost bigint not null,
     primary key (scope, day)
   );
   create table reservations (
     id text primary key, run_id text, visitor text not null, address text, day text not null, input bigint not null,
     tokens bigint not null, cost bigint not null, created_at bigint not null
   );
   create index reservations_by_visitor on reservations (visitor);
   create index reservations_by_address on reservations (address);
   create table blocked_visitors (visitor text primary key, created_at bigint not null);`,
  `create table shares (
     id text primary key, visitor text not null, run_id text not null references runs (id) on delete cascade,
     scope text not null, include text not null, covers text not null, expires_at bigint,
     created_at bigint not null, updated_at bigint not null
   );
   create index shares_by_visitor on shares (visitor, created_at, id);
   create index shares_by_run on shares (run_id);`,
  `alter table runs add column is_imported integer not null default 0;`,
  {
    sqlite: `create table run_media (
     run_id text not null references runs (id) on delete cascade, media_id text not null, primary key (run_id, media_id)
   ) without rowid;
   create index run_media_by_media on run_media (media_id);
   insert or ignore into run_media select runs.id, item.value ->> 'id' from runs, json_each(runs.media) as item;
   alter table media add column asked_at bigint;
   update media set asked_at = created_at where id in (select media_id from run_media);
   create trigger runs_media after insert on runs when new.media <> '[]' begin
     insert or ignore into run_media select new.id, value ->> 'id' from json_each(new.media);
     update media set asked_at = new.created_at where id in (select value ->> 'id' from json_each(new.media));
   end;`,
    postgres: `create table run_media (
     run_id text collate "C" not null references runs (id) on delete cascade, media_id text collate "C" not null,
     primary key (run_id, media_id)
   );
   create index run_media_by_media on run_media (media_id);
   alter table media add column asked_at bigint;
   create function note_run_media() returns trigger language plpgsql as $$ begin
     insert into run_media select new.id, item ->> 'id' from json_array_elements(new.media::json) as item
       on conflict do nothing;
     update media set asked_at = new.created_at
       where id in (select item ->> 'id' from json_array_elements(new.media::json) as item);
     return null;
   end $$;
   create trigger runs_media after insert on runs for each row when (new.media <> '[]')
     execute function note_run_media();`,
  },
  {
    sqlite: `create table commits (id integer primary key autoincrement, owner text not null, entries text not null);
   create index commits_by_owner on commits (owner, id);
   insert into commits (owner, entries)
     select runs.owner, json_array(json_array(events.run_id, json(events.events)))
     from events join runs on runs.id = events.run_id where runs.owner is not null
     order by events.run_id, events.first_seq;
   drop table events;`,
    postgres: `create table commits (
     id bigint generated always as identity primary key, owner text collate "C" not null, entries text not null
   );
   create index commits_by_owner on commits (owner, id);
   drop table events;`,
  },
  `create table pairings (
     code_hash text primary key, visitor text not null, expires_at bigint not null, media_id text
   );`,
  `alter table runs add column commits_from bigint not null default 0;
   create index runs_deleted on runs (deleted_at) where deleted_at is not null;
   create table stops (run_id text primary key references runs (id) on delete cascade);`,
  `create index media_by_file on media (hash);`,
  `alter table runs add column bytes bigint not null default 0;
   create index runs_stored on runs (visitor, deleted_at, bytes);
   create index runs_unweighed on runs (id) where bytes = 0;
   alter table media add column bytes bigint not null default 0;
   create index media_stored on media (bytes);
   create index media_unweighed on media (id) where bytes = 0;
   create table added (scope text not null, day text not null, bytes bigint not null, primary key (scope, day));`,
  // All that a search reads of a run whose signature says no.
  `create index runs_to_search on runs (visitor, created_at, id, deleted_at, conversation);
   drop index runs_by_visitor;`,
]

/** Text is compared byte by byte, as SQLite does, whatever language the database was made for. */
export const toPostgres = (step: Step): string =>
  typeof step === 'string'
    ? step.replaceAll(/ text\b/g, ' text collate "C"').replaceAll(') without rowid', ')')
    : step.postgres

export const toSqlite = (step: Step): string => (typeof step === 'string' ? step : step.sqlite)

export const isNewer = () => new Error('The database was written by a newer version of ShowWork. Start that version.')
