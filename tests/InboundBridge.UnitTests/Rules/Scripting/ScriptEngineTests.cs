using System.Text.Json.Nodes;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.UnitTests.Rules.Scripting;

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

    [Fact]
    public void Actions_call_what_the_contract_names()
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
        var answer = Run("function transform(message) { return { headers: { 'X-A': 'b' }, body: { text: message.subject } }; }", ScriptPurpose.Transform);
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
    public void What_it_is_given_is_read_only(string source) => Assert.StartsWith("test.js:7:", Error(source, line: 7), StringComparison.Ordinal);

    [Theory]
    [InlineData("\n\n  nothing.there", "test.js:9:3: ReferenceError: nothing is not defined")]
    [InlineData("tag('a'); throw new Error('my own')", "test.js:7:11: Error: my own")]
    [InlineData("throw 'text'", "test.js:7:1: text")]
    public void An_error_names_file_line_and_column(string source, string expected) => Assert.Equal(expected, Error(source, line: 7, ScriptPurpose.Action));

    [Fact]
    public void Modern_syntax_is_refused_with_a_hint()
    {
        var problem = ScriptCheck.Problem(new ScriptSource("var a = 1;\nlet b = () => a;", "test.js", 10));
        Assert.Equal(11, problem!.Line);
        Assert.Contains("ECMAScript 5.1", problem.Text);
    }

    [Fact]
    public void A_condition_decides_nothing() => Assert.Contains("in an action only", Error("tag('x')", line: 1));

    [Fact]
    public void Nothing_outlives_a_run()
    {
        Assert.Null(Run("String.prototype.startsWith = function () { return false; }; Object.prototype.x = 1; 1", ScriptPurpose.Condition).Error);
        Assert.Equal("true", Run("message.subject.startsWith('URGENT') && message.x === undefined", ScriptPurpose.Condition).Value!.ToJsonString());
    }

    [Theory]
    [InlineData("new Date()")]
    [InlineData("Date.now()")]
    [InlineData("Math.random()")]
    public void There_is_no_clock_and_no_chance(string source) => Assert.NotNull(Run(source, ScriptPurpose.Condition).Error);

    private static string Error(string source, int line, ScriptPurpose purpose = ScriptPurpose.Condition) => Run(source, purpose, line).Error!.ToString();

    internal static ScriptAnswer Run(string source, ScriptPurpose purpose, int line = 1, ScriptLimits? limits = null)
    {
        var request = InProcessWorker.Request(source, purpose, Message, ("ticket", "42"));
        request = request with { Source = request.Source with { Line = line } };
        ScriptAnswer? answer = null;
        var thread = new Thread(() => answer = ScriptEngine.Run(request, limits ?? new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) }), ScriptCheck.StackSize);
        thread.Start();
        thread.Join();
        return answer!;
    }
}
