using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting;

/// <summary>A transform is checked when the configuration is read, and sees no more of a mail than it asks for.</summary>
public class TransformScriptTests
{
    [Theory]
    [InlineData("function transform(message) { return { body: message.subject }; }", "subject")]
    [InlineData("function transform({ subject, from: [sender] }) { return { body: subject + sender.address }; }", "from subject")]
    [InlineData("const transform = message => ({ body: message['text'] });", "text")]
    [InlineData("const transform = ({ text = '' }) => ({ body: text });", "text")]
    [InlineData("async function transform(message) { return { body: await message.id }; }", "id")]
    [InlineData("function helper(m) { return m.html; }\nfunction transform(message) { return helper(message); }", null)]
    [InlineData("function transform(mail) { return { body: mail.subject }; }", null)]
    [InlineData("function transform() { return { body: arguments[0].subject }; }", null)]
    [InlineData("function transform(...all) { return { body: all[0].subject }; }", null)]
    [InlineData("function transform(message, more) { return { body: message.subject }; }", null)]
    [InlineData("let transform = message => ({ body: message.id });\ntransform = m => ({ body: m.text });", null)]
    [InlineData("function transform(message) { return {}; }\ntransform = m => ({ body: m.text });", null)]
    [InlineData("function transform() { return { body: 'constant' }; }", "")]
    [InlineData("const first = message.id;\nfunction transform(message) { return { body: first + message.subject }; }", "id subject")]
    public void It_is_given_the_members_that_it_reads(string source, string? fields)
    {
        var (examined, problem) = ScriptCheck.Examine(new ScriptSource(source, "t.js"), ScriptPurpose.Transform);
        Assert.Null(problem);
        Assert.Equal(fields, examined.Reads.Fields is { } read ? string.Join(' ', read.Order(StringComparer.Ordinal)) : null);
    }

    [Theory]
    [InlineData("", "t.js: it is empty")]
    [InlineData("function convert(message) { return {}; }", "t.js:1:1: there is no function transform(message)")]
    [InlineData("if (true) { function transform(message) { } }", "t.js:1:1: there is no function transform(message)")]
    [InlineData("function transform(message) {\n  return { body: 1 ;\n}", "t.js:2:20: Unexpected token ';'")]
    [InlineData("function transform(message) {", "t.js:1:30: Unexpected end of input")]
    [InlineData("const x = await 1;\nfunction transform() { }", "t.js:1:11: *")]
    public void What_is_wrong_with_it_has_its_place(string source, string problem)
    {
        var (script, error) = TransformScript.Read(source, "t.js");
        Assert.Null(script);
        if (problem.EndsWith('*'))
            Assert.StartsWith(problem[..^1], error!.ToString(), StringComparison.Ordinal);
        else
            Assert.Equal(problem, error!.ToString());
    }

    [Theory]
    [InlineData("return { body: { s: message.subject, r: message.recipient, v: vars.ticket } };",
        """{"body":{"s":"Help","r":"bob@example.com","v":"42"}}""")]
    [InlineData("return { body: new Date(0) };", """{"body":"1970-01-01T00:00:00.0000000Z"}""")]
    [InlineData("return;", null)]
    public async Task It_returns_what_it_says(string body, string? value)
    {
        var answer = await RunAsync($"function transform(message) {{ {body} }}");
        Assert.Null(answer.Error);
        Assert.Equal(value, answer.Value?.ToJsonString());
    }

    [Theory]
    [InlineData("\n  return message.from.address.toUpperCase();", "t.js:2:10: TypeError: *")]
    [InlineData("while (true);", "t.js:1:*: it ran too many statements")]
    [InlineData("return { body: transform(message) };", "t.js:1:*: its calls nest too deep")]
    [InlineData("return { body: new Date() };", "t.js:1:*: there is no clock here*")]
    [InlineData("return { body: Math.random() };", "t.js:1:*: there is no chance here*")]
    [InlineData("return { body: require('fs') };", "t.js:1:*: ReferenceError: require is not defined")]
    [InlineData("tag('x'); return { body: {} };", "t.js:1:*: tag() can be called in an action only")]
    [InlineData("message.subject = 'x'; return { body: {} };", "t.js:1:*: TypeError: *")]
    [InlineData("const a = []; a[0] = a; return { body: a };", "t.js*: a value nests too deep")]
    [InlineData("return { body: 'x'.repeat(2000000) };", "t.js*: a text is too long")]
    [InlineData("throw new Error('no ticket in ' + message.subject);", "t.js:1:*: Error: no ticket in Help")]
    public async Task A_failure_has_its_line(string body, string error)
    {
        var answer = await RunAsync($"function transform(message) {{ {body} }}");
        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(error).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
            answer.Error?.ToString());
    }

    private static async Task<ScriptAnswer> RunAsync(string source)
    {
        await using var workers = InProcessWorker.Pool();
        var (script, problem) = TransformScript.Read(source, "t.js");
        Assert.Null(problem);
        var message = new JsonObject
        {
            ["subject"] = "Help",
            ["from"] = new JsonArray(),
            ["text"] = "It broke",
            ["envelope"] = new JsonObject { ["sender"] = "al@customer.com" },
        };
        return await script!.RunAsync(
            workers, Encoding.UTF8.GetBytes(message.ToJsonString()), "bob@example.com",
            new Dictionary<string, string> { ["ticket"] = "42" }, TestContext.Current.CancellationToken);
    }
}
