// Short ways to make and find elements. No markup is ever made from text, so nothing has to be escaped.

export function byId(id) {
  return document.getElementById(id);
}

/** An element with attributes (properties where they exist, `on*` listeners, others as attributes) and children. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function options(pairs) {
  return pairs.map(([value, text]) => element('option', { value }, text));
}
