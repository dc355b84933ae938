/* Academy.ChoiceQuiz: questions with radio buttons or checkboxes, asked one at a time (Academy.Shared.Round). */
Academy.ChoiceQuiz = (function () {
  "use strict";

  const { Round, inherit } = Academy.Shared;

  function ChoiceQuiz(params, contentId, extras) {
    const questions = (params.questions || []).filter((question) => (question.options || []).length);
    Round.call(this, "choice-quiz", params, contentId, extras, questions);
  }

  inherit(ChoiceQuiz, Round);

  return ChoiceQuiz;
})();
