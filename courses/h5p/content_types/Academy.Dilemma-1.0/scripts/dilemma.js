/*
 * Academy.Dilemma: a situation, decisions that branch, and after each of them what it does to the person in front of you.
 *
 * Where a decision leads is resolved once, at the start: a target that is not there is an end, and so is a place from
 * which no end can be reached. So every path can end, and places may be visited again.
 */
Academy.Dilemma = (function () {
  "use strict";

  const { Exercise, button, element, focusable, inherit, plain, rich, row, spoken } = Academy.Shared;

  const MOST_DECISIONS = 100; // of one path; then the story ends
  const MOST_STEPS = 20000; // of the search for the best path
  const LONGEST_DESCRIPTION = 200;
  const END = { ending: null };

  function key(text) {
    return plain(text).trim().toLowerCase();
  }

  function points(choice) {
    return Math.max(0, Number(choice.points) || 0);
  }

  function indexOfId(items, id) {
    return items.findIndex((item) => key(item.id) === id);
  }

  function Dilemma(params, contentId, extras) {
    Exercise.call(this, "dilemma", params, contentId, extras);
    this.behaviour = { enableBack: true, ...this.behaviour };
    this.situation = params.situation || {};
    this.places = (params.places || []).map((place) => ({ ...place, choices: place.choices || [] }));
    this.endings = params.endings || [];
    this.targets = this.findTargets();
    this.maxScore = this.bestScore();
    this.begin();
  }

  inherit(Dilemma, Exercise);

  // --- The map of the story ------------------------------------------------------------------------------------------

  /** Where each choice of each place leads: { place } or { ending }. */
  Dilemma.prototype.findTargets = function () {
    const targets = this.places.map(({ choices }) => choices.map((choice) => this.targetOf(choice)));
    const ends = new Set();
    let before = -1;
    while (before < ends.size) {
      before = ends.size;
      targets.forEach((leads, place) => {
        if (!leads.length || leads.some((target) => !("place" in target) || ends.has(target.place))) {
          ends.add(place);
        }
      });
    }
    return targets.map((leads) => leads.map((target) => ("place" in target && !ends.has(target.place) ? END : target)));
  };

  Dilemma.prototype.targetOf = function (choice) {
    const id = key(choice.next);
    const place = id ? indexOfId(this.places, id) : -1;
    const ending = id ? indexOfId(this.endings, id) : -1;
    return place >= 0 ? { place } : ending >= 0 ? { ending } : END;
  };

  /** The most points that a path without a place visited twice can bring. */
  Dilemma.prototype.bestScore = function () {
    let steps = 0;
    const best = (place, visited) => {
      if (steps++ > MOST_STEPS || visited.has(place)) {
        return 0;
      }
      const here = new Set([...visited, place]);
      const sums = this.places[place].choices.map((choice, index) => {
        const target = this.targets[place][index];
        return points(choice) + ("place" in target ? best(target.place, here) : 0);
      });
      return Math.max(0, ...sums);
    };
    return this.places.length ? best(0, new Set()) : 0;
  };

  // --- State: the path so far, and what is on after its last decision --------------------------------------------------

  Dilemma.prototype.startOver = function () {
    this.path = [];
    this.phase = "decide";
    this.isFinished = false;
  };

  /** As much of a saved path as the story still has. */
  Dilemma.prototype.restore = function (state) {
    const saved = Array.isArray(state.path) ? state.path.slice(0, MOST_DECISIONS) : [];
    for (const [place, choice] of saved.filter(Array.isArray)) {
      if (!Number.isInteger(choice) || place !== this.here().place || !this.targets[place]?.[choice]) {
        return;
      }
      this.path.push([place, choice]);
    }
    const isWhole = this.path.length > 0 && this.path.length === saved.length;
    if (isWhole && state.phase === "end" && this.isEnd(this.here())) {
      this.phase = "end";
      this.isFinished = true;
    } else if (this.path.length && (state.phase === "effect" || this.isEnd(this.here()))) {
      this.phase = "effect";
    }
  };

  Dilemma.prototype.getCurrentState = function () {
    return this.path.length ? { path: this.path.map((step) => [...step]), phase: this.phase } : {};
  };

  /** Where the path has led: { place } or { ending }. */
  Dilemma.prototype.here = function () {
    const last = this.path.at(-1);
    if (!last) {
      return this.places.length ? { place: 0 } : END;
    }
    return this.path.length < MOST_DECISIONS ? this.targets[last[0]][last[1]] : END;
  };

  Dilemma.prototype.isEnd = function (target) {
    return !("place" in target) || !this.places[target.place].choices.length;
  };

  Dilemma.prototype.choiceOf = function ([place, choice]) {
    return this.places[place].choices[choice];
  };

  // --- Score -----------------------------------------------------------------------------------------------------------

  /** A place that was visited again counts with its last decision. */
  Dilemma.prototype.getScore = function () {
    const last = new Map(this.path.map((step) => [step[0], points(this.choiceOf(step))]));
    const sum = [...last.values()].reduce((total, value) => total + value, 0);
    return Math.min(sum, this.maxScore);
  };

  Dilemma.prototype.getMaxScore = function () {
    return this.maxScore;
  };

  Dilemma.prototype.getAnswerGiven = function () {
    return this.path.length > 0;
  };

  // --- Views -----------------------------------------------------------------------------------------------------------

  Dilemma.prototype.stageView = function () {
    if (this.phase === "effect") {
      const heading = focusable(element("h2", "academy__heading", this.word("decided")), "heading");
      return [heading, element("p", "dilemma__decided", plain(this.choiceOf(this.path.at(-1)).text))];
    }
    return this.phase === "end" || this.isEnd(this.here()) ? this.endView() : this.placeView();
  };

  Dilemma.prototype.placeView = function () {
    const { place } = this.here();
    const { title, text, picture, pictureText, choices } = this.places[place];
    const heading = element("h2", "academy__heading", plain(title) || this.word("step", { number: this.path.length + 1 }));
    const parts = [this.situationView(), focusable(heading, "heading"), ...this.picture(picture, pictureText)];
    if (text) {
      parts.push(rich("dilemma__text", text));
    }
    const question = element("p", "dilemma__question", this.word("question"));
    question.id = `${this.idBase}-question`;
    const list = element("ul", "dilemma__choices");
    list.setAttribute("role", "list"); // a list without bullets is none for some screen readers
    list.setAttribute("aria-labelledby", question.id);
    choices.forEach((choice, index) => {
      const item = element("li", "dilemma__choice");
      const decide = button(plain(choice.text), "secondary", () => this.decide(place, index));
      decide.classList.add("dilemma__button");
      item.append(decide);
      list.append(item);
    });
    return [...parts, question, list];
  };

  /** The situation in full at the start, and to be opened again at every later place. */
  Dilemma.prototype.situationView = function () {
    const { text, picture, pictureText } = this.situation;
    const parts = [...this.picture(picture, pictureText), ...(text ? [rich("academy__situation", text)] : [])];
    if (!this.path.length || !parts.length) {
      const box = element("div", "dilemma__situation");
      box.append(...parts);
      return box;
    }
    const again = element("details", "dilemma__again");
    again.append(element("summary", "dilemma__summary", this.word("situation")), ...parts);
    again.addEventListener("toggle", () => this.trigger("resize"));
    return again;
  };

  /** What the decision does. The region is announced once its content comes, after the heading has got the focus. */
  Dilemma.prototype.liveView = function () {
    const effect = this.phase === "effect" ? this.choiceOf(this.path.at(-1)).effect : "";
    return effect ? [this.panel("effect", effect)] : [];
  };

  Dilemma.prototype.panel = function (word, html) {
    const panel = element("div", `academy__panel dilemma__panel dilemma__panel--${word}`);
    panel.append(element("h3", "academy__panel-title", this.word(word)), rich("dilemma__text", html));
    return panel;
  };

  Dilemma.prototype.endView = function () {
    const target = this.here();
    const place = this.places[target.place];
    const ending = this.endings[target.ending] || place || {};
    const heading = element("h2", "academy__heading", plain(ending.title) || this.word("end"));
    const parts = [focusable(heading, "heading"), ...this.picture(ending.picture, ending.pictureText)];
    if (ending.text) {
      parts.push(rich("dilemma__text", ending.text));
    }
    if (ending.help) {
      parts.push(this.panel("help", ending.help));
    }
    if (this.maxScore) {
      const score = this.word("score", { score: this.getScore(), total: this.maxScore });
      parts.push(element("p", "academy__score", score));
    }
    if (this.path.length) {
      parts.push(this.pathView());
    }
    return parts;
  };

  Dilemma.prototype.pathView = function () {
    const box = element("details", "dilemma__again");
    const list = element("ol", "academy__list");
    for (const step of this.path) {
      const choice = this.choiceOf(step);
      const item = element("li", "academy__item");
      item.append(element("strong", "academy__item-text", plain(choice.text)));
      if (choice.effect) {
        item.append(rich("dilemma__text", choice.effect));
      }
      list.append(item);
    }
    box.append(element("summary", "dilemma__summary", this.word("path")), list);
    box.addEventListener("toggle", () => this.trigger("resize"));
    return box;
  };

  Dilemma.prototype.footView = function () {
    const buttons = row();
    if (this.phase === "effect") {
      buttons.append(button(this.word("next"), "primary", () => this.goOn()));
    }
    if (this.path.length && this.behaviour.enableBack) {
      buttons.append(button(this.word("back"), "secondary", () => this.goBack()));
    }
    if (this.phase === "end" && this.behaviour.enableRetry) {
      buttons.append(button(this.word("retry"), "secondary", () => this.retry()));
    }
    return buttons.childNodes.length ? [buttons] : [];
  };

  // --- What the learner does -------------------------------------------------------------------------------------------

  Dilemma.prototype.decide = function (place, choice) {
    this.path.push([place, choice]);
    this.phase = "effect";
    this.reportDecision(place, choice);
    this.show("heading");
  };

  Dilemma.prototype.goOn = function () {
    this.phase = this.isEnd(this.here()) ? "end" : "decide";
    if (this.phase === "end") {
      this.isFinished = true;
      this.reportResult();
    }
    this.show("heading");
  };

  /** Take the last decision back. After an end this begins another try. */
  Dilemma.prototype.goBack = function () {
    if (this.isFinished) {
      this.activityStartTime = Date.now();
    }
    this.path.pop();
    this.phase = "decide";
    this.isFinished = false;
    this.show("heading");
  };

  Dilemma.prototype.retry = function () {
    this.resetTask();
    this.focusOn("heading");
  };

  /** There is no right path to show. */
  Dilemma.prototype.showSolutions = () => {};

  // --- xAPI ------------------------------------------------------------------------------------------------------------

  Dilemma.prototype.reportDecision = function (place, choice) {
    const { choices, title } = this.places[place];
    const most = Math.max(...choices.map(points));
    this.reportPart(`place-${place + 1}`, {
      definition: {
        description: spoken(plain(title) || this.word("question")),
        interactionType: "choice",
        choices: choices.map((_choice, index) => this.option(place, index)),
      },
      response: this.optionId(place, choice),
      ...(most ? { score: points(choices[choice]), maxScore: most } : {}),
    });
  };

  Dilemma.prototype.optionId = (place, choice) => `${place + 1}.${choice + 1}`;

  Dilemma.prototype.option = function (place, choice) {
    const text = plain(this.places[place].choices[choice].text).slice(0, LONGEST_DESCRIPTION);
    return { id: this.optionId(place, choice), description: spoken(text) };
  };

  /** The path as the response: the decisions in their order. */
  Dilemma.prototype.describe = function (statement) {
    const ids = this.path.map((step) => this.optionId(...step));
    statement.object.definition = {
      ...statement.object.definition,
      type: "http://adlnet.gov/expapi/activities/cmi.interaction",
      interactionType: "sequencing",
      choices: this.path
        .filter((_step, index) => ids.indexOf(ids[index]) === index)
        .map((step) => this.option(...step)),
    };
    statement.result.response = ids.join("[,]");
  };

  return Dilemma;
})();
