/* Academy.TextPage: text with headings and pictures, done once its reader says so. It has no points. */
Academy.TextPage = (function () {
  "use strict";

  const { Exercise, button, element, focusable, inherit, plain, rich, row, signed } = Academy.Shared;

  function TextPage(params, contentId, extras) {
    Exercise.call(this, "text-page", params, contentId, extras);
    this.title = plain(params.title);
    this.sections = params.sections || [];
    this.begin();
  }

  inherit(TextPage, Exercise);

  TextPage.prototype.startOver = function () {
    this.isFinished = false;
  };

  TextPage.prototype.restore = function (state) {
    this.isFinished = state.isRead === true;
  };

  TextPage.prototype.getCurrentState = function () {
    return this.isFinished ? { isRead: true } : {};
  };

  TextPage.prototype.getScore = () => 0;
  TextPage.prototype.getMaxScore = () => 0;
  TextPage.prototype.showSolutions = () => {};

  TextPage.prototype.getAnswerGiven = function () {
    return this.isFinished;
  };

  TextPage.prototype.stageView = function () {
    const parts = this.title ? [element("h2", "academy__heading", this.title)] : [];
    return [...parts, ...this.sections.map((section) => this.sectionView(section))];
  };

  TextPage.prototype.sectionView = function ({ heading, text, picture, pictureText, caption }) {
    const section = element("section", "text-page__section");
    if (heading) {
      section.append(element(this.title ? "h3" : "h2", "text-page__heading", plain(heading)));
    }
    section.append(...this.picture(picture, pictureText, caption));
    if (text) {
      section.append(rich("text-page__text", text));
    }
    return section;
  };

  TextPage.prototype.footView = function () {
    return this.isFinished
      ? [focusable(signed("p", "text-page__done", "✓", this.word("done")), "done")]
      : [row(button(this.word("confirm"), "primary", () => this.confirm()))];
  };

  TextPage.prototype.confirm = function () {
    this.isFinished = true;
    this.reportResult();
    this.show("done");
  };

  return TextPage;
})();
