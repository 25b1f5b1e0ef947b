// Which known option or command was meant by a misspelt one?
export { nearest } from '../bench/suggest.js';
