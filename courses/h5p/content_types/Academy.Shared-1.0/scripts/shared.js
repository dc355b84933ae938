/*
 * What the exercises of the academy share. They need the H5P core and nothing else, so they run in any H5P system.
 * The core copies prototypes before it makes an instance: constructors here are functions, their methods enumerable.
 */
var Academy = window.Academy || {};
window.Academy = Academy;

Academy.Shared = (function () {
  "use strict";

  // --- Parts ---------------------------------------------------------------------------------------------------------

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
    const node = element("div", `academy__rich ${className}`);
    node.innerHTML = html;
    return node;
  }

  function button(text, variant, onClick) {
    const node = element("button", `academy__button academy__button--${variant}`, text);
    node.type = "button";
    node.addEventListener("click", onClick);
    return node;
  }

  function row(...buttons) {
    const node = element("div", "academy__buttons");
    node.append(...buttons);
    return node;
  }

  /** Something that gets the focus when `show` names it. */
  function focusable(node, name) {
    node.tabIndex = -1;
    node.dataset.focus = name;
    return node;
  }

  /** Text behind a sign that says nothing more than the text. */
  function signed(tag, className, sign, text) {
    const node = element(tag, className);
    const icon = element("span", "academy__sign", sign);
    icon.setAttribute("aria-hidden", "true");
    node.append(icon, ` ${text}`);
    return node;
  }

  function inherit(child, parent) {
    child.prototype = Object.create(parent.prototype);
    child.prototype.constructor = child;
  }

  // --- The exercise --------------------------------------------------------------------------------------------------

  /** An exercise is drawn anew with every step; its type says what the views hold, what counts and what is kept. */
  function Exercise(name, params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.name = name;
    this.contentId = contentId;
    this.extras = extras || {};
    this.behaviour = { enableRetry: true, passPercentage: 0, ...params.behaviour };
    this.words = Object.fromEntries(Object.entries(params.l10n || {}).map(([key, text]) => [key, plain(text)]));
    this.idBase = `${name}-${contentId}-${this.extras.subContentId || 0}`;
  }

  inherit(Exercise, H5P.EventDispatcher);

  /** The last thing that a constructor does. */
  Exercise.prototype.begin = function () {
    this.startOver();
    this.restore(this.extras.previousState || {});
  };

  Exercise.prototype.attach = function ($container) {
    this.root = element("div", `academy academy--${this.name}`);
    this.stage = element("div", "academy__stage");
    this.live = element("div", "academy__live"); // there from the start, so that what comes into it is announced
    this.live.setAttribute("role", "status");
    this.foot = element("div", "academy__foot");
    this.root.append(this.stage, this.live, this.foot);
    $container.addClass(`h5p-academy-${this.name}`).append(this.root);
    this.setActivityStarted();
    this.show();
  };

  /** Draw what is on. `focus` names the part that gets the focus. */
  Exercise.prototype.show = function (focus) {
    this.stage.replaceChildren(...this.stageView());
    this.live.replaceChildren(...this.liveView());
    this.foot.replaceChildren(...this.footView());
    if (focus) {
      this.focusOn(focus);
    }
    this.trigger("resize");
  };

  Exercise.prototype.liveView = () => [];
  Exercise.prototype.footView = () => [];

  Exercise.prototype.focusOn = function (name) {
    this.root.querySelector(`[data-focus="${name}"]`)?.focus();
  };

  Exercise.prototype.word = function (key, values) {
    return Object.entries(values || {}).reduce((text, [name, value]) => text.replace(`@${name}`, value), this.words[key] || "");
  };

  /** A picture of the content, or nothing. Without a description it is taken for decoration. */
  Exercise.prototype.picture = function (file, description, caption) {
    if (!file?.path) {
      return [];
    }
    const figure = element("figure", "academy__figure");
    const image = element("img", "academy__picture");
    image.alt = plain(description);
    for (const side of ["width", "height"]) {
      if (file[side]) {
        image[side] = file[side];
      }
    }
    image.addEventListener("load", () => this.trigger("resize"));
    image.src = H5P.getPath(file.path, this.contentId);
    figure.append(image);
    if (caption) {
      figure.append(element("figcaption", "academy__caption", plain(caption)));
    }
    return [figure];
  };

  // --- What containers and the core ask of a question type -----------------------------------------------------------

  Exercise.prototype.resetTask = function () {
    this.startOver();
    this.activityStartTime = Date.now();
    if (this.stage) {
      this.show();
    }
  };

  Exercise.prototype.isPassed = function () {
    return this.getScore() * 100 >= this.behaviour.passPercentage * this.getMaxScore();
  };

  Exercise.prototype.getTitle = function () {
    return H5P.createTitle(this.extras.metadata?.title || "");
  };

  // --- xAPI ----------------------------------------------------------------------------------------------------------

  /** What a type adds to the statement about the whole exercise. */
  Exercise.prototype.describe = () => {};

  Exercise.prototype.resultStatement = function (isFinished) {
    const statement = this.createXAPIEventTemplate("completed");
    const isPassed = isFinished ? this.isPassed() : undefined;
    statement.setScoredResult(this.getScore(), this.getMaxScore(), this, isFinished, isPassed);
    this.describe(statement.data.statement);
    return statement;
  };

  Exercise.prototype.reportResult = function () {
    this.trigger(this.resultStatement(true));
  };

  /** One part's own statement; its parent is the exercise, so that the core does not take it for the result. */
  Exercise.prototype.reportPart = function (part, { definition, response, score, maxScore, isRight }) {
    const statement = this.createXAPIEventTemplate("answered");
    const data = statement.data.statement;
    const whole = data.object.id;
    data.object = {
      id: whole.includes("?subContentId=") ? whole : `${whole}?subContentId=${part}`,
      objectType: "Activity",
      definition: { type: "http://adlnet.gov/expapi/activities/cmi.interaction", ...definition },
    };
    data.context = data.context || {};
    data.context.contextActivities = { ...data.context.contextActivities, parent: [{ id: whole, objectType: "Activity" }] };
    statement.setScoredResult(score, maxScore, this, true, isRight);
    data.result.response = response;
    this.trigger(statement);
  };

  Exercise.prototype.getXAPIData = function () {
    return { statement: this.resultStatement(this.isFinished).data.statement };
  };

  /** Text of a statement, in the language of the content. */
  function spoken(text) {
    return { [document.documentElement.lang || "und"]: text };
  }

  return { Exercise, button, element, focusable, inherit, plain, rich, row, signed, spoken };
})();
