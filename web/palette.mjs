// SPDX-License-Identifier: Apache-2.0
//
// nhsuk-frontend writes its colours into every rule. Here they become names, so that one sheet is
// light, dark, and the place's own colour. What a colour means depends on what it colours.
const text = {
  "#212b32": "var(--ink)", "#ffffff": "var(--on-fill)", "#4c6272": "var(--quiet)", "#005eb8": "var(--link)",
  "#002f5c": "var(--link-deep)", "#7c2855": "var(--link-hover)", "#330072": "var(--visited)",
  "#d5281b": "var(--hot)", "#007f3b": "var(--good)", "#000000": "var(--ink)",
};
const ground = {
  "#ffffff": "var(--card)", "#f0f4f5": "var(--paper)", "#005eb8": "var(--brand)", "#d8dde0": "var(--line)",
  "#007f3b": "var(--action)", "#00662f": "var(--action-deep)", "#00401e": "var(--action-edge)",
  "#004c23": "var(--action-edge)", "#4c6272": "var(--field)", "#212b32": "var(--ink)",
  "#d5281b": "var(--hot)", "#aeb7bd": "var(--line)",
};
const edge = {
  "#212b32": "var(--ink)", "#4c6272": "var(--field)", "#d8dde0": "var(--line)", "#005eb8": "var(--brand)",
  "#d5281b": "var(--hot)", "#007f3b": "var(--good)", "#00401e": "var(--action-edge)", "#aeb7bd": "var(--field)",
  "#ffffff": "var(--card)", "#004c23": "var(--action-edge)",
};

function meaning(property) {
  if (/^(color|fill|stroke|text-decoration-color)$/.test(property)) return text;
  if (/^background/.test(property)) return ground;
  if (/^(border|outline|box-shadow)/.test(property)) return edge;
  return {};
}

// On the yellow of the focus the ink stays dark, whatever the page's own colours are.
const focus = { "#212b32": "var(--focus-ink)", "#ffeb3b": "var(--focus)" };

export function withPalette(css) {
  return css.replace(/\{([^{}]*)\}/g, (_, block) => {
    const focused = /background[\w-]*:\s*#ffeb3b/.test(block);
    const named = block.replace(/([\w-]+)(\s*:\s*)([^;]+)/g, (rule, property, colon, value) => {
      if (property.startsWith("--")) return rule;
      const names = focused ? { ...meaning(property), ...focus } : { ...meaning(property), "#ffeb3b": "var(--focus)" };
      return property + colon + value.replace(/#[0-9a-f]{6}\b|\bwhite\b/g, (c) => names[c === "white" ? "#ffffff" : c] ?? c);
    });
    return `{${named}}`;
  });
}
