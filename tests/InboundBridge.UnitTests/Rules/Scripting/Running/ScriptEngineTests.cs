using System.Text.Json.Nodes;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Running;

public class ScriptEngineTests
{
    private const string Message = """
        {"id":"m1","subject":"URGENT: help","size":1234,"envelope":{"sender":"al@example.org","recipients":["bob@example.com"]},
         "headers":[["From","al@example.org"],["X-A","1"]],"text":"Hello","attachments":[{"filename":"a.pdf","size":9}],"kind":[]}
        """;

    [Theory]
    [InlineData("message.subject.startsWith('URGENT') && message.sender.endsWith('@example.org')", "true")]
    [InlineData("message.recipient", "\"bob@example.com\"")]
    [InlineData("message.headers.find(function (h) { return h[0] === 'X-A'; })[1]", "\"1\"")]
    [InlineData("var n = 0; message.attachments.forEach(function (a) { n += a.size; }); n", "9")]
    [InlineData("if (message.size > 1000) return 'big'; return 'small';", "\"big\"")]
    [InlineData("vars.ticket.padStart(5, '0')", "\"00042\"")]
    [InlineData("Object.entries(Object.assign({ a: 1 }, { b: [1, 2] }))", "[[\"a\",1],[\"b\",[1,2]]]")]
    [InlineData("[1, NaN].includes(NaN)", "true")]
    [InlineData("'ab'.repeat(3) + ' x '.trimStart() + ' x '.trimEnd() + 'a.b.c'.replaceAll('.', '-')", "\"abababx  xa-b-c\"")]
    [InlineData("[[1], [2, 3]].flat().concat(Array.from('ab')).length", "5")]
    [InlineData("new Date('2026-01-02T03:04:05Z').getTime()", "1767323045000")]
    [InlineData("undefined", null)]
    public void Conditions_see_the_message_and_the_vars(string source, string? expected)
    {
        var answer = Run(source, ScriptPurpose.Condition);
        Assert.Null(answer.Error);
        Assert.Equal(expected, answer.Value?.ToJsonString());
    }

    /// <summary>An engine gets only the globals that its script can reach, however the script names them.</summary>
    [Theory]
    [InlineData("[typeof tag, typeof webhook, typeof log, typeof console.log, typeof message, typeof vars].join()",
        "\"function,function,function,function,object,object\"")]
    [InlineData("typeof \\u0074ag", "\"function\"")]
    [InlineData("typeof m\\u{65}ssage", "\"object\"")]
    [InlineData("typeof globalThis['t' + 'ag']", "\"function\"")]
    [InlineData("typeof this['mess' + 'age']", "\"object\"")]
    [InlineData("Object.keys(globalThis).sort().join()",
        "\"addHeader,console,defer,discard,hold,lmtp,log,message,reject,relay,set,tag,vars,webhook\"")]
    [InlineData("typeof globalThis['At' + 'omics']", "\"undefined\"")]
    [InlineData("typeof \\u0041tomics + typeof Intl", "\"undefinedundefined\"")]
    [InlineData("try { globalThis['Ma' + 'th'].random() } catch (error) { 1 }", null)]
    [InlineData("try { M\\u0061th.random() } catch (error) { 1 }", null)]
    public void A_script_reaches_the_globals_that_it_names_and_no_removed_one(string source, string? expected)
    {
        var answer = Run(source, ScriptPurpose.Condition);
        if (expected is null)
            Assert.Contains("there is no chance here", answer.Error!.Text);
        else
            Assert.Equal(expected, answer.Value?.ToJsonString());
    }

    [Fact]
    public void Actions_call_the_documented_functions()
    {
        var answer = Run("""
            tag('a'); set('k', 'v' + vars.ticket); addHeader('X-A', 'b');
            webhook('helpdesk', { format: 'raw', headers: { 'X-B': message.subject } });
            lmtp('mailboxes'); relay('outbound', { to: 'x@y.example' });
            hold('why'); log('seen', message.size, { a: 1 });
            if (message.text) return;
            reject(554, 'never');
            """, ScriptPurpose.Action);
        Assert.Null(answer.Error);
        Assert.Equal(
            """[["tag","a"],["set","k","v42"],["addHeader","X-A","b"],["webhook","helpdesk",{"format":"raw","headers":{"X-B":"URGENT: help"}}],["lmtp","mailboxes"],["relay","outbound",{"to":"x@y.example"}],["hold","why"]]""",
            new JsonArray([.. answer.Effects]).ToJsonString());
        Assert.Equal(["seen 1234 {\"a\":1}"], answer.Log);
    }

    [Fact]
    public void A_transform_returns_headers_and_body()
    {
        var answer =
            Run("function transform(message) { return { headers: { 'X-A': 'b' }, body: { text: message.subject } }; }",
                ScriptPurpose.Transform);
        Assert.Equal("""{"headers":{"X-A":"b"},"body":{"text":"URGENT: help"}}""", answer.Value!.ToJsonString());
    }

    [Theory]
    [InlineData("message.subject = 'x'")]
    [InlineData("message.envelope.sender = 'x'")]
    [InlineData("message.headers[0] = 'x'")]
    [InlineData("message.headers.push('x')")]
    [InlineData("message.attachments[0].size = 5")]
    [InlineData("vars.ticket = '43'")]
    [InlineData("message = {}")]
    [InlineData("tag = null")]
    public void What_it_is_given_is_read_only(string source) =>
        Assert.StartsWith("test.js:7:", Error(source, line: 7), StringComparison.Ordinal);

    [Theory]
    [InlineData("\nclass Odd extends Error { }\nthrow new Odd('x')", "test.js:9:7: Error: x")]
    [InlineData("message.subject = 'x'", "test.js:7:1: TypeError: Cannot assign to read only property 'subject' of Object")]
    [InlineData("message = 1", "test.js:7:1: TypeError: a read-only value can't be changed")]
    [InlineData("throw {}", "test.js:7:1: an object without a message was thrown")]
    [InlineData("\n while (true) {}", "test.js:8:15: it ran too many statements")]
    [InlineData("function f() { return 1 + f(); }\nf()", "test.js:7:27: its calls nest too deep")]
    [InlineData("await null;\nnothing.there", "test.js:8:1: ReferenceError: nothing is not defined")]
    [InlineData("\n\n  nothing.there", "test.js:9:3: ReferenceError: nothing is not defined")]
    [InlineData("tag('a'); throw new Error('my own')", "test.js:7:17: Error: my own")]
    [InlineData("throw 'text'", "test.js:7:7: text")]
    public void An_error_names_file_line_and_column(string source, string expected) =>
        Assert.Equal(expected, Error(source, line: 7, ScriptPurpose.Action));

    [Theory]
    [InlineData("const made = []; for (let i = 0; i < 3; i++) made.push(() => i); made.map(f => f()).join()", "\"0,1,2\"")]
    [InlineData("let a = 1; { let a = 2; } a", "1")]
    [InlineData("let caught; try { early; let early = 1; } catch (error) { caught = error.name; } caught", "\"ReferenceError\"")]
    [InlineData("let caught; const fixed = 1; try { fixed = 2; } catch (error) { caught = error.name; } caught + fixed", "\"TypeError1\"")]
    [InlineData(
        "class Mail { #subject; constructor({ subject }) { this.#subject = subject; } get urgent() { return /^urgent/i.test(this.#subject); } } new Mail(message).urgent", "true")]
    [InlineData(
        "const { subject, envelope: { sender = 'none' }, ...rest } = message; `${subject} ${sender} ${rest.size ?? 0}`",
        "\"URGENT: help al@example.org 1234\"")]
    [InlineData("const log = message.headers; const [[, first], ...more] = log; first + more.length", "\"al@example.org1\"")]
    [InlineData("[3, 1, 2].toSorted().at(-1) + Object.groupBy([1, 2], n => n % 2 ? 'odd' : 'even').odd[0]", "4")]
    [InlineData("await Promise.all([1, Promise.resolve(2)])", "[1,2]")]
    [InlineData("const later = async n => { await null; return n * 2; }; return await later(21)", "42")]
    [InlineData("(async () => { for await (const n of [1, 2]) if (n > 1) return n; })()", "2")]
    [InlineData("function* numbers() { yield* [1, 2]; } Math.max(...numbers())", "2")]
    [InlineData("message.nothing?.there ?? 'none'", "\"none\"")]
    public void It_is_the_language_of_today(string source, string expected)
    {
        Assert.Null(ScriptCheck.Problem(new ScriptSource(source, "test.js"), ScriptPurpose.Condition));
        var answer = Run(source, ScriptPurpose.Condition);
        Assert.Equal(expected, answer.Value?.ToJsonString() ?? answer.Error!.ToString());
    }

    [Theory]
    [InlineData("new Promise(() => {})", "it waits for a promise that nothing will fulfil")]
    [InlineData("await new Promise(() => {})", "it waits for a promise that nothing will fulfil")]
    [InlineData("(async () => { throw new Error('lost'); })(); true", "a promise was rejected and nobody caught it: Error: lost")]
    [InlineData("Promise.reject(new RangeError('far'))", "RangeError: far")]
    public void A_promise_that_is_never_fulfilled_or_fails_unseen_is_an_error(string source, string expected) =>
        Assert.Contains(expected, Run(source, ScriptPurpose.Condition).Error!.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("let a = 1;\nlet a = 2;", "test.js:11:5: Identifier 'a' has already been declared")]
    [InlineData("if (", "test.js:10:5: Unexpected end of input")]
    [InlineData("tag('a'\n  tag('b')", "test.js:11:3: Unexpected identifier 'tag'")]
    [InlineData("await (", "test.js:10:8: Unexpected token '}'")]
    public void Syntax_errors_name_their_place(string source, string expected) =>
        Assert.Equal(expected, ScriptCheck.Problem(new ScriptSource(source, "test.js", 10))!.ToString());

    [Fact]
    public void A_condition_decides_nothing() => Assert.Contains("in an action only", Error("tag('x')", line: 1));

    [Fact]
    public void Nothing_outlives_a_run()
    {
        Assert.Null(
            Run("String.prototype.startsWith = function () { return false; }; Object.prototype.x = 1; 1", ScriptPurpose.Condition).Error);
        Assert.Equal(
            "true", Run("message.subject.startsWith('URGENT') && message.x === undefined", ScriptPurpose.Condition).Value!.ToJsonString());
    }

    [Theory]
    [InlineData("new Date()")]
    [InlineData("Date.now()")]
    [InlineData("Math.random()")]
    public void Scripts_have_neither_a_clock_nor_random_numbers(string source) =>
        Assert.NotNull(Run(source, ScriptPurpose.Condition).Error);

    private static string Error(string source, int line, ScriptPurpose purpose = ScriptPurpose.Condition) =>
        Run(source, purpose, line).Error!.ToString();

    internal static ScriptAnswer Run(string source, ScriptPurpose purpose, int line = 1, ScriptLimits? limits = null)
    {
        var request = InProcessWorker.Request(source, purpose, Message, ("ticket", "42"));
        request = request with { Source = request.Source with { Line = line } };
        ScriptAnswer? answer = null;
        var thread =
            new Thread(
                () => answer =
                ScriptEngine.Run(request, limits ?? new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) }, RuleFixture.KindNames),
                ScriptCheck.StackSize);
        thread.Start();
        thread.Join();
        return answer!;
    }
}
