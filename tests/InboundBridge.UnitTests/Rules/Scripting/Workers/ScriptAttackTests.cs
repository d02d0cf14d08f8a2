using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.UnitTests.Rules.Scripting.Running;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

/// <summary>
/// What a hostile or careless script may try, as far as it can be tried without a process to lose; ScriptProcessTests has the rest.
/// </summary>
public class ScriptAttackTests
{
    [Theory]
    [InlineData("while (true) {}", "it ran too many statements")]
    [InlineData("for (;;);", "it ran too many statements")]
    [InlineData("function f() { return f(); } f()", "its calls nest too deep")]
    [InlineData("var o = { get a() { return this.a; } }; o.a", "its calls nest too deep")]
    [InlineData("var o = {}; o.toString = function () { return '' + o; }; '' + o", "it ran too many statements", 5000)]
    [InlineData("'x'.repeat(2000000)", "a text is too long")]
    [InlineData("let s = ['x'.repeat(1000)]; for (let i = 0; i < 12; i++) s = [s, s]; s", "a text is too long")]
    [InlineData("'x'.repeat(2 ** 40)", "Invalid string length")]
    [InlineData("new Array(1e9).fill(0)", "an array is too large")]
    [InlineData("JSON.parse('['.repeat(100000))", "depth")]
    [InlineData("import('fs')", "Module loading has been disabled")]
    [InlineData("new Function('return this')", "String compilation has been disabled")]
    [InlineData("(async () => {}).constructor('return 1')", "String compilation has been disabled")]
    [InlineData("const f = () => Promise.resolve().then(f); f()", "it ran too many statements", 5000)]
    [InlineData("new Proxy({}, { get(target, name, self) { return self[name]; } }).x", "it ran too many statements", 50)]
    [InlineData("function* deep(n) { if (n) yield* deep(n - 1); yield n; } [...deep(1e6)].length", "it ran too many statements", 5000)]
    [InlineData("var o = {}; for (var i = 0; i < 10000; i++) o = { a: o }; o", "a value nests too deep")]
    [InlineData("var a = []; a[20001] = 1; a", "a value is too large")]
    [InlineData("var o = {}; o.o = o; o", "a value nests too deep")]
    [InlineData("eval('1')", "String compilation has been disabled")]
    public void It_fails_and_says_why(string source, string expected, int statements = 100_000) =>
        Assert.Contains(expected, Run(source, statements, TimeSpan.FromMinutes(1)).Error!.Text);

    [Theory]
    [InlineData("while (true) {}")]
    [InlineData("let n = 2n; for (;;) n *= n;")]
    [InlineData("const f = () => Promise.resolve().then(f); f()")]
    [InlineData("+{ [Symbol.toPrimitive]() { return +this; } }")]
    [InlineData("var o = {}; o.toString = function () { return '' + o; }; '' + o")]
    [InlineData("var o = {}; for (;;) o.toString = function () { return o.valueOf(); };")]
    public void Time_ends_scripts_that_no_count_ends(string source) =>
        Assert.Equal("it took too long", Run(source, int.MaxValue, TimeSpan.FromMilliseconds(50)).Error!.Text);

    [Theory]
    [InlineData(
        "typeof System + typeof importNamespace + typeof require + typeof process + typeof setTimeout + typeof XMLHttpRequest",
        "\"undefinedundefinedundefinedundefinedundefinedundefined\"")]
    [InlineData(
        "typeof log.GetType + typeof tag.constructor.GetType + typeof message.GetType + typeof this",
        "\"undefinedundefinedundefinedobject\"")]
    [InlineData("Object.getOwnPropertyNames(tag).join()", "\"length,name\"")]
    [InlineData(
        "[typeof Atomics, typeof SharedArrayBuffer, typeof ShadowRealm, typeof WeakRef, typeof FinalizationRegistry, typeof Temporal, typeof Intl].every(t => t === 'undefined')", "true")]
    [InlineData("try { tag.constructor('return System')() } catch (e) { 'no' }", "\"no\"")]
    [InlineData("JSON.stringify(message).length > 100", "true")]
    public void Nothing_outside_can_be_reached(string source, string expected)
    {
        var answer = ScriptEngineTests.Run(source, ScriptPurpose.Condition);
        Assert.Equal(expected, answer.Value?.ToJsonString() ?? answer.Error!.Text);
    }

    [Theory]
    [InlineData("Array.prototype.push = Array.prototype.join = function () { throw 1; }; tag('x')")]
    [InlineData("Object.defineProperty(Array.prototype, '0', { set: function () { throw 1; } }); tag('x')")]
    [InlineData(
        "Object.prototype.toJSON = function () { return 'evil'; }; String.prototype.toString = function () { return 'evil'; }; tag('x')")]
    [InlineData("Object.freeze(Object.prototype); tag({ toString: function () { return 'y'; } }); tag('x')")]
    public void Tampering_with_prototypes_changes_no_effect(string source) =>
        Assert.Equal("""["tag","x"]""", ScriptEngineTests.Run(source, ScriptPurpose.Action).Effects[^1].ToJsonString());

    [Fact]
    public void Getters_of_a_value_are_not_run_on_the_way_out()
    {
        var answer = ScriptEngineTests.Run("webhook('inbox', { format: 'raw', get url() { throw 'ran'; } })", ScriptPurpose.Action);
        Assert.Null(answer.Error);
        Assert.Equal("""["webhook","inbox",{"format":"raw"}]""", answer.Effects[0].ToJsonString());
    }

    [Fact]
    public void Traps_of_a_proxy_are_not_run_on_the_way_out()
    {
        var answer =
            ScriptEngineTests.Run(
                "tag(new Proxy({ a: 1 }, { ownKeys() { throw 'ran'; }, getOwnPropertyDescriptor() { throw 'ran'; } }))",
                ScriptPurpose.Action);
        Assert.Null(answer.Error);
        Assert.Equal("""["tag",null]""", answer.Effects[0].ToJsonString());
    }

    [Fact]
    public void A_huge_log_is_cut()
    {
        var answer = ScriptEngineTests.Run("for (var i = 0; i < 500; i++) log('x'.repeat(5000)); 1", ScriptPurpose.Condition);
        Assert.Null(answer.Error);
        Assert.Equal(101, answer.Log.Count);
        Assert.All(answer.Log, line => Assert.InRange(line.Length, 1, 1001));
    }

    [Fact]
    public void Too_many_effects_are_refused() =>
        Assert.Contains(
            "more than 100 actions",
            ScriptEngineTests.Run("for (var i = 0; i < 5000; i++) tag('t' + i);", ScriptPurpose.Action).Error!.Text);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("!", "")]
    [InlineData("-", "")]
    [InlineData("{", "}")]
    [InlineData("1+", "")]
    [InlineData("a?", ":1")]
    [InlineData("if(1)", "")]
    [InlineData("function f(){", "}")]
    public void Deep_source_ends_no_process(string open, string close)
    {
        var depth = (ScriptCheck.LongestSource - 100) / (open.Length + close.Length);
        var source =
            new ScriptSource(
                string.Concat(Enumerable.Repeat(open, depth)) + "1;" + string.Concat(Enumerable.Repeat(close, depth)), "deep.js");
        ScriptCheck.Problem(source);
        Assert.NotNull(
            ScriptEngineTests.Run(source.Text, ScriptPurpose.Action, limits: new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) }));
    }

    [Fact]
    public void A_source_beyond_the_limit_is_refused_unread() =>
        Assert.Equal(
            "it is longer than 64 KB", ScriptCheck.Problem(new ScriptSource(new string(' ', ScriptCheck.LongestSource + 1), "x.js"))!.Text);

    private static ScriptAnswer Run(string source, int statements, TimeSpan timeout) =>
        ScriptEngineTests.Run(source, ScriptPurpose.Condition, limits: new ScriptLimits { Statements = statements, Timeout = timeout });
}
