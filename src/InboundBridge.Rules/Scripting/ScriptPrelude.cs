namespace InboundBridge.Rules.Scripting;

/// <summary>
/// Methods that came to the language after the engine's ECMAScript 5.1, as far as rules have a use for them; and no clock and no dice,
/// so that a replayed mail is decided as it was.
/// </summary>
internal static class ScriptPrelude
{
    public const string Source = """
        (function () {
          function add(target, name, method) {
            if (!(name in target)) Object.defineProperty(target, name, { value: method, writable: true, enumerable: false, configurable: true });
          }
          var S = String.prototype, A = Array.prototype;
          add(S, 'startsWith', function (part, at) { at = at || 0; return this.substr(at, String(part).length) === String(part); });
          add(S, 'endsWith', function (part, end) {
            var text = end === undefined ? String(this) : this.substr(0, end);
            return text.length >= String(part).length && text.substr(text.length - String(part).length) === String(part);
          });
          add(S, 'includes', function (part, at) { return this.indexOf(part, at || 0) !== -1; });
          add(S, 'repeat', function (count) {
            count = Math.floor(count) || 0;
            if (count < 0 || count * this.length > 1000000) throw new RangeError('repeat() makes too long a text');
            var made = '', piece = String(this);
            for (; count > 0; count = Math.floor(count / 2), piece += piece) if (count % 2) made += piece;
            return made;
          });
          function pad(text, length, fill) {
            fill = fill === undefined ? ' ' : String(fill);
            var missing = Math.floor(length) - text.length;
            return missing > 0 && fill.length > 0 ? fill.repeat(Math.ceil(missing / fill.length)).substr(0, missing) : '';
          }
          add(S, 'padStart', function (length, fill) { return pad(this, length, fill) + this; });
          add(S, 'padEnd', function (length, fill) { return this + pad(this, length, fill); });
          add(S, 'trimStart', function () { return this.replace(/^\s+/, ''); });
          add(S, 'trimEnd', function () { return (' ' + this).trim().length === 0 ? '' : ('x' + this).trim().substr(1); });
          add(S, 'replaceAll', function (part, by) { return this.split(part).join(by); });
          add(A, 'includes', function (item) {
            for (var i = 0; i < this.length; i++) if (this[i] === item || item !== item && this[i] !== this[i]) return true;
            return false;
          });
          add(A, 'findIndex', function (test, self) {
            for (var i = 0; i < this.length; i++) if (test.call(self, this[i], i, this)) return i;
            return -1;
          });
          add(A, 'find', function (test, self) { var i = this.findIndex(test, self); return i < 0 ? undefined : this[i]; });
          add(A, 'fill', function (value, from, to) {
            to = to === undefined ? this.length : to;
            for (var i = from || 0; i < to; i++) this[i] = value;
            return this;
          });
          add(A, 'flat', function () { return [].concat.apply([], this); });
          add(A, 'flatMap', function (make, self) { return this.map(make, self).flat(); });
          add(Array, 'of', function () { return [].slice.call(arguments); });
          add(Array, 'from', function (items, make) { var made = [].slice.call(items); return make ? made.map(function (item, i) { return make(item, i); }) : made; });
          add(Object, 'values', function (o) { return Object.keys(o).map(function (key) { return o[key]; }); });
          add(Object, 'entries', function (o) { return Object.keys(o).map(function (key) { return [key, o[key]]; }); });
          add(Object, 'fromEntries', function (pairs) { var o = {}; pairs.forEach(function (pair) { o[pair[0]] = pair[1]; }); return o; });
          add(Object, 'assign', function (target) {
            for (var i = 1; i < arguments.length; i++)
              if (arguments[i] != null) Object.keys(arguments[i]).forEach(function (key) { target[key] = this[key]; }, arguments[i]);
            return target;
          });
          add(Number, 'isFinite', function (n) { return typeof n === 'number' && isFinite(n); });
          add(Number, 'isNaN', function (n) { return typeof n === 'number' && n !== n; });
          add(Number, 'isInteger', function (n) { return Number.isFinite(n) && Math.floor(n) === n; });
          add(Number, 'parseInt', parseInt);
          add(Number, 'parseFloat', parseFloat);
          add(Math, 'trunc', function (n) { return n < 0 ? Math.ceil(n) : Math.floor(n); });
          add(Math, 'sign', function (n) { return n > 0 ? 1 : n < 0 ? -1 : n; });
          var RealDate = Date;
          Date = function (a, b, c, d, e, f, g) {
            switch (arguments.length) {
              case 0: throw new Error('there is no clock here: use message.received_at, or a time condition');
              case 1: return new RealDate(a);
              default: return new RealDate(a, b, c || 1, d || 0, e || 0, f || 0, g || 0);
            }
          };
          Date.parse = RealDate.parse;
          Date.UTC = RealDate.UTC;
          Date.prototype = RealDate.prototype;
          RealDate.prototype.constructor = Date;
          Math.random = function () { throw new Error('there is no chance here: use a sample condition'); };
        })();
        """;
}
