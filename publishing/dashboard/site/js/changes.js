"use strict";
/* How a count has moved since the period before: absence is in neither of the two counts. */

/** The change of a count where both months were heard: who was silent in one of them had no nought there. */
function heardChange(context, yearScores, name) {
  if (!isComparable(context) || isExceptionList(context, "some")) return null; // a list of exceptions hears nobody
  const earlier = yearScores.filter((score) => score.period === context.before.period);
  const then = new Map(earlier.filter((score) => !isUnheard(score)).map((score) => [score.region_key, score]));
  const now = context.scores.filter((score) => !isUnheard(score) && then.has(score.region_key));
  if (!now.length) return null;
  const moved = now.reduce((sum, score) => sum + score[name] - then.get(score.region_key)[name], 0);
  const owing = [...earlier, ...context.scores].filter((score) => score.requirement_count);
  const everybody = new Set(owing.map((score) => score.region_key)).size;
  return moveWords(context.before, moved)
    + (now.length < everybody ? _("（同报{n}个区域）", { n: now.length }) : "");
}
/** Silence itself is known of everybody. */
function silenceChange(context) {
  return isComparable(context)
    ? moveWords(context.before, context.totals.not_reported_count - context.before.not_reported_count) : null;
}
function isComparable({ before, totals }) {
  return before?.requirement_count > 0 && before.period.slice(0, 4) === totals.period.slice(0, 4);
}
function moveWords({ period }, moved) {
  return moved ? `${_("比{month}", { month: month(period) })} ${moved > 0 ? "+" : "−"}${Math.abs(moved)}`
    : _("与{month}持平", { month: month(period) });
}
