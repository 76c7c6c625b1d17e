/**
 * A part of a request through its zod schema. Refusals say where and what is expected, never what
 * was sent.
 */
import { Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { pointerOf } from '../json/json-pointer';
import { httpProblems } from './http.errors';
import { ProblemError, type ProblemItem } from './problem';

const MAX_ITEMS = 20;

/** Parses one part of a request; the handler gets the schema's output. */
@Injectable()
export class ZodPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  /** @param part which part of the request the schema is for, shown in refusals */
  constructor(
    private readonly schema: S,
    private readonly part: ProblemItem['in'] = 'body',
  ) {}

  /** @throws ProblemError VALIDATION_FAILED (422); HTTP_BODY_MISSING (400) */
  transform(value: unknown): z.output<S> {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    if (value === undefined && this.part === 'body') {
      throw new ProblemError(httpProblems.HTTP_BODY_MISSING, 'this route takes a JSON body');
    }
    throw validationProblem(parsed.error, this.part);
  }
}

/** The problem of a failed parse: at most 20 items, in the order of the schema. */
export const validationProblem = (error: z.ZodError, part: ProblemItem['in']): ProblemError => {
  const items = error.issues.slice(0, MAX_ITEMS).map((issue) => itemOf(issue, part));
  const places = [...new Set(items.map((item) => item.pointer || 'the whole'))].join(', ');
  const detail = `the ${part} does not fit: ${places}`;
  return new ProblemError(httpProblems.VALIDATION_FAILED, detail, { errors: items });
};

const itemOf = (issue: z.core.$ZodIssue, part: ProblemItem['in']): ProblemItem => ({
  in: part,
  pointer: pointerOf(issue.code === 'unrecognized_keys' ? unknownField(issue) : issue.path),
  code: codeOf(issue),
  detail: issue.code === 'unrecognized_keys' ? 'this field is not known here' : issue.message,
});

const unknownField = (issue: z.core.$ZodIssueUnrecognizedKeys): readonly PropertyKey[] => [
  ...issue.path,
  ...issue.keys.slice(0, 1),
];

/** A custom issue may carry its own code as `params.code`; the others have zod's, in capitals. */
const codeOf = (issue: z.core.$ZodIssue): string => {
  const own: unknown = issue.code === 'custom' ? issue.params?.code : undefined;
  return typeof own === 'string' ? own : issue.code.toUpperCase();
};
