// SPDX-License-Identifier: Apache-2.0
// The bytes of the bare edge's answer (bench/bare_edge.cpp).
export const answer =
  '{"id":"00000000-0000-4000-8000-000000000000","reference":"HW-7K3M-Q","status":"offered",' +
  '"created":"2026-03-02T09:30:00.000Z","needs":[{"need":"device","state":"offered"}],' +
  '"offers":[{"hub":"armley-library","name":"Armley Library","answer_by":"2026-03-04T09:30:00.000Z"}],' +
  '"links":{"self":"/v1/referrals/00000000-0000-4000-8000-000000000000"}}';
