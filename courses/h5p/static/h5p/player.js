/*
 * The page's side of the player: gives the frame its height, offers full screen, and says whether a result was saved.
 * The frame has an opaque origin, so a message counts only when it comes from the window of one of our frames.
 */
(function () {
  "use strict";

  if (window.zugangH5PPlayer) {
    return;
  }
  window.zugangH5PPlayer = true;

  const HIGHEST = 50000;

  function frameOf(source) {
    return Array.from(document.querySelectorAll("[data-h5p-frame]")).find((frame) => frame.contentWindow === source);
  }

  function tell(frame, action) {
    frame.contentWindow?.postMessage({ context: "h5p", action }, "*");
  }

  function height(value) {
    return Number.isFinite(value) && value > 0 && value <= HIGHEST ? `${Math.ceil(value)}px` : null;
  }

  function say(frame, key) {
    const status = frame.closest("[data-h5p-player]")?.querySelector("[data-h5p-status]");
    if (status && status.textContent !== status.dataset[key]) {
      status.textContent = status.dataset[key] || "";
    }
  }

  const answers = {
    hello(frame) {
      tell(frame, "hello");
    },
    prepareResize(frame, data) {
      if (frame.clientHeight !== data.scrollHeight || data.scrollHeight !== data.clientHeight) {
        const size = height(data.clientHeight);
        if (size) {
          frame.style.height = size; // let it shrink before it is measured
        }
        tell(frame, "resizePrepared");
      }
    },
    resize(frame, data) {
      const size = height(data.scrollHeight);
      if (size) {
        frame.style.height = size;
      }
    },
    unsaved(frame) {
      say(frame, "unsaved");
    },
    expired(frame) {
      say(frame, "expired");
    },
    saved(frame) {
      say(frame, "saved");
    },
    finished(frame) {
      say(frame, "saved");
      frame.dispatchEvent(new CustomEvent("h5p:finished", { bubbles: true }));
    },
  };

  window.addEventListener("message", (event) => {
    const data = event.data;
    if (!data || data.context !== "h5p" || !Object.hasOwn(answers, data.action)) {
      return;
    }
    const frame = frameOf(event.source);
    if (frame) {
      answers[data.action](frame, data);
    }
  });

  window.addEventListener("resize", () => {
    document.querySelectorAll("[data-h5p-frame]").forEach((frame) => tell(frame, "resize"));
  });

  document.querySelectorAll("[data-h5p-player]").forEach((player) => {
    const frame = player.querySelector("[data-h5p-frame]");
    const button = player.querySelector("[data-h5p-fullscreen]");
    tell(frame, "ready"); // in case the frame was ready before this script
    if (document.fullscreenEnabled) {
      button.hidden = false;
      button.addEventListener("click", () => frame.requestFullscreen());
    }
  });
})();
