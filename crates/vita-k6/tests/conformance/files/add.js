export const value = 'value';
export function add(a, b) { return a + b; }
