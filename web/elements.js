// Short ways to make and find elements. No markup is ever made from text, so nothing has to be escaped.

export function byId(id) {
  return document.getElementById(id);
}

/** An element with children. `on*` attributes are listeners, others properties where the element has them. */
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
