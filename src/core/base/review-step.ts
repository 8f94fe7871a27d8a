/** The eight questions of a design review, in their order: every rule, message and objective answers one of them. */
export const reviewSteps = {
  1: 'Requirements',
  2: 'Components',
  3: 'Scalability',
  4: 'Storage',
  5: 'Performance',
  6: 'Fault tolerance',
  7: 'Security',
  8: 'Patterns',
} as const

export type ReviewStep = keyof typeof reviewSteps

export const allReviewSteps: readonly ReviewStep[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** `6 Fault tolerance`: the heading of what belongs to a step. */
export const reviewStepTitle = (step: ReviewStep): string => `${step} ${reviewSteps[step]}`
