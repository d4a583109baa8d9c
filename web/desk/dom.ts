/** Builds elements without ever parsing text as HTML. */

export type Child = Node | string | null | false | undefined;

type Handler = (event: Event) => void;

export interface Props {
  readonly [name: string]: string | boolean | number | Handler | undefined;
}

/** Makes one element: `onclick` and the like are listeners, the rest attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** Replaces what is inside an element, leaving out what is absent. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...present(children));
}

/** Moves the focus there, also where the element is no control. */
export function focusOn(element: HTMLElement | null): void {
  if (element === null) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

function present(children: Child[]): (Node | string)[] {
  return children.filter(
    (child): child is Node | string =>
      child !== null && child !== undefined && child !== false,
  );
}
