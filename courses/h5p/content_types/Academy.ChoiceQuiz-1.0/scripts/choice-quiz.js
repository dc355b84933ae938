/*
 * Academy.ChoiceQuiz: one question at a time, with radio buttons or checkboxes, feedback for every answer, and a result.
 * A question counts one point, and only when exactly the right answers are chosen.
 */
var Academy = window.Academy || {};
window.Academy = Academy;

Academy.ChoiceQuiz = (function () {
  "use strict";

  /** What plain text says: it arrives with its markup escaped. */
  function plain(text) {
    return new DOMParser().parseFromString(text || "", "text/html").documentElement.textContent;
  }

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) {
      node.className = className;
    }
    if (text) {
      node.textContent = text;
    }
    return node;
  }

  /** Rich text; the server has cleaned it. */
  function rich(className, html) {
    const node = element("div", className);
    node.innerHTML = html;
    return node;
  }

  function button(text, variant, onClick) {
    const node = element("button", `choice-quiz__button choice-quiz__button--${variant}`, text);
    node.type = "button";
    node.addEventListener("click", onClick);
    return node;
  }

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

  function Quiz(params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.contentId = contentId;
    this.extras = extras || {};
    this.intro = params.intro || "";
    this.questions = (params.questions || []).filter((question) => (question.options || []).length);
    this.ranges = params.overallFeedback || [];
    this.behaviour = { enableRetry: true, enableSolutions: true, randomAnswers: false, passPercentage: 0, ...params.behaviour };
    this.words = Object.fromEntries(Object.entries(params.l10n || {}).map(([key, text]) => [key, plain(text)]));
    this.idBase = `choice-quiz-${contentId}-${this.extras.subContentId || 0}`;
    this.startOver();
    this.restore(this.extras.previousState);
  }

  Quiz.prototype = Object.create(H5P.EventDispatcher.prototype);
  Quiz.prototype.constructor = Quiz;

  // --- State ---------------------------------------------------------------------------------------------------------

  Quiz.prototype.startOver = function () {
    this.current = 0;
    this.isFinished = false;
    this.isSolved = false;
    this.answers = this.questions.map((question) => {
      const order = question.options.map((_option, index) => index);
      return { chosen: [], isChecked: false, order: this.behaviour.randomAnswers ? shuffled(order) : order };
    });
  };

  Quiz.prototype.restore = function (state) {
    const fits =
      state &&
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

  Quiz.prototype.getCurrentState = function () {
    if (!this.getAnswerGiven()) {
      return {};
    }
    const answers = this.answers.map(({ chosen, isChecked, order }) => ({ chosen: [...chosen], isChecked, order: [...order] }));
    return { current: this.current, isFinished: this.isFinished, answers };
  };

  // --- Score ---------------------------------------------------------------------------------------------------------

  Quiz.prototype.rightOptions = function (index) {
    return this.questions[index].options.flatMap((option, position) => (option.correct ? [position] : []));
  };

  Quiz.prototype.isRight = function (index) {
    return same(this.answers[index].chosen, this.rightOptions(index));
  };

  Quiz.prototype.getScore = function () {
    return this.answers.filter((answer, index) => answer.isChecked && this.isRight(index)).length;
  };

  Quiz.prototype.getMaxScore = function () {
    return this.questions.length;
  };

  Quiz.prototype.isPassed = function () {
    return this.getScore() * 100 >= this.behaviour.passPercentage * this.getMaxScore();
  };

  Quiz.prototype.getAnswerGiven = function () {
    return this.answers.some((answer) => answer.chosen.length > 0 || answer.isChecked);
  };

  // --- Views ---------------------------------------------------------------------------------------------------------

  Quiz.prototype.attach = function ($container) {
    this.root = element("div", "choice-quiz");
    this.notice = element("p", "choice-quiz__notice");
    this.notice.setAttribute("role", "status");
    this.stage = element("div", "choice-quiz__stage");
    this.root.append(this.stage, this.notice);
    $container.addClass("h5p-choice-quiz").append(this.root);
    this.setActivityStarted();
    this.show();
  };

  /** Draw what is on: a question or the result. `focus` names the part that gets the focus. */
  Quiz.prototype.show = function (focus) {
    this.notice.textContent = "";
    this.stage.replaceChildren(...(this.isFinished ? this.resultView() : this.questionView(this.current)));
    if (focus) {
      this.stage.querySelector(`[data-focus="${focus}"]`)?.focus();
    }
    this.trigger("resize");
  };

  Quiz.prototype.word = function (key, values) {
    return Object.entries(values || {}).reduce((text, [name, value]) => text.replace(`@${name}`, value), this.words[key] || "");
  };

  Quiz.prototype.questionView = function (index) {
    const answer = this.answers[index];
    const parts = [];
    if (index === 0 && this.intro) {
      parts.push(rich("choice-quiz__intro", this.intro));
    }
    parts.push(this.progressView(index));
    if (this.questions[index].situation) {
      parts.push(rich("choice-quiz__situation", this.questions[index].situation));
    }
    const form = element("form", "choice-quiz__form");
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

  Quiz.prototype.progressView = function (index) {
    const total = this.questions.length;
    const box = element("div", "choice-quiz__progress");
    box.append(element("p", "choice-quiz__progress-text", this.word("progress", { current: index + 1, total })));
    const bar = element("div", "choice-quiz__bar");
    bar.setAttribute("aria-hidden", "true");
    for (let step = 0; step < total; step++) {
      bar.append(element("span", step <= index ? "choice-quiz__step choice-quiz__step--done" : "choice-quiz__step"));
    }
    box.append(bar);
    return box;
  };

  Quiz.prototype.fieldset = function (index, isChecked, isSolution) {
    const question = this.questions[index];
    const set = element("fieldset", "choice-quiz__question");
    const legend = element("legend", "choice-quiz__legend", plain(question.text));
    legend.tabIndex = -1;
    legend.dataset.focus = "question";
    set.append(legend);
    if (question.kind === "multiple") {
      const hint = element("p", "choice-quiz__hint", this.word("multipleHint"));
      hint.id = `${this.idBase}-hint-${index}`;
      set.setAttribute("aria-describedby", hint.id);
      set.append(hint);
    }
    for (const position of this.answers[index].order) {
      set.append(this.option(index, position, isChecked, isSolution));
    }
    return set;
  };

  Quiz.prototype.option = function (index, position, isChecked, isSolution) {
    const question = this.questions[index];
    const option = question.options[position];
    const box = element("div", "choice-quiz__option");
    const label = element("label", "choice-quiz__label");
    const input = element("input", "choice-quiz__input");
    input.type = question.kind === "multiple" ? "checkbox" : "radio";
    input.name = `${this.idBase}-${isSolution ? "solution" : "question"}-${index}`;
    input.value = String(position);
    input.checked = this.answers[index].chosen.includes(position);
    input.disabled = isChecked;
    input.addEventListener("change", () => this.choose(index, position, input.checked));
    label.append(input, element("span", "choice-quiz__text", plain(option.text)));
    box.append(label);
    if (isChecked) {
      this.addMark(box, input, option, isSolution);
    }
    return box;
  };

  /** Say in words, and with a sign that does not need colour, what is right about an answer. */
  Quiz.prototype.addMark = function (box, input, option, isSolution) {
    const [variant, sign, word] = input.checked
      ? option.correct
        ? ["right", "✓", "chosenRight"]
        : ["wrong", "✗", "chosenWrong"]
      : option.correct
        ? ["missed", "→", "missed"]
        : [null, null, null];
    const note = element("div", "choice-quiz__note");
    if (variant) {
      box.classList.add(`choice-quiz__option--${variant}`);
      const mark = element("p", "choice-quiz__mark");
      const icon = element("span", "choice-quiz__sign", sign);
      icon.setAttribute("aria-hidden", "true");
      mark.append(icon, ` ${this.word(word)}`);
      note.append(mark);
    }
    if (option.feedback && (variant || isSolution)) {
      note.append(element("p", "choice-quiz__feedback", plain(option.feedback)));
    }
    if (note.childNodes.length) {
      note.id = `${input.name}-note-${input.value}`;
      input.setAttribute("aria-describedby", note.id);
      box.append(note);
    }
  };

  Quiz.prototype.verdict = function (index) {
    const isRight = this.isRight(index);
    const box = element("div", `choice-quiz__verdict choice-quiz__verdict--${isRight ? "right" : "wrong"}`);
    box.tabIndex = -1;
    box.dataset.focus = "verdict";
    const title = element("p", "choice-quiz__verdict-title");
    const icon = element("span", "choice-quiz__sign", isRight ? "✓" : "✗");
    icon.setAttribute("aria-hidden", "true");
    title.append(icon, ` ${this.word(isRight ? "right" : "wrong")}`);
    box.append(title);
    if (this.questions[index].explanation) {
      box.append(rich("choice-quiz__explanation", this.questions[index].explanation));
    }
    return box;
  };

  Quiz.prototype.questionButtons = function (index) {
    const row = element("div", "choice-quiz__buttons");
    if (!this.answers[index].isChecked) {
      const check = button(this.word("check"), "primary", () => {});
      check.type = "submit";
      row.append(check);
    } else if (index + 1 < this.questions.length) {
      row.append(button(this.word("next"), "primary", () => this.goTo(index + 1)));
    } else {
      row.append(button(this.word("showResult"), "primary", () => this.showResult()));
    }
    return row;
  };

  Quiz.prototype.resultView = function () {
    const heading = element("h2", "choice-quiz__heading", this.word("result"));
    heading.tabIndex = -1;
    heading.dataset.focus = "result";
    const score = this.word("score", { score: this.getScore(), total: this.getMaxScore() });
    const parts = [heading, element("p", "choice-quiz__score", score)];
    const feedback = this.overallFeedback();
    if (feedback) {
      parts.push(element("p", "choice-quiz__overall", feedback));
    }
    parts.push(this.isSolved ? this.solutionView() : this.resultList(), this.resultButtons());
    return parts;
  };

  Quiz.prototype.overallFeedback = function () {
    const percent = this.getMaxScore() ? Math.floor((this.getScore() * 100) / this.getMaxScore()) : 100;
    const range = this.ranges.find(({ from, to }) => percent >= from && percent <= to);
    return range ? plain(range.feedback) : "";
  };

  Quiz.prototype.resultList = function () {
    const list = element("ol", "choice-quiz__list");
    this.questions.forEach((question, index) => {
      const isRight = this.isRight(index);
      const item = element("li", `choice-quiz__item choice-quiz__item--${isRight ? "right" : "wrong"}`);
      const verdict = element("strong", "choice-quiz__item-verdict");
      const icon = element("span", "choice-quiz__sign", isRight ? "✓" : "✗");
      icon.setAttribute("aria-hidden", "true");
      verdict.append(icon, ` ${this.word(isRight ? "listRight" : "listWrong")}`);
      item.append(element("span", "choice-quiz__item-text", plain(question.text)), verdict);
      list.append(item);
    });
    return list;
  };

  Quiz.prototype.solutionView = function () {
    const box = element("div", "choice-quiz__solutions");
    this.questions.forEach((question, index) => {
      if (question.situation) {
        box.append(rich("choice-quiz__situation", question.situation));
      }
      box.append(this.fieldset(index, true, true));
      if (question.explanation) {
        box.append(rich("choice-quiz__explanation", question.explanation));
      }
    });
    return box;
  };

  Quiz.prototype.resultButtons = function () {
    const row = element("div", "choice-quiz__buttons");
    if (this.behaviour.enableSolutions && !this.isSolved) {
      row.append(button(this.word("showSolutions"), "secondary", () => this.showSolutions()));
    }
    if (this.behaviour.enableRetry) {
      row.append(button(this.word("retry"), "primary", () => this.retry()));
    }
    return row;
  };

  // --- What the learner does -----------------------------------------------------------------------------------------

  Quiz.prototype.choose = function (index, position, isChosen) {
    const answer = this.answers[index];
    const others = this.questions[index].kind === "multiple" ? answer.chosen.filter((item) => item !== position) : [];
    answer.chosen = isChosen ? [...others, position] : others;
    this.notice.textContent = "";
    this.triggerXAPI("interacted");
  };

  Quiz.prototype.check = function () {
    const answer = this.answers[this.current];
    if (!answer.chosen.length) {
      this.notice.textContent = this.word("chooseFirst");
      this.trigger("resize");
      return;
    }
    answer.isChecked = true;
    this.reportAnswer(this.current);
    if (this.answers.every((item) => item.isChecked)) {
      this.triggerXAPIScored(this.getScore(), this.getMaxScore(), "completed", true, this.isPassed());
    }
    this.show("verdict");
  };

  Quiz.prototype.goTo = function (index) {
    this.current = index;
    this.show("question");
  };

  Quiz.prototype.showResult = function () {
    this.isFinished = true;
    this.show("result");
  };

  Quiz.prototype.retry = function () {
    this.resetTask();
    this.stage.querySelector('[data-focus="question"]')?.focus();
  };

  // --- What containers and the core ask of a question type -------------------------------------------------------------

  Quiz.prototype.resetTask = function () {
    this.startOver();
    this.activityStartTime = Date.now();
    if (this.stage) {
      this.show();
    }
  };

  Quiz.prototype.showSolutions = function () {
    this.isFinished = true;
    this.isSolved = true;
    if (this.stage) {
      this.show("result");
    }
  };

  Quiz.prototype.getTitle = function () {
    return H5P.createTitle(this.extras.metadata?.title || "");
  };

  // --- xAPI ----------------------------------------------------------------------------------------------------------

  /** One question's own statement; its parent is the quiz, so that the core does not take it for the result. */
  Quiz.prototype.reportAnswer = function (index) {
    const statement = this.createXAPIEventTemplate("answered");
    const data = statement.data.statement;
    const quiz = data.object.id;
    data.object = {
      id: quiz.includes("?subContentId=") ? quiz : `${quiz}?subContentId=question-${index + 1}`,
      objectType: "Activity",
      definition: this.definition(index),
    };
    data.context = data.context || {};
    data.context.contextActivities = { ...data.context.contextActivities, parent: [{ id: quiz, objectType: "Activity" }] };
    const isRight = this.isRight(index);
    statement.setScoredResult(isRight ? 1 : 0, 1, this, true, isRight);
    data.result.response = this.answers[index].chosen.join("[,]");
    this.trigger(statement);
  };

  Quiz.prototype.definition = function (index) {
    const question = this.questions[index];
    const language = document.documentElement.lang || "und";
    return {
      type: "http://adlnet.gov/expapi/activities/cmi.interaction",
      interactionType: "choice",
      description: { [language]: plain(question.text) },
      choices: question.options.map((option, position) => ({
        id: String(position),
        description: { [language]: plain(option.text) },
      })),
      correctResponsesPattern: [this.rightOptions(index).join("[,]")],
    };
  };

  Quiz.prototype.getXAPIData = function () {
    const statement = this.createXAPIEventTemplate("completed");
    statement.setScoredResult(this.getScore(), this.getMaxScore(), this, this.isFinished, this.isPassed());
    return { statement: statement.data.statement };
  };

  return Quiz;
})();
