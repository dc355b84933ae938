/* Academy.TrueFalse: statements that are true or not, one at a time (Academy.Shared.Round). */
Academy.TrueFalse = (function () {
  "use strict";

  const { Round, inherit } = Academy.Shared;

  function TrueFalse(params, contentId, extras) {
    const words = params.l10n || {};
    const questions = (params.statements || []).map(({ situation, text, isTrue, whenTrue, whenFalse, explanation }) => ({
      situation,
      text,
      explanation,
      options: [
        { text: words.optionTrue, correct: isTrue === true, feedback: whenTrue },
        { text: words.optionFalse, correct: isTrue !== true, feedback: whenFalse },
      ],
    }));
    Round.call(this, "true-false", params, contentId, extras, questions);
    this.behaviour.randomAnswers = false;
  }

  inherit(TrueFalse, Round);

  TrueFalse.prototype.response = ([position]) => (position === undefined ? "" : String(position === 0));

  TrueFalse.prototype.definition = function (index) {
    return { interactionType: "true-false", correctResponsesPattern: [this.response(this.rightOptions(index))] };
  };

  return TrueFalse;
})();
