/*
 * A round of questions, one at a time: choices to tick, a check with feedback, a result at the end.
 * A question counts one point, and only when exactly the right options are chosen.
 */
Academy.Shared.Round = (function () {
  "use strict";

  const { Exercise, button, element, focusable, inherit, plain, rich, row, signed, spoken } = Academy.Shared;

  function shuffled(items) {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [copy[last], copy[other]] = [copy[other], copy[last]];
    }
    return copy;
  }

  function same(one, other) {
    return one.length === other.length && one.every((item) => other.includes(item));
  }

  /** `questions` have text, options with text, correct and feedback, and may have situation, kind and explanation. */
  function Round(name, params, contentId, extras, questions) {
    Exercise.call(this, name, params, contentId, extras);
    this.behaviour = { enableSolutions: true, randomAnswers: false, ...this.behaviour };
    this.intro = params.intro || "";
    this.questions = questions;
    this.ranges = params.overallFeedback || [];
    this.begin();
  }

  inherit(Round, Exercise);

  // --- State ---------------------------------------------------------------------------------------------------------

  Round.prototype.startOver = function () {
    this.current = 0;
    this.isFinished = false;
    this.isSolved = false;
    this.answers = this.questions.map((question) => {
      const order = question.options.map((_option, index) => index);
      return { chosen: [], isChecked: false, order: this.behaviour.randomAnswers ? shuffled(order) : order };
    });
  };

  Round.prototype.restore = function (state) {
    const fits =
      Array.isArray(state.answers) &&
      state.answers.length === this.questions.length &&
      state.answers.every((answer, index) => {
        const count = this.questions[index].options.length;
        const isIndex = (value) => Number.isInteger(value) && value >= 0 && value < count;
        return (
          Array.isArray(answer.chosen) &&
          answer.chosen.every(isIndex) &&
          Array.isArray(answer.order) &&
          answer.order.length === count &&
          new Set(answer.order.filter(isIndex)).size === count
        );
      });
    if (!fits) {
      return;
    }
    this.answers = state.answers.map(({ chosen, isChecked, order }) => ({ chosen, isChecked: isChecked === true, order }));
    this.current = Number.isInteger(state.current) && state.current in this.questions ? state.current : 0;
    this.isFinished = state.isFinished === true && this.answers.every((answer) => answer.isChecked);
  };

  Round.prototype.getCurrentState = function () {
    if (!this.getAnswerGiven()) {
      return {};
    }
    const answers = this.answers.map(({ chosen, isChecked, order }) => ({ chosen: [...chosen], isChecked, order: [...order] }));
    return { current: this.current, isFinished: this.isFinished, answers };
  };

  // --- Score ---------------------------------------------------------------------------------------------------------

  Round.prototype.rightOptions = function (index) {
    return this.questions[index].options.flatMap((option, position) => (option.correct ? [position] : []));
  };

  Round.prototype.isRight = function (index) {
    return same(this.answers[index].chosen, this.rightOptions(index));
  };

  Round.prototype.getScore = function () {
    return this.answers.filter((answer, index) => answer.isChecked && this.isRight(index)).length;
  };

  Round.prototype.getMaxScore = function () {
    return this.questions.length;
  };

  Round.prototype.getAnswerGiven = function () {
    return this.answers.some((answer) => answer.chosen.length > 0 || answer.isChecked);
  };

  // --- Views ---------------------------------------------------------------------------------------------------------

  Round.prototype.stageView = function () {
    return this.isFinished || !this.questions.length ? this.resultView() : this.questionView(this.current);
  };

  Round.prototype.questionView = function (index) {
    const answer = this.answers[index];
    const parts = [];
    if (index === 0 && this.intro) {
      parts.push(rich("academy__intro", this.intro));
    }
    parts.push(this.progressView(index));
    if (this.questions[index].situation) {
      parts.push(rich("academy__situation", this.questions[index].situation));
    }
    const form = element("form", "academy__form");
    form.append(this.fieldset(index, answer.isChecked));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    if (answer.isChecked) {
      form.append(this.verdict(index));
    }
    form.append(this.questionButtons(index));
    return [...parts, form];
  };

  Round.prototype.progressView = function (index) {
    const total = this.questions.length;
    const box = element("div", "academy__progress");
    box.append(element("p", "academy__progress-text", this.word("progress", { current: index + 1, total })));
    const bar = element("div", "academy__bar");
    bar.setAttribute("aria-hidden", "true");
    for (let step = 0; step < total; step++) {
      bar.append(element("span", step <= index ? "academy__step academy__step--done" : "academy__step"));
    }
    box.append(bar);
    return box;
  };

  Round.prototype.fieldset = function (index, isChecked, isSolution) {
    const question = this.questions[index];
    const set = element("fieldset", "academy__question");
    set.append(focusable(element("legend", "academy__legend", plain(question.text)), "question"));
    if (question.kind === "multiple") {
      const hint = element("p", "academy__hint", this.word("multipleHint"));
      hint.id = `${this.idBase}-hint-${index}`;
      set.setAttribute("aria-describedby", hint.id);
      set.append(hint);
    }
    for (const position of this.answers[index].order) {
      set.append(this.option(index, position, isChecked, isSolution));
    }
    return set;
  };

  Round.prototype.option = function (index, position, isChecked, isSolution) {
    const question = this.questions[index];
    const option = question.options[position];
    const box = element("div", "academy__option");
    const label = element("label", "academy__label");
    const input = element("input", "academy__input");
    input.type = question.kind === "multiple" ? "checkbox" : "radio";
    input.name = `${this.idBase}-${isSolution ? "solution" : "question"}-${index}`;
    input.value = String(position);
    input.checked = this.answers[index].chosen.includes(position);
    input.disabled = isChecked;
    input.addEventListener("change", () => this.choose(index, position, input.checked));
    label.append(input, element("span", "academy__text", plain(option.text)));
    box.append(label);
    if (isChecked) {
      this.addMark(box, input, option, isSolution);
    }
    return box;
  };

  /** Say in words, and with a sign that does not need colour, what is right about an answer. */
  Round.prototype.addMark = function (box, input, option, isSolution) {
    const [variant, sign, word] = input.checked
      ? option.correct
        ? ["right", "✓", "chosenRight"]
        : ["wrong", "✗", "chosenWrong"]
      : option.correct
        ? ["missed", "→", "missed"]
        : [null, null, null];
    const note = element("div", "academy__note");
    if (variant) {
      box.classList.add(`academy__option--${variant}`);
      note.append(signed("p", "academy__mark", sign, this.word(word)));
    }
    if (option.feedback && (variant || isSolution)) {
      note.append(element("p", "academy__feedback", plain(option.feedback)));
    }
    if (note.childNodes.length) {
      note.id = `${input.name}-note-${input.value}`;
      input.setAttribute("aria-describedby", note.id);
      box.append(note);
    }
  };

  Round.prototype.verdict = function (index) {
    const isRight = this.isRight(index);
    const box = focusable(element("div", `academy__verdict academy__verdict--${isRight ? "right" : "wrong"}`), "verdict");
    box.append(signed("p", "academy__verdict-title", isRight ? "✓" : "✗", this.word(isRight ? "right" : "wrong")));
    if (this.questions[index].explanation) {
      box.append(rich("academy__explanation", this.questions[index].explanation));
    }
    return box;
  };

  Round.prototype.questionButtons = function (index) {
    if (!this.answers[index].isChecked) {
      const check = button(this.word("check"), "primary", () => {});
      check.type = "submit";
      return row(check);
    }
    return index + 1 < this.questions.length
      ? row(button(this.word("next"), "primary", () => this.goTo(index + 1)))
      : row(button(this.word("showResult"), "primary", () => this.showResult()));
  };

  Round.prototype.resultView = function () {
    const heading = focusable(element("h2", "academy__heading", this.word("result")), "result");
    const score = this.word("score", { score: this.getScore(), total: this.getMaxScore() });
    const parts = [heading, element("p", "academy__score", score)];
    const feedback = this.overallFeedback();
    if (feedback) {
      parts.push(element("p", "academy__overall", feedback));
    }
    parts.push(this.isSolved ? this.solutionView() : this.resultList(), this.resultButtons());
    return parts;
  };

  Round.prototype.overallFeedback = function () {
    const percent = this.getMaxScore() ? Math.floor((this.getScore() * 100) / this.getMaxScore()) : 100;
    const range = this.ranges.find(({ from, to }) => percent >= from && percent <= to);
    return range ? plain(range.feedback) : "";
  };

  Round.prototype.resultList = function () {
    const list = element("ol", "academy__list");
    this.questions.forEach((question, index) => {
      const isRight = this.isRight(index);
      const item = element("li", `academy__item academy__item--${isRight ? "right" : "wrong"}`);
      const word = this.word(isRight ? "listRight" : "listWrong");
      item.append(element("span", "academy__item-text", plain(question.text)));
      item.append(signed("strong", "academy__item-verdict", isRight ? "✓" : "✗", word));
      list.append(item);
    });
    return list;
  };

  Round.prototype.solutionView = function () {
    const box = element("div", "academy__solutions");
    this.questions.forEach((question, index) => {
      if (question.situation) {
        box.append(rich("academy__situation", question.situation));
      }
      box.append(this.fieldset(index, true, true));
      if (question.explanation) {
        box.append(rich("academy__explanation", question.explanation));
      }
    });
    return box;
  };

  Round.prototype.resultButtons = function () {
    const buttons = row();
    if (this.behaviour.enableSolutions && !this.isSolved) {
      buttons.append(button(this.word("showSolutions"), "secondary", () => this.showSolutions()));
    }
    if (this.behaviour.enableRetry) {
      buttons.append(button(this.word("retry"), "primary", () => this.retry()));
    }
    return buttons;
  };

  // --- What the learner does -----------------------------------------------------------------------------------------

  Round.prototype.choose = function (index, position, isChosen) {
    const answer = this.answers[index];
    const others = this.questions[index].kind === "multiple" ? answer.chosen.filter((item) => item !== position) : [];
    answer.chosen = isChosen ? [...others, position] : others;
    this.live.replaceChildren();
    this.triggerXAPI("interacted");
  };

  Round.prototype.check = function () {
    const answer = this.answers[this.current];
    if (!answer.chosen.length) {
      this.live.replaceChildren(element("p", "academy__notice", this.word("chooseFirst")));
      this.trigger("resize");
      return;
    }
    answer.isChecked = true;
    this.reportAnswer(this.current);
    if (this.answers.every((item) => item.isChecked)) {
      this.reportResult();
    }
    this.show("verdict");
  };

  Round.prototype.goTo = function (index) {
    this.current = index;
    this.show("question");
  };

  Round.prototype.showResult = function () {
    this.isFinished = true;
    this.show("result");
  };

  Round.prototype.retry = function () {
    this.resetTask();
    this.focusOn("question");
  };

  Round.prototype.showSolutions = function () {
    this.isFinished = true;
    this.isSolved = true;
    if (this.stage) {
      this.show("result");
    }
  };

  // --- xAPI ----------------------------------------------------------------------------------------------------------

  Round.prototype.reportAnswer = function (index) {
    const isRight = this.isRight(index);
    this.reportPart(`question-${index + 1}`, {
      definition: { description: spoken(plain(this.questions[index].text)), ...this.definition(index) },
      response: this.response(this.answers[index].chosen),
      score: isRight ? 1 : 0,
      maxScore: 1,
      isRight,
    });
  };

  Round.prototype.response = (positions) => positions.join("[,]");

  Round.prototype.definition = function (index) {
    const { options } = this.questions[index];
    return {
      interactionType: "choice",
      choices: options.map((option, position) => ({ id: String(position), description: spoken(plain(option.text)) })),
      correctResponsesPattern: [this.response(this.rightOptions(index))],
    };
  };

  return Round;
})();
