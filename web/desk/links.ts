/** The links that outreach workers hand out: made, ended and counted; no case here. */

import { ApiError, type Api } from "./api.js";
import { fromBase64 } from "./bytes.js";
import { fill, h } from "./dom.js";
import { field, WorkForm, type Field } from "./form.js";
import {
  about,
  channelsOf,
  counts,
  daysToChoose,
  languagesOf,
  placesOf,
  select,
  type CardWish,
  type Choice,
  type Choices,
  type Link,
} from "./linkparts.js";
import { troubleSentence, words } from "./words.js";

/** All links of the centre, and the form for a new one. */
export class LinksPane {
  readonly element = h("main", { class: "links" });
  private links: readonly Link[] = [];
  private choices: Choices | null = null;
  private readonly news = h("p", { class: "news", role: "status" });
  private readonly list = h("div", { class: "link-list" });
  private readonly making = h("div");

  constructor(
    private readonly api: Api,
    private readonly checkSession: (error: unknown) => void,
  ) {
    const heading = h("h2", { tabindex: "-1" }, words.links.heading);
    fill(this.element, heading, this.news, this.making, this.list);
  }

  /** Fetches all anew; what fails is said in its place. */
  async refresh(): Promise<void> {
    try {
      const told = await this.api.links();
      const first = this.choices === null;
      this.links = told.links;
      this.choices = told.choices;
      if (first) fill(this.making, this.form(told.choices));
      this.draw(told.choices);
    } catch (error) {
      this.checkSession(error);
      const retry = { type: "button", onclick: () => void this.refresh() };
      const button = h("button", retry, words.tryAgain);
      const sentence = h("p", { role: "alert" }, words.links.failed);
      fill(this.list, h("div", { class: "trouble" }, sentence, button));
    }
  }

  private draw(choices: Choices): void {
    if (this.links.length === 0) {
      fill(this.list, h("p", { class: "empty" }, words.links.empty));
      return;
    }
    const live = this.links.filter((link) => link.state === "live");
    const ended = this.links.filter((link) => link.state !== "live");
    fill(
      this.list,
      ...live.map((link) => this.entry(link, choices)),
      ended.length > 0 &&
        h(
          "details",
          {},
          h("summary", {}, words.links.ended(ended.length)),
          ...ended.map((link) => this.entry(link, choices)),
        ),
    );
  }

  private entry(link: Link, choices: Choices): HTMLElement {
    const live = link.state === "live";
    const name = link.label || words.links.noLabel;
    return h(
      "article",
      { class: "link", "data-link": link.id, "aria-label": name },
      h("h3", {}, name),
      h("p", { class: "address", translate: "no" }, link.address),
      h("p", { class: "hint" }, about(link, choices)),
      live && this.buttons(link),
      live && this.card(link, choices),
      counts(link),
    );
  }

  private buttons(link: Link): HTMLElement {
    const button = (label: string, weight: string, press: () => void): HTMLElement =>
      h("button", { type: "button", class: weight, onclick: press }, label);
    return h(
      "div",
      { class: "foot" },
      button(words.links.copy, "", () => void this.copy(link)),
      button(words.links.rotate, "", () =>
        void this.act(this.api.rotateLink(link.id), words.links.rotated),
      ),
      button(words.links.revoke, "danger", () =>
        void this.act(this.api.revokeLink(link.id), words.links.revoked),
      ),
    );
  }

  private card(link: Link, choices: Choices): HTMLElement {
    const id = `card-${link.id}`;
    const design = select(`${id}-design`, words.links.design, words.links.designs);
    const language = select(
      `${id}-language`,
      words.links.language,
      languagesOf(choices),
      link.language ?? "",
    );
    const discreet = h("input", { type: "checkbox", id: `${id}-discreet` });
    const form: WorkForm = new WorkForm(
      words.links.download,
      () =>
        this.download(form, link, {
          design: design.input.value,
          language: language.input.value,
          discreet: discreet.checked,
        }),
      design.row,
      language.row,
      h(
        "div",
        { class: "field check" },
        discreet,
        h("label", { for: discreet.id }, words.links.discreet),
      ),
    );
    const summary = h("summary", {}, words.links.card);
    return h("details", { class: "card-maker" }, summary, form.element);
  }

  private form(choices: Choices): HTMLElement {
    const label = field("link-label", words.links.label, {
      hint: words.links.labelHint,
      maxlength: 80,
    });
    const channel = select("link-channel", words.links.channel, channelsOf(choices));
    const language = select("link-language", words.links.language, {
      "": words.links.anyLanguage,
      ...languagesOf(choices),
    });
    const place = select("link-place", words.links.place, placesOf(choices));
    const days = select("link-days", words.links.days, daysToChoose(), "180");
    const form: WorkForm = new WorkForm(
      words.links.make,
      () => this.make(form, label, { channel, language, place, days }),
      label.row,
      choices.channels.length > 1 && channel.row,
      language.row,
      place.row,
      days.row,
    );
    const info = { href: choices.info, target: "_blank", rel: "noopener noreferrer" };
    return h(
      "section",
      { class: "link-form", "aria-label": words.links.new },
      h("h3", {}, words.links.new),
      form.element,
      h("p", {}, h("a", info, words.links.info)),
    );
  }

  private async make(
    form: WorkForm,
    label: Field,
    picked: Record<"channel" | "language" | "place" | "days", Choice>,
  ): Promise<void> {
    const value = (name: keyof typeof picked): string => picked[name].input.value;
    if (label.input.value.trim() === "") {
      form.refuse(words.links.needsLabel, label.input);
      return;
    }
    const [kind, id] = value("place").split(":");
    try {
      await this.api.makeLink({
        label: label.input.value.trim(),
        channel: value("channel"),
        language: value("language") || null,
        centre: kind === "centre" ? (id ?? null) : null,
        region: kind === "region" ? (id ?? null) : null,
        days: value("days") === "" ? null : Number(value("days")),
      });
      label.input.value = "";
      await this.done(words.links.made);
    } catch (error) {
      form.refuse(this.sentence(error));
    }
  }

  private async act(work: Promise<unknown>, done: string): Promise<void> {
    try {
      await work;
      await this.done(done);
    } catch (error) {
      this.news.textContent = this.sentence(error);
    }
  }

  private async done(sentence: string): Promise<void> {
    await this.refresh();
    this.news.textContent = sentence;
  }

  private async copy(link: Link): Promise<void> {
    try {
      await navigator.clipboard.writeText(link.address);
      this.news.textContent = words.links.copied;
    } catch {
      this.news.textContent = words.links.notCopied;
    }
  }

  private async download(form: WorkForm, link: Link, wish: CardWish): Promise<void> {
    form.say(words.links.printing);
    try {
      const { pdf } = await this.api.card(link.id, wish);
      const bytes = fromBase64(pdf) as Uint8Array<ArrayBuffer>;
      const url = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
      // A name that says nothing to whoever looks through the folder.
      const name = `${wish.design}-${wish.language}.pdf`;
      h("a", { href: url, download: name }).click();
      window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      form.refuse(this.sentence(error));
    }
  }

  private sentence(error: unknown): string {
    this.checkSession(error);
    const code = error instanceof ApiError ? error.code : "trouble";
    return code === "not_found" ? words.links.gone : troubleSentence(code);
  }
}
