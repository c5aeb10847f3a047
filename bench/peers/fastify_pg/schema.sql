-- SPDX-License-Identifier: Apache-2.0
-- One row per referral; the idempotency key is unique, as Hubward keeps it across restarts.
create table if not exists referrals (
    id uuid primary key default gen_random_uuid(),
    idempotency_key text not null unique,
    practice text not null,
    received timestamptz not null default now(),
    body jsonb not null
);
